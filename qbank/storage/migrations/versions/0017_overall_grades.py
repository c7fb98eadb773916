"""The grade of the whole assessment, signed by one assessor, with the confirmed assessments that it rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "overall_grades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=64), nullable=False),
        sa.Column("part_count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_overall_grades_numbered_from_one")),
        sa.CheckConstraint("part_count >= 1", name=op.f("ck_overall_grades_combines_methods")),
        sa.CheckConstraint("grade IN ('fail', 'pass', 'distinction')", name=op.f("ck_overall_grades_grade_is_known")),
        sa.ForeignKeyConstraint(["apprentice_id"], ["apprentices.id"], name=op.f("fk_overall_grades_apprentice_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_overall_grades_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overall_grades")),
        sa.UniqueConstraint("apprentice_id", "number", name="uq_overall_grades_one_order"),
    )
    op.create_table(
        "overall_grade_parts",
        sa.Column("overall_grade_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("confirmation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["overall_grade_id"], ["overall_grades.id"], name=op.f("fk_overall_grade_parts_overall_grade_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmation_id"], ["confirmations.id"], name=op.f("fk_overall_grade_parts_confirmation_id")
        ),
        sa.PrimaryKeyConstraint("overall_grade_id", "method", name=op.f("pk_overall_grade_parts")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_overall_grade_parts_of_a_confirmation", "overall_grade_parts", ["confirmation_id"])


def downgrade() -> None:
    """Drop the tables: every signature under an overall grade is lost."""
    op.drop_table("overall_grade_parts")
    op.drop_table("overall_grades")
