"""A review: who is on its panel, what is on its agenda, who voted how, what was decided, and its sign-off."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.reviewing import Scope
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, Code, Digest, Key, Person, When, is_digest, one_of
from review.panel import Choice


def _of_a_question() -> sa.ForeignKeyConstraint:
    """Every row about a question is about one that is on the agenda of that review."""
    return sa.ForeignKeyConstraint(
        ["review_id", "question_id"], ["review_questions.review_id", "review_questions.question_id"]
    )


def _of_a_member(person: str = "by_id") -> sa.ForeignKeyConstraint:
    """L8: who votes and decides is on the panel of that review."""
    return sa.ForeignKeyConstraint(["review_id", person], ["review_members.review_id", "review_members.person_id"])


class Review(Base):
    """A panel's review of one method: opened once; whether it is signed off is another row.

    Attributes:
        plan_version_id: the standard and the version of its plan by which the panel reviews.
        quorum: how many votes each question needs.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        sa.UniqueConstraint("reference", name="uq_reviews_reference"),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_reviews_method_of_the_plan",
        ),
        one_of("scope", Scope, name="scope_is_known"),
        sa.CheckConstraint("quorum >= 2", name="more_than_one_decides"),
        sa.Index("ix_reviews_of_a_method", "plan_version_id", "method"),
    )

    id: Mapped[Key]
    reference: Mapped[Code]
    plan_version_id: Mapped[int]
    method: Mapped[Code]
    scope: Mapped[Code]
    quorum: Mapped[int]
    chair_id: Mapped[Person]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewMember(Base):
    """That somebody is on the panel; `external` says where an invited member comes from, empty for our own people."""

    __tablename__ = "review_members"
    __table_args__ = (NO_HIDDEN_KEY,)

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("reviews.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    external: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewDeclaration(Base):
    """That a member declared every interest in the questions of the agenda; `words` is what else there is to know."""

    __tablename__ = "review_declarations"
    __table_args__ = (_of_a_member(), NO_HIDDEN_KEY)

    review_id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]
    at: Mapped[When]


class ReviewQuestion(Base):
    """One question on the agenda, with the version that the panel reads, and why it is there."""

    __tablename__ = "review_questions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_review_questions_version_of_the_question",
        ),
        sa.Index("ix_review_questions_question", "question_id"),
        NO_HIDDEN_KEY,
    )

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("reviews.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int]
    why: Mapped[Code]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewInterest(Base):
    """That a member has an interest in a question, and so does not vote on it."""

    __tablename__ = "review_interests"
    __table_args__ = (_of_a_question(), _of_a_member(), NO_HIDDEN_KEY)

    review_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[When]


class ReviewVote(Base):
    """How a member voted on a question; who thinks again votes again, and the latest counts."""

    __tablename__ = "review_votes"
    __table_args__ = (
        _of_a_question(),
        _of_a_member(),
        one_of("choice", Choice, name="choice_is_known"),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        NO_HIDDEN_KEY,
    )

    review_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    choice: Mapped[Code]
    reason: Mapped[str]
    at: Mapped[When]


class ReviewRemark(Base):
    """What a member said of a question in the discussion, after voting."""

    __tablename__ = "review_remarks"
    __table_args__ = (
        _of_a_question(),
        _of_a_member(),
        sa.CheckConstraint("words <> ''", name="with_words"),
        sa.Index("ix_review_remarks_of_a_question", "review_id", "question_id"),
    )

    id: Mapped[Key]
    review_id: Mapped[int]
    question_id: Mapped[int]
    words: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewDecision(Base):
    """What the panel decided of a question, recorded by the chair or by a member who may vote on it.

    Attributes:
        rest_until: when a question that rests is live again.
        author_id: who revises it, and `revised_by`, until when.
    """

    __tablename__ = "review_decisions"
    __table_args__ = (
        _of_a_question(),
        _of_a_member(),
        one_of("choice", Choice, name="choice_is_known"),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        sa.CheckConstraint(f"(choice = '{Choice.REST}') = (rest_until IS NOT NULL)", name="a_rest_has_an_end"),
        sa.CheckConstraint(f"(choice = '{Choice.REVISE}') = (author_id IS NOT NULL)", name="a_revision_has_an_author"),
        sa.CheckConstraint("(author_id IS NULL) = (revised_by IS NULL)", name="a_revision_has_a_day"),
        sa.Index("ix_review_decisions_of_an_author", "author_id"),
        NO_HIDDEN_KEY,
    )

    review_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    choice: Mapped[Code]
    reason: Mapped[str]
    rest_until: Mapped[date | None] = mapped_column(sa.Date())
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    revised_by: Mapped[date | None] = mapped_column(sa.Date())
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewTaskEnd(Base):
    """That a task of a signed review is no longer followed, though no new version came of it; and why."""

    __tablename__ = "review_task_ends"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["review_id", "question_id"], ["review_decisions.review_id", "review_decisions.question_id"]
        ),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        NO_HIDDEN_KEY,
    )

    review_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewDecisionBar(Base):
    """Who did not count when a question was decided, for a hand in it or an interest: later ones change nothing."""

    __tablename__ = "review_decision_bars"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["review_id", "question_id"], ["review_decisions.review_id", "review_decisions.question_id"]
        ),
        _of_a_member("person_id"),
        NO_HIDDEN_KEY,
    )

    review_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)


