"""How sure somebody can be of what the next set holds, who knows some of the bank's questions and the law of the draw.

They cannot foresee the set. But an author knows the chance that a set holds words of theirs, and whoever has met much
of a bank expects to meet much of it again.

Source: the law of a draw plan, `docs/engine.md`; the number of known questions of a set has as its mean the sum of
their chances, however they depend on one another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, Self

from delivery.figures import Acceptance
from delivery.plan import DrawPlan

LOOKED_AT: Final = 8_192
"""Recorded sets, at most, in which a question of somebody's is looked for: of so many the interval reaches 1.5% to
either side at most, of 3,000 2.4%."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """What somebody can expect of a set.

    Attributes:
        expected: questions of a set that they know, on average.
        largest: the chance of the likeliest one, in [0, 1]; 0 where they know none.
        any_of_them: the chance that a set holds at least one, in [0, 1].
        lowest, highest: of that chance at 99%; the chance itself where it is exact; what it must lie between, the
            likeliest one's chance and the sum of all, where no set was recorded.
    """

    expected: float
    largest: float
    any_of_them: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Prospect:
    """What sets are drawn from, as somebody sees it who knows it.

    Attributes:
        rates: of each question by its position, the share of sets that hold it.
        sets: as bits of positions: each as likely as the next, or drawn from the law.
        exact: whether `sets` are all that there are.
    """

    rates: tuple[float, ...]
    sets: tuple[int, ...]
    exact: bool

    @classmethod
    def of_plan(cls, plan: DrawPlan) -> Self:
        """Of a fitted plan: its exposure, and the first of its recorded lawful sets."""
        exposure = plan.figures["exposure"]
        rates = tuple(float(exposure[each.reference]) for each in plan.pool.candidates)
        return cls(rates, plan.rehearsal.lawful_sets[:LOOKED_AT], exact=False)

    @classmethod
    def of_sets(cls, sets: Sequence[int], questions: int) -> Self:
        """Of approved sets of which one is taken by lot, each as bits of the positions of so many questions."""
        rates = (sum(each >> at & 1 for each in sets) / len(sets) for at in range(questions))
        return cls(tuple(rates), tuple(sets), exact=True)

    def to(self, known: Collection[int]) -> Certainty:
        """What somebody can expect who knows the questions at these positions."""
        if not known:
            return Certainty(0.0, 0.0, 0.0, 0.0, 0.0)
        rates, theirs = [self.rates[at] for at in known], sum(1 << at for at in known)
        if not self.sets:
            return Certainty(fsum(rates), max(rates), max(rates), max(rates), min(1.0, fsum(rates)))
        holding = sum(1 for each in self.sets if each & theirs)
        found = Acceptance(len(self.sets), holding, exact=self.exact)
        lowest, highest = (found.rate, found.rate) if self.exact else found.interval
        return Certainty(fsum(rates), max(rates), found.rate, lowest, highest)
