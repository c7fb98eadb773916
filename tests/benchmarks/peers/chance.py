"""Plain random sets, and sets uniform over everything lawful."""

from __future__ import annotations

import math

import numpy as np

from delivery.frontier import frontier_of
from delivery.sampling import sampled
from delivery.tables import marginals_of, tables_of
from delivery.thresholds import walk_of
from tests.benchmarks.peers.peer import CannotServe, Memoryless
from tests.benchmarks.the_bank import rows_of, rows_of_membership, stacked

MOST_TRIED = 2_000_000
AT_ONCE = 20_000
MOST_CELLS = 20_000_000


def filled(bank, order):
    """Questions in this order as long as they fit: as many as the specification asks for, or as its time holds."""
    asked = bank.specification
    if asked.length is not None:
        return list(order[: asked.length])
    chosen, seconds = [], 0
    for at in order:
        if seconds + bank.seconds[at] <= asked.seconds.highest:
            chosen.append(at)
            seconds += bank.seconds[at]
    return chosen


class PlainRandom(Memoryless):
    """Ten questions out of the hat; nothing else is looked at."""

    def __init__(self, bank):
        self.bank = bank

    def many(self, count, chance):
        length = self.bank.specification.length
        blocks = []
        for begin in range(0, count, MOST_CELLS // len(self.bank)):
            keys = chance.random((min(MOST_CELLS // len(self.bank), count - begin), len(self.bank)))
            if length is not None:
                blocks.append(keys.argpartition(length - 1, axis=1)[:, :length].astype(np.int32))
            else:
                blocks.append(rows_of([filled(self.bank, row.argsort()) for row in keys]))
        return stacked(blocks)

    def exact_rates(self):
        length = self.bank.specification.length
        return None if length is None else np.full(len(self.bank), length / len(self.bank))

    def entropy(self):
        length = self.bank.specification.length
        return None if length is None else (math.log2(math.comb(len(self.bank), length)), True)


class LawfulSets(Memoryless):
    """Sets of a walk that covers every KSB, passed over until one keeps the other requirements.

    They are drawn by the twenty thousand and handed out as they are asked for.
    """

    def __init__(self, bank, walk):
        self.bank, self.walk = bank, walk
        self.at_once = min(AT_ONCE, MOST_CELLS // len(bank))
        self.tried = self.found = 0
        self.left = rows_of([])

    def many(self, count, chance):
        blocks, missing = [], count
        while missing > 0:
            if not len(self.left):
                self.left = self._kept(self.at_once, chance.bytes(32))
            blocks.append(self.left[:missing])
            self.left = self.left[missing:]
            missing -= len(blocks[-1])
            if self.tried > MOST_TRIED and self.found < self.tried / 10_000:
                raise CannotServe("lawful sets too rare to be found by passing over")
        return stacked(blocks)

    def _kept(self, count, seed):
        rows = stacked(map(rows_of_membership, sampled(self.walk, len(self.bank), count, seed)))
        kept = rows[self.bank.in_bands(rows)]
        self.tried += len(rows)
        self.found += len(kept)
        return kept


class UniformLawful(LawfulSets):
    """Every lawful set equally likely: our tables, with the same weight for every question."""

    def __init__(self, bank):
        frontier = frontier_of(bank.pool, bank.specification)
        nothing, no_rewards = np.zeros(len(bank)), np.zeros(len(bank.specification.optional))
        super().__init__(bank, walk_of(frontier, nothing, no_rewards))
        tables = tables_of(frontier, nothing, no_rewards)
        self.covering_bits = tables.log_total / math.log(2)
        self.rates = marginals_of(frontier, tables, len(bank)).questions

    def exact_rates(self):
        """Those of the tables, where no set is passed over."""
        return self.rates if self.found == self.tried else None

    def entropy(self):
        return self.covering_bits + math.log2(self.found / self.tried), self.found == self.tried