class ReviewBudgetProposal(Base):
    """The predictability budget that the chair puts to the panel; the latest is what is voted on.

    Attributes:
        budget: in thousandths of a set, of whoever kept `last_sets` of a provider.
        reason: what it rests on.
    """

    __tablename__ = "review_budget_proposals"
    __table_args__ = (
        _of_a_member(),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint("budget BETWEEN 0 AND 1000", name="budget_is_a_share"),
        sa.CheckConstraint("last_sets >= 1", name="some_sets_are_kept"),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        NO_HIDDEN_KEY,
    )

    review_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    budget: Mapped[int]
    last_sets: Mapped[int]
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewBankVote(Base):
    """Whether a member finds the bank of sufficient size; who thinks again votes again, and the latest counts.

    Attributes:
        proposal: number of the budget that was proposed then, which the vote is on too; None before there were any.
        would_sign: which other budget the member would sign, in thousandths; None where they sign the proposed one.
    """

    __tablename__ = "review_bank_votes"
    __table_args__ = (
        _of_a_member(),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        NO_HIDDEN_KEY,
    )

    review_id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    is_sufficient: Mapped[bool]
    proposal: Mapped[int | None]
    would_sign: Mapped[int | None]
    reason: Mapped[str]
    at: Mapped[When]


class ReviewBankDecision(Base):
    """What the panel decided of the bank as a whole.

    Attributes:
        is_sufficient: whether it is of sufficient size to prevent predictability.
        budget: of a set, the share of questions in thousandths that whoever heard earlier sets may know at most.
        departs_because: why it is another than most votes were for; None where it is not, or was decided before
            members voted on the bank.
    """

    __tablename__ = "review_bank_decisions"
    __table_args__ = (
        _of_a_member(),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
        sa.CheckConstraint("budget BETWEEN 0 AND 1000", name="budget_is_a_share"),
    )

    review_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_sufficient: Mapped[bool]
    budget: Mapped[int]
    reason: Mapped[str]
    departs_because: Mapped[str | None]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewWithdrawal(Base):
    """That a review was ended without a sign-off: nothing of it counts, and another may be opened."""

    __tablename__ = "review_withdrawals"
    __table_args__ = (sa.CheckConstraint("reason <> ''", name="with_a_reason"),)

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("reviews.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[Person]


class ReviewSignOff(Base):
    """That the chair signed the review off; from then on nothing of it changes, and its decisions hold.

    Attributes:
        certificate: canonical JSON; `digest` is its SHA-256, which the audit trail tells.
    """

    __tablename__ = "review_sign_offs"
    __table_args__ = (is_digest("digest"),)

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("reviews.id"), primary_key=True, autoincrement=False)
    certificate: Mapped[str]
    digest: Mapped[Digest]
    at: Mapped[When]
    by_id: Mapped[Person]
