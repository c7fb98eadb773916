"""What a draw gave: question sets with the versions they pin, what they grew by, repeats, voids, and who saw what."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.lifecycle import Extension, Replaced
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, By, Code, Digest, Key, Person, When, is_digest, one_of


class QuestionSet(Base):
    """What was drawn for an attempt, once for ever.

    The ordinal is 1; a set that two people voided is followed by the next.
    """

    __tablename__ = "question_sets"
    __table_args__ = (
        sa.UniqueConstraint("assessment_session_id", "ordinal", name="uq_question_sets_l1_one_set_per_session"),
        sa.UniqueConstraint("attempt_id", "ordinal", name="uq_question_sets_l5_one_set_per_attempt"),
        sa.UniqueConstraint("id", "apprentice_id", "method", name="uq_question_sets_identity"),
        sa.ForeignKeyConstraint(
            ["assessment_session_id", "attempt_id"],
            ["assessment_sessions.id", "assessment_sessions.attempt_id"],
            name="fk_question_sets_session_of_the_attempt",
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id", "apprentice_id", "method"],
            ["attempts.id", "attempts.apprentice_id", "attempts.method"],
            name="fk_question_sets_attempt_of_the_apprentice",
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id", "attempt_id", "draw_plan_id"],
            ["commitments.id", "commitments.attempt_id", "commitments.draw_plan_id"],
            name="fk_question_sets_l4_committed_before",
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id", "attempt_id", "ordinal"],
            ["eligibility_snapshots.id", "eligibility_snapshots.attempt_id", "eligibility_snapshots.ordinal"],
            name="fk_question_sets_l6_frozen_eligibility",
        ),
        sa.CheckConstraint("ordinal >= 1", name="numbered_from_one"),
        sa.CheckConstraint("question_count >= 1", name="holds_questions"),
        is_digest("certificate_digest"),
        sa.Index(  # the evidence of a year's use: read without the certificates
            "ix_question_sets_of_a_method", "method", "drawn_at", "apprentice_id", "assessment_session_id"
        ),
        sa.Index("ix_question_sets_of_a_person", "drawn_by_id", "drawn_at"),
    )

    id: Mapped[Key]
    assessment_session_id: Mapped[int]
    attempt_id: Mapped[int]
    ordinal: Mapped[int] = mapped_column(default=1)
    apprentice_id: Mapped[int] = mapped_column(index=True)
    method: Mapped[Code]
    commitment_id: Mapped[int]
    draw_plan_id: Mapped[int]
    snapshot_id: Mapped[int]
    question_count: Mapped[int]
    certificate: Mapped[str]
    certificate_digest: Mapped[Digest]
    drawn_at: Mapped[When]
    drawn_by_id: Mapped[By]


class RepeatException(Base):
    """That an apprentice may meet a question again: two different people sign before the draw."""

    __tablename__ = "repeat_exceptions"
    __table_args__ = (
        sa.UniqueConstraint("id", "apprentice_id", "method", "question_id", name="uq_repeat_exceptions_identity"),
        sa.CheckConstraint("first_signer_id <> second_signer_id", name="l2_two_people_sign"),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
    )

    id: Mapped[Key]
    apprentice_id: Mapped[int] = mapped_column(sa.ForeignKey("apprentices.id"))
    method: Mapped[Code]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    first_signer_id: Mapped[Person]
    second_signer_id: Mapped[Person]
    reason: Mapped[str]
    at: Mapped[When]


class SetQuestion(Base):
    """One question of a set: its place in the asking order and the version that is asked."""

    __tablename__ = "set_questions"
    __table_args__ = (
        sa.UniqueConstraint("question_set_id", "question_id", name="uq_set_questions_distinct"),
        sa.ForeignKeyConstraint(
            ["question_set_id", "apprentice_id", "method"],
            ["question_sets.id", "question_sets.apprentice_id", "question_sets.method"],
            name="fk_set_questions_set_of_the_apprentice",
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_set_questions_version_of_the_question",
        ),
        sa.ForeignKeyConstraint(
            ["exception_id", "apprentice_id", "method", "question_id"],
            [f"repeat_exceptions.{column}" for column in ("id", "apprentice_id", "method", "question_id")],
            name="fk_set_questions_l2_exception_for_this_very_repeat",
        ),
        sa.Index(
            "uq_set_questions_l2_no_question_twice",
            "apprentice_id",
            "method",
            "question_id",
            unique=True,
            sqlite_where=sa.text("exception_id IS NULL"),
            postgresql_where=sa.text("exception_id IS NULL"),
        ),
        sa.Index("uq_set_questions_l2_exception_used_once", "exception_id", unique=True),
        sa.Index("ix_set_questions_version", "question_version_id"),
        sa.Index("ix_set_questions_of_a_question", "question_id", "question_set_id"),
        sa.CheckConstraint("position >= 1", name="numbered_from_one"),
        NO_HIDDEN_KEY,
    )

    question_set_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int]
    question_id: Mapped[int]
    apprentice_id: Mapped[int]
    method: Mapped[Code]
    exception_id: Mapped[int | None]


class SetExtension(Base):
    """What a set grew by after it was drawn: a substitute for a question of it, or questions for what was left open.

    Its questions stand in `set_questions` at places of their own, so that no apprentice meets one of them again (L2).
    Where nothing could take a question's place alone, another that was not asked was exchanged with it, and the second
    of two questions came for that one.
    """

    __tablename__ = "set_extensions"
    __table_args__ = (
        sa.UniqueConstraint("question_set_id", "number", name="uq_set_extensions_one_order"),
        sa.UniqueConstraint("question_set_id", "replaced_position", name="uq_set_extensions_replaced_once"),
        sa.ForeignKeyConstraint(
            ["question_set_id", "replaced_position"],
            ["set_questions.question_set_id", "set_questions.position"],
            name="fk_set_extensions_question_of_the_set",
        ),
        sa.UniqueConstraint("question_set_id", "exchanged_position", name="uq_set_extensions_exchanged_once"),
        sa.ForeignKeyConstraint(
            ["question_set_id", "exchanged_position"],
            ["set_questions.question_set_id", "set_questions.position"],
            name="fk_set_extensions_exchanged_of_the_set",
        ),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint("question_count >= 1", name="holds_questions"),
        sa.CheckConstraint(
            f"(kind = '{Extension.SUBSTITUTION}') = (replaced_position IS NOT NULL)", name="a_substitution_replaces"
        ),
        sa.CheckConstraint(
            f"(kind = '{Extension.SUBSTITUTION}') = (reason IS NOT NULL)", name="a_substitution_has_a_reason"
        ),
        sa.CheckConstraint(
            "replaced_position IS NULL OR question_count = CASE WHEN exchanged_position IS NULL THEN 1 ELSE 2 END",
            name="one_for_one",
        ),
        sa.CheckConstraint(
            "exchanged_position IS NULL OR (replaced_position IS NOT NULL AND exchanged_position <> replaced_position)",
            name="another_is_exchanged",
        ),
        one_of("kind", Extension, name="kind_is_known"),
        one_of("reason", Replaced, name="reason_is_known"),
        is_digest("certificate_digest"),
        sa.Index("ix_set_extensions_of_a_person", "by_id"),
    )

    id: Mapped[Key]
    question_set_id: Mapped[int] = mapped_column(sa.ForeignKey("question_sets.id"))
    number: Mapped[int]
    kind: Mapped[Code]
    replaced_position: Mapped[int | None]
    exchanged_position: Mapped[int | None]
    first_position: Mapped[int]
    question_count: Mapped[int]
    reason: Mapped[Code | None]
    certificate: Mapped[str]
    certificate_digest: Mapped[Digest]
    at: Mapped[When]
    by_id: Mapped[By]


class SetVoid(Base):
    """That a set is used up without a sitting: a second person agrees and says why; the stream's next may follow."""

    __tablename__ = "set_voids"
    __table_args__ = (
        sa.CheckConstraint("by_id <> second_id", name="l5_a_second_person_agrees"),
        sa.CheckConstraint("reason <> ''", name="with_a_reason"),
    )

    question_set_id: Mapped[int] = mapped_column(sa.ForeignKey("question_sets.id"), primary_key=True)
    by_id: Mapped[Person]
    second_id: Mapped[Person]
    reason: Mapped[str]
    at: Mapped[When]


