"""The members of a panel vote on the bank too, and a decision that is another than most votes are for says why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qbank.storage.migrations.open_reviews import refuse_to_lose

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column: of what was decided so far nobody but the chair was asked."""
    op.create_table(
        "review_bank_votes",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_sufficient", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_review_bank_votes_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["review_id", "by_id"],
            ["review_members.review_id", "review_members.person_id"],
            name=op.f("fk_review_bank_votes_review_id_by_id"),
        ),
        sa.PrimaryKeyConstraint("review_id", "by_id", "number", name=op.f("pk_review_bank_votes")),
        sqlite_with_rowid=False,
    )
    op.add_column("review_bank_decisions", sa.Column("departs_because", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them: signed reviews keep votes and reason in their certificates; refused where open ones have one."""
    refuse_to_lose("a vote on the bank", "review_bank_votes")
    op.drop_column("review_bank_decisions", "departs_because")
    op.drop_table("review_bank_votes")
