"""What the database lets be erased of reasons and notes about apprentices, and refuses to have rewritten."""

# ruff: noqa: S608 - table and column names are written here, never taken from input

from __future__ import annotations

from typing import Final

from qbank.storage.erasure import ERASED
from qbank.storage.rule import Rule

FROZEN: Final[dict[str, tuple[str, ...]]] = {
    "commitments": ("id", "attempt_id", "number", "draw_plan_id", "commitment", "at", "by_id", "second_id"),
    "repeat_exceptions": (
        "id",
        "apprentice_id",
        "method",
        "question_id",
        "first_signer_id",
        "second_signer_id",
        "at",
    ),
    "set_voids": ("question_set_id", "by_id", "second_id", "at"),
    "void_answers": ("void_request_id", "question_set_id", "answer", "at", "by_id"),
    "void_requests": ("id", "at", "by_id"),
    "retention_holds": ("id", "apprentice_id", "holds", "at", "by_id"),
}
HISTORY: Final = ("erasures",)

RULES: Final = (
    *(
        Rule(
            f"{table}_only_erased",
            table,
            "UPDATE",
            f"NEW.reason <> '{ERASED}' AND NEW.reason IS DISTINCT FROM OLD.reason",
            f"L7: the reasons of {table} are erased, never rewritten",
        )
        for table in ("commitments", "repeat_exceptions", "set_voids", "void_answers", "void_requests")
    ),
    *(
        Rule(
            f"{table}_only_erased",
            table,
            "UPDATE",
            "NEW.words <> '' AND NEW.words IS DISTINCT FROM OLD.words",
            f"L7: the words of {table} are erased, never rewritten",
        )
        for table in ("retention_holds", "session_notes")
    ),
    *(
        Rule(
            f"{table}_only_with_an_erasure",
            table,
            "UPDATE",
            f"NEW.{column} IS DISTINCT FROM OLD.{column} AND NOT EXISTS (SELECT 1 FROM erasures {whose})",
            f"L7: words of {table} go with an erasure of personal data alone",
        )
        for table, column, whose in (
            (
                "commitments",
                "reason",
                "JOIN attempts ON attempts.apprentice_id = erasures.apprentice_id WHERE attempts.id = NEW.attempt_id",
            ),
            ("repeat_exceptions", "reason", "WHERE erasures.apprentice_id = NEW.apprentice_id"),
            (
                "set_voids",
                "reason",
                (
                    "JOIN question_sets ON question_sets.apprentice_id = erasures.apprentice_id "
                    "WHERE question_sets.id = NEW.question_set_id"
                ),
            ),
            ("retention_holds", "words", "WHERE erasures.apprentice_id = NEW.apprentice_id"),
            (
                "session_notes",
                "words",
                (
                    "JOIN assessment_sessions ON assessment_sessions.apprentice_id = erasures.apprentice_id "
                    "WHERE assessment_sessions.id = NEW.assessment_session_id"
                ),
            ),
        )
    ),
    Rule(
        "assessment_sessions_stay_cancelled",
        "assessment_sessions",
        "UPDATE",
        "OLD.cancelled_at IS NOT NULL AND (NEW.place <> '' OR NEW.cancelled_because IS DISTINCT FROM '' "
        "OR NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at OR NEW.starts_at <> OLD.starts_at "
        "OR NEW.assessor_id <> OLD.assessor_id OR NEW.remote <> OLD.remote)",
        "L5: a cancelled session stays cancelled; book again",
    ),
)
