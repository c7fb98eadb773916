"""The chair puts a predictability budget to the panel, and each member signs it with their vote or names another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qbank.storage.migrations.open_reviews import refuse_to_lose

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns: votes that were cast so far were on no proposal."""
    op.create_table(
        "review_budget_proposals",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=False),
        sa.Column("last_sets", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_review_budget_proposals_numbered_from_one")),
        sa.CheckConstraint("budget BETWEEN 0 AND 1000", name=op.f("ck_review_budget_proposals_budget_is_a_share")),
        sa.CheckConstraint("last_sets >= 1", name=op.f("ck_review_budget_proposals_some_sets_are_kept")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_review_budget_proposals_with_a_reason")),
        sa.ForeignKeyConstraint(
            ["review_id", "by_id"],
            ["review_members.review_id", "review_members.person_id"],
            name=op.f("fk_review_budget_proposals_review_id_by_id"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_review_budget_proposals_by_id")),
        sa.PrimaryKeyConstraint("review_id", "number", name=op.f("pk_review_budget_proposals")),
        sqlite_with_rowid=False,
    )
    op.add_column("review_bank_votes", sa.Column("proposal", sa.Integer(), nullable=True))
    op.add_column("review_bank_votes", sa.Column("would_sign", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them; refused where an open review has a proposal, whose certificate the trail would contradict."""
    refuse_to_lose("a proposed budget", "review_budget_proposals")
    op.drop_column("review_bank_votes", "would_sign")
    op.drop_column("review_bank_votes", "proposal")
    op.drop_table("review_budget_proposals")
