"""Days of the calendar as people say them: the plan's deadlines are days, not moments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from qbank.web.saying import counted, local

_SAID_IN_DAYS: Final = 21
_WEEK: Final = 7


def calendar_day(day: date) -> str:
    """A day in full: "4 June 2026"."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """A day where room is short: "4 Jun 2026"."""
    return f"{day.day} {day:%b %Y}"


def days_away(day: date, *, at: datetime) -> str:
    """How far away a day is: "today", "tomorrow", "in 12 days", "in 5 weeks", "3 days ago"."""
    days = (day - local(at).date()).days
    if abs(days) <= 1:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    many = abs(days)
    said = counted(many, "day") if many < _SAID_IN_DAYS else counted(round(many / _WEEK), "week")
    return f"in {said}" if days > 0 else f"{said} ago"
