"""Frozen eligibility of sets that a restored backup lacks, brought back from beside the checkpoints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "recalled_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_recalled_snapshots_digest_is_whole")),
        sa.CheckConstraint("length(commitment) = 64", name=op.f("ck_recalled_snapshots_commitment_is_whole")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_recalled_snapshots_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalled_snapshots")),
        sa.UniqueConstraint("attempt_id", "ordinal", name="uq_recalled_snapshots_l6_one_for_each_set"),
    )


def downgrade() -> None:
    """Drop it: sets that were lost are then drawn with the eligibility of the day."""
    op.drop_table("recalled_snapshots")
