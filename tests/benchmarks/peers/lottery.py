"""Fair lotteries: a short list of lawful sets, with probabilities that make the questions' chances as even as can be.

Two of them: one of our own, which makes the largest exposure as small as possible, and the package
`sortition-algorithms` (maximin: the smallest as large as possible), in the Python that BENCH_SORTITION names.

Source: Flanigan, Gölz, Gupta, Hennig and Procaccia (2021), Nature 596, 548–552: column generation.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import highspy
import numpy as np

from tests.benchmarks.peers.peer import CannotServe, Memoryless
from tests.benchmarks.peers.programs import SetProgram
from tests.benchmarks.the_bank import NOBODY, rows_of

CLOSE = 1e-6
SCRIPT = Path(__file__).with_name("sortition_script.py")


class Lottery(Memoryless):
    """Sets with probabilities.

    Args:
        questions: in the pool.
        sets: rows of positions.
        shares: their probabilities.
    """

    def __init__(self, questions, sets, shares):
        self.questions = questions
        self.sets = sets
        self.shares = np.asarray(shares) / np.sum(shares)

    def many(self, count, chance):
        return self.sets[chance.choice(len(self.sets), count, p=self.shares)]

    def exact_rates(self):
        rates = np.zeros(self.questions)
        for row, share in zip(self.sets, self.shares, strict=True):
            rates[row[row != NOBODY]] += share
        return rates

    def entropy(self):
        held = self.shares[self.shares > 0]
        return abs(float((held * np.log2(held)).sum())), True


class MinimaxLottery(Lottery):
    """Our own: the largest exposure as small as any lottery has it, by column generation."""

    def __init__(self, bank):
        program = SetProgram(bank)
        master = _Master(len(bank))
        costs = np.full(len(bank), 1 / len(bank))
        while True:
            chosen, least = program.cheapest(costs)
            if master.largest - least < CLOSE * master.largest:
                break
            master.add(chosen)
            costs = master.prices()
        super().__init__(len(bank), rows_of(master.sets), master.shares())


class _Master:
    """The linear program over the sets found so far: shares that add up to 1, no question above `largest`."""

    def __init__(self, questions):
        self.questions = questions
        self.sets: list[list[int]] = []
        self.largest = math.inf
        self.solver = highspy.Highs()
        self.solver.silent()
        self.solver.setOptionValue("threads", 1)
        self.solver.addVar(0, 1)
        self.solver.changeColCost(0, 1.0)
        for _ in range(questions):
            self.solver.addRow(-highspy.kHighsInf, 0, 1, np.array([0], dtype=np.int32), np.array([-1.0]))
        self.solver.addRow(1, 1, 0, np.array([], dtype=np.int32), np.array([]))

    def add(self, chosen):
        self.sets.append(chosen)
        rows = np.array([*chosen, self.questions], dtype=np.int32)
        self.solver.addCol(0, 0, 1, len(rows), rows, np.ones(len(rows)))
        self.solver.run()
        self.largest = self.solver.getInfo().objective_function_value

    def prices(self):
        """Of each question, what a little more exposure would cost: 0 or more, adding up to 1."""
        found = -np.array(self.solver.getSolution().row_dual)[: self.questions]
        return np.maximum(found, 0)

    def shares(self):
        return np.maximum(np.array(self.solver.getSolution().col_value)[1:], 0)


class SortitionPackage(Lottery):
    """Maximin of `sortition-algorithms`: each KSB a feature yes or no, at least one yes.

    Enemies and bands cannot be told to it, nor a length that the time decides.
    """

    def __init__(self, bank):
        length = bank.specification.length
        if length is None:
            raise CannotServe("needs a fixed number of questions")
        python = os.environ.get("BENCH_SORTITION") or sys.executable
        most = bank.specification.most_per_ksb or length
        found = answered(python, {"carrying": bank.required.tolist(), "length": length, "most": most})
        self.version, self.seconds, self.memory = found["version"], found["seconds"], found["memory"]
        super().__init__(len(bank), rows_of(found["sets"]), found["shares"])


def answered(python, question):
    """What the package says, in a process of another Python; by files, because its solver writes on standard output.

    Raises:
        CannotServe: it is not installed there, or it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder, "asked.json"), Path(folder, "answer.json")
        asked.write_text(json.dumps(question), encoding="utf-8")
        ran = subprocess.run([python, SCRIPT, asked, answer], capture_output=True, text=True, check=False)
        if ran.returncode:
            last = (ran.stderr.strip().splitlines() or ["it failed"])[-1]
            raise CannotServe("not installed" if "No module named 'sortition_algorithms'" in last else last[:80])
        return json.loads(answer.read_text(encoding="utf-8"))
