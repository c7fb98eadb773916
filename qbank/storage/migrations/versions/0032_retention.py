"""When an apprentice's personal data was erased, and what holds it; reasons that were history can now be erased too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qbank.domain.errors import NotReady

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the triggers, which let reasons be erased from now on, are made anew after every migration."""
    op.create_table(
        "erasures",
        sa.Column("apprentice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["apprentice_id"], ["apprentices.id"], name=op.f("fk_erasures_apprentice_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_erasures_by_id")),
        sa.PrimaryKeyConstraint("apprentice_id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "retention_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["apprentice_id"], ["apprentices.id"], name=op.f("fk_retention_holds_apprentice_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_retention_holds_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_holds")),
    )
    op.create_index("ix_retention_holds_of_an_apprentice", "retention_holds", ["apprentice_id"])


def downgrade() -> None:
    """Drop them: that data was erased is then known to the audit trail alone. Refused while somebody's data is held."""
    held = op.get_bind().scalar(
        sa.text(
            "SELECT count(*) FROM retention_holds AS said WHERE said.holds AND NOT EXISTS (SELECT 1 "
            "FROM retention_holds AS later WHERE later.apprentice_id = said.apprentice_id AND later.id > said.id)"
        )
    )
    if held:
        raise NotReady(
            f"The data of {held} apprentices is held, and an older program knows of no holds.",
            remedy="Keep this version of the program, or let them go: qbank people let-go.",
        )
    op.drop_table("retention_holds")
    op.drop_table("erasures")
