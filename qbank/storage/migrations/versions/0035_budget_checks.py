"""A panel signs of how many kept sets its predictability budget speaks, and each look at the budget stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "review_budgets",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("last_sets", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_sets >= 1", name=op.f("ck_review_budgets_some_sets_are_kept")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review_bank_decisions.review_id"], name=op.f("fk_review_budgets_review_id")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review_budgets")),
    )
    op.create_table(
        "budget_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=False),
        sa.Column("last_sets", sa.Integer(), nullable=False),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("sets", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_sets >= 1", name=op.f("ck_budget_checks_some_sets_are_kept")),
        sa.CheckConstraint("guesses >= 1", name=op.f("ck_budget_checks_some_questions_are_named")),
        sa.CheckConstraint(
            "(hits IS NULL) = (low IS NULL) AND (hits IS NULL) = (high IS NULL)",
            name=op.f("ck_budget_checks_with_interval"),
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_budget_checks_review_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standards.id"], name=op.f("fk_budget_checks_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_checks")),
    )
    op.create_index("ix_budget_checks_of_a_bank", "budget_checks", ["standard_id", "method", "at"])


def downgrade() -> None:
    """Drop them: budgets stay as shares of a set, and only the audit trail tells when one was broken."""
    op.drop_index("ix_budget_checks_of_a_bank", table_name="budget_checks")
    op.drop_table("budget_checks")
    op.drop_table("review_budgets")
