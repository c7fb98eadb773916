"""Which columns hold words about an apprentice, how each is erased, and how its row leads to the apprentice.

A table with such words is in `rules.FROZEN`, where a rule lets them be erased and never rewritten. A test walks the
schema: a text column of any table that leads to an apprentice stands here, or in `KEPT` with its reason.
"""

# ruff: noqa: S608 - table and column names are written here, never taken from input

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ERASED: Final = "erased"
"""What stands where a reason was that may not be empty."""


@dataclass(frozen=True, slots=True)
class Path:
    """How rows lead to an apprentice.

    Args:
        column: of the row, from which it is led.
        keys: its values in the apprentice's rows; the apprentice's key stands as `{apprentice}`.
        owners: the keys of the apprentices that a row belongs to; its value in that column stands as `{value}`.
    """

    column: str
    keys: str
    owners: str


_OWN: Final = Path("apprentice_id", "({apprentice})", "({value})")
_ATTEMPT: Final = Path(
    "attempt_id",
    "(SELECT id FROM attempts WHERE apprentice_id = {apprentice})",
    "(SELECT attempts.apprentice_id FROM attempts WHERE attempts.id = {value})",
)
_SESSION: Final = Path(
    "assessment_session_id",
    "(SELECT id FROM assessment_sessions WHERE apprentice_id = {apprentice})",
    "(SELECT sat.apprentice_id FROM assessment_sessions AS sat WHERE sat.id = {value})",
)
_ASSESSMENT: Final = Path(
    "assessment_id",
    "(SELECT assessments.id FROM assessments JOIN attempts ON attempts.id = assessments.attempt_id "
    "WHERE attempts.apprentice_id = {apprentice})",
    "(SELECT attempts.apprentice_id FROM assessments AS given JOIN attempts ON attempts.id = given.attempt_id "
    "WHERE given.id = {value})",
)
_SET: Final = Path(
    "question_set_id",
    "(SELECT id FROM question_sets WHERE apprentice_id = {apprentice})",
    "(SELECT question_sets.apprentice_id FROM question_sets WHERE question_sets.id = {value})",
)
_SHARED: Final = (
    "(SELECT question_sets.apprentice_id FROM void_request_sets AS mine "
    "JOIN void_request_sets AS theirs ON theirs.void_request_id = mine.void_request_id "
    "JOIN question_sets ON question_sets.id = theirs.question_set_id WHERE mine.question_set_id = {value})"
)
_REQUEST: Final = Path(
    "id",
    "(SELECT void_request_id FROM void_request_sets JOIN question_sets "
    "ON question_sets.id = void_request_sets.question_set_id WHERE question_sets.apprentice_id = {apprentice})",
    "(SELECT question_sets.apprentice_id FROM void_request_sets JOIN question_sets "
    "ON question_sets.id = void_request_sets.question_set_id WHERE void_request_sets.void_request_id = {value})",
)


@dataclass(frozen=True, slots=True)
class Words:
    """Columns of one table, erased together.

    Args:
        columns: each with what it is set to.
        path: how its rows lead to the apprentice.
        sharers: the keys of every apprentice that the words may speak of, where they stand with the rows of others too.
        is_shared: one row for several apprentices: `services/shared_reasons.py` says when its words go.
    """

    table: str
    columns: dict[str, str | None]
    path: Path
    sharers: str = ""
    is_shared: bool = False

    @property
    def condition(self) -> str:
        """Which rows are those of `:apprentice`."""
        return f"{self.table}.{self.path.column} IN {self.path.keys.format(apprentice=':apprentice')}"

    @property
    def erased(self) -> str:
        """Whether an erasure is recorded of an apprentice that a row belongs to, for a trigger on the row."""
        return self._recorded(self.path.owners)

    @property
    def released(self) -> str:
        """Likewise, of an apprentice that its words may speak of."""
        return self._recorded(self.sharers or self.path.owners)

    def _recorded(self, owners: str) -> str:
        keys = owners.format(value=f"NEW.{self.path.column}")
        return f"EXISTS (SELECT 1 FROM erasures WHERE erasures.apprentice_id IN {keys})"


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
    Words("set_voids", {"reason": ERASED}, _SET, sharers=_SHARED),
    Words("void_answers", {"reason": ERASED}, _SET, sharers=_SHARED),
    Words("void_requests", {"reason": ERASED}, _REQUEST, is_shared=True),
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
