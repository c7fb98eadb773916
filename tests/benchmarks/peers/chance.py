"""Plain random sets, and sets uniform over everything lawful."""

from __future__ import annotations

import math

import numpy as np

from delivery.frontier import frontier_of
from delivery.sampling import sampled
from delivery.tables import marginals_of, tables_of
from delivery.thresholds import walk_of
from tests.benchmarks.peers.peer import CannotServe, Memoryless
from tests.benchmarks.the_bank import rows_of_membership, stacked

MOST_TRIED = 2_000_000
AT_ONCE = 20_000


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
        keys = chance.random((count, len(self.bank)))
        if length is not None:
            return keys.argpartition(length - 1, axis=1)[:, :length].astype(np.int32)
        return stacked(np.array([filled(self.bank, row.argsort())], dtype=np.int32) for row in keys)

    def exact_rates(self):
        length = self.bank.specification.length
        return None if length is None else np.full(len(self.bank), length / len(self.bank))

    def entropy(self):
        length = self.bank.specification.length
        return None if length is None else (math.log2(math.comb(len(self.bank), length)), True)


class LawfulSets(Memoryless):
    """Sets of a walk that covers every KSB, passed over until one keeps the other requirements."""

    def __init__(self, bank, walk):
        self.bank, self.walk = bank, walk
        self.tried = self.found = 0

    def many(self, count, chance):
        blocks, missing = [], count
        while missing > 0:
            lawful = self.found / self.tried if self.found else 1.0
            block = self._kept(min(AT_ONCE, max(32, math.ceil(1.1 * missing / lawful))), chance.bytes(32))
            blocks.append(block[:missing])
            missing -= len(block)
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
