"""Fits draw plans and adopts them: fitted once for a pool and a specification, kept by their digest.

A fit takes seconds, so it happens between two units: `order` reads, `fit` computes, `keep` writes. `adopt_for_today`
does so; `plan_for` does all three in one unit, for whoever has the database to themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from delivery.plan import DrawPlan
from delivery.pool import Pool
from delivery.specification import Specification
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.storage import draw_plans, pools, units
from qbank.storage.models import Adoption, DrawPlanQuestion, DrawPlanRow, PlanVersion, SpecificationRow
from qbank.storage.queries import standards

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a draw plan is fitted for: a value, so that the fit needs no database."""

    plan_version_id: int
    pool: Pool
    specification: Specification
    versions: Mapping[str, tuple[int, int]]


def adopted(store: Session, plan_version: PlanVersion, method: str) -> DrawPlanRow | None:
    """The draw plan that bookings of the method follow now."""
    return draw_plans.adopted(store, plan_version.id, method)


def order(store: Session, plan_version: PlanVersion, method: str) -> Order:
    """The method's specification, and its questions that are live now."""
    pinned = pools.pool_of(store, plan_version, method)
    specification = standards.plan(store, plan_version.id).specification(method)
    return Order(plan_version.id, pinned.pool, specification, pinned.versions)


def fit(ordered: Order, progress: Progress | None = None) -> DrawPlan:
    """The draw plan of an order.

    Raises:
        Infeasible: no lawful set exists; says what is missing and the smallest change.
    """
    from delivery.plan import fit as fitted

    return fitted(ordered.pool, ordered.specification, progress=progress)


Fit = Callable[[Order, Progress | None], DrawPlan]
"""How a draw plan is fitted: `fit`, or one that looks into a cache of plans first."""


def kept(store: Session, ordered: Order) -> DrawPlanRow | None:
    """The draw plan that was fitted for this very order before."""
    return draw_plans.fitted(store, ordered.specification.digest, ordered.pool.digest)


def keep(store: Session, ordered: Order, plan: DrawPlan, *, by: Actor, at: datetime) -> DrawPlanRow:
    """Keep a fitted plan with the question versions it means; one that is kept already is returned as it is."""
    found = kept(store, ordered)
    if found is not None:
        return found
    row = DrawPlanRow(
        specification_id=_specification(store, ordered, by=by, at=at).id,
        pool_digest=ordered.pool.digest,
        digest=plan.digest,
        question_count=len(ordered.versions),
        blob=plan.to_bytes(),
        fitted_at=at,
    )
    store.add(row)
    store.flush()
    store.add_all(
        DrawPlanQuestion(draw_plan_id=row.id, question_id=question, question_version_id=version)
        for question, version in ordered.versions.values()
    )
    store.flush()
    facts = {"digest": row.digest, "pool": row.pool_digest, "questions": row.question_count}
    audit.record(store, act="draw plan fitted", subject=ordered.specification.method, by=by, at=at, facts=facts)
    return row


def adopt(
    store: Session,
    plan_version: PlanVersion,
    method: str,
    row: DrawPlanRow,
    *,
    by: Actor,
    at: datetime,
    rehearsed: int | None = None,
) -> None:
    """Let bookings of the method follow this draw plan from now on; nothing happens when they do already.

    `rehearsed` is how many sets were drawn from it beforehand, for the audit trail.
    """
    current = draw_plans.adopted(store, plan_version.id, method)
    if current is not None and current.id == row.id:
        return
    store.add(Adoption(plan_version_id=plan_version.id, method=method, draw_plan_id=row.id, at=at, by_id=by.identifier))
    store.flush()
    facts = {"digest": row.digest, "plan": plan_version.digest} | ({"rehearsed": rehearsed} if rehearsed else {})
    audit.record(store, act="draw plan adopted", subject=method, by=by, at=at, facts=facts)


def plan_for(
    store: Session,
    plan_version: PlanVersion,
    method: str,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> DrawPlanRow:
    """The kept draw plan for the method's live questions, fitted now if there is none.

    Raises:
        Infeasible: no lawful set exists.
    """
    ordered = order(store, plan_version, method)
    return kept(store, ordered) or keep(store, ordered, fit(ordered, progress), by=by, at=at)


def adopt_for_today(
    engine: sa.Engine,
    plan_version: PlanVersion,
    method: str,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
    fit: Fit = fit,
) -> None:
    """Let bookings of the method follow a draw plan for today's live questions; the fit holds no lock.

    A question that changes while the fit runs is in the next adoption, not in this one.

    Raises:
        Infeasible: no lawful set exists; nothing was changed.
    """
    with units.read_unit(engine) as store:
        ordered = order(store, plan_version, method)
        fitted = kept(store, ordered)
    plan = None if fitted else fit(ordered, progress)

    def work(store: Session) -> None:
        row = keep(store, ordered, plan, by=by, at=at) if plan else kept(store, ordered)
        assert row is not None, "draw plans are never removed"  # noqa: S101 - narrows for the type checker
        adopt(store, plan_version, method, row, by=by, at=at)

    units.in_write_unit(engine, work)


def _specification(store: Session, ordered: Order, *, by: Actor, at: datetime) -> SpecificationRow:
    asked = ordered.specification
    row = store.scalar(
        sa.select(SpecificationRow).where(
            SpecificationRow.plan_version_id == ordered.plan_version_id,
            SpecificationRow.method == asked.method,
            SpecificationRow.digest == asked.digest,
        )
    )
    if row is None:
        row = SpecificationRow(
            plan_version_id=ordered.plan_version_id,
            method=asked.method,
            digest=asked.digest,
            body=canonical(asked.to_dict()).decode(),
            at=at,
            by_id=by.identifier,
        )
        store.add(row)
        store.flush()
    return row
