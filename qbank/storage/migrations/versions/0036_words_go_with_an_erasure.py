"""The triggers are made anew: words go with an erasure alone, and budgets with their review; no table changes."""

from __future__ import annotations

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: every migration makes the triggers anew."""


def downgrade() -> None:
    """Nothing, likewise."""
