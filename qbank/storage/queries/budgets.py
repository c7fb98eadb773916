"""The predictability budgets that panels signed, and what was found when they were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import BudgetCheck, PlanVersion, Review, ReviewBankDecision, ReviewBudget, ReviewSignOff
from qbank.storage.queries.rows import rows
from review.budget import Budget, Checked
from review.rates import Interval

THOUSANDTHS: Final = 1000
MOST_CHECKS: Final = 400
"""Looks that are read: a year of nights, and some by day; see `checks_of`."""


@dataclass(frozen=True, slots=True)
class SignedBudget:
    """The budget of a bank, as the latest signed review has it.

    Args:
        review_id, review: of that review.
        signed_at: when it was signed off.
    """

    budget: Budget
    review_id: int
    review: str
    signed_at: datetime


def signed_budget(store: Session, standard_id: int, method: str) -> SignedBudget | None:
    """The budget of the latest signed review of a bank that says of how many kept sets it speaks."""
    asked = (
        sa.select(ReviewBankDecision.budget, ReviewBudget.last_sets, Review.id, Review.reference, ReviewSignOff.at)
        .join(Review, Review.id == ReviewBankDecision.review_id)
        .join(ReviewBudget, ReviewBudget.review_id == Review.id)
        .join(ReviewSignOff, ReviewSignOff.review_id == Review.id)
        .join(PlanVersion, PlanVersion.id == Review.plan_version_id)
        .where(PlanVersion.standard_id == standard_id, Review.method == method)
        .order_by(ReviewSignOff.at.desc(), Review.id.desc())
        .limit(1)
    )
    for thousandths, last, key, reference, at in rows(store, asked):
        return SignedBudget(Budget(thousandths, last), key, reference, at)
    return None


def checks_of(store: Session, standard_id: int, method: str) -> Sequence[Checked]:
    """What was found when the budget of a bank was looked at, in the order of time: the latest of them.

    Where these found nothing but a broken budget, the first look that did so goes before them, however long ago.
    """
    every = sa.select(BudgetCheck).where(BudgetCheck.standard_id == standard_id, BudgetCheck.method == method)
    latest_first = (BudgetCheck.at.desc(), BudgetCheck.id.desc())
    found = list(store.scalars(every.order_by(*latest_first).limit(MOST_CHECKS)))[::-1]
    checks = tuple(_checked(row) for row in found)
    if len(found) < MOST_CHECKS or not all(each.is_broken for each in checks if each.hits is not None):
        return checks
    broken = BudgetCheck.hits > BudgetCheck.budget * BudgetCheck.guesses
    kept = store.scalar(every.where(~broken).order_by(*latest_first).limit(1))
    since = every.where(broken) if kept is None else every.where(broken, BudgetCheck.at > kept.at)
    first = store.scalar(since.order_by(BudgetCheck.at, BudgetCheck.id).limit(1))
    return checks if first is None or first.id in {row.id for row in found} else (_checked(first), *checks)


def _checked(row: BudgetCheck) -> Checked:
    known = row.hits is not None and row.low is not None and row.high is not None
    interval = Interval(row.low / THOUSANDTHS, row.high / THOUSANDTHS) if known else None  # type: ignore[operator]
    hits = None if row.hits is None else row.hits / THOUSANDTHS
    return Checked(row.at, Budget(row.budget, row.last_sets), row.guesses, hits, interval, row.sets)
