"""The record of a sitting: entries that are kept once, and whose words alone can be erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ["began", "ended", "asked", "note", "supplementary", "evidence", "gap", "questioning", "incomplete", "reason"]


def upgrade() -> None:
    """Make the table."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_table(
        "record_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_session_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("follows", sa.String(length=64), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("at_device", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(entry) = 32", name=op.f("ck_record_entries_identity_has_128_bits")),
        sa.CheckConstraint("follows IS NULL OR follows <> entry", name=op.f("ck_record_entries_follows_another")),
        sa.CheckConstraint("position IS NULL OR position >= 1", name=op.f("ck_record_entries_positions_from_one")),
        sa.CheckConstraint(
            "(words IS NULL) = (salt IS NULL)", name=op.f("ck_record_entries_words_and_salt_go_together")
        ),
        sa.CheckConstraint(f"kind IN ({kinds})", name=op.f("ck_record_entries_kind_is_known")),
        sa.CheckConstraint("length(commitment) = 64", name=op.f("ck_record_entries_commitment_is_whole")),
        sa.ForeignKeyConstraint(
            ["assessment_session_id"],
            ["assessment_sessions.id"],
            name=op.f("fk_record_entries_assessment_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_session_id", "follows"],
            ["record_entries.assessment_session_id", "record_entries.entry"],
            name="fk_record_entries_follows_one_of_its_session",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_record_entries_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_entries")),
        sa.UniqueConstraint("entry", name="uq_record_entries_kept_once"),
        sa.UniqueConstraint("assessment_session_id", "entry", name="uq_record_entries_identity"),
    )


def downgrade() -> None:
    """Drop the table, and every record with it."""
    op.drop_table("record_entries")
