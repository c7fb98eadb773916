"""What sets are drawn by, kept by its digest: fitted draw plans, read once in a process, and approved standard sets."""

from __future__ import annotations

import json
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from delivery.plan import DrawPlan
from delivery.rotation import ApprovedSets
from qbank.storage.models import Adoption, DrawPlanQuestion, DrawPlanRow, Question, SpecificationRow
from qbank.storage.queries.rows import rows

MOST_IN_MEMORY: Final = 16
_IN_MEMORY: Final[dict[str, DrawPlan]] = {}
"""By digest. Plans are values named by their content, so a copy in memory cannot be out of date."""


def adopted(store: Session, plan_version_id: int, method: str) -> DrawPlanRow | None:
    """What bookings of a method follow now: a fitted draw plan, or approved standard sets."""
    latest = (
        sa.select(Adoption.draw_plan_id)
        .where(Adoption.plan_version_id == plan_version_id, Adoption.method == method)
        .order_by(Adoption.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return store.scalar(sa.select(DrawPlanRow).where(DrawPlanRow.id == latest))


def fitted(store: Session, specification_digest: str, pool_digest: str) -> DrawPlanRow | None:
    """The draw plan that was fitted for this very specification and pool."""
    return store.scalar(
        sa.select(DrawPlanRow)
        .join(SpecificationRow, SpecificationRow.id == DrawPlanRow.specification_id)
        .where(
            SpecificationRow.digest == specification_digest,
            DrawPlanRow.pool_digest == pool_digest,
            DrawPlanRow.fitted_plan_id.is_(None),
        )
        .order_by(DrawPlanRow.id.desc())
        .limit(1)
    )


def plan(store: Session, draw_plan_id: int) -> DrawPlan:
    """The fitted plan of that row; of standard sets, the one whose questions they are.

    The few that are in use stay in memory, for reading one takes longer than a draw.
    """
    digest, fitted_id = _fitted(store, draw_plan_id)
    if digest not in _IN_MEMORY:
        blob = store.scalars(sa.select(DrawPlanRow.blob).where(DrawPlanRow.id == fitted_id)).one()
        while len(_IN_MEMORY) >= MOST_IN_MEMORY:
            _IN_MEMORY.pop(next(iter(_IN_MEMORY)), None)
        _IN_MEMORY[digest] = DrawPlan.from_bytes(blob)
    return _IN_MEMORY[digest]


def standard_sets(store: Session, draw_plan_id: int) -> ApprovedSets | None:
    """The standard sets of that row; None where it is a fitted plan."""
    if _fitted(store, draw_plan_id)[1] == draw_plan_id:
        return None
    blob = store.scalars(sa.select(DrawPlanRow.blob).where(DrawPlanRow.id == draw_plan_id)).one()
    return ApprovedSets.from_dict(json.loads(blob))


def pinned(store: Session, draw_plan_id: int) -> dict[str, tuple[int, int]]:
    """(key of the question, key of the version), by reference, that a draw plan means; asked once in a unit."""
    known: dict[int, dict[str, tuple[int, int]]] = store.info.setdefault("questions of draw plans", {})
    if not known.get(draw_plan_id):
        asked = (
            sa.select(Question.reference, DrawPlanQuestion.question_id, DrawPlanQuestion.question_version_id)
            .join(Question, Question.id == DrawPlanQuestion.question_id)
            .where(DrawPlanQuestion.draw_plan_id == draw_plan_id)
        )
        known[draw_plan_id] = {reference: (key, version) for reference, key, version in rows(store, asked)}
    return known[draw_plan_id]


def _fitted(store: Session, draw_plan_id: int) -> tuple[str, int]:
    """Digest and key of the fitted plan of that row, asked once in a unit: neither ever changes."""
    known: dict[int, tuple[str, int]] = store.info.setdefault("fitted draw plans", {})
    if draw_plan_id not in known:
        own = aliased(DrawPlanRow)
        asked = (
            sa.select(DrawPlanRow.digest, DrawPlanRow.id)
            .join(own, DrawPlanRow.id == sa.func.coalesce(own.fitted_plan_id, own.id))
            .where(own.id == draw_plan_id)
        )
        digest, key = store.execute(asked).one()
        known[draw_plan_id] = (digest, key)
    return known[draw_plan_id]
