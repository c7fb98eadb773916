"""How much a panel has to review in which month, and how the work is spread so that no month has more than it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil

from review.days import MONTHS, month_of, months_after, months_between


@dataclass(frozen=True, slots=True)
class MonthOfWork:
    """The reviews of one month.

    Args:
        month: its first day.
        due: how many questions fall due in it, unless they are decided before; in the first, also what is overdue.
        planned: how many are planned for it.
    """

    month: date
    due: int
    planned: int


def planned_months(due: Sequence[date], *, today: date, done: int = 0) -> tuple[date, ...]:
    """The month in which each question is best reviewed, so that the months are as even as the due days allow.

    Each is planned for a month before the one in which it falls due, or for the present month where there is none: so
    its next due day is never later than it would have been, and the due days of a bank that was loaded in one day
    spread over the year.

    Args:
        due: the due day of each question; any order, days that have passed among them.
        today: the day of the plan.
        done: how many were decided in the present month already; they count as its work.

    Returns:
        For each question in the order given, the first day of its month.

    Source:
        The least concave function at or above the counts that must be reached gives the most even months of all that
        are in time: the largest is as small as it can be, then the second, and so on.
    """
    latest = [max(0, months_between(today, day) - 1) for day in due]
    reached = _evenly(latest, done)
    in_order = sorted(range(len(due)), key=lambda at: (due[at], at))
    found = [month_of(today)] * len(due)
    place = 0
    for rank, at in enumerate(in_order, start=done + 1):
        while reached[place] < rank:
            place += 1
        found[at] = months_after(month_of(today), place)
    return tuple(found)


def forecast(due: Sequence[date], *, today: date, done: int = 0, months: int = MONTHS) -> tuple[MonthOfWork, ...]:
    """The work of the present month and those after it, as `planned_months` spreads it.

    Args:
        due: the due day of each question.
        today: the day of the forecast.
        done: how many were decided in the present month already; not part of what is still planned.
        months: how many months to look ahead, the present one included; at least 1.
    """
    planned = Counter(planned_months(due, today=today, done=done))
    falling = Counter(month_of(max(day, today)) for day in due)
    ahead = [months_after(month_of(today), place) for place in range(months)]
    return tuple(MonthOfWork(month, falling[month], planned[month]) for month in ahead)


def _evenly(latest: Sequence[int], done: int) -> list[int]:
    """How many are reviewed by the end of each month, the present one first; what was done is among them."""
    months = max(latest, default=0) + 1
    within = Counter(latest)
    must, count = [Fraction(0)], Fraction(done)
    for place in range(months):
        count += within[place]
        must.append(count)
    return [ceil(level) for level in _majorant(must)[1:]]


def _majorant(heights: Sequence[Fraction]) -> list[Fraction]:
    """The least concave sequence at or above the heights, which begin at 0."""
    corners: list[int] = []
    for at, height in enumerate(heights):
        while len(corners) > 1 and _below(heights, corners[-2], corners[-1], at, height):
            corners.pop()
        corners.append(at)
    found = [heights[0]]
    for left, right in pairwise(corners):
        slope = (heights[right] - heights[left]) / (right - left)
        found += [heights[left] + slope * (at - left) for at in range(left + 1, right + 1)]
    return found


def _below(heights: Sequence[Fraction], left: int, middle: int, right: int, height: Fraction) -> bool:
    """Whether the middle corner lies at or under the line from the left one to the right."""
    return (heights[middle] - heights[left]) * (right - left) <= (height - heights[left]) * (middle - left)
