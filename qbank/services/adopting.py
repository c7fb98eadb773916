"""What bookings follow after a load: for each method of a standard, a draw plan for the questions that are live now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from delivery.errors import DeliveryRefusal
from delivery.plan import DrawPlan
from qbank.domain.people import COMMAND_LINE
from qbank.services import fitting
from qbank.services.at_hand import open_engine
from qbank.services.plan_cache import PlanCache
from qbank.settings import Settings
from qbank.storage import units
from qbank.storage.queries import standards


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of one method: a draw plan that bookings follow, or the reason why there is none.

    Args:
        standard: its code.
        method: its title.
        question_count: questions in the plan; 0 where there is none.
        refusal: why no plan can be fitted, with what would help; None where one was adopted.
    """

    standard: str
    method: str
    question_count: int
    refusal: DeliveryRefusal | None = None


def adopt_all(settings: Settings, progress: fitting.Progress | None = None) -> list[Adopted]:
    """Let bookings of every method of every standard follow today's live questions.

    A method that a bank cannot serve does not hold up the others: its refusal is in the answer.
    """
    with open_engine(settings) as engine:
        return list(_adopted(engine, through(PlanCache.of(settings)), progress))


def through(cache: PlanCache) -> fitting.Fit:
    """A fit that looks into a cache first: a bank that was fitted on this machine is not fitted again."""

    def fit(ordered: fitting.Order, progress: fitting.Progress | None) -> DrawPlan:
        return cache.plan_for(ordered.pool, ordered.specification, progress)

    return fit


def _adopted(engine: sa.Engine, fit: fitting.Fit, progress: fitting.Progress | None) -> Iterator[Adopted]:
    with units.read_unit(engine) as store:
        versions = [
            (plan, standards.plan_version(store, plan.standard, plan.version)) for plan in standards.plans(store)
        ]
    at = datetime.now(UTC)
    for plan, row in versions:
        assert row is not None, "a plan that was read has its row"  # noqa: S101 - narrows for the type checker
        for method in plan.methods:
            try:
                fitting.adopt_for_today(engine, row, method.code, by=COMMAND_LINE, at=at, progress=progress, fit=fit)
            except DeliveryRefusal as refusal:
                yield Adopted(plan.standard, method.title, 0, refusal)
                continue
            with units.read_unit(engine) as store:
                adopted = fitting.adopted(store, row, method.code)
            yield Adopted(plan.standard, method.title, adopted.question_count if adopted else 0)
