"""An integer program for each draw, solved by HiGHS to its optimum, as in automated test assembly.

Source: van der Linden (2005), Linear Models for Optimal Test Design, chapters 4 and 6: random costs, and costs that
grow with exposure.
"""

from __future__ import annotations

import highspy
import numpy as np

from tests.benchmarks.peers.peer import CannotServe, Memoryless, Remembering
from tests.benchmarks.the_bank import rows_of


class SetProgram:
    """The lawful sets of a bank as an integer program whose costs can be changed."""

    def __init__(self, bank):
        self.count = len(bank)
        self.solver = highspy.Highs()
        self.solver.silent()
        for option, value in (("threads", 1), ("mip_rel_gap", 1e-6)):
            self.solver.setOptionValue(option, value)
        columns = np.arange(self.count, dtype=np.int32)
        ones = np.ones(self.count)
        self.solver.addVars(self.count, 0 * ones, ones)
        self.solver.changeColsIntegrality(self.count, columns, np.full(self.count, highspy.HighsVarType.kInteger))
        self._add_rows(bank)

    def _add_rows(self, bank):
        asked = bank.specification
        length = (1, self.count) if asked.length is None else (asked.length, asked.length)
        self._row(np.ones(self.count), *length)
        for column in bank.required.T:
            self._row(column, 1, self.count)
        if asked.most_per_ksb is not None:
            for column in bank.counted.T:
                self._row(column, 0, asked.most_per_ksb)
        for band, each in ((asked.seconds, bank.seconds), (asked.demand, bank.demand)):
            if band is not None:
                self._row(each, band.lowest, band.highest)
        for pair in bank.enemy_pairs:
            self._row(np.isin(np.arange(self.count), pair), 0, 1)

    def _row(self, coefficients, lowest, highest):
        held = np.flatnonzero(coefficients).astype(np.int32)
        self.solver.addRow(lowest, highest, len(held), held, np.asarray(coefficients, dtype=float)[held])

    def cheapest(self, costs):
        """The lawful set of the lowest cost, and a proven lower bound of that cost.

        Raises:
            CannotServe: there is none.
        """
        self.solver.changeColsCost(self.count, np.arange(self.count, dtype=np.int32), np.asarray(costs, dtype=float))
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise CannotServe("the integer program has no solution")
        chosen = np.flatnonzero(np.array(self.solver.getSolution().col_value) > 1 / 2)
        return chosen.tolist(), self.solver.getInfo().mip_dual_bound


class RandomCosts(Memoryless):
    """The cheapest lawful set under costs drawn anew for every set, uniform on [0, 1]."""

    def __init__(self, bank):
        self.program = SetProgram(bank)

    def one(self, chance):
        return self.program.cheapest(chance.random(self.program.count))[0]

    def many(self, count, chance):
        return rows_of([self.one(chance) for _ in range(count)])


class ExposurePenalty(Remembering):
    """A question costs its uses so far, as a multiple of an even share, and a random number from [0, 1]."""

    def __init__(self, bank):
        super().__init__(bank)
        self.program = SetProgram(bank)

    def one(self, chance):
        even = max(self.asked.mean(), 1 / len(self.bank))
        return self.program.cheapest(self.asked / even + chance.random(len(self.bank)))[0]
