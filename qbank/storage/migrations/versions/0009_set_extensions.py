"""What sets grow by after they were drawn: substitutes, and questions for what an observation left open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "set_extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("replaced_position", sa.Integer(), nullable=True),
        sa.Column("first_position", sa.Integer(), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("certificate_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_set_extensions_numbered_from_one")),
        sa.CheckConstraint("question_count >= 1", name=op.f("ck_set_extensions_holds_questions")),
        sa.CheckConstraint(
            "(kind = 'substitution') = (replaced_position IS NOT NULL)",
            name=op.f("ck_set_extensions_a_substitution_replaces"),
        ),
        sa.CheckConstraint(
            "(kind = 'substitution') = (reason IS NOT NULL)", name=op.f("ck_set_extensions_a_substitution_has_a_reason")
        ),
        sa.CheckConstraint(
            "replaced_position IS NULL OR question_count = 1", name=op.f("ck_set_extensions_one_for_one")
        ),
        sa.CheckConstraint("kind IN ('substitution', 'residual draw')", name=op.f("ck_set_extensions_kind_is_known")),
        sa.CheckConstraint(
            "reason IN ('not suitable here', 'known to the apprentice', 'faulty or unclear')",
            name=op.f("ck_set_extensions_reason_is_known"),
        ),
        sa.CheckConstraint(
            "length(certificate_digest) = 64", name=op.f("ck_set_extensions_certificate_digest_is_whole")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_set_extensions_by_id")),
        sa.ForeignKeyConstraint(
            ["question_set_id"], ["question_sets.id"], name=op.f("fk_set_extensions_question_set_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_set_id", "replaced_position"],
            ["set_questions.question_set_id", "set_questions.position"],
            name="fk_set_extensions_question_of_the_set",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_extensions")),
        sa.UniqueConstraint("question_set_id", "number", name="uq_set_extensions_one_order"),
        sa.UniqueConstraint("question_set_id", "replaced_position", name="uq_set_extensions_replaced_once"),
    )
    op.create_index("ix_set_extensions_of_a_person", "set_extensions", ["by_id"], unique=False)


def downgrade() -> None:
    """Drop the table. Sets keep the questions that came later, at positions beyond their count."""
    op.drop_index("ix_set_extensions_of_a_person", table_name="set_extensions")
    op.drop_table("set_extensions")
