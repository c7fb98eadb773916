"""I1: an assessor's competence is recorded by somebody else, and nobody is booked beyond it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from qbank.domain.errors import RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.services import booking, competences
from qbank.storage import units
from qbank.storage.models import AssessmentSession, Competence
from qbank.storage.queries import preparation
from tests.services.a_bank import BOOKED, NOW, a_session, the_person

LAST_DAY = date(2026, 6, 4)
"""The day of the sessions of the tests."""


def record(bank, until, *, who="assessor", by=None):
    with units.write_unit(bank) as store:
        actor = COMMAND_LINE if by is None else the_person(store, by).actor
        competences.record(store, the_person(store, who), until, by=actor, at=BOOKED)


def test_I1_an_assessor_is_booked_until_the_last_day_on_record_and_not_after(bank):
    record(bank, LAST_DAY)

    with units.write_unit(bank) as store:
        a_session(store)
        with pytest.raises(RuleBroken, match="until 4 June 2026, and the session is on 5 June 2026") as caught:
            a_session(store, apprentice=2, starts_at=NOW + timedelta(days=1))

    assert caught.value.rule == "I1"


def test_I1_without_a_record_a_session_is_booked_and_the_last_record_counts(bank):
    with units.write_unit(bank) as store:
        a_session(store)
    record(bank, LAST_DAY)
    record(bank, LAST_DAY - timedelta(days=1))

    with units.write_unit(bank) as store:
        assert preparation.competent_until(store, the_person(store, "assessor").id) == LAST_DAY - timedelta(days=1)
        with pytest.raises(RuleBroken, match="Choose another assessor"):
            a_session(store, apprentice=2)


def test_I1_a_session_is_neither_moved_nor_given_to_somebody_beyond_their_record(bank):
    record(bank, LAST_DAY)
    record(bank, LAST_DAY - timedelta(days=1), who="other")
    with units.write_unit(bank) as store:
        session, other = a_session(store), the_person(store, "other")
        later = NOW + timedelta(days=1)

        with pytest.raises(RuleBroken, match="The competence of assessor"):
            booking.move(store, session, later, because="A test", by=COMMAND_LINE, at=BOOKED)
        with pytest.raises(RuleBroken, match="The competence of other"):
            booking.reassign(store, session, other, by=COMMAND_LINE, at=BOOKED)


def test_I1_nobody_records_their_own_competence_nor_that_of_no_assessor(bank):
    with pytest.raises(RuleBroken, match="their own"):
        record(bank, LAST_DAY, by="assessor")
    with pytest.raises(RuleBroken, match="not an assessor"):
        record(bank, LAST_DAY, who="author")


def test_I1_the_database_books_nobody_beyond_their_record(bank):
    with units.write_unit(bank) as store:
        key, person = a_session(store).id, the_person(store, "assessor").id
    record(bank, LAST_DAY - timedelta(days=1))

    with units.write_unit(bank) as store:
        store.get_one(AssessmentSession, key).place = "Room 2"  # what is booked stays, and may be changed otherwise
        store.flush()
        store.get_one(AssessmentSession, key).starts_at = NOW + timedelta(hours=1)
        with pytest.raises(IntegrityError, match="I1"):
            store.flush()
        store.rollback()
    with units.write_unit(bank) as store:
        store.add(Competence(person_id=person, holds_until=LAST_DAY, at=NOW, by_id=person))
        with pytest.raises(IntegrityError, match="I1"):
            store.flush()
        store.rollback()
