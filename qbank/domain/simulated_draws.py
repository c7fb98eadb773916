"""Sets by the thousand for a simulated history: by the law of a fitted draw plan, and none of them for a person.

The law is the plan's, in floats and with a seed that anybody may know: such a set proves nothing and is certified by
nothing. What a draw for a person follows from is `delivery.draw`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.leaping import Chance, Leaps
from delivery.plan import DrawPlan
from delivery.screening import Screening

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

NOTHING: Final = -1
"""Where a set is shorter than the longest, and where nothing was substituted."""
AT_ONCE: Final = 8_192
LOOKED_AT: Final = 16_384
"""Sets among which somebody's re-sit is looked for; where none of them will do, the bank is taken to have none."""
RE_SITS_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Law:
    """A plan, ready to give many sets.

    Attributes:
        questions: in the pool.
        apart: which two questions must not meet, and each with itself; shape (questions, questions).
        serves: which question carries all KSBs of another and may so take its place; shape (questions, questions).
    """

    questions: int
    apart: Bools
    serves: Bools
    leaps: Leaps
    screening: Screening

    @classmethod
    def of(cls, plan: DrawPlan) -> Law:
        """The law of a fitted plan."""
        places = plan.pool.places
        apart = np.eye(len(plan.pool), dtype=bool)
        for at, each in enumerate(plan.pool.candidates):
            apart[at, [places[enemy] for enemy in each.enemies]] = True
        carried = plan.lawfulness.ksbs
        serves = np.array([[one & other == other for one in carried] for other in carried]) & ~apart
        return cls(len(plan.pool), apart, serves, Leaps(plan.walk), Screening.of(plan.lawfulness))

    def sets(self, count: int, chance: Chance) -> Bools:
        """So many independent lawful sets; shape (count, questions)."""
        found, lawful = [], 0
        while lawful < count:
            drawn = self.leaps.drawn(min(AT_ONCE, 2 * count + 64), self.questions, chance)
            found.append(drawn[self.screening.lawful(drawn)])
            lawful += len(found[-1])
        return np.concatenate(found)[:count]

    def sets_without(self, barred: Bools, chance: Chance) -> tuple[Bools, Bools]:
        """A lawful set for each row of questions that may not be in it, and whether one was found.

        Args:
            barred: shape (rows, questions).
            chance: of the simulation.
        """
        found = np.zeros_like(barred)
        there = np.zeros(len(barred), dtype=bool)
        for begin in range(0, len(barred), RE_SITS_AT_ONCE):
            rows = slice(begin, begin + RE_SITS_AT_ONCE)
            offered = self.sets(LOOKED_AT, chance)
            free = barred[rows].astype(np.float32) @ offered.T.astype(np.float32) == 0
            starts = (LOOKED_AT * chance.numbers(len(free))).astype(np.int64)
            for row, (fits, start) in enumerate(zip(free, starts, strict=True)):
                at = (start + np.argmax(np.roll(fits, -start))) % LOOKED_AT
                there[begin + row] = fits[at]
                found[begin + row] = offered[at] & fits[at]
        return found, there

    def met_by(self, sets: Bools) -> Bools:
        """What whoever had these sets may not be asked again: their questions and the enemies of those."""
        return sets.astype(np.float32) @ self.apart.astype(np.float32) > 0


def in_asking_order(sets: Bools, chance: Chance) -> Ints:
    """The questions of each set in an order by lot; `NOTHING` behind the last; shape (sets, most questions)."""
    longest = int(sets.sum(axis=1).max(initial=0))
    keys = np.where(sets, chance.numbers(sets.size).reshape(sets.shape), 2.0)
    order = np.argsort(keys, axis=1)[:, :longest]
    return np.where(np.take_along_axis(keys, order, axis=1) < 1, order, NOTHING)


def substitutes(law: Law, order: Ints, barred: Bools, chance: Chance, *, rate: float) -> Iterator[tuple[int, int, int]]:
    """Which sets have a question replaced: (set, place in its order from 0, the question that comes).

    Args:
        law: whose questions they are.
        order: as `in_asking_order` gives it.
        barred: what may not come, besides; shape (sets, questions).
        chance: of the simulation.
        rate: share of the sets in which one is asked for; it comes where a question carries the same KSBs.
    """
    numbers = chance.numbers(3 * len(order)).reshape(3, -1)
    for row in np.flatnonzero(numbers[0] < rate):
        asked = order[row][order[row] != NOTHING]
        place = int(numbers[1][row] * len(asked))
        may = law.serves[asked[place]] & ~barred[row] & ~law.apart[asked].any(axis=0)
        if may.any():
            choice = np.flatnonzero(may)
            yield int(row), place, int(choice[int(numbers[2][row] * len(choice))])
