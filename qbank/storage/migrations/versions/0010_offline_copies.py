"""Offline copies of question sets: who holds one, and until when it may send back what is written in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "offline_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("assessment_session_id", sa.Integer(), nullable=False),
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > at", name=op.f("ck_offline_copies_expires_later")),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_offline_copies_token_hash_is_whole")),
        sa.ForeignKeyConstraint(
            ["assessment_session_id"], ["assessment_sessions.id"], name=op.f("fk_offline_copies_assessment_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_set_id"], ["question_sets.id"], name=op.f("fk_offline_copies_question_set_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_offline_copies_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_copies")),
        sa.UniqueConstraint("mark", name="uq_offline_copies_mark"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("offline_copies")
