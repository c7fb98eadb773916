"""Which draw plan bookings of a method follow, since when and by whom, and which were fitted before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import Adoption, DrawPlanRow, Person, SpecificationRow
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class FittedPlan:
    """A fitted draw plan without its content.

    Args:
        id: key of its row.
        questions: how many it draws from.
        adopted_at: when bookings began to follow it last; None when they never did.
        adopted_by: the person's name; None when nobody did, or it was done on the command line.
    """

    id: int
    digest: str
    questions: int
    fitted_at: datetime
    adopted_at: datetime | None
    adopted_by: str | None


def fitted_plans(store: Session, plan_version_id: int, method: str) -> list[FittedPlan]:
    """Every draw plan fitted for the method: the one put in use last first, those never used last, newest first."""
    latest = (
        sa.select(sa.func.max(Adoption.id))
        .where(Adoption.plan_version_id == plan_version_id, Adoption.method == method)
        .group_by(Adoption.draw_plan_id)
    )
    asked = (
        sa.select(
            DrawPlanRow.id,
            DrawPlanRow.digest,
            DrawPlanRow.question_count,
            DrawPlanRow.fitted_at,
            Adoption.id,
            Adoption.at,
            Person.name,
        )
        .join(SpecificationRow, SpecificationRow.id == DrawPlanRow.specification_id)
        .outerjoin(Adoption, sa.and_(Adoption.draw_plan_id == DrawPlanRow.id, Adoption.id.in_(latest)))
        .outerjoin(Person, Person.id == Adoption.by_id)
        .where(
            SpecificationRow.plan_version_id == plan_version_id,
            SpecificationRow.method == method,
            DrawPlanRow.fitted_plan_id.is_(None),
        )
    )
    found = sorted(rows(store, asked), key=lambda row: (row[4] or 0, row[0]), reverse=True)
    return [
        FittedPlan(key, digest, questions, fitted_at, adopted_at, adopted_by)
        for key, digest, questions, fitted_at, _, adopted_at, adopted_by in found
    ]
