"""Which columns hold words about an apprentice, how each is erased, and how its row leads to the apprentice.

A table with such words is in `rules.FROZEN`, where a rule lets them be erased and never rewritten. A test walks the
schema: a text column of any table that leads to an apprentice stands here, or in `KEPT` with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ERASED: Final = "erased"
"""What stands where a reason was that may not be empty."""

_OWN: Final = "{table}.apprentice_id = :apprentice"
_ATTEMPT: Final = "{table}.attempt_id IN (SELECT id FROM attempts WHERE apprentice_id = :apprentice)"
_SESSION: Final = (
    "{table}.assessment_session_id IN (SELECT id FROM assessment_sessions WHERE apprentice_id = :apprentice)"
)
_ASSESSMENT: Final = (
    "{table}.assessment_id IN (SELECT assessments.id FROM assessments JOIN attempts "
    "ON attempts.id = assessments.attempt_id WHERE attempts.apprentice_id = :apprentice)"
)
_SET: Final = "{table}.question_set_id IN (SELECT id FROM question_sets WHERE apprentice_id = :apprentice)"

_REQUEST: Final = (
    "{table}.id IN (SELECT void_request_id FROM void_request_sets JOIN question_sets "
    "ON question_sets.id = void_request_sets.question_set_id WHERE question_sets.apprentice_id = :apprentice)"
)


@dataclass(frozen=True, slots=True)
class Words:
    """Columns of one table, erased together.

    Args:
        columns: each with what it is set to.
        path: the condition, with the table's name to be put in, that a row belongs to `:apprentice`.
    """

    table: str
    columns: dict[str, str | None]
    path: str

    @property
    def condition(self) -> str:
        """Which rows are the apprentice's."""
        return self.path.format(table=self.table)


_WITH_SALT: Final[dict[str, str | None]] = {"words": None, "salt": None}

WORDS: Final = (
    Words("record_entries", _WITH_SALT, _SESSION),
    Words("assessments", _WITH_SALT, _SESSION),
    Words("judgements", _WITH_SALT, _ASSESSMENT),
    Words("moderations", _WITH_SALT, _ASSESSMENT),
    Words("cap_exceptions", _WITH_SALT, _ATTEMPT),
    Words("adjustments", {"words": None}, _SESSION),
    Words("project_subjects", {"words": None}, _ATTEMPT),
    Words("session_notes", {"words": ""}, _SESSION),
    Words("assessment_sessions", {"place": "", "cancelled_because": ""}, _OWN),
    Words("commitments", {"reason": ERASED}, _ATTEMPT),
    Words("repeat_exceptions", {"reason": ERASED}, _OWN),
    Words("set_voids", {"reason": ERASED}, _SET),
    Words("void_answers", {"reason": ERASED}, _SET),
    Words("void_requests", {"reason": ERASED}, _REQUEST),
    Words("retention_holds", {"words": ""}, _OWN),
)
"""Beside these, the row of `apprentice_details` goes whole: name and salt at once."""

KEPT: Final[dict[tuple[str, str], str]] = {
    ("eligibility_snapshots", "body"): "references of questions, which the set's certificate rests on",
    ("recalled_snapshots", "body"): "likewise",
    ("question_sets", "certificate"): "the proof of the set: references and digests",
    ("set_extensions", "certificate"): "likewise",
    ("set_views", "copy_mark"): "the mark of a copy, in letters and digits",
    ("seeds", "ciphertext"): "the encrypted seed, which the set is derived from again",
    ("seed_reveals", "seed"): "the seed in the open, from which anybody draws the set again",
    ("judgements", "sources"): "which entries of the record a judgement rests on, by their identities",
    ("review_calls", "reason"): "why a question's review was called: about the question",
}
"""Text about no apprentice, in tables that lead to one; each with what it is."""
