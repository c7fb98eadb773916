"""What an import and a restoring leave: the report with its lines, and the history of another installation."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.bank_rows import Kind
from qbank.storage.models import (
    Load,
    PairHistory,
    QuestionImport,
    QuestionImportLine,
    QuestionPair,
    QuestionVersion,
    VersionHistory,
)
from tests.services.a_bank import NOW, the_person, the_plan_version


def import_and_restore(store: Session) -> None:
    """A row in each of their tables."""
    taken = QuestionImport(
        public_id="an-import",
        plan_version_id=the_plan_version(store).id,
        file="questions.csv",
        format="csv",
        digest="d" * 64,
        new_count=0,
        changed_count=0,
        unchanged_count=1,
        wrong_count=0,
        left_out_count=0,
        submitted_count=0,
        at=NOW,
        by_id=the_person(store, "author").id,
    )
    store.add(taken)
    store.flush()
    line = QuestionImportLine(question_import_id=taken.id, number=1, place="row 2", kind=Kind.UNCHANGED)
    line.reference, line.words = "Q-0001", ""
    load = store.scalars(sa.select(Load.id).limit(1)).one()
    version = store.scalars(sa.select(QuestionVersion.id).limit(1)).one()
    pair = store.scalars(sa.select(QuestionPair.id).limit(1)).one()
    store.add(line)
    store.add(VersionHistory(question_version_id=version, load_id=load, move_count=1, words="{}"))
    store.add(PairHistory(question_pair_id=pair, load_id=load, words="{}"))
    store.flush()
