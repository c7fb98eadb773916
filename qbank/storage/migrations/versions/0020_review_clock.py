"""What calls the review of a question early, and how long an overdue bank goes on by two people's signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = (
    "'the plan or the law changed', 'a leak is suspected', 'asked more often than its limit', "
    "'an assessor reports it', 'an appeal names it'"
)


def upgrade() -> None:
    """Make the tables."""
    _calls()
    _continuations()
    op.create_table(
        "bank_continuation_signatures",
        sa.Column("continuation_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["continuation_id"],
            ["bank_continuations.id"],
            name=op.f("fk_bank_continuation_signatures_continuation_id"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_bank_continuation_signatures_by_id")),
        sa.PrimaryKeyConstraint("continuation_id", "by_id", name=op.f("pk_bank_continuation_signatures")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables: what was reported and who let an overdue bank go on stays in the audit trail alone."""
    for name in ("bank_continuation_signatures", "bank_continuations", "review_calls"):
        op.drop_table(name)


def _calls() -> None:
    op.create_table(
        "review_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("assessment_session_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_review_calls_kind_is_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_review_calls_with_a_reason")),
        sa.CheckConstraint(
            "(kind = 'an assessor reports it') = (assessment_session_id IS NOT NULL)",
            name=op.f("ck_review_calls_a_report_names_its_session"),
        ),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_review_calls_question_id")),
        sa.ForeignKeyConstraint(
            ["assessment_session_id"], ["assessment_sessions.id"], name=op.f("fk_review_calls_assessment_session_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_review_calls_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_calls")),
    )
    op.create_index("ix_review_calls_of_a_question", "review_calls", ["question_id"])


def _continuations() -> None:
    op.create_table(
        "bank_continuations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_bank_continuations_with_a_reason")),
        sa.ForeignKeyConstraint(["standard_id"], ["standards.id"], name=op.f("fk_bank_continuations_standard_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_bank_continuations_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_continuations")),
    )
    op.create_index("ix_bank_continuations_of_a_bank", "bank_continuations", ["standard_id", "method"])
