"""Which side requirements the states of a walk hold: none while passing over unlawful sets serves.

It is decided from the pool and the specification alone. Sets of the covering law are looked at; while fewer than 1 in
20 are lawful, the requirement to blame goes into the states, and the law is fitted again. To blame is the one without
which most sets would be lawful, or, where that tells nothing, the one that most sets break. One that would make too
many states stays out.

Source: `docs/engine.md`, "The law".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from delivery.alike import Weights
from delivery.errors import TooManyStates
from delivery.frontier import Frontier
from delivery.holding import laid_out
from delivery.lawfulness import Lawfulness
from delivery.pool import Pool
from delivery.rarity import blamed_in_order
from delivery.specification import Specification
from delivery.tables import tables_of
from delivery.tracing import Traces

LOOKED_AT: Final = 4096
SAID: Final = {"seconds": "time", "demand": "demand", "most_per_ksb": "the cap on a KSB", "enemies": "enemies"}
ENOUGH: Final = 0.05
"""Share of lawful sets from which on unlawful ones are passed over: `docs/engine.md`, "The law"."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What a law is fitted on.

    Attributes:
        frontier: the states.
        lawfulness: the requirements, and which of them the states hold.
        tried: names of requirements that would make too many states.
    """

    frontier: Frontier
    lawfulness: Lawfulness
    tried: frozenset[str] = frozenset()

    def firmer(self, pool: Pool, weights: Weights, seed: bytes) -> Footing | None:
        """The same with one more requirement held, the one to blame; None where no other can be.

        Args:
            pool: the questions.
            weights: of the law whose sets are looked at.
            seed: of those sets.
        """
        lawfulness, tried = self.lawfulness, self.tried
        sets = _sets(self.frontier, weights, seed)
        for name in blamed_in_order(sets, lawfulness):
            if name in lawfulness.sides and name not in tried.union(lawfulness.held):
                held = (*lawfulness.held, name)
                try:
                    frontier = laid_out(pool, lawfulness.specification, held)
                except TooManyStates:
                    tried |= {name}
                    continue
                return Footing(frontier, Lawfulness(pool, lawfulness.specification, held), tried)
        return None

    def is_firm(self, weights: Weights, seed: bytes) -> bool:
        """Whether enough sets of the law are lawful for the others to be passed over."""
        if not self.lawfulness.rejects:
            return True
        lawful = sum(self.lawfulness.breach(each) is None for each in _sets(self.frontier, weights, seed))
        return lawful >= ENOUGH * LOOKED_AT


def footing_of(pool: Pool, specification: Specification) -> Footing:
    """The first one, on which nothing but coverage and length (or time) is held."""
    return Footing(laid_out(pool, specification), Lawfulness(pool, specification))


def _sets(frontier: Frontier, weights: Weights, seed: bytes) -> Sequence[list[int]]:
    found: list[list[int]] = [[] for _ in range(LOOKED_AT)]
    tables = tables_of(frontier, weights.questions, weights.optional)
    first = 0
    for many, (rows, members) in Traces(frontier, tables, seed).pairs(LOOKED_AT):
        for row, member in zip(rows.tolist(), members.tolist(), strict=True):
            found[first + row].append(member)
        first += many
    return found
