"""What the database lets be erased of reasons and notes about apprentices, and refuses to have rewritten."""

# ruff: noqa: S608 - table and column names are written here, never taken from input

from __future__ import annotations

from typing import Final

from qbank.storage.erasure import ERASED, WORDS, Words
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

_BEFORE: Final = {"assessment_sessions": "OLD.cancelled_at IS NOT NULL AND "}
"""When the rule begins to hold, where not at once: the place of a session to come may change, and it is called off."""
_WITHOUT_OWNERS: Final = {"void_requests"}
"""Its rows lead to apprentices by rows that come after them."""


def _changed(words: Words) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in words.columns)


def _filled(words: Words) -> str:
    """Whether a row says anything in these columns, other than what an erasure leaves there."""
    return " OR ".join(
        f"NEW.{column} IS NOT NULL" if left is None else f"(NEW.{column} IS NOT NULL AND NEW.{column} <> '{left}')"
        for column, left in words.columns.items()
    )


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
            f"{words.table}_only_with_an_erasure",
            words.table,
            "UPDATE",
            f"{_BEFORE.get(words.table, '')}({_changed(words)}) AND NOT {words.released}",
            f"L7: words of {words.table} go with an erasure of personal data alone",
        )
        for words in WORDS
    ),
    *(
        Rule(
            f"{words.table}_none_after_an_erasure",
            words.table,
            "INSERT",
            f"({_filled(words)}) AND {words.erased}",
            f"L7: no words about an apprentice whose data was erased are kept in {words.table}",
        )
        for words in WORDS
        if words.table not in _WITHOUT_OWNERS
    ),
    Rule(
        "void_request_sets_none_after_an_erasure",
        "void_request_sets",
        "INSERT",
        "EXISTS (SELECT 1 FROM erasures JOIN question_sets ON question_sets.apprentice_id = erasures.apprentice_id "
        "WHERE question_sets.id = NEW.question_set_id)",
        "L7: no words about an apprentice whose data was erased are kept in void_requests",
    ),
    Rule(
        "apprentice_details_none_after_an_erasure",
        "apprentice_details",
        "INSERT",
        "EXISTS (SELECT 1 FROM erasures WHERE erasures.apprentice_id = NEW.apprentice_id)",
        "L7: the name of an apprentice whose data was erased is not kept again",
    ),
    Rule(
        "assessment_sessions_none_after_an_erasure_either",
        "assessment_sessions",
        "UPDATE",
        f"({_filled(next(each for each in WORDS if each.table == 'assessment_sessions'))}) "
        "AND EXISTS (SELECT 1 FROM erasures WHERE erasures.apprentice_id = NEW.apprentice_id) "
        "AND (NEW.place IS DISTINCT FROM OLD.place OR NEW.cancelled_because IS DISTINCT FROM OLD.cancelled_because)",
        "L7: no words about an apprentice whose data was erased are kept in assessment_sessions",
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
