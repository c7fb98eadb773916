"""Whether sets of a method take account of what was heard at the same provider or employer, and how far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; without a row in it the factor is off."""
    op.create_table(
        "cohort_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("factor", sa.String(length=64), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(factor IS NULL) = (months IS NULL)", name=op.f("ck_cohort_choices_both_or_none")),
        sa.CheckConstraint(
            "factor IS NULL OR (length(factor) = 8 AND factor >= '0.333333' AND factor <= '0.999999')",
            name=op.f("ck_cohort_choices_factor_within_its_bounds"),
        ),
        sa.CheckConstraint(
            "months IS NULL OR months BETWEEN 1 AND 36", name=op.f("ck_cohort_choices_months_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_cohort_choices_method_of_the_plan",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_cohort_choices_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_choices")),
    )
    op.create_index("ix_cohort_choices_of_a_method", "cohort_choices", ["plan_version_id", "method"])


def downgrade() -> None:
    """Drop the table: every choice is lost, and the factor is off."""
    op.drop_table("cohort_choices")
