"""A bank with its history as one JSON document: every version, who wrote and approved it, enemies and clones.

`written` and the reader in `storage` undo each other, to the byte: what is exported, restored and exported again is the
same. Times and names are kept as they were said: another installation's record, which nobody here can mend.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from qbank.domain.bank_rows import MOST_ROWS, BankRow, BankRows, Problem
from qbank.domain.faults import Fault, Faults
from qbank.domain.lifecycle import IN_SERVICE, State
from qbank.domain.question_archives import row_of
from qbank.domain.questions import BankQuestion, Content

FORMAT: Final = "qbank bank 1"


@dataclass(frozen=True, slots=True)
class MoveSaid:
    """A move of a version: to which state, when, by whom (empty for the command line) and why; a rest until a day."""

    to: State
    at: str
    by: str
    reason: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionSaid:
    """What an approver decided of a version."""

    verdict: str
    change: str | None
    approver: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class RemarkSaid:
    """What an approver remarked on a version, and what was answered."""

    part: str
    passage: str
    words: str
    suggestion: str | None
    by: str
    at: str
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class VersionSaid:
    """One version with its record.

    Args:
        number: from 1.
        content: what it says.
        digest: of the content.
        author: a name; empty for a load of files, whose provenance names somebody.
        co_authors: names, in order.
        confirmed: codes of the KSBs that were confirmed, in order.
        change: what it does to the history of use: editorial or material.
        moves, decisions, remarks: in order.
    """

    number: int
    content: Content
    digest: str
    author: str
    co_authors: tuple[str, ...]
    created_at: str
    confirmed: tuple[str, ...]
    change: str
    moves: tuple[MoveSaid, ...]
    decisions: tuple[DecisionSaid, ...] = ()
    remarks: tuple[RemarkSaid, ...] = ()

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.moves[-1].to


@dataclass(frozen=True, slots=True)
class QuestionSaid:
    """One question with every version, the first one first."""

    reference: str
    method: str
    created_at: str
    versions: tuple[VersionSaid, ...]


@dataclass(frozen=True, slots=True)
class EndSaid:
    """That a pair holds no more: when, by whom and why."""

    at: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PairSaid:
    """Two enemies, or two clones; a pair that was declared again is another one."""

    kind: Literal["enemy", "clone"]
    first: str
    second: str
    at: str
    by: str
    reason: str
    ended: EndSaid | None


@dataclass(frozen=True, slots=True)
class BankDocument:
    """The questions of a standard, by reference, with their history.

    Args:
        plan: the version of the assessment plan that they are written for.
        plan_body: that plan, as canonical JSON: a bank is restored where nobody has loaded it.
        pairs: in the order of their kind, their references, and their time.
    """

    format: Literal["qbank bank 1"]
    standard: str
    plan: str
    plan_body: str
    questions: tuple[QuestionSaid, ...]
    pairs: tuple[PairSaid, ...]


def written(document: BankDocument) -> bytes:
    """The document as JSON: UTF-8, keys in order, one space of indent, a line feed at the end."""
    return (json.dumps(asdict(document), ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def contradictions(document: BankDocument, file: str) -> list[Fault]:
    """Where a document contradicts itself: digests, numbers, references."""
    said: list[Problem] = []
    references = [each.reference for each in document.questions]
    if references != sorted(set(references), key=lambda one: (len(one), one)):
        said.append(Problem("", "The questions are not in the order of their references, each once."))
    for question in document.questions:
        numbers = [each.number for each in question.versions]
        if numbers != list(range(1, len(numbers) + 1)) or not numbers:
            said.append(Problem("", f"The versions of {question.reference[:20]} are not numbered from 1."))
        if sum(each.state in IN_SERVICE for each in question.versions if each.moves) > 1:
            said.append(Problem("", f"Two versions of {question.reference[:20]} are in service."))
        if not all(_is_time(moment) for moment in _times(question)):
            said.append(Problem("", f"A time of {question.reference[:20]} is none in UTC."))
        for each in question.versions:
            if not each.moves or each.digest != each.content.digest or each.content.method != question.method:
                what = f"Version {each.number} of {question.reference[:20]} is not what its digest says."
                said.append(Problem("", what))
    strange = {name for pair in document.pairs for name in (pair.first, pair.second)} - set(references)
    if strange:
        said.append(Problem("", f"Pairs name {', '.join(sorted(strange)[:5])}, which the file has not."))
    return [Fault(file, 0, each.what, "Export the bank anew; this file was changed.") for each in said]


def _times(question: QuestionSaid) -> Iterator[str]:
    yield question.created_at
    for version in question.versions:
        yield version.created_at
        yield from (move.at for move in version.moves)


def _is_time(said: str) -> bool:
    """Whether a time is said as `written` says it."""
    try:
        return datetime.fromisoformat(said).astimezone(UTC).isoformat() == said
    except (ValueError, OverflowError):
        return False


def rows_of_document(document: BankDocument, file: str) -> BankRows:
    """The questions of a document as rows: of each the version in service, else the newest that is not retired.

    Raises:
        Faults: there are too many.
    """
    if len(document.questions) > MOST_ROWS:
        raise Faults([Fault(file, 0, f"There are more than {MOST_ROWS:,} questions.", "Split the file.")])
    rows: list[BankRow] = []
    retired = 0
    for number, question in enumerate(document.questions, start=1):
        version = _standing(question)
        if version is None:
            retired += 1
        else:
            rows.append(row_of(BankQuestion(question.reference, version.content), number, question.reference))
    notes = [
        "The questions come in as drafts, without their history: a bank is restored with its history in the terminal."
    ]
    if retired:
        notes.append(f"Retired questions in it, {retired:,}, were passed over.")
    return BankRows(tuple(rows), tuple(notes))


def _standing(question: QuestionSaid) -> VersionSaid | None:
    serving = [each for each in question.versions if each.state in IN_SERVICE]
    others = [each for each in question.versions if each.state is not State.RETIRED]
    return next(iter(serving or others[::-1]), None)
