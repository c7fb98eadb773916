"""The predictability budget of a bank: of how many kept sets it speaks, and each look that was taken at it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.storage.db import Base
from qbank.storage.models.columns import Code, Key, When


class ReviewBudget(Base):
    """Of which adversary the budget of a panel's decision on the bank speaks; the decision itself says how much.

    Attributes:
        last_sets: how many of a provider's last sets they kept.
    """

    __tablename__ = "review_budgets"
    __table_args__ = (sa.CheckConstraint("last_sets >= 1", name="some_sets_are_kept"),)

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("review_bank_decisions.review_id"), primary_key=True)
    last_sets: Mapped[int]


class BudgetCheck(Base):
    """One look at the budget of a bank: what was signed, and what the sets of a year gave away.

    Attributes:
        review_id: whose panel signed it.
        budget: as signed, in thousandths of a set.
        hits, low, high: of `guesses` named, in thousandths of a question; null where there is no saying.
        sets: from how many sets.
    """

    __tablename__ = "budget_checks"
    __table_args__ = (
        sa.CheckConstraint("last_sets >= 1", name="some_sets_are_kept"),
        sa.CheckConstraint("guesses >= 1", name="some_questions_are_named"),
        sa.CheckConstraint("(hits IS NULL) = (low IS NULL) AND (hits IS NULL) = (high IS NULL)", name="with_interval"),
        sa.Index("ix_budget_checks_of_a_bank", "standard_id", "method", "at"),
    )

    id: Mapped[Key]
    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standards.id"))
    method: Mapped[Code]
    review_id: Mapped[int] = mapped_column(sa.ForeignKey("reviews.id"))
    budget: Mapped[int]
    last_sets: Mapped[int]
    guesses: Mapped[int]
    hits: Mapped[int | None]
    low: Mapped[int | None]
    high: Mapped[int | None]
    sets: Mapped[int]
    at: Mapped[When]