class SetView(Base):
    """That somebody saw a set: every page, pack and file is an exposure."""

    __tablename__ = "set_views"
    __table_args__ = (
        one_of("how", ("opened", "read", "printed", "exported"), name="how_is_known"),
        sa.Index("ix_set_views_of_a_person", "person_id"),
        sa.Index("ix_set_views_of_a_set", "question_set_id"),
    )

    id: Mapped[Key]
    question_set_id: Mapped[int] = mapped_column(sa.ForeignKey("question_sets.id"))
    person_id: Mapped[By]
    how: Mapped[Code]
    copy_mark: Mapped[str | None]
    at: Mapped[When]


class OfflineCopy(Base):
    """A set in a file on somebody's own device, which may send back what is written there until it expires.

    Whoever holds the file's token may add entries to this session's record and nothing else; only its hash is kept.
    """

    __tablename__ = "offline_copies"
    __table_args__ = (
        sa.UniqueConstraint("mark", name="uq_offline_copies_mark"),
        sa.CheckConstraint("expires_at > at", name="expires_later"),
        is_digest("token_hash"),
    )

    id: Mapped[Key]
    mark: Mapped[Code]
    assessment_session_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_sessions.id"))
    question_set_id: Mapped[int] = mapped_column(sa.ForeignKey("question_sets.id"))
    token_hash: Mapped[Digest]
    expires_at: Mapped[When]
    by_id: Mapped[Person]
    at: Mapped[When]
