"""Questions: an identity, versions that never change, a log of moves, and a pointer that the log keeps true."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.keeping import PairKind
from qbank.domain.lifecycle import IN_SERVICE, Change, State
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, By, Code, Digest, Key, Person, When, is_digest, one_of


class Question(Base):
    """One thing that is asked; its reference is never given to another, for it is never deleted."""

    __tablename__ = "questions"
    __table_args__ = (
        sa.UniqueConstraint("reference", name="uq_questions_reference_never_reused"),
        sa.Index("ix_questions_of_a_method", "standard_id", "method"),
    )

    id: Mapped[Key]
    reference: Mapped[Code]
    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standards.id"))
    method: Mapped[Code]
    created_at: Mapped[When]


class Load(Base):
    """That files were loaded into the bank: whoever loaded answers for their approval and their KSB tags."""

    __tablename__ = "loads"
    __table_args__ = (is_digest("digest"),)

    id: Mapped[Key]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"))
    question_count: Mapped[int]
    digest: Mapped[Digest]
    at: Mapped[When]
    by_id: Mapped[By]


class QuestionVersion(Base):
    """The content of a question, numbered from 1, never changed; `body` is its canonical JSON, the columns its parts.

    Comes from an author or from a load of files, of whose provenance `provenance` tells.
    `author_name` is the author whom the provenance names, beside it so that a list is filtered by it in time.
    """

    __tablename__ = "question_versions"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "number", name="uq_question_versions_number"),
        sa.UniqueConstraint("id", "question_id", name="uq_question_versions_identity"),
        sa.UniqueConstraint("id", "author_id", name="uq_question_versions_l8_author_for_approvals"),
        sa.Index("ix_question_versions_by_an_author", "author_id", "author_name"),
        sa.CheckConstraint("author_id IS NOT NULL OR load_id IS NOT NULL", name="somebody_answers_for_it"),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint("demand >= 1", name="demand_in_range"),
        sa.CheckConstraint("seconds > 0", name="takes_time"),
        one_of("change", Change, name="change_is_known"),
        is_digest("digest"),
    )

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    number: Mapped[int]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"))
    stem: Mapped[str]
    probes: Mapped[list[str]] = mapped_column(sa.JSON)
    guidance: Mapped[str]
    pass_evidence: Mapped[str]
    distinction_evidence: Mapped[str]
    demand: Mapped[int]
    seconds: Mapped[int]
    provenance: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    author_name: Mapped[str] = mapped_column(default="", server_default="")
    digest: Mapped[Digest] = mapped_column(index=True)
    change: Mapped[Code] = mapped_column(default=Change.MATERIAL)
    author_id: Mapped[By]
    load_id: Mapped[int | None] = mapped_column(sa.ForeignKey("loads.id"))
    created_at: Mapped[When]


class VersionAuthor(Base):
    """A co-author of a version: may not approve it either."""

    __tablename__ = "version_authors"
    __table_args__ = NO_HIDDEN_KEY

    question_version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_versions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)


class VersionKsb(Base):
    """That a version questions a KSB, as its primary or a secondary one."""

    __tablename__ = "version_ksbs"
    __table_args__ = NO_HIDDEN_KEY

    question_version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_versions.id"), primary_key=True)
    ksb_id: Mapped[int] = mapped_column(sa.ForeignKey("ksbs.id"), primary_key=True, index=True)
    is_primary: Mapped[bool]
    position: Mapped[int]


class VersionKsbConfirmation(Base):
    """That the approver, or whoever loaded the files, confirmed a tag: only then does a secondary one cover its KSB."""

    __tablename__ = "version_ksb_confirmations"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["question_version_id", "ksb_id"],
            ["version_ksbs.question_version_id", "version_ksbs.ksb_id"],
            name="fk_version_ksb_confirmations_tag",
        ),
        sa.CheckConstraint("(approval_id IS NULL) <> (load_id IS NULL)", name="by_an_approval_or_a_load"),
        NO_HIDDEN_KEY,
    )

    question_version_id: Mapped[int] = mapped_column(primary_key=True)
    ksb_id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int | None] = mapped_column(sa.ForeignKey("approvals.id"))
    load_id: Mapped[int | None] = mapped_column(sa.ForeignKey("loads.id"))
    at: Mapped[When]


class VersionCriterion(Base):
    """That a version can evidence a criterion."""

    __tablename__ = "version_criteria"
    __table_args__ = NO_HIDDEN_KEY

    question_version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_versions.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria.id"), primary_key=True, index=True)
    position: Mapped[int]


class Approval(Base):
    """A second person's decision on a version. The author is part of the key, so that nobody approves their own.

    `change` is what an approved version does to the exposure history: the approver's word, not the author's.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["question_version_id", "author_id"],
            ["question_versions.id", "question_versions.author_id"],
            name="fk_approvals_l8_author_of_that_version",
        ),
        sa.CheckConstraint("approver_id <> author_id", name="l8_approver_is_not_the_author"),
        one_of("decision", ("approved", "changes requested", "rejected"), name="decision_is_known"),
        sa.Index("ix_approvals_of_a_version", "question_version_id"),
    )

    id: Mapped[Key]
    question_version_id: Mapped[int]
    author_id: Mapped[int]
    approver_id: Mapped[Person]
    decision: Mapped[Code]
    comment: Mapped[str]
    at: Mapped[When]
    change: Mapped[str | None] = mapped_column(sa.String(64))


