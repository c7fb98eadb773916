"""L8: separation of duties holds in the database, with every check of the application taken out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.lifecycle import State
from qbank.storage import triggers, units
from qbank.storage.models import Approval, Commitment, QuestionSet, RepeatException, SetVoid, VersionAuthor
from tests.services.a_bank import METHOD, NOW, a_session, opened, the_person
from tests.storage.a_history import a_written_version, approve, fill_history, move


@pytest.fixture
def kept(shelf):
    with opened(shelf.copy("history", fill_history)) as engine:
        yield engine


def refused(engine, work, *, because: str) -> None:
    with pytest.raises(IntegrityError, match=because):
        units.in_write_unit(engine, work)


def test_nobody_approves_a_version_that_they_wrote(bank):
    refused(
        bank,
        lambda store: approve(store, a_written_version(store, author="author"), approver="author"),
        because="l8_approver_is_not_the_author",
    )


def test_a_co_author_approves_no_more_than_the_author(bank):
    def work(store):
        approve(store, a_written_version(store, author="author", co_author="approver"), approver="approver")

    refused(bank, work, because="L8: a co-author may not approve")


def test_an_approval_cannot_name_another_author_than_the_versions(bank):
    def work(store):
        version = a_written_version(store, author="author")
        names = {"author_id": the_person(store, "other").id, "approver_id": the_person(store, "author").id}
        store.add(Approval(question_version_id=version.id, **names, decision="approved", comment="", at=NOW))
        store.flush()

    refused(bank, work, because=r"(?i)foreign key")


def test_a_version_does_not_go_live_without_a_second_person(bank):
    refused(
        bank,
        lambda store: move(store, a_written_version(store, author="author"), State.LIVE),
        because="L8: a version goes live when a second person approves",
    )


def test_a_co_author_is_not_added_once_the_version_is_on_its_way(bank):
    def work(store):
        version = a_written_version(store, author="author")
        store.add(VersionAuthor(question_version_id=version.id, person_id=the_person(store, "other").id))
        store.flush()

    refused(bank, work, because="L8: co-authors are named with the version")


def test_L2_an_exception_is_signed_by_two_different_people(bank):
    def work(store):
        session, one = a_session(store), the_person(store, "assessor")
        signers = {"first_signer_id": one.id, "second_signer_id": one.id}
        apprentice = {"apprentice_id": session.apprentice_id, "method": METHOD, "question_id": 1}
        store.add(RepeatException(**apprentice, **signers, reason="a test", at=NOW))
        store.flush()

    refused(bank, work, because="l2_two_people_sign")


def test_L5_a_void_needs_a_second_person(kept):
    with kept.begin() as connection:
        triggers.drop(connection)
        connection.execute(sa.delete(SetVoid))
        triggers.create(connection)

    def work(store):
        one, drawn = (
            the_person(store, "assessor"),
            store.scalars(sa.select(QuestionSet).order_by(QuestionSet.id)).first(),
        )
        store.add(SetVoid(question_set_id=drawn.id, by_id=one.id, second_id=one.id, reason="a test", at=NOW))
        store.flush()

    refused(kept, work, because="l5_a_second_person_agrees")


def another_commitment(store, **people: int | None) -> None:
    first = store.scalars(sa.select(Commitment).limit(1)).one()
    store.add(
        Commitment(
            attempt_id=first.attempt_id,
            number=2,
            draw_plan_id=first.draw_plan_id,
            commitment="c" * 64,
            reason="a test",
            at=NOW,
            **people,
        )
    )
    store.flush()


@pytest.mark.parametrize("second", ["assessor", None])
def test_L5_another_plan_for_an_attempt_needs_two_people(bank, second):
    def work(store):
        a_session(store)
        one = the_person(store, "assessor").id
        another_commitment(store, by_id=one, second_id=one if second else None)

    refused(bank, work, because="l5_another_plan_needs_two_people")


def test_L5_another_plan_for_an_attempt_never_after_its_set_was_opened(kept):
    def work(store):
        another_commitment(store, by_id=the_person(store, "assessor").id, second_id=the_person(store, "approver").id)

    refused(kept, work, because="L5: the draw plan of an attempt never changes after")
