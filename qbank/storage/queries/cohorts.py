"""What was heard at the same provider or employer, and whether sets of a method take account of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.cohorts import CohortRule
from qbank.storage.models import Apprentice, CohortChoice, Person, QuestionSet, SetQuestion
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class CohortStanding:
    """The latest choice for a method.

    Args:
        rule: what holds; None where it was switched off.
        by: who chose; None for the command line.
    """

    rule: CohortRule | None
    at: datetime
    by: str | None


def standing_choice(store: Session, plan_version_id: int, method: str) -> CohortStanding | None:
    """The latest choice for the method; None where nobody has chosen, so that the factor is off."""
    asked = (
        sa.select(CohortChoice, Person.name)
        .outerjoin(Person, Person.id == CohortChoice.by_id)
        .where(CohortChoice.plan_version_id == plan_version_id, CohortChoice.method == method)
        .order_by(CohortChoice.id.desc())
        .limit(1)
    )
    for row, name in rows(store, asked):
        rule = CohortRule(row.factor, row.months) if row.factor is not None and row.months is not None else None
        return CohortStanding(rule, row.at, name)
    return None


def heard_nearby(store: Session, apprentice_id: int, method: str, *, since: datetime, at: datetime) -> set[int]:
    """Keys of the questions in sets that others of the apprentice's provider or employer were drawn.

    Args:
        store: any unit.
        apprentice_id: whose own sets do not count: what they met is excluded altogether.
        method: of the sets.
        since: sets drawn then or later count.
        at: sets drawn later than this do not.
    """
    own = sa.select(Apprentice.provider_id, Apprentice.employer_id).where(Apprentice.id == apprentice_id).subquery()
    asked = (
        sa.select(SetQuestion.question_id)
        .join(QuestionSet, QuestionSet.id == SetQuestion.question_set_id)
        .join(Apprentice, Apprentice.id == QuestionSet.apprentice_id)
        .join(own, sa.or_(Apprentice.provider_id == own.c.provider_id, Apprentice.employer_id == own.c.employer_id))
        .where(
            QuestionSet.method == method,
            QuestionSet.apprentice_id != apprentice_id,
            QuestionSet.drawn_at >= since,
            QuestionSet.drawn_at <= at,
        )
        .distinct()
    )
    return set(store.scalars(asked))
