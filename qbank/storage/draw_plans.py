"""What sets are drawn by, kept by its digest: fitted draw plans, read once in a process, and approved standard sets."""

from __future__ import annotations

import json
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
    own = sa.select(sa.func.coalesce(DrawPlanRow.fitted_plan_id, DrawPlanRow.id)).where(DrawPlanRow.id == draw_plan_id)
    fitted_id = store.scalars(own).one()
    digest = store.scalars(sa.select(DrawPlanRow.digest).where(DrawPlanRow.id == fitted_id)).one()
    if digest not in _IN_MEMORY:
        blob = store.scalars(sa.select(DrawPlanRow.blob).where(DrawPlanRow.id == fitted_id)).one()
        while len(_IN_MEMORY) >= MOST_IN_MEMORY:
            _IN_MEMORY.pop(next(iter(_IN_MEMORY)), None)
        _IN_MEMORY[digest] = DrawPlan.from_bytes(blob)
    return _IN_MEMORY[digest]


def standard_sets(store: Session, draw_plan_id: int) -> ApprovedSets | None:
    """The standard sets of that row; None where it is a fitted plan."""
    asked = sa.select(DrawPlanRow.blob).where(DrawPlanRow.id == draw_plan_id, DrawPlanRow.fitted_plan_id.is_not(None))
    blob = store.scalar(asked)
    return None if blob is None else ApprovedSets.from_dict(json.loads(blob))


def pinned(store: Session, draw_plan_id: int) -> dict[str, tuple[int, int]]:
    """(key of the question, key of the version), by reference, that a draw plan means."""
    asked = (
        sa.select(Question.reference, DrawPlanQuestion.question_id, DrawPlanQuestion.question_version_id)
        .join(Question, Question.id == DrawPlanQuestion.question_id)
        .where(DrawPlanQuestion.draw_plan_id == draw_plan_id)
    )
    return {reference: (key, version) for reference, key, version in rows(store, asked)}
