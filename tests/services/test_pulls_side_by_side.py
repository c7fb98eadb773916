"""A set is worked out before its lock is taken: what happens between it heeds, where it is its business."""

from __future__ import annotations

from datetime import timedelta

from qbank.domain.cohorts import CohortRule
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.services import cohorts, delivering, drawing, keeping
from qbank.storage import units
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.sets import set_of
from tests.services.a_bank import CIPHER, ENDED, METHOD, NOW, a_session, pulled, the_plan_version

DONE = {"because": "heard outside", "by": COMMAND_LINE, "at": NOW}


def booked(bank, **changes) -> int:
    with units.write_unit(bank) as store:
        return a_session(store, **changes).id


def the_session(store, key: int) -> AssessmentSession:
    return store.get_one(AssessmentSession, key)


def worked_out(bank, session: int) -> drawing.WorkedOut:
    with units.read_unit(bank) as store:
        return drawing.work_out(store, the_session(store, session), CIPHER, at=NOW)


def stands(bank, session: int, found: drawing.WorkedOut) -> bool:
    with units.read_unit(bank) as store:
        return drawing.unchanged_since(store, the_session(store, session), found.entry)


def seen(bank, session: int) -> None:
    with units.write_unit(bank) as store:
        drawn = set_of(store, session)
        assert drawn is not None
        delivering.note_view(store, drawn, how="read", by=COMMAND_LINE, at=NOW)


def test_nothing_happened(bank):
    session = booked(bank)

    assert stands(bank, session, worked_out(bank, session))


def test_another_apprentices_set_that_was_drawn_and_seen_changes_nothing(bank):
    session, other = booked(bank), booked(bank, apprentice=2)
    found = worked_out(bank, session)

    pulled(bank, other)
    seen(bank, other)

    assert stands(bank, session, found)
    assert worked_out(bank, session).given == found.given


def test_a_question_that_was_taken_out_is_heeded(bank):
    session, other = booked(bank), booked(bank, apprentice=2)
    found = worked_out(bank, session)

    pulled(bank, other)
    with units.write_unit(bank) as store:
        keeping.rest(store, [found.given.references[0]], **DONE)

    assert not stands(bank, session, found)
    assert found.given.references[0] not in worked_out(bank, session).given.references


def test_L1_a_set_of_the_session_itself_is_heeded(bank):
    session = booked(bank)
    found = worked_out(bank, session)

    pulled(bank, session)

    assert not stands(bank, session, found)


def test_L2_a_set_of_the_apprentices_other_session_is_heeded(bank):
    session = booked(bank)
    pulled(bank, session)
    again = booked(bank, kind=Sitting.RE_SIT, starts_at=NOW + timedelta(days=30), at=ENDED)
    found = worked_out(bank, again)

    seen(bank, session)

    assert not stands(bank, again, found)


def test_with_the_cohort_factor_on_every_set_of_others_is_heeded(bank):
    session, other = booked(bank), booked(bank, apprentice=2)
    with units.write_unit(bank) as store:
        rule = CohortRule("0.500000", 12)
        cohorts.choose(store, the_plan_version(store), METHOD, rule, by=COMMAND_LINE, at=NOW)
    found = worked_out(bank, session)

    pulled(bank, other)

    assert not stands(bank, session, found)


def test_after_too_many_entries_a_set_is_worked_out_anew(bank, monkeypatch):
    session, other = booked(bank), booked(bank, apprentice=2)
    found = worked_out(bank, session)
    pulled(bank, other)
    seen(bank, other)

    monkeypatch.setattr(drawing, "MOST_ENTRIES", 2)

    assert not stands(bank, session, found)
