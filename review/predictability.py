"""What somebody who kept the last sets of a provider could name of the next one, measured in the sets of a year.

The adversary names as many questions as a set has: those that were in most of the last sets, of equals the one that was
heard last. Nothing a provider hears says more about a memoryless law than the law itself, so a bank's own floor is what
its draw plan's likeliest questions come to; hits above it by more than chance say that the draws remember.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from review.rates import NORMAL, Figure, Interval, t_deviate

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEAN: Final = (
    "mean over every set that follows enough others of its provider; its interval by leaving out one provider at a "
    "time: R. G. Miller, The jackknife – a review, Biometrika 61 (1974), 1–15"
)
QUANTILE: Final = (
    "order statistic; its interval by the binomial distribution of ranks, in its normal approximation: W. J. Conover, "
    "Practical Nonparametric Statistics (1999), section 3.2"
)
NINETIETH: Final = 0.9
FEWEST_PROVIDERS: Final = 5
"""With fewer, there is no saying how much providers differ."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """What whoever kept the last sets hit in the next.

    Attributes:
        last: how many sets were kept.
        hits: on average.
        ninetieth: hits that nine of ten do not exceed.
    """

    last: int
    hits: Figure
    ninetieth: Figure


def predicted(sets: Bools, providers: Ints, *, last: int, guesses: int, least: int) -> Predicted:
    """What an adversary at a provider hits who kept its last sets; hidden where it is from fewer than `least` sets.

    Args:
        sets: which question is in which set, in the order of time; shape (sets, questions).
        providers: whose apprentice had each; shape (sets,).
        last: how many sets are kept; at least 1.
        guesses: how many questions are named; at least 1.
        least: the fewest sets from which a figure is shown.
    """
    found, whose = [], []
    for provider in np.unique(providers):
        own = sets[providers == provider]
        if len(own) > last:
            found.append(_hits(own, last, guesses))
            whose.append(len(own) - last)
    hits = np.concatenate(found) if found else np.zeros(0)
    if len(hits) < least or len(found) < FEWEST_PROVIDERS:
        return Predicted(last, Figure(None, len(hits), None, MEAN), Figure(None, len(hits), None, QUANTILE))
    return Predicted(last, _mean([float(each.sum()) for each in found], whose), _ninetieth(np.sort(hits)))


def _hits(own: Bools, last: int, guesses: int) -> Floats:
    """Of one provider's sets in order: hits in each that follows `last` others."""
    counts = np.zeros((len(own) + 1, own.shape[1]), dtype=np.int64)
    np.cumsum(own, axis=0, out=counts[1:])
    heard_at = np.where(own, np.arange(1, len(own) + 1)[:, None], 0)
    latest = np.maximum.accumulate(heard_at, axis=0)
    known = counts[last:-1] - counts[: -last - 1]
    score = known * (len(own) + 1.0) + latest[last - 1 : -1] * (known > 0)
    named = np.argsort(-score, axis=1, kind="stable")[:, :guesses]
    found: Floats = np.take_along_axis(own[last:], named, axis=1).sum(axis=1).astype(np.float64)
    return found


def _mean(sums: Sequence[float], counts: Sequence[int]) -> Figure:
    total, of, groups = sum(sums), sum(counts), len(sums)
    mean = total / of
    without = [(total - each) / (of - count) for each, count in zip(sums, counts, strict=True)]
    middle = sum(without) / groups
    half = t_deviate(groups - 1) * sqrt((groups - 1) / groups * sum((each - middle) ** 2 for each in without))
    return Figure(mean, of, Interval(max(0.0, mean - half), mean + half), MEAN)


def _ninetieth(in_order: Floats) -> Figure:
    of = len(in_order)
    half = NORMAL * sqrt(of * NINETIETH * (1 - NINETIETH))
    low, middle, high = (ceil(of * NINETIETH + each) - 1 for each in (-half, 0.0, half))
    at = [float(in_order[min(max(place, 0), of - 1)]) for place in (low, middle, high)]
    return Figure(at[1], of, Interval(at[0], at[2]), QUANTILE)
