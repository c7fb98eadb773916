"""A set is voided in two steps: one person asks, another answers for each set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "void_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_void_requests_with_a_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_void_requests_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_void_requests")),
    )
    op.create_table(
        "void_request_sets",
        sa.Column("void_request_id", sa.Integer(), nullable=False),
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["void_request_id"], ["void_requests.id"], name=op.f("fk_void_request_sets_void_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_set_id"], ["question_sets.id"], name=op.f("fk_void_request_sets_question_set_id")
        ),
        sa.PrimaryKeyConstraint("void_request_id", "question_set_id", name=op.f("pk_void_request_sets")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_void_request_sets_of_a_set", "void_request_sets", ["question_set_id"])
    op.create_table(
        "void_answers",
        sa.Column("void_request_id", sa.Integer(), nullable=False),
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer IN ('agreed', 'refused')", name=op.f("ck_void_answers_answer_is_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_void_answers_with_a_reason")),
        sa.ForeignKeyConstraint(
            ["void_request_id", "question_set_id"],
            ["void_request_sets.void_request_id", "void_request_sets.question_set_id"],
            name="fk_void_answers_of_a_set_that_was_asked_about",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_void_answers_by_id")),
        sa.PrimaryKeyConstraint("void_request_id", "question_set_id", name=op.f("pk_void_answers")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them: what was voided stays so, and only the audit trail tells who asked and why."""
    op.drop_table("void_answers")
    op.drop_index("ix_void_request_sets_of_a_set", table_name="void_request_sets")
    op.drop_table("void_request_sets")
    op.drop_table("void_requests")
