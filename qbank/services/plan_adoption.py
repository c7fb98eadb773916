"""A draw plan's way into use: fitted and rehearsed as a job, then adopted by a person who has seen the rehearsal.

The bank may change while people look: a plan is adopted only as long as it means exactly the questions that are live.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.plan import DrawPlan
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.people import Actor
from qbank.services import fitting
from qbank.services.plan_cache import PlanCache
from qbank.services.plan_rehearsals import KeptRehearsals, PlanRehearsal, rehearse_plan
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.models import DrawPlanRow, PlanVersion, SpecificationRow
from qbank.storage.queries import standards

Tell = Callable[[str, float], None]

_FIT_SHARE = 0.5
"""How much of the job the fit is: it and the rehearsal take about as long on the starter bank."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How today's bank differs from the one that a draw plan was fitted for, by reference of question.

    Args:
        new: live now and not in the plan.
        gone: in the plan and not live any more.
        changed: another version of the question is live now.
        rules: the specification is another.
        pairs: the same versions, and other pairs of them must not meet.
    """

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    rules: bool = False
    pairs: bool = False

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.new or self.gone or self.changed or self.rules or self.pairs)


def changes_since(store: Session, ordered: fitting.Order, row: DrawPlanRow) -> Changes:
    """What a plan fitted for this order now would know and that one does not."""
    then, now = draw_plans.pinned(store, row.id), ordered.versions
    specification = store.get_one(SpecificationRow, row.specification_id)
    new, gone = sorted(now.keys() - then.keys()), sorted(then.keys() - now.keys())
    changed = sorted(reference for reference in now.keys() & then.keys() if now[reference] != then[reference])
    rules = specification.digest != ordered.specification.digest
    same = not (new or gone or changed)
    return Changes(tuple(new), tuple(gone), tuple(changed), rules, same and row.pool_digest != ordered.pool.digest)


def changes_of(store: Session, standard: str, method: str, row: DrawPlanRow) -> Changes:
    """How today's bank differs from the one that the method's draw plan was fitted for."""
    return changes_since(store, fitting.order(store, version_of(store, standard, method), method), row)


def fit_and_rehearse(
    engine: sa.Engine, settings: Settings, standard: str, method: str, *, by: Actor, at: datetime, tell: Tell
) -> PlanRehearsal:
    """Fit a draw plan for the questions that are live now, keep it, and draw its rehearsal. Adopts nothing.

    Args:
        engine: the database.
        settings: where fitted plans and rehearsals are kept on disk.
        standard: the standard's code.
        method: the method's code.
        by: the person who asked.
        at: now.
        tell: is told what is being done and how much of all is done.

    Returns:
        The rehearsal, which names the plan by its digest.

    Raises:
        NotFound: there is no such standard or method.
        Infeasible: no lawful set exists; says what is missing and the smallest change. Nothing was kept.
    """
    with units.read_unit(engine) as store:
        ordered = fitting.order(store, version_of(store, standard, method), method)
        kept = fitting.kept(store, ordered)
        plan = draw_plans.plan(store, kept.id) if kept else None
    if plan is None:
        plan = _fitted(engine, settings, ordered, by=by, at=at, tell=tell)
    rehearsals = KeptRehearsals.of(settings)
    found = rehearsals.of_plan(plan.digest)
    if found is None:
        found = rehearse_plan(plan, progress=_from(_FIT_SHARE, tell))
        rehearsals.keep(found)
    return found


def _fitted(
    engine: sa.Engine, settings: Settings, ordered: fitting.Order, *, by: Actor, at: datetime, tell: Tell
) -> DrawPlan:
    plan = PlanCache.of(settings).plan_for(
        ordered.pool, ordered.specification, lambda step, share: tell(step, share * _FIT_SHARE)
    )
    units.in_write_unit(engine, lambda store: fitting.keep(store, ordered, plan, by=by, at=at))
    return plan


def _from(begin: float, tell: Tell) -> Tell:
    return lambda step, share: tell(step, begin + share * (1 - begin))


def adopt_rehearsed(
    store: Session,
    standard: str,
    method: str,
    digest: str,
    rehearsal: PlanRehearsal | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let bookings of the method follow a rehearsed draw plan from now on.

    Args:
        store: in a unit that writes.
        standard: the standard's code.
        method: the method's code.
        digest: of the draw plan.
        rehearsal: its rehearsal, which whoever adopts has seen.
        by: the person.
        at: now.

    Raises:
        NotFound: there is no such standard, method or draw plan.
        RuleBroken: it was not rehearsed, a set of the rehearsal broke a requirement, or the bank has changed since.
    """
    row = row_of(store, standard, method, digest)
    if rehearsal is None or rehearsal.plan != row.digest:
        raise RuleBroken(
            "This draw plan has no rehearsal, so nobody has seen what it would ask.",
            remedy="Press “Fit and rehearse” on the page of the method, look at the rehearsal, then put it in use.",
        )
    if rehearsal.failures:
        raise RuleBroken(
            f"Sets of the rehearsal break a requirement: {', '.join(sorted(rehearsal.failures))}.",
            remedy="Keep the plan that is in use, and tell whoever looks after this installation: this is a fault.",
        )
    version = version_of(store, standard, method)
    if changes_of(store, standard, method, row):
        raise RuleBroken(
            "The bank has changed since this draw plan was fitted.",
            remedy="Press “Fit and rehearse” again: the new plan means the questions that are live now.",
        )
    fitting.adopt(store, version, method, row, by=by, at=at, rehearsed=rehearsal.sets)


def row_of(store: Session, standard: str, method: str, digest: str) -> DrawPlanRow:
    """The draw plan of that digest.

    Raises:
        NotFound: no draw plan of the method has it.
    """
    version = version_of(store, standard, method)
    row = store.scalar(
        sa.select(DrawPlanRow)
        .join(SpecificationRow, SpecificationRow.id == DrawPlanRow.specification_id)
        .where(
            SpecificationRow.plan_version_id == version.id,
            SpecificationRow.method == method,
            DrawPlanRow.digest == digest,
            DrawPlanRow.fitted_plan_id.is_(None),
        )
    )
    if row is None:
        raise NotFound("No draw plan has this address.", remedy="Choose one from the page of the method.")
    return row


def version_of(store: Session, standard: str, method: str) -> PlanVersion:
    """The newest version of the standard's plan, which has that method.

    Raises:
        NotFound: there is no such standard, or it has no such method.
    """
    version = standards.plan_version(store, standard)
    if version is None or method not in {each.code for each in standards.as_loaded(store, version.id).methods}:
        raise NotFound("No assessment method has this address.", remedy="Choose one from the list of draw plans.")
    return version
