from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from delivery.certificate import commitment
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.services import booking
from qbank.storage import draw_plans, triggers, units
from qbank.storage.models import AssessmentSession, Attempt, Commitment, Seed
from tests.services.a_bank import BOOKED, CIPHER, ENDED, METHOD, NOW, a_plan, a_session, pulled, the_person


def test_a_booking_gets_a_reference_an_address_of_128_bits_and_an_attempt_with_a_sealed_seed(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
        attempt, seed = store.get_one(Attempt, session.attempt_id), store.get_one(Seed, session.attempt_id)

        assert (session.reference, attempt.reference, attempt.number) == ("AS-00001", "AT-00001", 1)
        assert len(session.public_id) == 22
        assert len(CIPHER.opened(seed.ciphertext, attempt=attempt.reference)) == 32


def test_L4_the_commitment_binds_attempt_draw_plan_and_seed(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
        row = store.scalars(sa.select(Commitment)).one()
        plan = draw_plans.plan(store, row.draw_plan_id)
        seed = CIPHER.opened(store.get_one(Seed, session.attempt_id).ciphertext, attempt="AT-00001")

        assert row.commitment == commitment(attempt="AT-00001", plan_digest=plan.digest, seed=seed)


def test_L5_cancelling_and_booking_again_gives_the_same_set(bank):
    with units.write_unit(bank) as store:
        first = a_session(store)
    seen = pulled(bank, first.id)
    with units.write_unit(bank) as store:
        booking.cancel(store, store.get_one(AssessmentSession, first.id), because="ill", by=COMMAND_LINE, at=NOW)
        again = a_session(store, assessor="other", at=NOW, starts_at=NOW + timedelta(days=7))

    assert again.reference != first.reference
    assert pulled(bank, again.id, at=NOW + timedelta(days=7)) == seen


def test_a_second_session_for_an_attempt_is_refused_while_one_is_booked(bank):
    with units.write_unit(bank) as store:
        a_session(store)

    with pytest.raises(RuleBroken, match="has the session AS-00001"):
        units.in_write_unit(bank, a_session)


@pytest.mark.parametrize("kind", [Sitting.RE_SIT, Sitting.RE_TAKE])
def test_R4_a_re_sit_follows_a_sitting_and_not_a_booking(bank, kind):
    with pytest.raises(RuleBroken, match="follows a first sitting"):
        units.in_write_unit(bank, lambda store: a_session(store, kind=kind))
    with units.write_unit(bank) as store:
        session = a_session(store)

    with pytest.raises(RuleBroken, match="has the session"):
        units.in_write_unit(bank, lambda store: a_session(store, kind=kind, at=ENDED, starts_at=ENDED))

    pulled(bank, session.id)
    with units.write_unit(bank) as store:
        assert a_session(store, kind=kind, at=ENDED, starts_at=ENDED).attempt_id != session.attempt_id


def test_a_cancellation_needs_a_reason_and_stays(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
        with pytest.raises(RuleBroken, match="needs a reason"):
            booking.cancel(store, session, because=" ", by=COMMAND_LINE, at=NOW)
        booking.cancel(store, session, because="ill", by=COMMAND_LINE, at=NOW)

    with pytest.raises(RuleBroken, match="cancelled already"):
        units.in_write_unit(
            bank,
            lambda store: booking.cancel(
                store, store.get_one(AssessmentSession, session.id), because="ill", by=COMMAND_LINE, at=NOW
            ),
        )


def test_only_an_assessor_is_given_a_session(bank):
    with pytest.raises(RuleBroken, match="is not an assessor"):
        units.in_write_unit(bank, lambda store: a_session(store, assessor="author"))


def test_without_an_adopted_draw_plan_booking_says_what_to_do(bank):
    with bank.begin() as connection:
        triggers.drop(connection)
        connection.exec_driver_sql("DELETE FROM adoptions")
        triggers.create(connection)

    with pytest.raises(NotReady, match="No draw plan is adopted"):
        units.in_write_unit(bank, a_session)


def test_a_session_that_moves_keeps_its_attempt_and_the_reason_is_in_the_trail(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
        later = NOW + timedelta(days=3)
        booking.move(store, session, later, because="snow", by=COMMAND_LINE, at=BOOKED)

    with units.read_unit(bank) as store:
        assert store.get_one(AssessmentSession, session.id).starts_at == later


def change(store, session_id: int, how: str, at=NOW) -> None:
    """Cancel, move or reassign."""
    session = store.get_one(AssessmentSession, session_id)
    if how == "cancel":
        booking.cancel(store, session, because="a test", by=COMMAND_LINE, at=at)
    elif how == "move":
        booking.move(store, session, at + timedelta(days=1), because="a test", by=COMMAND_LINE, at=at)
    else:
        booking.reassign(store, session, the_person(store, "other"), by=COMMAND_LINE, at=at)


@pytest.mark.parametrize("how", ["cancel", "move", "reassign"])
def test_L5_nothing_changes_a_session_that_is_cancelled(bank, how):
    with units.write_unit(bank) as store:
        session = a_session(store).id
        change(store, session, "cancel")

    with pytest.raises(RuleBroken, match="AS-00001 is cancelled already") as caught:
        units.in_write_unit(bank, lambda store: change(store, session, how))

    assert caught.value.rule == "L5"


@pytest.mark.parametrize("how", ["cancel", "move", "reassign"])
def test_L5_nothing_changes_a_session_that_was_sat(bank, how):
    with units.write_unit(bank) as store:
        session = a_session(store).id
    pulled(bank, session)
    minutes = timedelta(minutes=a_plan().method(METHOD).minutes)

    with pytest.raises(RuleBroken, match="AS-00001 was sat"):
        units.in_write_unit(bank, lambda store: change(store, session, how, at=NOW + minutes))

    units.in_write_unit(bank, lambda store: change(store, session, how, at=NOW + minutes - timedelta(seconds=1)))


def test_L5_no_session_is_booked_for_or_moved_to_a_time_that_has_passed(bank):
    with pytest.raises(RuleBroken, match="That time has passed"):
        units.in_write_unit(bank, lambda store: a_session(store, starts_at=NOW, at=NOW + timedelta(seconds=1)))
    with units.write_unit(bank) as store:
        session = a_session(store)
    early = NOW - timedelta(hours=1)
    pulled(bank, session.id, at=early)

    def back(store) -> None:
        kept = store.get_one(AssessmentSession, session.id)
        booking.move(store, kept, early - timedelta(hours=3), because="a test", by=COMMAND_LINE, at=early)

    with pytest.raises(RuleBroken, match="That time has passed"):
        units.in_write_unit(bank, back)


def test_L5_a_session_whose_set_was_drawn_afterwards_was_not_sat(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
    pulled(bank, session.id, at=ENDED)

    with pytest.raises(RuleBroken, match="once it was sat"):
        units.in_write_unit(bank, lambda store: a_session(store, kind=Sitting.RE_SIT, at=ENDED, starts_at=ENDED))

    units.in_write_unit(bank, lambda store: change(store, session.id, "cancel", at=ENDED))


def test_a_move_needs_a_reason(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)

        with pytest.raises(RuleBroken, match="A move needs a reason"):
            booking.move(store, session, NOW, because=" ", by=COMMAND_LINE, at=BOOKED)
