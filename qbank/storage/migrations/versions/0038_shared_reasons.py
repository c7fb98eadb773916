"""The triggers are made anew: shared reasons go with an erasure of any who share them; no table changes."""

from __future__ import annotations

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: every migration makes the triggers anew."""


def downgrade() -> None:
    """Nothing, likewise."""
