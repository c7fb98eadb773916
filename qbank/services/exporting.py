"""Questions out of the bank: as a table, as our own text files, or as a document with their whole history.

An export carries live text out of the house, so each is an entry of the audit trail. The file is made in a unit that
reads, for nobody else can write in one that writes; the entry alone is written, before anybody has the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from qbank.documents import workbooks
from qbank.domain import bank_documents
from qbank.domain.bank_documents import BankDocument, PairSaid, QuestionSaid, VersionSaid
from qbank.domain.errors import NotFound
from qbank.domain.lifecycle import IN_SERVICE
from qbank.domain.people import Actor
from qbank.domain.question_archives import packed
from qbank.domain.question_csv import written as as_csv
from qbank.domain.question_tables import COLUMNS, ONLY_OUT
from qbank.domain.questions import BankQuestion
from qbank.domain.standards import Plan
from qbank.domain.working_drafts import DraftText
from qbank.services import audit
from qbank.storage.models import PlanVersion
from qbank.storage.queries import bank_history, standards

FORMATS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "zip": "application/zip",
    "json": "application/json",
}
"""What an export may be, with what a browser calls it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file with questions: its name, its bytes, and how many questions it holds; of which standard and method.

    Args:
        method: a code; empty for all of them.
    """

    file: str
    data: bytes
    questions: int
    standard: str
    method: str
    kind: str


def as_file(
    store: Session, row: PlanVersion, kind: str, *, method: str = "", among: Collection[str] | None = None
) -> Exported:
    """The questions of a standard as a file: the same questions are always the same bytes, but for a workbook's clock.

    Nobody has it before `record` has written that somebody takes it.

    Args:
        store: to read from: a large bank takes seconds, in which others write.
        row: the standard's plan version.
        kind: one of `FORMATS`. A table and text files hold the version in service, else the newest; JSON holds all.
        method: a code, for the questions of that method alone.
        among: references, for these questions alone.

    Raises:
        NotFound: there is no such format or method, or no question.
    """
    plan = standards.as_loaded(store, row.id)
    if method:
        plan.method(method)
    if kind not in FORMATS:
        raise NotFound("There is no such format.", remedy=f"Choose one of {', '.join(FORMATS)}.")
    found = bank_history.document(store, row, method=method, among=among)
    if not found.questions:
        raise NotFound("No question is there to export.", remedy="Choose others.")
    name = f"{plan.standard}{f'-{method}' if method else ''}.{kind}"
    return Exported(name, _data(found, plan, kind), len(found.questions), plan.standard, method, kind)


def record(store: Session, made: Exported, *, by: Actor, at: datetime) -> None:
    """Write that somebody takes a file out, before they have it.

    Args:
        store: in a unit that writes.
        made: the file.
        by: who takes it.
        at: now.
    """
    facts = {
        "format": made.kind,
        "method": made.method or "all",
        "questions": made.questions,
        "digest": sha256(made.data).hexdigest(),
    }
    audit.record(store, act="questions exported", subject=made.standard, by=by, at=at, facts=facts)


def _data(found: BankDocument, plan: Plan, kind: str) -> bytes:
    if kind == "json":
        return bank_documents.written(found)
    if kind == "zip":
        return packed(_as_files(found), plan.standard)
    table = [[*COLUMNS, *ONLY_OUT], *_rows(found)]
    if kind == "csv":
        return as_csv(table)
    return workbooks.written(table, plan, workbooks.explanations(plan))


def _rows(found: BankDocument) -> Iterator[Sequence[str]]:
    enemies, clones = (_others(found.pairs, kind) for kind in ("enemy", "clone"))
    for question in found.questions:
        version = _shown(question)
        text, name = DraftText.of(version.content), question.reference
        yield (
            name,
            text.method,
            text.stem,
            text.probes,
            text.guidance,
            text.pass_evidence,
            text.distinction_evidence,
            text.primary,
            ", ".join(text.secondary),
            ", ".join(text.criteria),
            str(text.demand),
            f"{text.seconds / 60:.4g}",
            text.author,
            text.source,
            "yes" if text.employer_consulted else "no",
            version.state,
            str(version.number),
            ", ".join(enemies.get(name, ())),
            ", ".join(clones.get(name, ())),
        )


def _as_files(found: BankDocument) -> Iterator[BankQuestion]:
    enemies, clones = (_others(found.pairs, kind) for kind in ("enemy", "clone"))
    for question in found.questions:
        name, content = question.reference, _shown(question).content
        yield BankQuestion(name, content, tuple(enemies.get(name, ())), tuple(clones.get(name, ())))


def _shown(question: QuestionSaid) -> VersionSaid:
    """The version in service, else the newest."""
    serving = [each for each in question.versions if each.state in IN_SERVICE]
    return (serving or list(question.versions))[-1]


def _others(pairs: Sequence[PairSaid], kind: str) -> dict[str, list[str]]:
    """By reference, the others that it is an enemy or a clone of; each pair that holds stands at both."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        if pair.kind == kind and pair.ended is None:
            for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
                found.setdefault(one, []).append(other)
    return {name: sorted(set(others), key=lambda one: (len(one), one)) for name, others in found.items()}
