"""The seeds of attempts whose results are confirmed, in the open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "seed_reveals",
        sa.Column("attempt_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("confirmation_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(seed) = 32", name=op.f("ck_seed_reveals_seed_is_whole")),
        sa.ForeignKeyConstraint(["attempt_id"], ["seeds.attempt_id"], name=op.f("fk_seed_reveals_attempt_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_seed_reveals_by_id")),
        sa.ForeignKeyConstraint(
            ["confirmation_id"], ["confirmations.id"], name=op.f("fk_seed_reveals_confirmation_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_seed_reveals")),
    )


def downgrade() -> None:
    """Drop it: the seeds stay, sealed."""
    op.drop_table("seed_reveals")
