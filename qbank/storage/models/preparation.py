"""What is recorded before a session: starts, declarations, checks, what is handed in, adjustments, development."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.preparation import (
    MOST_EXTRA_MINUTES,
    VARIANTS,
    Adjusted,
    Begun,
    Checked,
    How,
    Interest,
    Outcome,
)
from qbank.storage.db import Base
from qbank.storage.models.columns import By, Code, Key, Person, When, one_of


class AssessmentStart(Base):
    """When an apprentice's assessment started, the gateway being signed (G1); a re-take starts a new period (R6).

    The last row of a period counts: a corrected day stays in the period that it corrects.
    """

    __tablename__ = "assessment_starts"
    __table_args__ = (
        sa.UniqueConstraint("apprentice_id", "number", name="uq_assessment_starts_one_order"),
        sa.CheckConstraint("number >= 1 AND period >= 1", name="numbered_from_one"),
        sa.CheckConstraint(f"(number = 1) = (kind = '{Begun.FIRST}')", name="only_one_is_the_first"),
        one_of("kind", Begun, name="kind_is_known"),
    )

    id: Mapped[Key]
    apprentice_id: Mapped[int] = mapped_column(sa.ForeignKey("apprentices.id"))
    number: Mapped[int]
    period: Mapped[int]
    kind: Mapped[Code]
    started_on: Mapped[date]
    at: Mapped[When]
    by_id: Mapped[By]


class Declaration(Base):
    """That an assessor has no interest in a session's apprentice, employer and provider, or has one (I2)."""

    __tablename__ = "declarations"
    __table_args__ = (
        one_of("interest", Interest, name="interest_is_known"),
        sa.Index("ix_declarations_of_a_session", "assessment_session_id"),
    )

    id: Mapped[Key]
    assessment_session_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_sessions.id"))
    person_id: Mapped[Person]
    interest: Mapped[Code]
    at: Mapped[When]


class SittingCheck(Base):
    """That the assessor of a sitting at a distance checked who is there, or where (X1); the last of each counts."""

    __tablename__ = "sitting_checks"
    __table_args__ = (
        one_of("what", Checked, name="what_is_known"),
        one_of("how", How, name="how_is_known"),
        one_of("outcome", Outcome, name="outcome_is_known"),
        sa.Index("ix_sitting_checks_of_a_session", "assessment_session_id"),
    )

    id: Mapped[Key]
    assessment_session_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_sessions.id"))
    what: Mapped[Code]
    how: Mapped[Code]
    outcome: Mapped[Code]
    at: Mapped[When]
    by_id: Mapped[Person]


class ProjectSubject(Base):
    """That the subject of an attempt's project is agreed (W4): its words are erased with the apprentice's data."""

    __tablename__ = "project_subjects"
    __table_args__ = (sa.Index("ix_project_subjects_of_an_attempt", "attempt_id"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"))
    agreed_on: Mapped[date]
    at: Mapped[When]
    by_id: Mapped[By]
    words: Mapped[str | None]


class Submission(Base):
    """What was handed in for an attempt: a report with its words (W3), or so many pieces of evidence (P2).

    Of the evidence, `again_count` pieces were handed in for an earlier attempt: never all of them (R13).
    """

    __tablename__ = "submissions"
    __table_args__ = (
        sa.CheckConstraint("(word_count IS NULL) <> (piece_count IS NULL)", name="a_report_or_evidence"),
        sa.CheckConstraint("coalesce(word_count, piece_count) >= 1", name="counts_from_one"),
        sa.CheckConstraint(
            "again_count = 0 OR (piece_count IS NOT NULL AND again_count BETWEEN 1 AND piece_count - 1)",
            name="r13_earlier_evidence_with_new",
        ),
        sa.Index("ix_submissions_of_an_attempt", "attempt_id"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"))
    received_on: Mapped[date]
    word_count: Mapped[int | None]
    piece_count: Mapped[int | None]
    again_count: Mapped[int]
    at: Mapped[When]
    by_id: Mapped[By]


class Adjustment(Base):
    """An approved adjustment of a session; the last of each kind counts, its reason is erased with the data."""

    __tablename__ = "adjustments"
    __table_args__ = (
        one_of("kind", Adjusted, name="kind_is_known"),
        one_of("variant", VARIANTS, name="variant_is_known"),
        sa.CheckConstraint(f"(extra_minutes IS NOT NULL) = (kind = '{Adjusted.TIME}')", name="minutes_of_a_longer_one"),
        sa.CheckConstraint(f"extra_minutes BETWEEN 0 AND {MOST_EXTRA_MINUTES}", name="minutes_within_reason"),
        sa.CheckConstraint(f"(variant IS NOT NULL) = (kind = '{Adjusted.FORMAT}')", name="variant_of_a_format"),
        sa.CheckConstraint(f"(interpreter IS NOT NULL) = (kind = '{Adjusted.INTERPRETER}')", name="interpreter_or_not"),
        sa.Index("ix_adjustments_of_a_session", "assessment_session_id"),
    )

    id: Mapped[Key]
    assessment_session_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_sessions.id"))
    kind: Mapped[Code]
    extra_minutes: Mapped[int | None]
    variant: Mapped[Code | None]
    interpreter: Mapped[bool | None]
    approved_by_id: Mapped[Person]
    at: Mapped[When]
    words: Mapped[str | None]


class DevelopmentGiven(Base):
    """That further development was given after an attempt, before the next (R12); words stand beside the session."""

    __tablename__ = "development_given"
    __table_args__ = (sa.Index("ix_development_given_of_an_attempt", "attempt_id"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"))
    given_on: Mapped[date]
    at: Mapped[When]
    by_id: Mapped[By]


class Competence(Base):
    """Until when an assessor's occupational competence is on record (I1); the last row counts."""

    __tablename__ = "competences"
    __table_args__ = (sa.Index("ix_competences_of_a_person", "person_id"),)

    id: Mapped[Key]
    person_id: Mapped[Person]
    holds_until: Mapped[date]
    at: Mapped[When]
    by_id: Mapped[By]
