"""The figures of a law after exclusions, a second time: counted in recorded sets, with fractions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import chain
from typing import Any, Final

from qbank.verify.reckoning import log2, rate_interval

Sets = Sequence[Sequence[int]]
Figures = dict[str, Fraction | Decimal]

WITHOUT_FIGURE: Final = ("covering_sets_bits", "exposure_floor", "overlap_floor")
"""Figures of a plan that recorded sets say nothing about."""


def counted(
    plan: Mapping[str, Any], sets: Sets, chosen: Sequence[int], *, chance: Fraction, acceptance: Fraction
) -> Figures:
    """Every figure of the law that these sets were drawn from.

    Args:
        plan: the draw plan.
        sets: the recorded ones that hold nothing excluded.
        chosen: the set that was drawn, as positions.
        chance: of one walk to give it.
        acceptance: share of walks that give a lawful set.
    """
    weight = _Weight(plan)
    heavier = weight(chosen) - sum(map(weight, sets), Fraction(0)) / len(sets)
    with localcontext(Context(prec=40)):
        heavier_bits = Decimal(heavier.numerator) / Decimal(heavier.denominator) / Decimal(2).ln()
    return shown(sets) | {"entropy_bits": Fraction(heavier_bits) + log2(acceptance) - log2(chance)}


def shown(sets: Sets, deciding: Sequence[int] | None = None) -> Figures:
    """The figures that recorded sets show by themselves.

    Args:
        sets: as positions.
        deciding: the place in the pool of each position, where they are not the same.
    """
    if deciding is not None:
        sets = [[deciding[at] for at in each] for each in sets]
    times = Counter(chain.from_iterable(sets))
    count = len(sets)
    length = Fraction(times.total(), count)
    usual = math.ceil(length)
    most = max(times.values())
    lowest, highest = rate_interval(most, count)
    pairs = sum((Fraction(each * (each - 1)) for each in times.values()), Fraction(0))
    return {
        "length": length,
        "largest_exposure": Fraction(most, count),
        "largest_exposure_lowest": lowest,
        "largest_exposure_highest": highest,
        "overlap": pairs / max(1, count * (count - 1)),
        "best_guess": Fraction(sum(each for _, each in times.most_common(usual)), count),
        "best_guess_lowest": sum(_across(sets, usual), Fraction(0)) / 2,
    }


def _across(sets: Sets, usual: int) -> Iterator[Fraction]:
    """Hits in each half of what the other half suggests; of questions that are equally common the earlier one."""
    for known, asked in ((sets[::2], sets[1::2]), (sets[1::2], sets[::2])):
        times = Counter(chain.from_iterable(known))
        highest = max(chain.from_iterable(sets))
        guesses = set(sorted(range(highest + 1), key=lambda at: (-times[at], at))[:usual])
        yield Fraction(sum(len(guesses.intersection(each)) for each in asked), max(1, len(asked)))


class _Weight:
    """The log-weight of a set: of its questions, and of the optional KSBs that it covers."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._questions = [Fraction(weight) for weight in plan["log_weights"]]
        self._tags = [set(each["ksbs"]) for each in plan["pool"]]
        rewards = map(Fraction, plan["log_rewards"])
        self._rewards = list(zip(plan["specification"]["optional"], rewards, strict=True))

    def __call__(self, positions: Sequence[int]) -> Fraction:
        covered = set[str]().union(*(self._tags[at] for at in positions))
        questions = sum((self._questions[at] for at in positions), Fraction(0))
        return questions + sum((reward for code, reward in self._rewards if code in covered), Fraction(0))
