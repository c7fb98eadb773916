"""L1 and L5: the database keeps one set for a session and one for an attempt, whoever goes round lock and service."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.people import COMMAND_LINE
from qbank.services import booking
from qbank.storage import triggers, units
from qbank.storage.models import QuestionSet
from tests.services.a_bank import NOW, a_session
from tests.storage.a_decision import a_drawn_session

LATER = NOW + timedelta(days=7)

PER_SESSION = "l1_one_set_per_session|question_sets.assessment_session_id, question_sets.ordinal"
PER_ATTEMPT = "l5_one_set_per_attempt|question_sets.attempt_id, question_sets.ordinal"
"""PostgreSQL names the constraint that a row breaks, SQLite its columns."""


def copied(store, *, past_the_rules=False, **changed):
    """A second row beside the one set that there is, past every check of the application, and every trigger too."""
    if past_the_rules:
        triggers.drop(store.connection())
    row = store.execute(sa.select(QuestionSet.__table__)).mappings().one()
    store.execute(sa.insert(QuestionSet.__table__).values({**row, "id": row["id"] + 1, **changed}))


def refused(bank, work, *, because):
    with pytest.raises(IntegrityError, match=because):
        units.in_write_unit(bank, work)


def test_L1_a_session_has_one_set_by_a_constraint_of_the_database(bank):
    def work(store):
        a_drawn_session(store)
        other = a_session(store, apprentice=3)
        copied(store, past_the_rules=True, attempt_id=other.attempt_id)  # as it is, it breaks L5's constraint as well

    refused(bank, work, because=PER_SESSION)


def test_L5_an_attempt_has_one_set_though_its_session_was_cancelled_and_booked_again(bank):
    def work(store):
        first = a_drawn_session(store, apprentice=1)
        booking.cancel(store, first, because="ill", by=COMMAND_LINE, at=NOW)
        again = a_session(store, apprentice=1, at=NOW, starts_at=LATER)
        assert again.attempt_id == first.attempt_id
        copied(store, past_the_rules=True, assessment_session_id=again.id)

    refused(bank, work, because=PER_ATTEMPT)


def test_L5_a_second_set_comes_only_after_two_people_voided_the_first(bank):
    def work(store):
        a_drawn_session(store)
        copied(store, ordinal=2)

    refused(bank, work, because="L5: another set only after two people voided the one before")
