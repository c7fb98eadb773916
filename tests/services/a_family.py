"""Standard sets of the small bank: assembled once in a process, on their way into use."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.plan import DrawPlan
from delivery.standard_sets import StandardSets, assembled
from qbank.domain.lifecycle import State
from qbank.domain.standard_sets import Decided
from qbank.services import assembling, standard_sets
from qbank.services.assembling import Wanted
from qbank.storage import draw_plans, units
from qbank.storage.models import InService, Move, Question
from qbank.storage.queries.families import Family, family
from tests.services.a_bank import METHOD, NOW, a_plan, the_person, the_plan_version

STANDARD = a_plan().standard


@cache
def _assembled(plan: str, count: int) -> StandardSets:
    return assembled(_PLANS[plan].pool, _PLANS[plan].specification, count)


_PLANS: dict[str, DrawPlan] = {}


def a_family(store: Session, *, count: int = 4, by: str = "author") -> int:
    """The key of standard sets that were assembled just now for the plan in use."""
    fitted = draw_plans.adopted(store, the_plan_version(store).id, METHOD)
    assert fitted is not None
    _PLANS[fitted.digest] = draw_plans.plan(store, fitted.id)
    found = _assembled(fitted.digest, count)
    wanted = Wanted(STANDARD, METHOD, count)
    return assembling.keep(store, wanted, fitted.id, found, by=the_person(store, by).actor, at=NOW)


def the_family(bank: sa.Engine, key: int) -> Family:
    with units.read_unit(bank) as store:
        found = family(store, key)
    assert found is not None
    return found


def submit(store: Session, key: int, *, by: str = "author") -> None:
    found = _family(store, key)
    standard_sets.submit(store, found, seen=found.number, by=the_person(store, by).actor, at=NOW)


def decide(store: Session, key: int, decided: Decided = Decided.APPROVED, *, by: str = "approver") -> None:
    found = _family(store, key)
    person = the_person(store, by).actor
    standard_sets.decide(store, found, decided, seen=found.number, by=person, at=NOW, reason="Two are alike.")


def put_in_use(store: Session, key: int, *, by: str = "author") -> None:
    standard_sets.put_in_use(store, _family(store, key), by=the_person(store, by).actor, at=NOW)


def in_use(store: Session, *, count: int = 4) -> int:
    """The key of standard sets that bookings follow from now on."""
    key = a_family(store, count=count)
    submit(store, key)
    decide(store, key)
    put_in_use(store, key)
    return key


def _family(store: Session, key: int) -> Family:
    found = family(store, key)
    assert found is not None
    return found


def withdraw(bank: sa.Engine, reference: str, to: State = State.RESTING) -> None:
    """Take a live question out of service."""

    def work(store: Session) -> None:
        asked = (
            sa.select(InService)
            .join(Question, Question.id == InService.question_id)
            .where(Question.reference == reference)
        )
        found = store.scalars(asked).one()
        number = sa.select(sa.func.count()).where(Move.question_version_id == found.question_version_id)
        row = Move(
            question_id=found.question_id,
            question_version_id=found.question_version_id,
            number=(store.scalar(number) or 0) + 1,
            from_state=found.state,
            to_state=to,
            reason="a test",
            at=NOW,
        )
        store.add(row)
        store.flush()

    units.in_write_unit(bank, work)
