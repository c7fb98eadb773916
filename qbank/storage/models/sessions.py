"""Attempts, the seeds and commitments that belong to them, and the assessment sessions that people book."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.lifecycle import Sitting
from qbank.storage.db import Base
from qbank.storage.models.columns import By, Code, Digest, Key, Person, When, is_digest, one_of


class Attempt(Base):
    """An apprentice's first, second, … go at a method. The seed belongs here and not to the session (L5)."""

    __tablename__ = "attempts"
    __table_args__ = (
        sa.UniqueConstraint("apprentice_id", "method", "number", name="uq_attempts_l5_one_seed_per_attempt"),
        sa.UniqueConstraint("id", "apprentice_id", "method", name="uq_attempts_identity"),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_attempts_method_of_the_plan",
        ),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint(f"(number = 1) = (kind = '{Sitting.FIRST}')", name="only_the_first_is_a_first_sitting"),
        one_of("kind", Sitting, name="kind_is_known"),
    )

    id: Mapped[Key]
    reference: Mapped[Code] = mapped_column(unique=True)
    apprentice_id: Mapped[int] = mapped_column(sa.ForeignKey("apprentices.id"))
    plan_version_id: Mapped[int]
    method: Mapped[Code]
    number: Mapped[int]
    kind: Mapped[Code]
    opened_at: Mapped[When]


class Seed(Base):
    """The attempt's 32 bytes from the operating system, encrypted: one for ever, whatever is booked."""

    __tablename__ = "seeds"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True, autoincrement=False)
    ciphertext: Mapped[bytes]
    at: Mapped[When]


class SeedReveal(Base):
    """The seed of an attempt in the open, once its result was confirmed."""

    __tablename__ = "seed_reveals"
    __table_args__ = (sa.CheckConstraint("length(seed) = 32", name="seed_is_whole"),)

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("seeds.attempt_id"), primary_key=True, autoincrement=False)
    confirmation_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmations.id"))
    seed: Mapped[bytes]
    at: Mapped[When]
    by_id: Mapped[By]


class Commitment(Base):
    """What binds an attempt's seed to a draw plan, made at booking; another plan needs two people, before the draw."""

    __tablename__ = "commitments"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "number", name="uq_commitments_one_order"),
        sa.UniqueConstraint("id", "attempt_id", "draw_plan_id", name="uq_commitments_identity"),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint(
            "number = 1 OR (by_id IS NOT NULL AND second_id IS NOT NULL AND by_id <> second_id AND reason <> '')",
            name="l5_another_plan_needs_two_people_and_a_reason",
        ),
        is_digest("commitment"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("seeds.attempt_id"))
    number: Mapped[int]
    draw_plan_id: Mapped[int] = mapped_column(sa.ForeignKey("draw_plans.id"))
    commitment: Mapped[Digest]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[When]
    by_id: Mapped[By]
    second_id: Mapped[By]


class AssessmentSession(Base):
    """A booked sitting: one apprentice, assessor and method. Time, place and assessor may move; the rest may not.

    `remote` is by video; the place is then how to get there.
    """

    __tablename__ = "assessment_sessions"
    __table_args__ = (
        sa.UniqueConstraint("reference", name="uq_assessment_sessions_reference"),
        sa.UniqueConstraint("public_id", name="uq_assessment_sessions_public_id"),
        sa.UniqueConstraint("id", "attempt_id", name="uq_assessment_sessions_identity"),
        sa.ForeignKeyConstraint(
            ["attempt_id", "apprentice_id", "method"],
            ["attempts.id", "attempts.apprentice_id", "attempts.method"],
            name="fk_assessment_sessions_attempt_of_the_apprentice",
        ),
        sa.CheckConstraint("length(public_id) >= 22", name="public_id_has_128_bits"),
        sa.CheckConstraint("(cancelled_at IS NULL) = (cancelled_because IS NULL)", name="cancelled_with_a_reason"),
        sa.Index("ix_assessment_sessions_of_an_assessor", "assessor_id", "starts_at"),
        sa.Index(
            "uq_assessment_sessions_l5_one_booking_per_attempt",
            "attempt_id",
            unique=True,
            sqlite_where=sa.text("cancelled_at IS NULL"),
            postgresql_where=sa.text("cancelled_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    reference: Mapped[Code]
    public_id: Mapped[Code]
    attempt_id: Mapped[int] = mapped_column(index=True)
    apprentice_id: Mapped[int] = mapped_column(index=True)
    method: Mapped[Code]
    assessor_id: Mapped[Person]
    starts_at: Mapped[When]
    place: Mapped[str]
    remote: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    booked_at: Mapped[When]
    booked_by_id: Mapped[By]
    cancelled_at: Mapped[When | None]
    cancelled_because: Mapped[str | None]


class FormerAssessor(Base):
    """That a session was somebody's before it was given to another: they had a hand in it (L8)."""

    __tablename__ = "former_assessors"

    assessment_session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("assessment_sessions.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True, autoincrement=False)
    at: Mapped[When]
    by_id: Mapped[By]


class SessionNote(Base):
    """A reason given for a session: its kind, time and giver stay, its words are erased with the apprentice's data."""

    __tablename__ = "session_notes"

    id: Mapped[Key]
    assessment_session_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_sessions.id"), index=True)
    kind: Mapped[Code]
    words: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[By]
