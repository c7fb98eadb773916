"""A row of a file with questions, whatever its format: what it says, where it stands, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

from qbank.domain.plain_text import unseen_in, visible
from qbank.domain.quick_lines import unknown_ksbs
from qbank.domain.standards import Level, Method, Plan
from qbank.domain.working_drafts import LABELS, MOST_CHARACTERS, DraftText

REFERENCE: Final = "Reference"
MOST_ROWS: Final = 10_000
"""Of one file: ten times the largest bank that anybody has."""

_TEXTS: Final = ("stem", "probes", "guidance", "pass_evidence", "distinction_evidence", "author", "source")
_MOST_NAMED: Final = 60


class Kind(StrEnum):
    """What a row is to the bank, and what became of it."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "with problems"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one row.

    Args:
        column: the label of its part; empty when it is the row as a whole.
        what, remedy: sentences.
    """

    column: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        said = f"{self.what} {self.remedy}".strip()
        return f"{self.column}: {said}" if self.column else said


@dataclass(frozen=True, slots=True)
class BankRow:
    """One question of a file.

    Args:
        number: its place among the file's questions, as people count them: of a table, the row of the sheet.
        place: "row 14", or the name of its file in the archive.
        reference: of the question that it is a text of; empty when it names none.
        text: what it says, as far as it could be read.
        problems: what keeps it from coming in.
    """

    number: int
    place: str
    reference: str
    text: DraftText
    problems: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, which `from_dict` reads."""
        return {**asdict(self), "text": asdict(self.text)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> BankRow:
        """The row that `to_dict` wrote."""
        text = {**data["text"]} | {part: tuple(data["text"][part]) for part in ("secondary", "criteria")}
        return cls(
            data["number"],
            data["place"],
            data["reference"],
            DraftText(**text),
            tuple(Problem(**each) for each in data["problems"]),
        )


@dataclass(frozen=True, slots=True)
class BankRows:
    """What a file with questions holds.

    Args:
        rows: in the order of the file.
        notes: sentences about the file as a whole that whoever imports it should read: how it was read, what was
            passed over.
    """

    rows: tuple[BankRow, ...]
    notes: tuple[str, ...] = ()


def checked(rows: Sequence[BankRow], plan: Plan) -> tuple[BankRow, ...]:
    """The rows with all that does not fit the plan, or one another, among their problems."""
    by_reference: dict[str, BankRow] = {}
    by_digest: dict[str, BankRow] = {}
    found = []
    for row in rows:
        problems = [*row.problems, *_wrong(row, plan)]
        twin = by_reference.setdefault(row.reference, row) if row.reference else row
        if twin is not row:
            problems.append(Problem(REFERENCE, f"{row.reference} is there twice: first in {twin.place}.", "Keep one."))
        twin = by_digest.setdefault(row.text.content.digest, row)
        if twin is not row and twin.reference == row.reference:
            problems.append(Problem("", f"It says what {twin.place} says.", "Keep one of the two."))
        found.append(replace(row, problems=tuple(dict.fromkeys(problems))))
    return tuple(found)


def _wrong(row: BankRow, plan: Plan) -> Iterator[Problem]:
    text = row.text
    named = {part for part in LABELS for problem in row.problems if problem.column == LABELS[part]}
    if not text.stem.strip() and "stem" not in named:
        yield Problem(LABELS["stem"], "The stem is missing.", "Write it, or leave the row out.")
    for part in _TEXTS:
        words = getattr(text, part)
        if len(words) > MOST_CHARACTERS:
            yield Problem(LABELS[part], f"There are more than {MOST_CHARACTERS:,} characters.", "Shorten it.")
        if unseen := unseen_in(words):
            yield Problem(LABELS[part], f"It holds {unseen}.", "Type the words anew.")
    method = next((each for each in plan.methods if each.code == text.method), None)
    if method is not None:
        yield from _codes(text, plan, method)
        yield from _numbers(text, method)
    elif "method" not in named:
        known = ", ".join(each.code for each in plan.methods)
        what = f"{_short(text.method)} is no method of the standard." if text.method else "The method is missing."
        yield Problem(LABELS["method"], what, f"Its methods are {known}.")


def _codes(text: DraftText, plan: Plan, method: Method) -> Iterator[Problem]:
    for part, codes in (("primary", (text.primary,) if text.primary else ()), ("secondary", text.secondary)):
        if sentence := unknown_ksbs([_short(code) for code in codes], plan, method.code):
            yield Problem(LABELS[part], sentence)
    own = [each.code for each in plan.criteria_of(method.code, Level.PASS, Level.DISTINCTION)]
    strange = [_short(code) for code in text.criteria if code not in own]
    if strange:
        what = (
            f"{', '.join(strange)} {'is' if len(strange) == 1 else 'are'} not among the criteria of the {method.code}."
        )
        yield Problem(LABELS["criteria"], what, f"They are {', '.join(own)}.")


def _numbers(text: DraftText, method: Method) -> Iterator[Problem]:
    least, most = method.demand_least, method.demand_most
    if text.demand and not least <= text.demand <= most:
        yield Problem(LABELS["demand"], f"{text.demand} is not on the scale.", f"Give {least} to {most}.")
    first, last, step = (
        round(minutes * 60)
        for minutes in (method.question_least_minutes, method.question_most_minutes, method.question_step_minutes)
    )
    if text.seconds and (not first <= text.seconds <= last or (text.seconds - first) % step):
        remedy = (
            f"Give {method.question_least_minutes:g} to {method.question_most_minutes:g} "
            f"in steps of {method.question_step_minutes:g}."
        )
        yield Problem(LABELS["seconds"], f"{text.seconds / 60:g} minutes do not fit the {method.code}.", remedy)


def _short(word: str) -> str:
    return visible(word) if len(word) <= _MOST_NAMED else f"{visible(word[:_MOST_NAMED])}…"
