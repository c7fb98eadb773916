"""R10, Q2, R4, R5, L7, L8 of decisions hold in the database, with every check of the application taken out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.domain.voiding import Answered
from qbank.services import delivering
from qbank.storage import triggers, units
from qbank.storage.models import Assessment, AssessmentSession, AssessorRelease, RecordEntry, SetVoid, VoidAnswer
from tests.services import a_void
from tests.services.a_bank import CIPHER, ENDED, NOW, a_session, erased_on_record, the_person
from tests.storage import a_decision
from tests.storage.a_decision import (
    a_confirmation,
    a_drawn_session,
    a_judgement,
    a_moderation,
    a_reveal,
    a_sample,
    added,
    an_assessment,
    an_exception,
)


@pytest.fixture
def refused(bank: sa.Engine) -> Callable[..., None]:
    def check(work: Callable[[Session], object], *, because: str) -> None:
        with pytest.raises(IntegrityError, match=because):
            units.in_write_unit(bank, work)

    return check


@pytest.fixture
def done(bank: sa.Engine) -> Callable[[Callable[[Session], object]], None]:
    def work_and_keep(work: Callable[[Session], object]) -> None:
        units.in_write_unit(bank, lambda store: [work(store), None][1])

    return work_and_keep


def an_entry_in(store: Session, session) -> RecordEntry:
    row = {"salt": "00", "words": "{}", "commitment": "c" * 64, "device": "browser", "at_device": NOW, "at": NOW}
    assessor = the_person(store, "assessor").id
    return added(
        store, RecordEntry(assessment_session_id=session.id, entry="e" * 32, kind="began", by_id=assessor, **row)
    )


def test_R10_the_record_of_a_submitted_assessment_takes_no_more_entries(refused, done):
    done(lambda store: an_entry_in(store, a_drawn_session(store)))

    def work(store):
        session = a_drawn_session(store, apprentice=3)
        an_assessment(store, session)
        an_entry_in(store, session)

    refused(work, because="R10: the record of a submitted assessment takes no more entries")


def test_L5_the_set_of_a_submitted_assessment_is_not_voided(refused):
    def work(store):
        session = a_drawn_session(store)
        request = a_void.ask(store, session)
        row = an_assessment(store, session)
        told = {"void_request_id": request, "question_set_id": row.question_set_id, "reason": "a test", "at": NOW}
        one, other = a_void.decider(store, "manager").id, a_void.decider(store, "quality").id
        added(store, VoidAnswer(**told, answer=Answered.AGREED, by_id=other))
        added(
            store,
            SetVoid(question_set_id=row.question_set_id, reason="a test", at=NOW, by_id=one, second_id=other),
        )

    refused(work, because="L5: a set that was assessed is not voided")


def test_L8_only_the_assessor_of_the_session_assesses_it(refused):
    refused(
        lambda store: an_assessment(store, a_drawn_session(store), by="other"),
        because="L8: only the assessor of a session that stands",
    )


def test_L7_corrections_are_numbered_in_order(refused):
    refused(lambda store: an_assessment(store, a_drawn_session(store), number=2), because="L7: a correction follows")


def test_L7_nothing_is_added_to_a_submitted_assessment(refused):
    def work(store):
        row = an_assessment(store, a_drawn_session(store))
        a_judgement(store, row)
        a_judgement(store, row, "LP2")

    refused(work, because="L7: nothing is added to a submitted assessment")


def test_L7_words_are_erased_and_never_rewritten(bank, done):
    done(lambda store: a_judgement(store, an_assessment(store, a_drawn_session(store))))

    with bank.begin() as connection:
        erased_on_record(connection)
        connection.execute(sa.text("UPDATE judgements SET words = NULL, salt = NULL"))
    with bank.begin() as connection, pytest.raises(DBAPIError, match="L7: the words of judgements are erased"):
        connection.execute(sa.text("UPDATE judgements SET words = 'other', salt = '00'"))


def test_W6_an_incomplete_assessment_has_no_grade(refused):
    refused(
        lambda store: an_assessment(store, a_drawn_session(store), grade="pass", incomplete=True),
        because="w6_an_incomplete_one_has_no_grade",
    )


def test_R5_a_grade_that_differs_from_the_derived_one_is_marked_as_capped(refused):
    refused(
        lambda store: an_assessment(store, a_drawn_session(store), grade="pass", derived_grade="distinction"),
        because="r5_capped_where_it_is_less",
    )


def resat(store, first: str) -> Assessment:
    """A pass of a re-sit after a first sitting with that grade."""
    an_assessment(store, a_drawn_session(store), grade=first)
    again = a_session(store, apprentice=2, kind=Sitting.RE_SIT, starts_at=ENDED, at=ENDED)
    delivering.pull(store, again, by=COMMAND_LINE, at=ENDED, cipher=CIPHER)
    return an_assessment(store, again, grade="pass")


def test_R4_a_method_that_was_passed_is_not_sat_again(refused, done):
    done(lambda store: resat(store, "fail"))

    def work(store):
        first = an_assessment(store, a_drawn_session(store, apprentice=3))
        session = a_session(store, apprentice=3, kind=Sitting.RE_SIT, starts_at=ENDED, at=ENDED)
        delivering.pull(store, session, by=COMMAND_LINE, at=ENDED, cipher=CIPHER)
        an_assessment(store, _session_of(store, first), grade="pass", number=2)
        an_assessment(store, session, grade="pass")

    refused(work, because="R4: a method that was passed is not sat again")


def _session_of(store, row):
    return store.get_one(AssessmentSession, row.assessment_session_id)


@pytest.mark.parametrize("grade", ["pass", "distinction", None])
def test_R5_an_exception_is_recorded_for_a_fail_only(refused, grade):
    def work(store):
        session = a_drawn_session(store)
        an_assessment(store, session, grade=grade)
        an_exception(store, session.attempt_id)

    refused(work, because="R5: exceptional circumstances are recorded for an attempt that was failed")


def test_R5_who_gave_the_fail_does_not_record_the_exception(refused):
    def work(store):
        session = a_drawn_session(store)
        an_assessment(store, session)
        an_exception(store, session.attempt_id, by="assessor")

    refused(work, because="L8: who gave the fail does not record the exception")


@pytest.mark.parametrize("act", [a_moderation, a_confirmation])
def test_Q2_nobody_moderates_or_confirms_what_they_assessed(refused, act):
    refused(
        lambda store: act(store, an_assessment(store, a_drawn_session(store)), by="assessor"),
        because="Q2: nobody (moderates|confirms) what they delivered or assessed",
    )


def test_Q2_nobody_moderates_what_they_delivered(refused):
    """The set was drawn by one person; another assessed."""

    def work(store):
        session = a_session(store, apprentice=2)
        delivering.pull(store, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)
        row = an_assessment(store, session)
        a_void.given_to(store, session, the_person(store, "other").id)
        a_moderation(store, row, by="other")

    refused(work, because="Q2: nobody moderates what they delivered or assessed")


def test_R10_a_sampled_assessment_is_confirmed_only_after_a_moderation_that_upheld_it(refused, done):
    def sampled(store, apprentice=2):
        row = an_assessment(store, a_drawn_session(store, apprentice=apprentice))
        a_sample(store, row)
        return row

    because = "R10: a sampled assessment is confirmed only after"
    refused(lambda store: a_confirmation(store, sampled(store)), because=because)

    def returned(store):
        row = sampled(store)
        a_moderation(store, row, outcome="returned")
        a_confirmation(store, row)

    refused(returned, because=because)

    def corrected_unseen(store):
        row = sampled(store)
        a_moderation(store, row, outcome="returned")
        a_confirmation(store, an_assessment(store, _session_of(store, row), grade="pass", number=2))

    refused(corrected_unseen, because=because)

    def upheld(store):
        row = sampled(store)
        a_moderation(store, row, outcome="returned")
        again = an_assessment(store, _session_of(store, row), grade="pass", number=2)
        a_moderation(store, again)
        a_confirmation(store, again)

    done(upheld)


def test_R10_the_others_are_confirmed_after_the_sample_of_their_assessor(refused, done):
    def other_first(store, *, moderated):
        sampled = an_assessment(store, a_drawn_session(store))
        a_sample(store, sampled)
        other = an_assessment(store, a_drawn_session(store, apprentice=3))
        if moderated:
            a_moderation(store, sampled)
        a_confirmation(store, other)

    refused(lambda store: other_first(store, moderated=False), because="R10: the others are confirmed after the sample")
    done(lambda store: other_first(store, moderated=True))


def test_R10_what_was_corrected_is_neither_moderated_nor_confirmed(refused):
    def corrected(store):
        row = an_assessment(store, a_drawn_session(store))
        an_assessment(store, _session_of(store, row), number=2)
        return row

    refused(lambda store: a_moderation(store, corrected(store)), because="R10: what was corrected or confirmed")
    refused(lambda store: a_confirmation(store, corrected(store)), because="R10: what was corrected is not confirmed")


def test_R10_after_the_confirmation_nothing_is_corrected_moderated_sampled_or_confirmed_again(refused):
    def confirmed(store):
        row = an_assessment(store, a_drawn_session(store))
        a_confirmation(store, row)
        return row

    refused(
        lambda store: an_assessment(store, _session_of(store, confirmed(store)), number=2),
        because="R10: a confirmed assessment is never corrected",
    )
    refused(lambda store: a_moderation(store, confirmed(store)), because="R10: what was corrected or confirmed")
    refused(lambda store: a_sample(store, confirmed(store)), because="R10: what is confirmed is not sampled")
    refused(lambda store: a_confirmation(store, confirmed(store)), because="L7|uq_confirmations_r10_once")


def test_Q2_nobody_releases_themselves(refused):
    def work(store):
        one = the_person(store, "assessor").id
        added(store, AssessorRelease(assessor_id=one, at=NOW, by_id=one))

    refused(work, because="q2_by_somebody_else")


def test_the_template_of_the_history_is_made_of_such_rows(done):
    done(a_decision.decide)


def test_L4_a_seed_is_not_revealed_before_the_result_of_its_own_attempt(refused):
    def reveal(store):
        session, other = a_drawn_session(store), a_drawn_session(store, apprentice=3)
        row = an_assessment(store, other)
        a_sample(store, row)
        a_moderation(store, row)
        a_reveal(store, session, a_confirmation(store, row))

    refused(reveal, because="L4")


def test_without_the_rule_the_seed_of_another_attempt_would_be_revealed(bank):
    with bank.begin() as connection:
        triggers.drop(connection)

    with units.write_unit(bank) as store:
        session, other = a_drawn_session(store), a_drawn_session(store, apprentice=3)
        assert a_reveal(store, session, a_confirmation(store, an_assessment(store, other))).attempt_id
