"""The exposure of the busiest question where it can only be estimated, without the luck that the largest of many has.

python -m tests.benchmarks.unbiased strict-300 strict-1000 (UNBIASED_SETS=20000000 for more than a million)

The question asked most is found in one half of a run and counted in the other, both ways round; what all sets were off
by, which the tables tell exactly, is taken back from the lawful ones in each half.
"""

from __future__ import annotations

import math
import os
import sys

import numpy as np

from delivery.exposure import exposure_floor
from delivery.frontier import frontier_of
from delivery.plan import fit
from delivery.screening import Screening, screened
from delivery.tables import marginals_of, tables_of
from delivery.tracing import Traces, table_of
from tests.benchmarks.banks import generated

SETS = int(os.environ.get("UNBIASED_SETS", "1000000"))
NORMAL_99 = 2.576


def halves_of(plan, sets=SETS):
    """What two independent simulations found of a plan's lawful sets."""
    frontier, questions = frontier_of(plan.pool, plan.specification), len(plan.pool)
    tables = tables_of(frontier, np.array(plan.log_weights, dtype=float), np.array(plan.log_rewards, dtype=float))
    screening, covering = Screening.of(plan.lawfulness), marginals_of(frontier, tables, questions)
    for seed in (b"one half", b"the other"):
        traces = Traces(frontier, tables, seed).pairs(sets // 2)
        yield screened((table_of(many, questions, *pairs) for many, pairs in traces), screening, covering)


def busiest(one, other):
    """Exposure of the busiest question and of the best guess's ten, across the halves, and an error of the former."""
    found = [there.exposure[here.exposure.argmax()] for here, there in ((one, other), (other, one))]
    ten = [there.exposure[np.argsort(here.exposure)[-10:]].sum() for here, there in ((one, other), (other, one))]
    rate = float(np.mean(found))
    share = 1 - (one.lawful + other.lawful) / (one.trials + other.trials)  # of the variance, what control leaves
    error = math.sqrt(rate * (1 - rate) * max(share, 0.01) / (one.lawful + other.lawful))
    return rate, error, float(np.mean(ten))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        bank = generated(name)
        plan = fit(bank.pool, bank.specification)
        floor, guess = exposure_floor(bank.pool, bank.specification), bank.specification.length**2 / len(bank)
        rate, error, ten = busiest(*halves_of(plan))
        reach = NORMAL_99 * error / floor
        sys.stdout.write(
            f"{name}: {rate / floor:.3f} ± {reach:.3f} of the floor at 99%, best guess {ten / guess:.3f} of k²/N; the "
            f"plan says {float(plan.figures['largest_exposure']) / floor:.3f} and "
            f"{float(plan.figures['best_guess']) / guess:.3f}\n"
        )
