"""Drafts that are submitted together become what each would have become by itself; all of them, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from qbank.domain.bank_rows import BankRow
from qbank.domain.errors import RuleBroken
from qbank.services import authoring, drafting, quarantining
from qbank.storage import units
from qbank.storage.models import (
    AuditEntry,
    Move,
    Question,
    QuestionImport,
    QuestionImportLine,
    QuestionVersion,
    VersionAuthor,
    VersionCriterion,
    VersionKsb,
    WorkingDraft,
)
from qbank.storage.queries import writing
from tests.services.a_bank import NOW, fill, opened, questions, the_person
from tests.services.test_question_imports import a_row, imported, known_row


def rows_of_every_kind(engine) -> tuple[BankRow, ...]:
    """New, changed, saved over an own draft, and over one whose version was taken back."""
    imported(engine, known_row(3, guidance="Listen for something else."))
    imported(engine, known_row(4, guidance="Listen for something else."), submits=True)
    with units.write_unit(engine) as store:
        author = the_person(store, "author").actor
        authoring.take_back(store, writing.question_by_reference(store, "Q-0004"), by=author, at=NOW)
    changed = [known_row(number, guidance="Listen for a third thing.") for number in (2, 3, 4)]
    return (*changed, a_row(5, stem="  What of\n lamp 5? "), a_row(6, "Q-9999"))


def submitted_one_by_one(engine) -> None:
    with units.write_unit(engine) as store:
        author, last = the_person(store, "author").actor, store.scalar(sa.select(sa.func.max(QuestionImport.id)))
        line = sa.and_(
            QuestionImportLine.working_draft_id == WorkingDraft.id, QuestionImportLine.question_import_id == last
        )
        drafts = sa.select(WorkingDraft).join(QuestionImportLine, line).order_by(QuestionImportLine.number)
        for draft in store.scalars(drafts).all():
            authoring.submit(store, draft, revision=draft.revision, because="imported", by=author, at=NOW)


def what_is_kept(engine) -> dict[str, list[str]]:
    """Everything that submissions leave, but for the keys that the database gives out."""
    asked = {
        "questions": sa.select(Question.reference, Question.method, Question.standard_id, Question.created_at),
        "drafts": sa.select(Question.reference, WorkingDraft.words, WorkingDraft.revision, WorkingDraft.saved_at)
        .select_from(WorkingDraft)
        .join(Question, Question.id == WorkingDraft.question_id),
        "trail": sa.select(AuditEntry.actor, AuditEntry.act, AuditEntry.subject, AuditEntry.facts)
        .where(AuditEntry.act == "question submitted")
        .order_by(AuditEntry.seq),
        "versions": sa.select(Question.reference, *columns(QuestionVersion))
        .select_from(QuestionVersion)
        .join(Question, Question.id == QuestionVersion.question_id),
    }
    for model in (Move, VersionAuthor, VersionKsb, VersionCriterion):
        asked[model.__tablename__] = (
            sa.select(Question.reference, QuestionVersion.number, *columns(model))
            .select_from(model)
            .join(QuestionVersion, QuestionVersion.id == model.question_version_id)
            .join(Question, Question.id == QuestionVersion.question_id)
        )
    with units.read_unit(engine) as store:
        return {name: sorted(str(tuple(row)) for row in store.execute(each)) for name, each in asked.items()}


def columns(model) -> list[sa.Column]:
    given_out = {"id", "question_id", "question_version_id"}
    return [each for each in model.__table__.c if each.name not in given_out]


def test_what_is_submitted_together_is_what_would_be_submitted_one_by_one(shelf):
    kept = []
    for together in (True, False):
        with shelf.lent("bank", fill) as url, opened(url) as engine:
            imported(engine, *rows_of_every_kind(engine), submits=together)
            if not together:
                submitted_one_by_one(engine)
            kept.append(what_is_kept(engine))

    assert len(kept[0]["moves"]) > 5
    assert kept[0] == kept[1]


def test_a_stem_whose_leak_is_suspected_keeps_all_of_them_back(bank):
    with units.write_unit(bank) as store:
        named = the_person(store, "approver").actor
        quarantining.quarantine(store, ["Q-0001"], because="Seen on a web site.", by=named, at=NOW)

    with pytest.raises(RuleBroken, match="The stem is that of Q-0001, whose leak is suspected"):
        imported(bank, a_row(1), a_row(2, stem=questions()[0].content.stem.upper()), submits=True)

    with units.read_unit(bank) as store:
        assert writing.queue(store) == []
        assert store.scalar(sa.select(sa.func.count()).select_from(WorkingDraft)) == 0


def test_a_draft_that_a_colleague_wrote_in_meanwhile_is_not_saved_over(bank):
    imported(bank, known_row(2, guidance="Listen for something else."))
    with units.write_unit(bank) as store:
        draft = store.scalars(sa.select(WorkingDraft)).one()
        text = replace(a_row(2).text, guidance="A colleague's words.")
        authoring.save(store, draft, text, revision=1, by=the_person(store, "approver").actor, at=NOW)

    with units.write_unit(bank) as store, pytest.raises(RuleBroken, match="written in, meanwhile"):
        drafting.save_all(store, {draft.id: a_row(2).text}, by=the_person(store, "author").actor, at=NOW)
