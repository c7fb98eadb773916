"""Assembles standard sets as a job: from the questions that are live now, by the engine's integer program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.standard_sets import PATIENCE, StandardSets, assembled
from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.services import fitting, standard_sets
from qbank.services.plan_adoption import version_of
from qbank.services.plan_cache import PlanCache
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.models import StandardFamily
from qbank.storage.queries import standards

Tell = Callable[[str, float], None]

_FITTED, _ASSEMBLED = 0.3, 0.95
"""How much of the job is done when there is a plan, and when there are sets."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Standard sets that somebody asks for.

    Args:
        standard: the standard's code.
        method: the method's code.
        count: how many sets; None for as many as share no question.
    """

    standard: str
    method: str
    count: int | None = None


def assemble(
    engine: sa.Engine,
    settings: Settings,
    wanted: Wanted,
    *,
    by: Actor,
    at: datetime,
    tell: Tell,
    patience: float = PATIENCE,
) -> int:
    """Parallel sets of today's live questions, kept as a family that nobody has approved; its key.

    Args:
        engine: the database.
        settings: where fitted plans are kept on disk.
        wanted: the method, and how many.
        by: the person who asked, who may not approve them.
        at: now.
        tell: is told what is being done and how much of all is done.
        patience: seconds that the integer program is given.

    Raises:
        NotFound: there is no such standard or method.
        RuleBroken: the method is no observation.
        Infeasible: there are no lawful sets, or not so many; says what would help. Nothing was kept.
    """
    with units.read_unit(engine) as store:
        must_be_an_observation(store, wanted.standard, wanted.method)
        version = version_of(store, wanted.standard, wanted.method)
        ordered = fitting.order(store, version, wanted.method)
        kept = fitting.kept(store, ordered)
        plan = draw_plans.plan(store, kept.id) if kept else None
    if plan is None:
        plan = PlanCache.of(settings).plan_for(
            ordered.pool, ordered.specification, lambda step, share: tell(step, share * _FITTED)
        )
    tell("Assembling sets that are as alike as can be (half a minute or more)", _FITTED)
    found = assembled(plan.pool, plan.specification, wanted.count, patience=patience)
    tell("Keeping them", _ASSEMBLED)

    def work(store: Session) -> int:
        row = fitting.keep(store, ordered, plan, by=by, at=at)
        return keep(store, wanted, row.id, found, by=by, at=at)

    return units.in_write_unit(engine, work)


def must_be_an_observation(store: Session, standard: str, method: str) -> None:
    """Refuse a method whose sets are drawn from a test bank: only an observation has standardised questions.

    Raises:
        NotFound: there is no such standard or method.
        RuleBroken: it is another method.

    Source: assessment plan, rules O3 and W7.
    """
    version = version_of(store, standard, method)
    if not standards.as_loaded(store, version.id).method(method).observes:
        raise RuleBroken(
            "Only an observation may use standard sets: the sets of this method are drawn from its whole bank.",
            remedy="Fit a draw plan.",
            rule="W7",
        )


def keep(store: Session, wanted: Wanted, fitted_plan_id: int, found: StandardSets, *, by: Actor, at: datetime) -> int:
    """Keep assembled sets as a family; its key."""
    version = version_of(store, wanted.standard, wanted.method)
    row = StandardFamily(
        plan_version_id=version.id,
        method=wanted.method,
        fitted_plan_id=fitted_plan_id,
        most_apart=found.most_apart,
        gap=found.gap,
        at=at,
    )
    store.add(row)
    store.flush()
    plan = draw_plans.plan(store, fitted_plan_id)
    standard_sets.revise(store, row.id, plan, found.sets, number=1, by=by, at=at)
    return row.id
