"""I2, X1, W2 to W4, P2, R6, R7, R12, R13: what is recorded before a set opens, and what the database refuses itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import Adjusted, Checked, How, Interest, Needed, Outcome
from qbank.services import booking, delivering, preparing, starting
from qbank.services.preparing import Change
from qbank.services.windows import NotPrepared
from qbank.storage import units
from qbank.storage.models import (
    Adjustment,
    AssessmentSession,
    AssessmentStart,
    Attempt,
    Declaration,
    QuestionSet,
    SittingCheck,
)
from qbank.storage.queries import preparation
from tests.services.a_bank import (
    BOOKED,
    CIPHER,
    ENDED,
    METHOD,
    NOW,
    a_session,
    an_apprentice,
    erased_on_record,
    pulled,
    the_person,
)
from tests.services.a_void import given_to


def refused(engine, work, *, because: str) -> None:
    with pytest.raises(IntegrityError, match=because):
        units.in_write_unit(engine, work)


def kept_without_asking(store, monkeypatch, session) -> QuestionSet:
    """The set, kept past every check of the services."""
    monkeypatch.setattr(delivering, "must_be_open", lambda *_: None)
    return delivering.pull(store, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)


def checked(store, session, what=Checked.IDENTITY, how=How.DOCUMENT, outcome=Outcome.SATISFIED, who="assessor") -> None:
    preparing.check(store, session, what, how=how, outcome=outcome, by=the_person(store, who).actor, at=NOW)


def test_I2_without_a_declaration_there_is_no_set(bank):
    with units.write_unit(bank) as store:
        session = a_session(store, is_declared=False)

    with pytest.raises(NotPrepared) as caught:
        pulled(bank, session.id)

    assert (caught.value.needed, caught.value.rule) == ([Needed.DECLARATION], "I2")


def test_I2_another_assessor_declares_for_themselves(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
        booking.reassign(store, session, the_person(store, "other"), by=COMMAND_LINE, at=NOW)

    with pytest.raises(NotPrepared):
        pulled(bank, session.id)


def test_I2_a_set_that_is_drawn_stays_shut_to_the_next_assessor_until_they_declare(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
    pulled(bank, session.id)
    with units.write_unit(bank) as store:
        booking.reassign(
            store, store.get_one(AssessmentSession, session.id), the_person(store, "other"), by=COMMAND_LINE, at=NOW
        )

    with pytest.raises(NotPrepared):
        pulled(bank, session.id)


def test_I2_nobody_declares_for_the_assessor_and_an_interest_stays(bank):
    with units.write_unit(bank) as store:
        session = a_session(store, is_declared=False)
        own, other = the_person(store, "assessor").actor, the_person(store, "other").actor
        with pytest.raises(NotAllowed):
            preparing.declare(store, session, Interest.NONE, by=other, at=NOW)
        preparing.declare(store, session, Interest.DECLARED, words="a cousin", by=own, at=NOW)
        with pytest.raises(RuleBroken, match="declared an interest"):
            preparing.declare(store, session, Interest.NONE, by=own, at=NOW)

        assert preparation.outstanding(store, session, NOW) == [Needed.ANOTHER_ASSESSOR]


def test_I2_and_X1_the_database_keeps_no_set_before_its_time(bank, monkeypatch):
    with units.write_unit(bank) as store:
        undeclared, unchecked = a_session(store, is_declared=False).id, a_session(store, apprentice=2, remote=True).id

    for key, because in ((undeclared, "I2: a set opens"), (unchecked, "X1: the set of a sitting at a distance")):

        def work(store, key=key):
            kept_without_asking(store, monkeypatch, store.get_one(AssessmentSession, key))

        refused(bank, work, because=because)


def test_I2_and_X1_the_database_takes_declarations_and_checks_from_the_assessor_alone(bank):
    with units.write_unit(bank) as store:
        session, other = a_session(store, remote=True).id, the_person(store, "other").id
    of = {"assessment_session_id": session, "at": NOW}
    rows = (
        Declaration(**of, person_id=other, interest="none"),
        SittingCheck(**of, what="room", how=How.SHOWN, outcome=Outcome.SATISFIED, by_id=other),
    )

    for row in rows:
        refused(bank, lambda store, row=row: (store.add(row), store.flush()), because="the assessor of a session")


def test_I2_the_database_takes_no_interest_back(bank):
    with units.write_unit(bank) as store:
        session, own = a_session(store, is_declared=False), the_person(store, "assessor")
        preparing.declare(store, session, Interest.DECLARED, words="a cousin", by=own.actor, at=NOW)
        row = {"assessment_session_id": session.id, "person_id": own.id, "interest": "none", "at": NOW}

    refused(bank, lambda store: store.execute(sa.insert(Declaration).values(row)), because="I2: a declared interest")


def test_X1_a_sitting_at_a_distance_opens_after_identity_and_room_are_in_order(bank):
    with units.write_unit(bank) as store:
        session = a_session(store, remote=True)
        assert preparation.outstanding(store, session, NOW) == [Needed.IDENTITY, Needed.ROOM]
        checked(store, session)
        checked(store, session, Checked.ROOM, How.SHOWN, Outcome.NOT_SATISFIED)
        assert preparation.outstanding(store, session, NOW) == [Needed.ROOM]
        checked(store, session, Checked.ROOM, How.SUPERVISED)

    assert pulled(bank, session.id).references


def test_X1_a_check_rests_on_its_own_means_and_belongs_to_a_sitting_at_a_distance(bank):
    with units.write_unit(bank) as store:
        remote, here = a_session(store, remote=True), a_session(store, apprentice=2)
        with pytest.raises(RuleBroken, match="cannot rest on that"):
            checked(store, remote, Checked.ROOM, How.DOCUMENT)
        with pytest.raises(RuleBroken, match="is in person"):
            checked(store, here)


def test_an_adjustment_alters_the_band_the_pack_and_says_whether_there_is_an_interpreter(bank):
    with units.write_unit(bank) as store:
        session, who = a_session(store), the_person(store, "approver").actor
        plain = (preparation.band_of(store, session), preparation.pack_variant(store, session))
        for change in (
            Change(Adjusted.TIME, extra_minutes=30),
            Change(Adjusted.TIME, extra_minutes=15),
            Change(Adjusted.FORMAT, variant="large"),
            Change(Adjusted.INTERPRETER, interpreter=True),
        ):
            preparing.adjust(store, session, change, because="hearing", by=who, at=NOW)

        assert plain == ((36 * 60, 54 * 60), "standard")
        assert preparation.band_of(store, session) == (48 * 60, 72 * 60)
        assert preparation.extra_minutes(store, session) == 15
        assert preparation.pack_variant(store, session) == "large"
        assert preparation.needs_interpreter(store, session)


def test_L8_nobody_approves_an_adjustment_of_a_session_that_they_assess(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
        own = the_person(store, "assessor")
        with pytest.raises(NotAllowed, match="that they assess"):
            preparing.adjust(store, session, Change(Adjusted.OTHER), because="x", by=own.actor, at=NOW)
        row = {"assessment_session_id": session.id, "kind": "other", "approved_by_id": own.id, "at": NOW, "words": "x"}
        preparing.adjust(
            store, session, Change(Adjusted.OTHER), because="x", by=the_person(store, "other").actor, at=NOW
        )

    refused(bank, lambda store: store.execute(sa.insert(Adjustment).values(row)), because="L8: the assessor")
    refused(
        bank,
        lambda store: given_to(store, store.get_one(AssessmentSession, session.id), the_person(store, "other").id),
        because="L8: who approved an adjustment",
    )


def test_the_reason_of_an_adjustment_is_erased_and_never_rewritten(bank):
    with units.write_unit(bank) as store:
        session, who = a_session(store), the_person(store, "approver").actor
        preparing.adjust(store, session, Change(Adjusted.OTHER), because="hearing", by=who, at=NOW)
    refused(
        bank, lambda store: store.execute(sa.update(Adjustment).values(words="sight")), because="L7: (a reason|words)"
    )

    with units.write_unit(bank) as store:
        erased_on_record(store.connection())
        store.execute(sa.update(Adjustment).values(words=None))

        assert store.scalars(sa.select(Adjustment.words)).all() == [None]


def sat(engine) -> tuple[int, int]:
    """A session that was sat, and its attempt."""
    with units.write_unit(engine) as store:
        session = a_session(store)
    pulled(engine, session.id)
    return session.id, session.attempt_id


def book_again(store, kind: Sitting):
    return booking.book(
        store,
        apprentice=an_apprentice(store, 1),
        method=METHOD,
        assessor=the_person(store, "assessor"),
        starts_at=ENDED + timedelta(days=30),
        place="Room 1",
        by=COMMAND_LINE,
        at=ENDED,
        cipher=CIPHER,
        kind=kind,
    )


@pytest.mark.parametrize("kind", [Sitting.RE_SIT, Sitting.RE_TAKE])
def test_R12_further_development_is_recorded_before_any_re_sit_or_re_take(bank, kind):
    sat(bank)

    with pytest.raises(RuleBroken, match="follows further development") as caught:
        units.in_write_unit(bank, lambda store: book_again(store, kind))

    assert caught.value.rule == "R12"


def test_R6_a_re_take_starts_the_assessment_anew(bank):
    _, attempt = sat(bank)

    def develop(store):
        starting.begin(store, an_apprentice(store, 1), BOOKED.date(), by=COMMAND_LINE, at=BOOKED)
        starting.develop(
            store, store.get_one(Attempt, attempt), ENDED.date(), words="a mentor", by=COMMAND_LINE, at=ENDED
        )

    units.in_write_unit(bank, develop)
    with pytest.raises(RuleBroken, match="starts the assessment anew") as caught:
        units.in_write_unit(bank, lambda store: book_again(store, Sitting.RE_TAKE))
    assert caught.value.rule == "R6"

    def again(store):
        starting.begin_again(store, an_apprentice(store, 1), ENDED.date(), by=COMMAND_LINE, at=ENDED)
        session = book_again(store, Sitting.RE_TAKE)
        first = preparation.started_on(store, session.apprentice_id, booked_at=BOOKED)
        return first, preparation.started_on(store, session.apprentice_id, booked_at=session.booked_at)

    assert units.in_write_unit(bank, again) == (BOOKED.date(), ENDED.date())


def test_R12_and_R6_the_database_opens_no_attempt_before_its_time(bank):
    _, attempt = sat(bank)

    def another(store, kind):
        row = store.get_one(Attempt, attempt)
        facts = {"apprentice_id": row.apprentice_id, "plan_version_id": row.plan_version_id, "method": METHOD}
        store.execute(sa.insert(Attempt).values(**facts, reference="AT-9", number=2, kind=kind, opened_at=ENDED))

    refused(bank, lambda store: another(store, Sitting.RE_SIT), because="R12: further development")
    with units.write_unit(bank) as store:
        starting.develop(
            store, store.get_one(Attempt, attempt), ENDED.date(), words="a mentor", by=COMMAND_LINE, at=ENDED
        )
    refused(bank, lambda store: another(store, Sitting.RE_TAKE), because="R6: a re-take")


def test_G1_the_assessment_starts_on_a_day_that_has_come(bank):
    def work(store):
        starting.begin(store, an_apprentice(store, 1), NOW.date() + timedelta(days=1), by=COMMAND_LINE, at=NOW)

    with pytest.raises(RuleBroken, match="still to come"):
        units.in_write_unit(bank, work)


def test_R8_a_corrected_start_counts_and_the_one_before_stays_on_record(bank):
    def work(store):
        session = a_session(store)
        apprentice = an_apprentice(store, 1)
        starting.begin(store, apprentice, date(2026, 5, 4), by=COMMAND_LINE, at=NOW)
        starting.correct(store, session, date(2026, 5, 11), because="misread", by=COMMAND_LINE, at=NOW)
        kept = store.scalars(sa.select(AssessmentStart.started_on).order_by(AssessmentStart.number)).all()
        return preparation.started_on(store, apprentice.id, booked_at=session.booked_at), kept

    assert units.in_write_unit(bank, work) == (date(2026, 5, 11), [date(2026, 5, 4), date(2026, 5, 11)])
