"""Figures that must come out the same on every machine: exact logarithms and the interval of a rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import Any, Final

from delivery.canonical import decimals

ENOUGH_BITS: Final = 512
NORMAL_99: Final = 2.5758293035489004
"""The point that a standard normal passes on either side once in a hundred."""


def log2_of(numerator: int, words: int) -> Decimal:
    """log2 of numerator / 2^(64 × words), to 40 digits: decimal logarithms round the same everywhere.

    Bits that no digit can show are left out first: of a law on ten thousand questions there are thirty thousand.

    Raises:
        ValueError: the numerator is not above 0.
    """
    if numerator < 1:
        raise ValueError("An impossible set has no logarithm.")
    beyond = max(0, numerator.bit_length() - ENOUGH_BITS)
    with localcontext(Context(prec=40)):
        return Decimal(numerator >> beyond).ln() / Decimal(2).ln() + (beyond - 64 * words)


def log2_of_rate(rate: float) -> Decimal:
    """log2 of a float above 0, to 40 digits, rounded the same everywhere."""
    with localcontext(Context(prec=40)):
        return Decimal(rate).ln() / Decimal(2).ln()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How many of a recorded run's sets were lawful, and what that says about the rate.

    Attributes:
        trials: sets in the run, at least 1.
        lawful: of them, 0 to `trials`.
        exact: no set can be unlawful, so that the rate is 1 and no estimate.
    """

    trials: int
    lawful: int
    exact: bool = False

    @property
    def rate(self) -> float:
        """The share that was lawful, in [0, 1]."""
        return self.lawful / self.trials

    @property
    def log2(self) -> Decimal:
        """log2 of the rate.

        Raises:
            ValueError: no set was lawful.
        """
        return log2_of(self.lawful, 0) - log2_of(self.trials, 0)

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest rate, at 99%.

        Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209–212. Only operations that
        IEEE 754 rounds correctly, so that every machine finds the same figures.
        """
        square = NORMAL_99 * NORMAL_99
        middle = self.lawful + square / 2
        reach = NORMAL_99 * math.sqrt(self.lawful * (self.trials - self.lawful) / self.trials + square / 4)
        whole = self.trials + square
        return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)

    def to_dict(self) -> dict[str, Any]:
        """As plain data: counts and six decimals; no interval where the rate is exact."""
        lowest, highest = (None, None) if self.exact else map(decimals, self.interval)
        return {
            "exact": self.exact,
            "trials": self.trials,
            "lawful": self.lawful,
            "rate": decimals(self.rate),
            "lowest": lowest,
            "highest": highest,
        }
