"""P2 and R13, with the invented standard's numbers: 3 to 5 pieces of evidence. W2 to W4 and R7: tests of the web."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import Reason, Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.services import handing_in
from qbank.services.handing_in import HandedIn
from qbank.services.reasons import ReasonNeeded
from qbank.storage import units
from qbank.storage.models import SessionNote, Submission
from qbank.storage.queries import preparation
from tests.services.a_bank import BOOKED, ENDED, NOW, a_session, pulled


def received(store, session, count, *, again=0, because="", on=BOOKED, at=NOW):
    handed_in = HandedIn(on.date(), count, again, because)
    return handing_in.receive(store, session, handed_in, by=COMMAND_LINE, at=at)


def a_re_sit(store):
    return a_session(store, kind=Sitting.RE_SIT, at=ENDED, starts_at=ENDED)


@pytest.mark.parametrize("count", [2, 6])
def test_P2_evidence_outside_its_number_of_pieces_needs_a_reason(bank, count):
    with units.write_unit(bank) as store:
        session = a_session(store)
        with pytest.raises(ReasonNeeded, match="3 to 5 pieces") as caught:
            received(store, session, count)
        received(store, session, count, because="one was withdrawn")
        kept = store.execute(sa.select(SessionNote.kind, SessionNote.words)).one()

    assert caught.value.rule == "P2"
    assert tuple(kept) == (Reason.LENGTH, "one was withdrawn")


@pytest.mark.parametrize("count", [3, 5])
def test_P2_evidence_within_its_number_needs_none(bank, count):
    with units.write_unit(bank) as store:
        session = a_session(store)
        received(store, session, count)

        assert preparation.submission_of(store, session.attempt_id).piece_count == count
        assert store.scalars(sa.select(SessionNote)).all() == []


def test_R13_earlier_evidence_comes_again_together_with_new(bank):
    with units.write_unit(bank) as store:
        first = a_session(store)
        with pytest.raises(RuleBroken, match="for a re-sit or re-take"):
            received(store, first, 4, again=1)
    pulled(bank, first.id)
    with units.write_unit(bank) as store:
        again = a_re_sit(store)
        with pytest.raises(RuleBroken, match="together with new") as caught:
            received(store, again, 4, again=4, at=ENDED)
        kept = received(store, again, 4, again=3, at=ENDED)

        assert (caught.value.rule, kept.again_count) == ("R13", 3)


def test_R13_the_database_keeps_no_evidence_that_is_all_earlier(bank):
    with units.write_unit(bank) as store:
        attempt = a_session(store).attempt_id
    row = {"attempt_id": attempt, "received_on": BOOKED.date(), "piece_count": 4, "again_count": 4, "at": NOW}

    with pytest.raises(IntegrityError, match="r13_earlier_evidence_with_new"):
        units.in_write_unit(bank, lambda store: store.execute(sa.insert(Submission).values(row)))


def test_what_is_still_to_come_was_not_received(bank):
    with pytest.raises(RuleBroken, match="still to come"):
        units.in_write_unit(bank, lambda store: received(store, a_session(store), 4, on=ENDED.replace(year=2027)))


def test_W4_a_method_without_a_project_has_no_subject(bank):
    def work(store):
        handing_in.agree_subject(store, a_session(store), "lamps", NOW.date(), by=COMMAND_LINE, at=NOW)

    with pytest.raises(RuleBroken, match="has no project"):
        units.in_write_unit(bank, work)
