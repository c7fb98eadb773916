"""An index by which the sets of a method in a year are found without reading their certificates."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NAME = "ix_question_sets_of_a_method"


def upgrade() -> None:
    """Make the index."""
    op.create_index(NAME, "question_sets", ["method", "drawn_at", "apprentice_id", "assessment_session_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(NAME, table_name="question_sets")
