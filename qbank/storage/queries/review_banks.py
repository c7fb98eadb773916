"""The bank as a whole in a review: how the members voted on it, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import Person, ReviewBankDecision, ReviewBankVote, ReviewBudget, ReviewBudgetProposal
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class BudgetProposed:
    """The predictability budget that is put to the panel.

    Args:
        number: how many were proposed, with it.
        budget: in thousandths of a set, of whoever kept `last_sets`.
        reason: what it rests on.
    """

    number: int
    budget: int
    last_sets: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BankVoted:
    """The latest vote of a member on the bank and on the budget that is proposed.

    Args:
        would_sign: which other budget they would sign, in thousandths; None where they sign the proposed one.
    """

    by_id: int
    name: str
    is_sufficient: bool
    would_sign: int | None
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


def budget_proposed(store: Session, review_id: int) -> BudgetProposed | None:
    """The budget that the panel votes on, or voted on: the latest that was proposed; None where none was."""
    asked = (
        sa.select(ReviewBudgetProposal, Person.name)
        .join(Person, Person.id == ReviewBudgetProposal.by_id)
        .where(ReviewBudgetProposal.review_id == review_id)
        .order_by(ReviewBudgetProposal.number.desc())
        .limit(1)
    )
    for row, name in rows(store, asked):
        return BudgetProposed(row.number, row.budget, row.last_sets, row.reason, name, row.at)
    return None


def bank_votes(store: Session, review_id: int, proposal: int | None) -> list[BankVoted]:
    """The latest vote of each member who has voted on that proposal, in the order of their names.

    Args:
        store: to read from.
        review_id: of the review.
        proposal: number of the budget that is proposed; a vote on an earlier one counts no more. None where none is.
    """
    of_it = ReviewBankVote.proposal.is_(None) if proposal is None else ReviewBankVote.proposal == proposal
    asked = (
        sa.select(ReviewBankVote, Person.name)
        .join(Person, Person.id == ReviewBankVote.by_id)
        .where(ReviewBankVote.review_id == review_id, of_it)
        .order_by(Person.name, Person.id, ReviewBankVote.number)
    )
    latest = {row.by_id: (row, name) for row, name in rows(store, asked)}
    return [
        BankVoted(row.by_id, name, row.is_sufficient, row.would_sign, row.reason, row.number, row.at)
        for row, name in latest.values()
    ]


def votes_cast(store: Session, review_id: int, person: int) -> int:
    """How many votes on the bank the person cast, on whatever proposal."""
    asked = sa.select(sa.func.max(ReviewBankVote.number))
    return store.scalar(asked.where(ReviewBankVote.review_id == review_id, ReviewBankVote.by_id == person)) or 0


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
