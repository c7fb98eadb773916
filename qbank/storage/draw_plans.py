"""Fitted draw plans: kept by their digest, read once in a process."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.plan import DrawPlan
from qbank.storage.models import Adoption, DrawPlanQuestion, DrawPlanRow, Question, SpecificationRow
from qbank.storage.queries.rows import rows

MOST_IN_MEMORY: Final = 16
_IN_MEMORY: Final[dict[str, DrawPlan]] = {}
"""By digest. Plans are values named by their content, so a copy in memory cannot be out of date."""


def adopted(store: Session, plan_version_id: int, method: str) -> DrawPlanRow | None:
    """The draw plan that bookings of a method follow now."""
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
        .where(SpecificationRow.digest == specification_digest, DrawPlanRow.pool_digest == pool_digest)
        .order_by(DrawPlanRow.id.desc())
        .limit(1)
    )


def plan(store: Session, draw_plan_id: int) -> DrawPlan:
    """The draw plan of that row; the few that are in use stay in memory, for reading one takes longer than a draw."""
    digest = store.scalars(sa.select(DrawPlanRow.digest).where(DrawPlanRow.id == draw_plan_id)).one()
    if digest not in _IN_MEMORY:
        blob = store.scalars(sa.select(DrawPlanRow.blob).where(DrawPlanRow.id == draw_plan_id)).one()
        while len(_IN_MEMORY) >= MOST_IN_MEMORY:
            _IN_MEMORY.pop(next(iter(_IN_MEMORY)), None)
        _IN_MEMORY[digest] = DrawPlan.from_bytes(blob)
    return _IN_MEMORY[digest]


def pinned(store: Session, draw_plan_id: int) -> dict[str, tuple[int, int]]:
    """(key of the question, key of the version), by reference, that a draw plan means."""
    asked = (
        sa.select(Question.reference, DrawPlanQuestion.question_id, DrawPlanQuestion.question_version_id)
        .join(Question, Question.id == DrawPlanQuestion.question_id)
        .where(DrawPlanQuestion.draw_plan_id == draw_plan_id)
    )
    return {reference: (key, version) for reference, key, version in rows(store, asked)}
