"""Whoever began or saved a draft is named as an author of its version: the database holds it, beside every named hand.

Rules are triggers, and every migration makes them anew (`migrations/env.py`); so this one has no table to change.
"""

from __future__ import annotations

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing but the triggers, which follow."""


def downgrade() -> None:
    """Nothing but the triggers, which follow."""
