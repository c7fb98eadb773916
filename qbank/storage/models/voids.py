"""Voids as they come about: one person asks for them, another answers for each set."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.voiding import Answered
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, Code, Key, Person, When, one_of


class VoidRequest(Base):
    """That somebody asked for sets to be voided, all for one reason."""

    __tablename__ = "void_requests"
    __table_args__ = (sa.CheckConstraint("reason <> ''", name="with_a_reason"),)

    id: Mapped[Key]
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]


class VoidRequestSet(Base):
    """One of the sets that are asked to be voided."""

    __tablename__ = "void_request_sets"
    __table_args__ = (sa.Index("ix_void_request_sets_of_a_set", "question_set_id"), NO_HIDDEN_KEY)

    void_request_id: Mapped[int] = mapped_column(sa.ForeignKey("void_requests.id"), primary_key=True)
    question_set_id: Mapped[int] = mapped_column(sa.ForeignKey("question_sets.id"), primary_key=True)


class VoidAnswer(Base):
    """What a second person said to one of them, once; where they agreed, the void is a row of `set_voids`."""

    __tablename__ = "void_answers"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["void_request_id", "question_set_id"],
            ["void_request_sets.void_request_id", "void_request_sets.question_set_id"],
            name="fk_void_answers_of_a_set_that_was_asked_about",
        ),
        one_of("answer", Answered, name="answer_is_known"),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        NO_HIDDEN_KEY,
    )

    void_request_id: Mapped[int] = mapped_column(primary_key=True)
    question_set_id: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[Code]
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]
