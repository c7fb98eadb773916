"""What another installation recorded of versions and pairs that were restored here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "version_histories",
        sa.Column("question_version_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("move_count", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_versions.id"], name=op.f("fk_version_histories_question_version_id")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_version_histories_load_id")),
        sa.PrimaryKeyConstraint("question_version_id", name=op.f("pk_version_histories")),
    )
    op.create_table(
        "pair_histories",
        sa.Column("question_pair_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_pair_id"], ["question_pairs.id"], name=op.f("fk_pair_histories_question_pair_id")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_pair_histories_load_id")),
        sa.PrimaryKeyConstraint("question_pair_id", name=op.f("pk_pair_histories")),
    )


def downgrade() -> None:
    """Drop the tables: what other installations recorded is lost, the words of the questions stay."""
    op.drop_table("pair_histories")
    op.drop_table("version_histories")
