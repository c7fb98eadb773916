from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from delivery.certificate import commitment
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.services import booking, delivering
from qbank.storage import draw_plans, triggers, units
from qbank.storage.models import AssessmentSession, Attempt, Commitment, QuestionSet, Seed, SetQuestion
from tests.databases import SqliteShelf
from tests.services.a_bank import BOOKED, CIPHER, ENDED, NOW, a_session, fill, opened, pulled, the_person


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
        units.in_write_unit(bank, lambda store: a_session(store, kind=kind, at=ENDED))

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


class DrawShopping(RuleBasedStateMachine):
    """L5: somebody books, cancels, reassigns, moves and pulls as they like, and never sees two sets for an attempt."""

    shelf: SqliteShelf

    def __init__(self) -> None:
        super().__init__()
        self.opened = opened(self.shelf.copy("bank", fill))
        self.engine = self.opened.__enter__()
        self.seen: set[tuple[str, ...]] = set()
        self.session: int | None = None

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    @precondition(lambda self: self.session is None)
    @rule(assessor=st.sampled_from(["assessor", "other"]), days=st.integers(0, 5))
    def book(self, assessor: str, days: int) -> None:
        with units.write_unit(self.engine) as store:
            self.session = a_session(store, assessor=assessor, starts_at=NOW + timedelta(days=days)).id

    @precondition(lambda self: self.session is not None)
    @rule()
    def cancel(self) -> None:
        with units.write_unit(self.engine) as store:
            session = store.get_one(AssessmentSession, self.session)
            booking.cancel(store, session, because="shopping", by=COMMAND_LINE, at=NOW)
        self.session = None

    @precondition(lambda self: self.session is not None)
    @rule(assessor=st.sampled_from(["assessor", "other"]))
    def reassign(self, assessor: str) -> None:
        with units.write_unit(self.engine) as store:
            session = store.get_one(AssessmentSession, self.session)
            booking.reassign(store, session, the_person(store, assessor), by=COMMAND_LINE, at=NOW)

    @precondition(lambda self: self.session is not None)
    @rule()
    def pull(self) -> None:
        with units.read_unit(self.engine) as store:
            starts_at = store.get_one(AssessmentSession, self.session).starts_at
        drawn = delivering.pull_once(self.engine, self.session, by=COMMAND_LINE, at=starts_at, cipher=CIPHER)
        self.seen.add(tuple(question.reference for question in drawn.questions))

    @invariant()
    def one_set_at_most(self) -> None:
        assert len(self.seen) <= 1
        with units.read_unit(self.engine) as store:
            assert store.scalar(sa.select(sa.func.count()).select_from(QuestionSet)) == len(self.seen)
            asked = store.scalars(sa.select(SetQuestion.question_id)).all()
        assert len(asked) == len(set(asked))


def test_L5_no_sequence_of_cancelling_booking_and_reassigning_yields_two_sets(tmp_path):
    DrawShopping.shelf = SqliteShelf(tmp_path)
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        DrawShopping,
        settings=settings(
            max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
