"""The annual review: what called one early, and how long an overdue bank goes on, by two people's signatures."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.reviewing import CallKind
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, Code, Key, Person, When, one_of


class ReviewCall(Base):
    """That an event called the review of a question before its day; answered by the next decision of a panel.

    Attributes:
        assessment_session_id: the session in which an assessor met the question; None where it is no assessor's report.
    """

    __tablename__ = "review_calls"
    __table_args__ = (
        one_of("kind", CallKind, name="kind_is_known"),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        sa.CheckConstraint(
            f"(kind = '{CallKind.ASSESSOR}') = (assessment_session_id IS NOT NULL)", name="a_report_names_its_session"
        ),
        sa.Index("ix_review_calls_of_a_question", "question_id"),
    )

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    kind: Mapped[Code]
    reason: Mapped[str]
    assessment_session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment_sessions.id"))
    at: Mapped[When]
    by_id: Mapped[Person]


class BankContinuation(Base):
    """That an overdue bank goes on until a day, which does not comply with the plan; in force once others signed.

    Attributes:
        until: the last day on which sets are drawn by it.
    """

    __tablename__ = "bank_continuations"
    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        sa.Index("ix_bank_continuations_of_a_bank", "standard_id", "method"),
    )

    id: Mapped[Key]
    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standards.id"))
    method: Mapped[Code]
    until: Mapped[date] = mapped_column(sa.Date())
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]


class BankContinuationSignature(Base):
    """That somebody other than who asked for it signed a continuation."""

    __tablename__ = "bank_continuation_signatures"
    __table_args__ = (NO_HIDDEN_KEY,)

    continuation_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_continuations.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    at: Mapped[When]
