"""The figures, a second time: logarithms from whole numbers, the interval in decimals."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

NORMAL_99: Final = Decimal("2.5758293035489004")
_BITS: Final = 100


def log2(value: Fraction) -> Fraction:
    """log2 of a fraction above 0 to 100 binary places, bit by bit: square, and note whether it reached 2.

    Source: Knuth (1997), The Art of Computer Programming, volume 1, section 1.2.2, exercise 25.
    """
    whole = value.numerator.bit_length() - value.denominator.bit_length()
    scaled = value / Fraction(2) ** whole
    if scaled < 1:
        whole, scaled = whole - 1, scaled * 2
    unit = 1 << (2 * _BITS)
    mantissa = scaled.numerator * unit // scaled.denominator
    places = 0
    for _ in range(_BITS):
        mantissa = mantissa * mantissa // unit
        places *= 2
        if mantissa >= 2 * unit:
            mantissa //= 2
            places += 1
    return whole + Fraction(places, 1 << _BITS)


def rate_interval(lawful: int, trials: int) -> tuple[Decimal, Decimal]:
    """Wilson's interval for a rate, at 99%."""
    with localcontext(Context(prec=40)):
        counted, whole = Decimal(lawful), Decimal(trials)
        square = NORMAL_99 * NORMAL_99
        reach = NORMAL_99 * (counted * (whole - counted) / whole + square / 4).sqrt()
        middle = counted + square / 2
        lowest, highest = (middle - reach) / (whole + square), (middle + reach) / (whole + square)
        return max(Decimal(0), lowest), min(Decimal(1), highest)


def same_figure(text: str, value: Fraction | Decimal) -> bool:
    """Whether six printed decimals are those of a value, the last place give or take one."""
    return abs(Fraction(text) - Fraction(value)) <= Fraction(15, 10**7)
