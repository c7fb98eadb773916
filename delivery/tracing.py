"""Sets sampled straight from the tables, for estimates while a law is fitted: no walk is written down for them.

Many sets go through the layers side by side. In each layer one number between 0 and 1 says of a set whether it takes
nothing; what is left of the number, stretched, serves the next layer, and only a set that takes something needs new
ones. The law is the tables', in floats; the sets of a seed are the same again on the same machine.

Source: inversion of a discrete distribution, Devroye (1986), Non-Uniform Random Variate Generation, section III.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.frontier import Frontier, Layer
from delivery.leaping import Chance
from delivery.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pairs = tuple[NDArray[np.int32], NDArray[np.int32]]

AT_ONCE: Final = 8_192
"""Sets side by side: enough that the arrays' work outweighs the layers', few enough to stay small."""


class Traces:
    """A law's sets.

    Args:
        frontier: the states.
        tables: of the law, in 64-bit floats.
        seed: the same seed gives the same sets.
    """

    def __init__(self, frontier: Frontier, tables: Tables, seed: bytes) -> None:
        self._frontier, self._tables = frontier, tables
        self._chance = Chance(seed)

    def pairs(self, sets: int) -> Iterator[tuple[int, Pairs]]:
        """Which set holds which question, of so many independent sets.

        Yields:
            How many sets, and two columns in no order: the number of a set among these, and a position in the pool.
        """
        for begin in range(0, sets, AT_ONCE):
            many = min(AT_ONCE, sets - begin)
            yield many, self._traced(many)

    def _traced(self, sets: int) -> Pairs:
        state = np.zeros(sets, dtype=np.int64)
        left = self._chance.numbers(sets)
        found: list[Pairs] = []
        for number, layer in enumerate(self._frontier.layers):
            state = self._taken(layer, number, state, left, found)
        rows, members = zip(*found, strict=True)
        return np.concatenate(rows), np.concatenate(members)

    def _taken(self, layer: Layer, number: int, state: Ints, left: Floats, found: list[Pairs]) -> Ints:
        """What follows for each set; what is left of its number changes in place, and what it takes is appended."""
        onward, chance = self._option(layer, number, 0, state)
        takes = np.flatnonzero(left >= chance)
        left[takes] -= chance[takes]
        chance[takes] = 1.0
        left /= chance
        undecided, counts = takes, np.zeros(len(takes), dtype=np.int64)
        open_ = np.arange(len(takes))
        for count in range(1, len(layer.ways)):
            then, chance = self._option(layer, number, count, state[undecided])
            possible = chance > 0  # the last possible number is taken where rounding leaves none
            onward[undecided[possible]], counts[open_[possible]] = then[possible], count
            on = left[undecided] >= chance
            left[undecided] -= chance
            undecided, open_ = undecided[on], open_[on]
        left[takes] = self._chance.numbers(len(takes))
        self._pick(number, takes, counts, found)
        return onward

    def _option(self, layer: Layer, number: int, count: int, state: Ints) -> tuple[Ints, Floats]:
        """Where each state goes that takes this many, and how likely it does."""
        way, table, beyond = layer.ways[count], self._tables.layers[number], self._tables.beyond(number)
        at = state - way.begin
        if way.begin:
            possible = at >= 0
            then = np.full(len(at), layer.following)  # the place that holds nothing
            then[possible] = way.following[at[possible]]
        else:
            then = way.following[at].astype(np.int64)
        rewarded = bool(count and table.rewards.size)
        if self._tables.in_logarithms:
            logs = beyond[then] - table.behind[state] + table.factors[count]
            return then, np.exp(logs + table.rewards[state] if rewarded else logs)
        chance = beyond[then] / table.behind[state] * (table.factors[count] / table.scale)
        return then, chance * table.rewards[state] if rewarded else chance

    def _pick(self, number: int, rows: Ints, wanted: Ints, found: list[Pairs]) -> None:
        """Sets and the members that they take, looking at one member of the layer after another."""
        choice = self._tables.layers[number].choice
        includes = choice.includes(int(wanted.max(initial=0)) + 1)
        on = wanted > 0
        for at, member in enumerate(choice.members.tolist()):
            rows, wanted = rows[on], wanted[on]
            if not len(rows):
                break
            taken = self._chance.numbers(len(rows)) < includes[at, wanted]
            held = rows[taken].astype(np.int32)
            found.append((held, np.full(len(held), member, dtype=np.int32)))
            wanted = wanted - taken
            on = wanted > 0


def table_of(sets: int, questions: int, rows: NDArray[np.int32], members: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which questions are in which sets, from pairs; shape (sets, questions)."""
    found: NDArray[np.bool_] = np.zeros((sets, questions), dtype=bool)
    found[rows, members] = True
    return found
