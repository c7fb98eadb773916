"""Exposure of a law, and what follows from it: overlap, the best guess, and the floors that no law can go below."""

from __future__ import annotations

from collections.abc import Sequence

from delivery.pool import Pool
from delivery.specification import Specification


def expected_overlap(exposure: Sequence[float]) -> float:
    """Questions that two independent sets are expected to have in common.

    Source: Chen, Ankenmann and Spray (2003), Journal of Educational Measurement 40(2), 129–145: the sum of squared
    exposure rates; divided by the length it is the overlap rate.
    """
    return sum(rate * rate for rate in exposure)


def best_guess(exposure: Sequence[float], length: int) -> float:
    """Questions of the next set that are named right, on average, by somebody who knows the whole law.

    The best `length` guesses are the questions with the largest exposure; draws are independent, so having seen
    earlier sets adds nothing.
    """
    return sum(sorted(exposure, reverse=True)[:length])


def pooled_knowledge(exposure: Sequence[float], sets: int) -> float:
    """Questions of the next set that stood in at least one of this many earlier sets, on average."""
    return sum(rate * (1 - (1 - rate) ** sets) for rate in exposure)


def exposure_floor(pool: Pool, specification: Specification) -> float:
    """A largest exposure that no law on lawful sets can go below.

    Of sets whose length is free only the KSBs tell.
    """
    return largest_at_least(pool, specification, float(specification.length or 0))


def largest_at_least(pool: Pool, specification: Specification, length: float) -> float:
    """What the largest exposure is at least when sets hold `length` questions on average.

    A set of k among N questions gives some question k / N at least; a required KSB with n questions gives one of them
    1 / n at least.
    """
    carriers = [sum(code in each.ksbs for each in pool.candidates) for code in specification.required]
    return max([length / len(pool), *(1 / count for count in carriers if count)])


def overlap_floor(pool: Pool, specification: Specification) -> float:
    """An expected overlap that no law can go below: k² / N, by Cauchy and Schwarz; 0 where the length is free."""
    return specification.length**2 / len(pool) if specification.length is not None else 0.0
