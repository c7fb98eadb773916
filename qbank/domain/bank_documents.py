"""A bank with its history as one JSON document: every version, who wrote and approved it, enemies and clones.

`written` and the reader in `storage` undo each other, to the byte: what is exported, restored and exported again is the
same. Times and names are kept as they were said: another installation's record, which nobody here can mend.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final, Literal

from qbank.domain.bank_rows import MOST_ROWS, BankRow, BankRows
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
