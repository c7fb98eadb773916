"""Rules only: nobody is booked beyond their competence (I1), and no correction leaves a second pass (R4).

Rules are triggers, and every migration makes them anew (`migrations/env.py`); so this one has no table to change.
"""

from __future__ import annotations

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing but the triggers, which follow."""


def downgrade() -> None:
    """Nothing but the triggers, which follow."""
