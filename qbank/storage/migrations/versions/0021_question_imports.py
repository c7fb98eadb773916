"""Imports of questions: the report of each, and what became of every row of the file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = "'new', 'changed', 'unchanged', 'with problems', 'left out'"


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "question_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=64), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("changed_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("wrong_count", sa.Integer(), nullable=False),
        sa.Column("left_out_count", sa.Integer(), nullable=False),
        sa.Column("submitted_count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_question_imports_digest_is_whole")),
        sa.CheckConstraint(
            "submitted_count <= new_count + changed_count", name=op.f("ck_question_imports_only_drafts_are_submitted")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_question_imports_plan_version_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_question_imports_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_imports")),
        sa.UniqueConstraint("public_id", name="uq_question_imports_public_id"),
    )
    op.create_index("ix_question_imports_of_a_person", "question_imports", ["by_id"])
    op.create_table(
        "question_import_lines",
        sa.Column("question_import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("working_draft_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_question_import_lines_kind_is_known")),
        sa.CheckConstraint(
            "(working_draft_id IS NOT NULL) = (kind IN ('new', 'changed'))",
            name=op.f("ck_question_import_lines_drafts_of_what_came"),
        ),
        sa.ForeignKeyConstraint(
            ["question_import_id"], ["question_imports.id"], name=op.f("fk_question_import_lines_question_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["working_draft_id"], ["working_drafts.id"], name=op.f("fk_question_import_lines_working_draft_id")
        ),
        sa.PrimaryKeyConstraint("question_import_id", "number", name=op.f("pk_question_import_lines")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables: the reports of imports are lost, what came in stays."""
    op.drop_table("question_import_lines")
    op.drop_table("question_imports")
