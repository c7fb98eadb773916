"""Which sums of time and demand can still end inside their bands: what prunes a frontier that counts them.

From the last kind of question back to the first: a sum is hopeful when taking none, one, two … of a kind's questions
leads to one that is hopeful after it. Nothing is asked of KSBs here, so what is not hopeful certainly leads nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.errors import TooManyStates

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_CELLS: Final = 1_000_000_000
"""Of all tables together, an eighth of a byte each."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What questions of one kind use up.

    Attributes:
        count: how many there are.
        cost: of each, of what may be spent.
        amounts: of each, of every sum that is counted.
    """

    count: int
    cost: int
    amounts: tuple[int, ...]


class Hopes:
    """The tables of one layout.

    Args:
        kinds: in their order.
        budget: what may be spent.
        slack: how much of it may be left over.
        bands: lowest and highest of every sum that is counted.
        ksbs: how many the specification names, for a refusal.

    Raises:
        TooManyStates: the tables would not fit into memory.
    """

    def __init__(
        self, kinds: Sequence[Spending], budget: int, slack: int, bands: Sequence[tuple[int, int]], ksbs: int
    ) -> None:
        self._shape = (budget + 1, *(highest + 1 for _, highest in bands))
        if prod(self._shape) * len(kinds) > MOST_CELLS:
            raise TooManyStates(ksbs, MOST_CELLS)
        hopeful: Flags = np.zeros(self._shape, dtype=bool)
        hopeful[(slice(0, slack + 1), *(slice(lowest, highest + 1) for lowest, highest in bands))] = True
        self._after: list[NDArray[np.uint8]] = []
        for kind in reversed(kinds):
            self._after.append(np.packbits(hopeful))
            hopeful = _before(kind, hopeful)
        self._after.reverse()

    def hold(self, number: int, left: Ints, sums: Sequence[Ints]) -> Flags:
        """Of each state after a kind of question: whether what is left can bring every sum inside its band."""
        after = np.unpackbits(self._after[number], count=prod(self._shape)).view(bool).reshape(self._shape)
        places = (left, *sums)
        inside = np.logical_and.reduce(
            [(each >= 0) & (each < most) for each, most in zip(places, self._shape, strict=True)]
        )
        found: Flags = after[tuple(np.where(inside, each, 0) for each in places)] & inside
        return found


def _before(kind: Spending, after: Flags) -> Flags:
    """What is hopeful before a kind of question, from what is hopeful after it."""
    before = after.copy()
    shape = after.shape
    for count in range(1, kind.count + 1):
        cost, amounts = count * kind.cost, [count * amount for amount in kind.amounts]
        if cost >= shape[0] or any(amount >= most for amount, most in zip(amounts, shape[1:], strict=True)):
            break
        here = (slice(cost, None), *(slice(0, most - amount) for amount, most in zip(amounts, shape[1:], strict=True)))
        there = (slice(0, shape[0] - cost), *(slice(amount, None) for amount in amounts))
        before[here] |= after[there]
    return before
