"""Until when a question rests, why a pair was declared on a page, and drafts that were put away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; pairs that stand were declared by files, which give no reason."""
    op.create_table(
        "rests",
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_rests_move_id")),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_rests")),
    )
    op.add_column("question_pairs", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("working_drafts", sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them: a rest no longer ends by itself, and drafts that were put away are on their authors' lists again."""
    op.drop_column("working_drafts", "put_away_at")
    op.drop_column("question_pairs", "reason")
    op.drop_table("rests")
