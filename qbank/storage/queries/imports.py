"""Imports of questions and what came of each of their rows."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.working_drafts import DraftText
from qbank.storage.models import Person, Question, QuestionImport, QuestionImportLine, WorkingDraft
from qbank.storage.queries.rows import rows

LATEST = 20


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What became of a row.

    Args:
        place: "row 14", or the name of its file.
        kind: new, changed, unchanged, with problems or left out.
        draft: the public id of its draft; empty where there is none.
        reference: of the draft's question by now, or that the row named; may be empty.
        stem: what the draft asks by now; empty where there is none.
        words: its problems, or what says the same.
    """

    place: str
    kind: str
    draft: str
    reference: str
    stem: str
    words: str


def import_by_public_id(store: Session, public_id: str) -> QuestionImport | None:
    """The import of that address."""
    return store.scalar(sa.select(QuestionImport).where(QuestionImport.public_id == public_id))


def imports_of(store: Session, person_id: int) -> list[QuestionImport]:
    """The person's imports, the latest first."""
    asked = sa.select(QuestionImport).where(QuestionImport.by_id == person_id)
    return list(store.scalars(asked.order_by(QuestionImport.id.desc()).limit(LATEST)))


def importer_of(store: Session, found: QuestionImport) -> str:
    """The name of whoever imported."""
    return store.get_one(Person, found.by_id).name


def lines_of(store: Session, found: QuestionImport) -> list[ImportLine]:
    """Every row of the file, in its order."""
    asked = (
        sa.select(QuestionImportLine, WorkingDraft, Question.reference)
        .outerjoin(WorkingDraft, WorkingDraft.id == QuestionImportLine.working_draft_id)
        .outerjoin(Question, Question.id == WorkingDraft.question_id)
        .where(QuestionImportLine.question_import_id == found.id)
        .order_by(QuestionImportLine.number)
    )
    return [
        ImportLine(
            place=line.place,
            kind=line.kind,
            draft=draft.public_id if draft else "",
            reference=reference or line.reference,
            stem=DraftText.from_kept(draft.words).stem if draft else "",
            words=line.words,
        )
        for line, draft, reference in rows(store, asked)
    ]