class Move(Base):
    """That a version went from one state to another: who, when and why; its first move comes from nowhere."""

    __tablename__ = "moves"
    __table_args__ = (
        sa.UniqueConstraint("question_version_id", "number", name="uq_moves_one_order_per_version"),
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_moves_version_of_the_question",
        ),
        sa.CheckConstraint("(number = 1) = (from_state IS NULL)", name="first_from_nowhere"),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        one_of("from_state", State, name="from_state_is_known"),
        one_of("to_state", State, name="to_state_is_known"),
        sa.Index("ix_moves_of_a_question", "question_id"),
        sa.Index("ix_moves_when_a_question_went", "question_id", "to_state", "question_version_id", "at"),
        sa.Index("ix_moves_to_a_state", "to_state", "question_version_id", "number"),
    )

    id: Mapped[Key]
    question_id: Mapped[int]
    question_version_id: Mapped[int]
    number: Mapped[int]
    from_state: Mapped[str | None] = mapped_column(sa.String(64))
    to_state: Mapped[Code]
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[By]


class Rest(Base):
    """Until when a version rests that a move put to rest: on that day it is brought back."""

    __tablename__ = "rests"

    move_id: Mapped[int] = mapped_column(sa.ForeignKey("moves.id"), primary_key=True)
    until: Mapped[date]


class InService(Base):
    """The version of a question that is live, resting or quarantined: written by the trigger on moves, by nobody else.

    The key allows at most one per question.
    """

    __tablename__ = "in_service"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_in_service_version_of_the_question",
        ),
        one_of("state", sorted(IN_SERVICE), name="state_is_in_service"),
    )

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True, autoincrement=False)
    question_version_id: Mapped[int]
    state: Mapped[Code]


class QuestionPair(Base):
    """Two questions that must not meet (enemy), or of which one replaces the other (clone); smaller key first.

    `reason` is what whoever declared it on a page said; empty where a load of files did.
    """

    __tablename__ = "question_pairs"
    __table_args__ = (
        sa.UniqueConstraint("kind", "first_id", "second_id", "number", name="uq_question_pairs_one_order"),
        sa.CheckConstraint("first_id < second_id", name="smaller_first"),
        one_of("kind", PairKind, name="kind_is_known"),
        sa.Index("ix_question_pairs_second", "second_id"),
    )

    id: Mapped[Key]
    kind: Mapped[Code]
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    number: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[When]
    by_id: Mapped[By]


class QuestionPairRevocation(Base):
    """That a pair no longer holds, and why; a pair that holds again is a new one with the next number."""

    __tablename__ = "question_pair_revocations"

    question_pair_id: Mapped[int] = mapped_column(sa.ForeignKey("question_pairs.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[By]
