"""Rates with what they are worth: the value, from how many, a 95% interval, and where the formula is to be read.

A rate from few is not shown at all: the percentage is remembered, the warning beside it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, fsum, inf, lgamma, log, sqrt
from statistics import NormalDist
from typing import Final

LEVEL: Final = 0.95
"""How often an interval is to hold the true value."""
NORMAL: Final = NormalDist().inv_cdf((1 + LEVEL) / 2)
"""1.96: the normal deviate of a two-sided interval."""
WILSON: Final = (
    "score interval: E. B. Wilson, Probable inference, the law of succession, and statistical inference, "
    "Journal of the American Statistical Association 22 (1927), 209–212"
)
EFFECTIVE: Final = (
    "score interval (E. B. Wilson 1927) from as many independent judgements as would vary like these: E. L. Korn and "
    "B. I. Graubard, Confidence intervals for proportions with small expected number of positive counts estimated from "
    "survey data, Survey Methodology 24 (1998), 193–201"
)
MID_P: Final = (
    "mid-P interval: G. R. Cohen and S.-Y. Yang, Mid-P confidence intervals for the Poisson expectation, "
    "Statistics in Medicine 13 (1994), 2189–2203"
)
_STEPS: Final = 500
"""More terms than either expansion needs at the counts of a bank."""
_CLOSE: Final = 1e-15
"""A further term as small as this, beside the sum, changes nothing."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that fit what was seen; `low` is never above `high`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the evidence.

    Args:
        value: the estimate; None where it is from too few.
        of: from how many (n): askings, sets, sittings, as the figure says.
        interval: its 95% interval; None where it is from too few.
        source: the formula, by where it is to be read.
    """

    value: float | None
    of: int
    interval: Interval | None
    source: str

    @property
    def is_estimable(self) -> bool:
        """Whether it is from enough to be shown."""
        return self.value is not None


def share(hits: int, of: int, *, least: int) -> Figure:
    """The share of `of` that were hits, in [0, 1], with Wilson's interval; hidden below `least`.

    Args:
        hits: 0 to `of`.
        of: from how many.
        least: the fewest from which a figure is shown; at least 1.

    Raises:
        ValueError: there are more hits than tries, or fewer than none.
    """
    if not 0 <= hits <= of:
        raise ValueError("hits lie between 0 and the tries")
    if of < least:
        return Figure(None, of, None, WILSON)
    return Figure(hits / of, of, wilson(hits, of), WILSON)


def mean_share(shares: Sequence[float], judgements: int, *, least: int) -> Figure:
    """The mean of shares, in [0, 1]; hidden below `least` of them.

    The judgements behind one share belong together. The interval is Wilson's, from as many independent judgements as
    would leave the mean as uncertain as the shares show it to be.

    Args:
        shares: each in [0, 1].
        judgements: yes or no, behind all the shares together; at least one for each.
        least: the fewest shares from which the figure is shown; at least 2.

    Source:
        Korn and Graubard (1998), the effective number, with Wilson's interval in the place of the exact one. It is no
        more than the judgements: shares that agree by chance are worth no more than that.
    """
    of = len(shares)
    if of < least:
        return Figure(None, of, None, EFFECTIVE)
    mean = fsum(shares) / of
    spread = fsum((each - mean) ** 2 for each in shares) / (of - 1)
    alike = mean * (1 - mean) * of
    effective = judgements if alike >= judgements * spread else alike / spread
    return Figure(mean, of, wilson(mean * effective, effective), EFFECTIVE)


def per_asking(count: int, of: int, *, least: int) -> Figure:
    """How many events came on each asking, with the mid-P interval; hidden below `least` askings.

    Args:
        count: events in all; 0 or more, and more than `of` where several come on one asking.
        of: askings.
        least: the fewest askings from which a figure is shown; at least 1.

    Raises:
        ValueError: a count is below 0.
    """
    if count < 0 or of < 0:
        raise ValueError("counts are 0 or more")
    if of < least:
        return Figure(None, of, None, MID_P)
    found = mid_p(count)
    return Figure(count / of, of, Interval(found.low / of, found.high / of), MID_P)


def wilson(hits: float, of: float) -> Interval:
    """The 95% score interval of a share, in [0, 1].

    Args:
        hits: 0 to `of`; may be fractional, as from weights.
        of: above 0.

    Source:
        Wilson (1927): the shares p for which |hits/of − p| ≤ z √(p(1−p)/of).
    """
    rate, square = hits / of, NORMAL**2
    middle = (rate + square / (2 * of)) / (1 + square / of)
    half = NORMAL * sqrt(rate * (1 - rate) / of + square / (4 * of**2)) / (1 + square / of)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(0.0 if hits == 0 else low, 1.0 if hits == of else high)


def t_deviate(freedom: int) -> float:
    """The deviate of a two-sided interval by Student's distribution, for a spread known from so many free differences.

    Args:
        freedom: degrees of freedom; from 4 on within one in a thousand.

    Source:
        Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
    """
    z = NORMAL
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def mid_p(count: int) -> Interval:
    """The 95% interval of the expected number of events of which `count` were seen.

    Of what was seen itself only half counts into either tail: the exact interval counts the whole into both, and holds
    the truth more often than it says, the more so the fewer events there are.

    Source:
        Cohen and Yang (1994). The chance of `count` or more is the regularised incomplete gamma function
        P(count, mean).
    """
    tail = (1 - LEVEL) / 2

    def above(mean: float) -> float:
        """More than `count` events, and half of just so many."""
        return (gamma_share(count + 1, mean) + (gamma_share(count, mean) if count else 1.0)) / 2

    return Interval(_rising(above, tail) if count else 0.0, _rising(above, 1 - tail))


def gamma_share(shape: float, at: float) -> float:
    """The regularised incomplete gamma function P(shape, at): the share of a gamma distribution below `at`, in [0, 1].

    Source:
        Abramowitz and Stegun, Handbook of Mathematical Functions (1964): the series 6.5.29 below the mode, the
        continued fraction 6.5.31 above it.
    """
    if at <= 0:
        return 0.0
    front = exp(shape * log(at) - at - lgamma(shape))
    return front * _series(shape, at) if at < shape + 1 else 1 - front * _fraction(shape, at)


def _series(shape: float, at: float) -> float:
    term = total = 1 / shape
    for step in range(1, _steps(shape)):
        term *= at / (shape + step)
        total += term
        if term < total * _CLOSE:
            break
    return total


def _fraction(shape: float, at: float) -> float:
    """The continued fraction, by Lentz's method from its first convergent on."""
    bottom = at + 1 - shape
    across, down = inf, 1 / bottom
    total = down
    for step in range(1, _steps(shape)):
        part = step * (shape - step)
        bottom += 2
        down = 1 / (bottom + part * down)
        across = bottom + part / across
        total *= across * down
        if abs(across * down - 1) < _CLOSE:
            break
    return total


def _steps(shape: float) -> int:
    return _STEPS + int(10 * sqrt(shape))


def _rising(reached: Callable[[float], float], level: float) -> float:
    """Where a rising function of a number from 0 on reaches a level, by halving."""
    low, high = 0.0, 1.0
    while reached(high) < level:
        low, high = high, 2 * high
    for _ in range(100):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (low, middle) if reached(middle) >= level else (middle, high)
    return (low + high) / 2
