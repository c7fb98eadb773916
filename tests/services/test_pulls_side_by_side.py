"""A set is worked out before its lock is taken: what happens between it heeds, where it is its business."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from qbank.domain.cohorts import CohortRule
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, cohorts, delivering, drawing, keeping, sign_in_tries, sign_ins
from qbank.storage import units
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.sets import set_of
from tests.services.a_bank import CIPHER, ENDED, METHOD, NOW, a_session, pulled, the_person, the_plan_version

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
        return drawing.unchanged_since(store, the_session(store, session), found.end)


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


def test_that_somebody_signed_in_or_could_not_changes_nothing(bank):
    session = booked(bank)
    found = worked_out(bank, session)

    with units.write_unit(bank) as store:
        sign_ins.begin(store, the_person(store, "other").actor, at=NOW)
        sign_in_tries.failed(store, "nobody@example.org", at=NOW)

    assert stands(bank, session, found)


def test_a_trail_that_does_not_go_on_from_there_is_another_one(bank):
    """A replica that lacked the last entries, or a restored backup, may have forgotten what the set heeded."""
    session = booked(bank)
    found = worked_out(bank, session)
    beyond = audit.End(found.end.seq + 1, "ab" * 32)
    other = audit.End(found.end.seq, "ab" * 32)

    assert not stands(bank, session, replace(found, end=beyond))
    assert not stands(bank, session, replace(found, end=other))


@pytest.mark.parametrize("is_new", [True, False], ids=["before the lock", "under the lock"])
def test_a_question_taken_out_between_working_out_and_keeping_is_in_no_set(bank, is_new):
    """Whichever moment it comes in: the trail never tells of a set that holds what was out of service by then."""
    session = booked(bank)
    gone = worked_out(bank, session).given.references[0]
    once = iter([gone])

    def take_out(*_anything, **_else):
        for reference in once:
            with units.write_unit(bank) as store:
                keeping.rest(store, [reference], **DONE)

    with pytest.MonkeyPatch.context() as patch:
        after_that(patch, delivering if is_new else drawing, "lock_sitting" if is_new else "_snapshot", take_out, bank)
        drawn = pulled(bank, session)

    assert gone not in drawn.references


def after_that(patch, module, name, act, bank):
    """Let another unit act when this one has come to that function; SQLite has one writer, so there it comes before."""
    ours = getattr(module, name)

    def overtaken(*given, **more):
        if bank.dialect.name == "postgresql":
            act()
        return ours(*given, **more)

    patch.setattr(module, name, overtaken)
    if bank.dialect.name == "sqlite":
        kept = units.in_write_unit
        patch.setattr(units, "in_write_unit", lambda engine, work: (act(), kept(engine, work))[1])


def test_after_too_many_entries_a_set_is_worked_out_anew(bank, monkeypatch):
    session, other = booked(bank), booked(bank, apprentice=2)
    found = worked_out(bank, session)
    pulled(bank, other)
    seen(bank, other)

    monkeypatch.setattr(drawing, "MOST_ENTRIES", 1)

    assert not stands(bank, session, found)
