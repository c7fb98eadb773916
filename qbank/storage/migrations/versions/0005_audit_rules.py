"""Two more rules for the audit trail: digests are hexadecimal, and the two columns that name the actor agree.

Rules are triggers, and every migration makes them anew (`migrations/env.py`); so this one has no table to change.
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing but the triggers, which follow."""


def downgrade() -> None:
    """Nothing but the triggers, which follow."""
