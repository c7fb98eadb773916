"""What the database lets be erased of reasons and notes about apprentices, and refuses to have rewritten."""

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
