"""Whoever moderated an assessment, or recorded an exception for it, does not become its session's assessor.

Rules are triggers, and every migration makes them anew (`migrations/env.py`); so this one has no table to change.
"""

from __future__ import annotations

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing but the triggers, which follow."""


def downgrade() -> None:
    """Nothing but the triggers, which follow."""
