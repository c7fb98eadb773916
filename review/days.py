"""Days and months of the calendar on which reviews and deadlines are counted: those of the United Kingdom."""

from __future__ import annotations

import calendar
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

UK: Final = ZoneInfo("Europe/London")
"""End-point assessment is English law: its days begin and end there."""

MONTHS: Final = 12


def day_in_uk(moment: datetime) -> date:
    """The day on which the moment, which is aware, falls on a UK calendar."""
    return moment.astimezone(UK).date()


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has fewer days."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_of(day: date) -> date:
    """The first day of the month that the day lies in: the name of that month."""
    return day.replace(day=1)


def months_between(earlier: date, later: date) -> int:
    """How many months of the calendar the month of one day is after that of another; negative where it is before."""
    return (later.year - earlier.year) * MONTHS + later.month - earlier.month
