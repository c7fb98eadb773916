"""Assessment decisions: submitted once, judged criterion by criterion, moderated, confirmed.

A correction is another assessment of the same session. Words about an apprentice are erased together with their salt;
the commitment, the SHA-256 of the salt's bytes and the words, stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.grading import Grade
from qbank.domain.moderating import Outcome, Why
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, Code, Digest, Key, Person, When, is_digest, one_of


def _words_with_salt() -> tuple[sa.CheckConstraint, sa.CheckConstraint]:
    together = sa.CheckConstraint("(words IS NULL) = (salt IS NULL)", name="words_and_salt_go_together")
    return together, is_digest("commitment")


class Assessment(Base):
    """What an assessor submitted for a session: number 1, or a correction of the number before.

    `derived_grade` follows from the judgements, `grade` is given: less where a re-sit's grade is capped. An incomplete
    assessment has neither. `words` say why it is incomplete, or why it corrects the one before; empty otherwise.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        sa.UniqueConstraint("assessment_session_id", "number", name="uq_assessments_one_order"),
        sa.UniqueConstraint("id", "assessment_session_id", name="uq_assessments_identity"),
        sa.ForeignKeyConstraint(
            ["assessment_session_id", "attempt_id"],
            ["assessment_sessions.id", "assessment_sessions.attempt_id"],
            name="fk_assessments_session_of_the_attempt",
        ),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint("judgement_count >= 0", name="counts_judgements"),
        sa.CheckConstraint("incomplete = (grade IS NULL)", name="w6_an_incomplete_one_has_no_grade"),
        sa.CheckConstraint("(grade IS NULL) = (derived_grade IS NULL)", name="a_grade_is_derived"),
        sa.CheckConstraint("grade IS NULL OR capped = (grade <> derived_grade)", name="r5_capped_where_it_is_less"),
        sa.CheckConstraint("grade IS NOT NULL OR NOT capped", name="r5_only_a_grade_is_capped"),
        one_of("grade", Grade, name="grade_is_known"),
        one_of("derived_grade", Grade, name="derived_grade_is_known"),
        is_digest("record_digest"),
        *_words_with_salt(),
        sa.Index("ix_assessments_of_an_assessor", "by_id", "at"),
        sa.Index("ix_assessments_of_an_attempt", "attempt_id"),
    )

    id: Mapped[Key]
    assessment_session_id: Mapped[int]
    attempt_id: Mapped[int]
    number: Mapped[int]
    question_set_id: Mapped[int] = mapped_column(sa.ForeignKey("question_sets.id"))
    grade: Mapped[Code | None]
    derived_grade: Mapped[Code | None]
    capped: Mapped[bool]
    incomplete: Mapped[bool]
    judgement_count: Mapped[int]
    record_digest: Mapped[Digest]
    at: Mapped[When]
    by_id: Mapped[Person]
    words: Mapped[str | None]
    salt: Mapped[Code | None]
    commitment: Mapped[Digest]


class JudgementRow(Base):
    """What was decided of one criterion. `met` is empty for a fail indicator, which has a row where it was seen."""

    __tablename__ = "judgements"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", "criterion", name="uq_judgements_once_a_criterion"),
        *_words_with_salt(),
    )

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"))
    criterion: Mapped[Code]
    met: Mapped[bool | None]
    sources: Mapped[str]
    words: Mapped[str | None]
    salt: Mapped[Code | None]
    commitment: Mapped[Digest]


class CapException(Base):
    """That exceptional circumstances are recorded for an attempt that was failed: later ones have no highest grade."""

    __tablename__ = "cap_exceptions"
    __table_args__ = (sa.UniqueConstraint("attempt_id", name="uq_cap_exceptions_once"), *_words_with_salt())

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"))
    at: Mapped[When]
    by_id: Mapped[Person]
    words: Mapped[str | None]
    salt: Mapped[Code | None]
    commitment: Mapped[Digest]


class ModerationSample(Base):
    """That an assessment is moderated, and why. `audit_seq` names the entry whose digest the lot followed from."""

    __tablename__ = "moderation_samples"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", "why", name="uq_moderation_samples_once_a_reason"),
        sa.ForeignKeyConstraint(["audit_seq"], ["audit_entries.seq"], name="fk_moderation_samples_follows_the_trail"),
        one_of("why", Why, name="why_is_known"),
    )

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"))
    why: Mapped[Code]
    audit_seq: Mapped[int]
    at: Mapped[When]


class Moderation(Base):
    """What somebody who took no part decided of an assessment: upheld, or returned with the reason."""

    __tablename__ = "moderations"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", name="uq_moderations_once"),
        one_of("outcome", Outcome, name="outcome_is_known"),
        *_words_with_salt(),
        sa.Index("ix_moderations_of_a_person", "moderator_id"),
    )

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"))
    moderator_id: Mapped[Person]
    outcome: Mapped[Code]
    at: Mapped[When]
    words: Mapped[str | None]
    salt: Mapped[Code | None]
    commitment: Mapped[Digest]


class Confirmation(Base):
    """That an assessment stands for good: one for each session."""

    __tablename__ = "confirmations"
    __table_args__ = (
        sa.UniqueConstraint("assessment_session_id", name="uq_confirmations_r10_once"),
        sa.ForeignKeyConstraint(
            ["assessment_id", "assessment_session_id"],
            ["assessments.id", "assessments.assessment_session_id"],
            name="fk_confirmations_of_the_session",
        ),
    )

    id: Mapped[Key]
    assessment_id: Mapped[int]
    assessment_session_id: Mapped[int]
    at: Mapped[When]
    by_id: Mapped[Person]


class AssessorRelease(Base):
    """That an assessor is new no longer: from now on the lot decides which of their assessments are moderated."""

    __tablename__ = "assessor_releases"
    __table_args__ = (
        sa.UniqueConstraint("assessor_id", name="uq_assessor_releases_once"),
        sa.CheckConstraint("assessor_id <> by_id", name="q2_by_somebody_else"),
    )

    id: Mapped[Key]
    assessor_id: Mapped[Person]
    at: Mapped[When]
    by_id: Mapped[Person]


class OverallGrade(Base):
    """The grade of an apprentice's whole assessment, combined from its methods and signed by one assessor (R9).

    The last number counts: another follows when a method was sat again and confirmed.
    """

    __tablename__ = "overall_grades"
    __table_args__ = (
        sa.UniqueConstraint("apprentice_id", "number", name="uq_overall_grades_one_order"),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint("part_count >= 1", name="combines_methods"),
        one_of("grade", Grade, name="grade_is_known"),
    )

    id: Mapped[Key]
    apprentice_id: Mapped[int] = mapped_column(sa.ForeignKey("apprentices.id"))
    number: Mapped[int]
    grade: Mapped[Code]
    part_count: Mapped[int]
    at: Mapped[When]
    by_id: Mapped[Person]


class OverallGradePart(Base):
    """The confirmed assessment of one method that an overall grade rests on."""

    __tablename__ = "overall_grade_parts"
    __table_args__ = (sa.Index("ix_overall_grade_parts_of_a_confirmation", "confirmation_id"), NO_HIDDEN_KEY)

    overall_grade_id: Mapped[int] = mapped_column(sa.ForeignKey("overall_grades.id"), primary_key=True)
    method: Mapped[Code] = mapped_column(primary_key=True)
    confirmation_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmations.id"))
