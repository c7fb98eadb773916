"""When a sitting counts as sat: from then on its record stays, and a re-sit or re-take may follow."""

from __future__ import annotations

from datetime import datetime, timedelta


def was_sat(*, starts_at: datetime, minutes: float, drawn_at: datetime | None, at: datetime) -> bool:
    """Whether the sitting's time is over, and its set was there before it was.

    Args:
        starts_at: when the sitting was due.
        minutes: how long it takes.
        drawn_at: when its set was drawn; None if nothing was. A set drawn afterwards was not asked then.
        at: now.

    Source: L5: a set for the next attempt comes only after the one before was used.
    """
    ends_at = starts_at + timedelta(minutes=minutes)
    return drawn_at is not None and drawn_at < ends_at <= at
