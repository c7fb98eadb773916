"""A review may be withdrawn, and who did not count when a question was decided stays as it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qbank.storage.migrations.open_reviews import refuse_to_lose

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "review_decision_bars",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id", "question_id"],
            ["review_decisions.review_id", "review_decisions.question_id"],
            name=op.f("fk_review_decision_bars_review_id_question_id"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id", "person_id"],
            ["review_members.review_id", "review_members.person_id"],
            name=op.f("fk_review_decision_bars_review_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("review_id", "question_id", "person_id", name=op.f("pk_review_decision_bars")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review_withdrawals",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_review_withdrawals_with_a_reason")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_withdrawals_review_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_review_withdrawals_by_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review_withdrawals")),
    )


def downgrade() -> None:
    """Drop them: withdrawn reviews are open again, and only the audit trail tells that they were not.

    Refused where a question of an open review was decided and somebody did not count: the trail names them.
    """
    refuse_to_lose("who did not count in a decision", "review_decision_bars")
    op.drop_table("review_withdrawals")
    op.drop_table("review_decision_bars")
