"""An index of moves by the state they lead to: how many await approval is counted on every look at the list."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_moves_to_a_state", "moves", ["to_state", "question_version_id", "number"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_moves_to_a_state", table_name="moves")
