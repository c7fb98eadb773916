"""L8: separation of duties holds in the database, with every check of the application taken out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.lifecycle import State
from qbank.storage import triggers, units
from qbank.storage.models import (
    Approval,
    Commitment,
    QuestionSet,
    RepeatException,
    SetVoid,
    VersionAuthor,
    WorkingDraft,
    WorkingDraftAuthor,
)
from tests.services.a_bank import METHOD, NOW, a_session, opened, the_person
from tests.storage.a_history import a_working_draft, a_written_version, approve, fill_history, move


@pytest.fixture
def kept(shelf):
    with shelf.lent("history", fill_history) as address, opened(address) as engine:
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
        store.add(
            Approval(
                question_version_id=version.id, **names, decision="approved", comment="", at=NOW, change="material"
            )
        )
        store.flush()

    refused(bank, work, because=r"(?i)foreign key")


def test_a_version_does_not_go_live_without_a_second_person(bank):
    refused(
        bank,
        lambda store: move(store, a_written_version(store, author="author"), State.LIVE),
        because="L8: a version goes live when a second person approves",
    )


def test_whoever_submitted_a_version_does_not_approve_it(bank):
    def work(store):
        version = a_written_version(store, author="author")
        move(store, version, State.DRAFT)
        move(store, version, State.AWAITING_APPROVAL, by="approver")
        approve(store, version, approver="approver")

    refused(bank, work, because="L8: whoever submitted a version does not decide on it")


def test_whoever_wrote_in_a_draft_is_named_as_an_author_of_its_version(bank):
    def work(store):
        version = a_written_version(store, author="author")
        move(store, version, State.DRAFT)
        draft = a_working_draft(store, question_id=version.question_id)
        store.add(WorkingDraftAuthor(working_draft_id=draft.id, person_id=the_person(store, "approver").id))
        store.flush()
        move(store, version, State.AWAITING_APPROVAL)

    refused(bank, work, because="L8: whoever wrote in a draft is named as an author")


@pytest.mark.parametrize("hand", ["created_by_id", "saved_by_id"])
def test_whoever_began_or_saved_a_draft_is_named_as_an_author_of_its_version(bank, hand):
    def work(store):
        version = a_written_version(store, author="author")
        move(store, version, State.DRAFT)
        named, unnamed = the_person(store, "author").id, the_person(store, "approver").id
        same = {"plan_version_id": version.plan_version_id, "question_id": version.question_id}
        people = {"created_by_id": named, "saved_by_id": named} | {hand: unnamed}
        said = {"public_id": "round", "words": "{}", "revision": 1, "created_at": NOW, "saved_at": NOW}
        store.add(WorkingDraft(**same, **people, **said))
        store.flush()
        move(store, version, State.AWAITING_APPROVAL)

    refused(bank, work, because="L8: whoever began or saved a draft is named")


def test_an_approval_lapses_with_the_version_it_was_meant_for(bank):
    """A version that was taken back is not approved behind its author's back, and one is not approved twice."""

    def taken_back(store):
        version = a_written_version(store, author="author")
        move(store, version, State.DRAFT)
        approve(store, version, approver="approver")

    def twice(store):
        version = a_written_version(store, author="author")
        approve(store, version, approver="approver")
        move(store, version, State.LIVE)
        approve(store, version, approver="other")

    refused(bank, taken_back, because="L7: only a version that awaits approval is decided on")
    refused(bank, twice, because="L7: only a version that awaits approval is decided on")


@pytest.mark.parametrize(("decision", "change"), [("approved", None), ("approved", "small"), ("rejected", "editorial")])
def test_whoever_approves_says_whether_the_change_is_editorial_or_material_and_nobody_else_does(bank, decision, change):
    def work(store):
        version = a_written_version(store, author="author")
        names = {"author_id": version.author_id, "approver_id": the_person(store, "approver").id}
        said = {"decision": decision, "change": change, "comment": "a test", "at": NOW}
        store.add(Approval(question_version_id=version.id, **names, **said))
        store.flush()

    refused(bank, work, because="L7: whoever approves says whether")


def test_a_draft_is_saved_on_the_revision_that_was_read_and_stands_still_while_its_version_awaits(bank):
    def write(store, question_id=None, **values):
        draft = a_working_draft(store, question_id=question_id)
        store.execute(sa.update(WorkingDraft).where(WorkingDraft.id == draft.id).values(words="{ }", **values))

    def awaiting(store):
        write(store, a_written_version(store, author="author").question_id, revision=2)

    def ended(store):
        draft = a_working_draft(store)
        for moment in (NOW, None):
            store.execute(sa.update(WorkingDraft).where(WorkingDraft.id == draft.id).values(ended_at=moment))

    refused(bank, write, because="L7: a draft is saved on the revision that was read")
    refused(bank, awaiting, because="L8: a draft stands still while its version awaits approval")
    refused(bank, ended, because="L7: a draft that has ended stays as it is")


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
        triggers.drop(connection)  # the rules that ask for a request and an answer stand before it

    def work(store):
        one = the_person(store, "assessor")
        drawn = store.scalars(sa.select(QuestionSet).order_by(QuestionSet.id)).first()
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
