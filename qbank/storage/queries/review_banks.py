"""The bank as a whole in a review: how the members voted on it, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import Person, ReviewBankDecision, ReviewBankVote, ReviewBudget
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class BankVoted:
    """The latest vote of a member on the bank."""

    by_id: int
    name: str
    is_sufficient: bool
    reason: str
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BankResolved:
    """What was decided of the bank.

    Args:
        budget: in thousandths of a set, of whoever kept `last_sets`; None where that was not said.
        departs_because: why it is another than most votes were for; None where it is not.
    """

    is_sufficient: bool
    budget: int
    last_sets: int | None
    reason: str
    departs_because: str | None
    by: str
    by_id: int
    at: datetime


def bank_votes(store: Session, review_id: int) -> list[BankVoted]:
    """The latest vote of each member who has voted, in the order of their names."""
    asked = (
        sa.select(ReviewBankVote, Person.name)
        .join(Person, Person.id == ReviewBankVote.by_id)
        .where(ReviewBankVote.review_id == review_id)
        .order_by(Person.name, Person.id, ReviewBankVote.number)
    )
    latest = {row.by_id: (row, name) for row, name in rows(store, asked)}
    return [
        BankVoted(row.by_id, name, row.is_sufficient, row.reason, row.number, row.at) for row, name in latest.values()
    ]


def bank_decision(store: Session, review_id: int) -> BankResolved | None:
    """What was decided of the bank; None while nothing is."""
    asked = (
        sa.select(ReviewBankDecision, Person.name, ReviewBudget.last_sets)
        .join(Person, Person.id == ReviewBankDecision.by_id)
        .outerjoin(ReviewBudget, ReviewBudget.review_id == ReviewBankDecision.review_id)
        .where(ReviewBankDecision.review_id == review_id)
    )
    found = rows(store, asked)
    if not found:
        return None
    row, name, last = found[0]
    return BankResolved(
        is_sufficient=row.is_sufficient,
        budget=row.budget,
        last_sets=last,
        reason=row.reason,
        departs_because=row.departs_because,
        by=name,
        by_id=row.by_id,
        at=row.at,
    )
