"""An index of sets by who pulled them, and when: each pull asks how many there were today."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_question_sets_of_a_person", "question_sets", ["drawn_by_id", "drawn_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_question_sets_of_a_person", table_name="question_sets")
