"""What bookings follow after a load: for each method of a standard, a draw plan for the questions that are live now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.errors import DeliveryRefusal
from delivery.plan import DrawPlan
from qbank.domain.people import COMMAND_LINE
from qbank.domain.standards import Method, Plan
from qbank.services import fitting, plan_adoption
from qbank.services.at_hand import open_engine
from qbank.services.plan_cache import PlanCache
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.queries import standards


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of one method: a draw plan that bookings follow, or the reason why there is none.

    Args:
        standard: its code.
        method: its title.
        question_count: questions in the plan; 0 where there is none.
        sets_in_use: whether bookings follow standard sets instead, which a load leaves in use.
        refusal: why no plan can be fitted, with what would help; None where one was adopted.
    """

    standard: str
    method: str
    question_count: int
    sets_in_use: bool = False
    refusal: DeliveryRefusal | None = None


def adopt_all(settings: Settings, progress: fitting.Progress | None = None) -> list[Adopted]:
    """Let bookings of every method of every standard follow today's live questions, once their plan is rehearsed.

    A method that a bank cannot serve does not hold up the others: its refusal is in the answer.
    """
    with open_engine(settings) as engine:
        return list(_adopted(engine, settings, progress or _silently))


def through(cache: PlanCache) -> fitting.Fit:
    """A fit that looks into a cache first: a bank that was fitted on this machine is not fitted again."""

    def fit(ordered: fitting.Order, progress: fitting.Progress | None) -> DrawPlan:
        return cache.plan_for(ordered.pool, ordered.specification, progress)

    return fit


def _silently(_step: str, _share: float) -> None:
    """For whoever has nobody to tell."""


def _adopted(engine: sa.Engine, settings: Settings, tell: fitting.Progress) -> Iterator[Adopted]:
    with units.read_unit(engine) as store:
        plans = standards.plans(store)
    for plan in plans:
        for method in plan.methods:
            try:
                yield _adopt(engine, settings, plan, method, tell)
            except DeliveryRefusal as refusal:
                yield Adopted(plan.standard, method.title, 0, refusal=refusal)


def _adopt(engine: sa.Engine, settings: Settings, plan: Plan, method: Method, tell: fitting.Progress) -> Adopted:
    """Put a rehearsed plan for today's questions in use, unless people have put standard sets in use instead."""
    at, code = datetime.now(UTC), method.code
    found = plan_adoption.fit_and_rehearse(engine, settings, plan.standard, code, by=COMMAND_LINE, at=at, tell=tell)

    def work(store: Session) -> bool:
        version = plan_adoption.version_of(store, plan.standard, code)
        current = draw_plans.adopted(store, version.id, code)
        if current is not None and current.fitted_plan_id is not None:
            return True
        plan_adoption.adopt_rehearsed(store, plan.standard, code, found.plan, found, by=COMMAND_LINE, at=at)
        return False

    sets_in_use = units.in_write_unit(engine, work)
    return Adopted(plan.standard, method.title, len(found.exposure), sets_in_use)
