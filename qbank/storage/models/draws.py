"""What a draw follows from: specifications, fitted plans and their adoption, frozen eligibility."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from delivery.cohort import LEAST
from qbank.domain.cohorts import MOST, MOST_MONTHS
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, By, Code, Digest, Key, When, is_digest


class SpecificationRow(Base):
    """A specification as it was fitted, by its digest."""

    __tablename__ = "specifications"
    __table_args__ = (
        sa.UniqueConstraint("plan_version_id", "method", "digest", name="uq_specifications_digest"),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_specifications_method_of_the_plan",
        ),
        is_digest("digest"),
    )

    id: Mapped[Key]
    plan_version_id: Mapped[int]
    method: Mapped[Code]
    digest: Mapped[Digest]
    body: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[By]


class DrawPlanRow(Base):
    """What sets are drawn by, content-addressed, byte for byte: a fitted draw plan, or approved standard sets.

    Standard sets name the fitted plan whose questions they are; what a set grows by in the room is drawn from that.
    """

    __tablename__ = "draw_plans"
    __table_args__ = (
        sa.UniqueConstraint("specification_id", "digest", name="uq_draw_plans_digest"),
        sa.Index("ix_draw_plans_of_a_pool", "specification_id", "pool_digest"),
        is_digest("digest"),
        is_digest("pool_digest"),
    )

    id: Mapped[Key]
    specification_id: Mapped[int] = mapped_column(sa.ForeignKey("specifications.id"))
    pool_digest: Mapped[Digest]
    digest: Mapped[Digest]
    question_count: Mapped[int]
    fitted_plan_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("draw_plans.id", name="fk_draw_plans_fitted_plan_id")
    )
    blob: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    fitted_at: Mapped[When]


class DrawPlanQuestion(Base):
    """The version of a question that a draw plan means when it names its reference."""

    __tablename__ = "draw_plan_questions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_draw_plan_questions_version_of_the_question",
        ),
        sa.Index("ix_draw_plan_questions_question", "question_id"),
        NO_HIDDEN_KEY,
    )

    draw_plan_id: Mapped[int] = mapped_column(sa.ForeignKey("draw_plans.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int]


class Adoption(Base):
    """That bookings follow a draw plan from now on; the latest adoption of a method counts."""

    __tablename__ = "adoptions"
    __table_args__ = (sa.Index("ix_adoptions_of_a_method", "plan_version_id", "method"),)

    id: Mapped[Key]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"))
    method: Mapped[Code]
    draw_plan_id: Mapped[int] = mapped_column(sa.ForeignKey("draw_plans.id"))
    at: Mapped[When]
    by_id: Mapped[By]


class CohortChoice(Base):
    """Whether sets of a method take account of what was heard nearby; the latest choice counts, none means off.

    Both figures are empty where it is switched off.
    """

    __tablename__ = "cohort_choices"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_cohort_choices_method_of_the_plan",
        ),
        sa.CheckConstraint("(factor IS NULL) = (months IS NULL)", name="both_or_none"),
        sa.CheckConstraint(
            f"factor IS NULL OR (length(factor) = 8 AND factor >= '{LEAST}' AND factor <= '{MOST}')",
            name="factor_within_its_bounds",
        ),
        sa.CheckConstraint(f"months IS NULL OR months BETWEEN 1 AND {MOST_MONTHS}", name="months_within_reason"),
        sa.Index("ix_cohort_choices_of_a_method", "plan_version_id", "method"),
    )

    id: Mapped[Key]
    plan_version_id: Mapped[int]
    method: Mapped[Code]
    factor: Mapped[Code | None]
    months: Mapped[int | None]
    at: Mapped[When]
    by_id: Mapped[By]


class EligibilitySnapshot(Base):
    """What could not be drawn for an attempt, and why, frozen at its first pull: replay reads this, never today."""

    __tablename__ = "eligibility_snapshots"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "ordinal", name="uq_eligibility_snapshots_l6_frozen_once"),
        sa.UniqueConstraint("id", "attempt_id", "ordinal", name="uq_eligibility_snapshots_identity"),
        is_digest("digest"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"))
    ordinal: Mapped[int]
    body: Mapped[str]
    digest: Mapped[Digest]
    at: Mapped[When]


class RecalledSnapshot(Base):
    """Eligibility that was frozen for a set which a restored backup lacks: the set is drawn again with this one."""

    __tablename__ = "recalled_snapshots"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "ordinal", name="uq_recalled_snapshots_l6_one_for_each_set"),
        is_digest("commitment"),
        is_digest("digest"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"))
    ordinal: Mapped[int]
    commitment: Mapped[Digest]
    body: Mapped[str]
    digest: Mapped[Digest]
    entry: Mapped[int]
    at: Mapped[When]
