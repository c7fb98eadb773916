"""The audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_audit_entries_digest_is_whole")),
        sa.CheckConstraint("length(previous) = 64", name=op.f("ck_audit_entries_previous_is_whole")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_entries_numbered_from_one")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_audit_entries_actor_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("digest", name="uq_audit_entries_l7_digest"),
        sa.UniqueConstraint("previous", name="uq_audit_entries_l7_one_successor"),
    )
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("audit_entries")
