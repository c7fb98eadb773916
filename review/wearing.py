"""How long a bank lasts: what a provider has heard after so many sets, and by when questions must be written.

Source: pooled knowledge of a memoryless law, the expected number of distinct coupons among those drawn next; Feller
(1968), An Introduction to Probability Theory and Its Applications, volume 1, section IX.3.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Final

from review.days import month_of, months_after
from review.rates import Figure, share

YEAR: Final = 12
FARTHEST: Final = 120
"""Months that are looked ahead; a bank that lasts longer needs no forecast."""
SHOWN_AHEAD: Final = 36
"""Months of a course: three years, after which the bank is another."""
READY_IN_MONTHS: Final = 2
"""A question that is begun now is approved and in a fitted plan so many months later."""


def heard(rates: Sequence[float], sets: int) -> float:
    """Questions of the next set, on average, that were in at least one of so many earlier sets.

    Args:
        rates: of each question, the share of sets that hold it, in [0, 1].
        sets: 0 or more.
    """
    return fsum(rate * (1 - (1 - rate) ** sets) for rate in rates)


def sets_until(rates: Sequence[float], part: float) -> int:
    """The fewest sets after which at least that part of the next set, on average, was heard before.

    Args:
        rates: as for `heard`; at least one above 0.
        part: of a set, above 0 and below 1.
    """
    wanted = part * fsum(rates)
    high = 1
    while heard(rates, high) < wanted:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if heard(rates, middle) >= wanted else (middle, high)
    return high


def monthly(starts: int, peaks: Sequence[int], *, peak: float) -> Mapping[int, float]:
    """How many of a year's apprentices come in each month, by its number from 1; they add up to `starts`.

    Args:
        starts: in a year.
        peaks: numbers of the months in which most come.
        peak: how many times as many such a month brings as another; above 0.
    """
    weights = {month: peak if month in peaks else 1.0 for month in range(1, YEAR + 1)}
    return {month: starts * weight / sum(weights.values()) for month, weight in weights.items()}


@dataclass(frozen=True, slots=True)
class Wear:
    """How long a bank lasts at one provider.

    Attributes:
        part: of all apprentices, the share that is this provider's.
        sets_a_year: sets that it hears in a year, by the volumes.
        month: the first in which half of the next set was heard before; None where it is beyond ten years.
    """

    part: float
    sets_a_year: float
    month: date | None


def wears_out(sets: int, part: float, volumes: Mapping[int, float], *, so_far: int, today: date) -> Wear:
    """When a provider with that part of the apprentices has heard so many sets.

    Args:
        sets: how many.
        part: of all apprentices, in [0, 1].
        volumes: apprentices of each month of a year.
        so_far: sets that it has heard; the present month brings the part of its apprentices that is to come.
        today: the day.
    """
    if so_far >= sets:
        return Wear(part, part * sum(volumes.values()), month_of(today))
    left_of_month = 1 - today.day / monthrange(today.year, today.month)[1]
    heard_by_then = so_far - part * volumes[today.month] * (1 - left_of_month)
    for ahead in range(FARTHEST):
        month = months_after(month_of(today), ahead)
        heard_by_then += part * volumes[month.month]
        if heard_by_then >= sets:
            return Wear(part, part * sum(volumes.values()), month)
    return Wear(part, part * sum(volumes.values()), None)


def course(
    rates: Sequence[float], part: float, volumes: Mapping[int, float], *, so_far: int, today: date
) -> list[tuple[date, float]]:
    """How much of the next set such a provider has heard before at the end of each month, the present one first.

    Args:
        rates: of each question, the share of sets that hold it; at least one above 0.
        part: of all apprentices, in [0, 1].
        volumes: apprentices of each month of a year.
        so_far: sets that it has heard.
        today: the day.

    Returns:
        The first day of each month, and a share of a set, in [0, 1].
    """
    left_of_month = 1 - today.day / monthrange(today.year, today.month)[1]
    heard_by_then, whole, found = so_far - part * volumes[today.month] * (1 - left_of_month), fsum(rates), []
    for ahead in range(SHOWN_AHEAD):
        month = months_after(month_of(today), ahead)
        heard_by_then += part * volumes[month.month]
        found.append((month, heard(rates, int(heard_by_then)) / whole))
    return found


def write_by(peaks: Sequence[int], *, today: date) -> date | None:
    """By when what is missing should be begun, so that it can be asked from the first day of a peak month.

    The first such day that has not gone by; None where there are no peaks.
    """
    for ahead in range(YEAR + 1):
        begin = months_after(month_of(today), ahead)
        if begin >= today and months_after(begin, READY_IN_MONTHS).month in peaks:
            return begin
    return None


def clean_re_sits(sets: Sequence[int], apart: Sequence[int], *, apprentices: int, most: int) -> list[int]:
    """How many re-sits in a row each of some apprentices can have without meeting a question or an enemy of one.

    Each has one of the recorded sets first and then the first of the others that shares nothing with what they met; so
    it is a number that the bank certainly reaches, and another order of sets might reach more.

    Args:
        sets: recorded lawful sets, as bits of positions; at least one.
        apart: of each position, as bits, the question itself and what must not be asked of whoever met it.
        apprentices: how many are looked at, evenly among the sets.
        most: where looking ends.
    """
    step = max(1, len(sets) // apprentices)
    return [_re_sits(sets, apart, begin, most) for begin in range(0, len(sets), step)[:apprentices]]


def _re_sits(sets: Sequence[int], apart: Sequence[int], begin: int, most: int) -> int:
    barred, left, found = 0, [*sets[begin:], *sets[:begin]], -1
    while left and found < most:
        found += 1
        met = left[0]
        while met:
            lowest = met & -met
            barred |= apart[lowest.bit_length() - 1]
            met ^= lowest
        left = [each for each in left if not each & barred]
    return found


def at_least(found: Sequence[int], re_sits: int, *, least: int) -> Figure:
    """The share of apprentices who can have at least so many re-sits, with its interval."""
    return share(sum(each >= re_sits for each in found), len(found), least=least)
