"""How deep a bank is: how many questions carry each KSB, which KSBs go together, how hard and long questions are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median

from qbank.domain.questions import Content


@dataclass(frozen=True, slots=True)
class Depth:
    """How many questions carry a KSB.

    Args:
        ksb: its code.
        primary: questions that are written for it.
        carriers: questions that carry it at all.
        beside: the other KSBs that its carriers carry, with how many do; the most frequent first.
    """

    ksb: str
    primary: int
    carriers: int
    beside: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle, the mean and the most of a quantity."""

    least: float
    median: float
    mean: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one value."""
        return cls(min(values), median(values), fmean(values), max(values))


def depths(contents: Sequence[Content], ksbs: Iterable[str]) -> tuple[Depth, ...]:
    """The depth of each KSB, in the order given."""
    carried = Counter(code for each in contents for code in each.ksbs)
    primary = Counter(code for each in contents for code in each.primary)
    beside: dict[str, Counter[str]] = {code: Counter() for code in carried}
    for each in contents:
        for one, other in combinations(sorted(set(each.ksbs)), 2):
            beside[one][other] += 1
            beside[other][one] += 1
    return tuple(
        Depth(code, primary[code], carried[code], tuple(beside.get(code, Counter()).most_common())) for code in ksbs
    )


def demands(contents: Iterable[Content]) -> dict[int, int]:
    """How many questions there are of each demand, the lowest first."""
    return dict(sorted(Counter(each.demand for each in contents).items()))
