"""Four judges of the draw: rules broken, history, the exact law, two leaked questions. Each takes sets from anywhere.

The same judges run a small dose in `make test` and the full dose in `make endurance`, on our draw and on a naive one
that they must find wanting.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import binom, norm

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.frontier import frontier_of
from delivery.sampling import sampled
from delivery.screening import Screening
from delivery.tables import marginals_of, tables_of
from qbank.verify.judging import Judge
from tests.benchmarks.adversaries import STATIC, hits_of
from tests.benchmarks.the_bank import NOBODY, rows_of, rows_of_membership, stacked

SIGNIFICANT = 0.01
AT_ONCE = 100_000
SCORED = 50_000_000
"""Enough that every strategy guesses before every set."""


def drawn(plan, count, *, label):
    """Sets as sessions get them, each from a seed of its own."""
    nothing_met = Eligibility()
    seeds = (label.encode() + number.to_bytes(8, "big") for number in range(count))
    return rows_of([draw(plan, seed=seed, eligibility=nothing_met).positions for seed in seeds])


def simulated(plan, count, *, label):
    """Sets of the same law in arrays, by the engine's own walk and screening, until there are as many lawful ones."""
    screening = Screening.of(plan.lawfulness)
    blocks, found, number = [], 0, 0
    while found < count:
        number += 1
        for block in sampled(plan.walk, len(plan.pool), min(count, AT_ONCE), f"{label} {number}".encode()):
            blocks.append(rows_of_membership(block[screening.lawful(block)])[: count - found])
            found += len(blocks[-1])
    return stacked(blocks)


def violations(sets, pool, specification):
    """How many sets break which requirement, by the verifier's own reading of the rules."""
    judge = Judge([each.to_dict() for each in pool.candidates], specification.to_dict(), frozenset())
    found: dict[str, int] = {}
    for row in sets:
        for name in judge.broken(row[row != NOBODY].tolist()):
            found[name] = found.get(name, 0) + 1
    return found


def history_is_worth(sets, questions, rates, length):
    """Hits of the most successful strategy as a multiple of the best guess without history, and its standard error."""
    hits = hits_of(sets, questions, rates, scored=SCORED)
    told = sum(sorted(rates, reverse=True)[:length])
    guessed = {name: each[~np.isnan(each)] for name, each in hits.items() if name != STATIC}
    name = max(guessed, key=lambda each: guessed[each].mean())
    return name, guessed[name].mean() / told, guessed[name].std() / math.sqrt(len(guessed[name])) / told


class ExactLaw:
    """Exposures, pairs and log-probabilities of a plan that passes nothing over, from its tables."""

    def __init__(self, plan):
        self.weights = np.array(plan.log_weights, dtype=float)
        self.questions = len(plan.pool)
        self._frontier = frontier_of(plan.pool, plan.specification)
        self.log_total, self.rates = self._under(self.weights)

    def pairs(self):
        """P(both), shape (questions, questions): of i and j, π_j less what j has when i cannot be drawn."""
        together = np.zeros((self.questions, self.questions))
        for at in range(self.questions):
            without = self.weights.copy()
            without[at] = -np.inf
            together[at] = self.rates - (1 - self.rates[at]) * self._under(without)[1]
        return together

    def log_chances(self, sets):
        """log P of each set."""
        return self.weights[sets].sum(axis=1) - self.log_total

    def mean_log_chance(self):
        """What `log_chances` is on average: minus the entropy."""
        return float(self.weights @ self.rates) - self.log_total

    def _under(self, weights):
        tables = tables_of(self._frontier, weights, np.zeros(0))
        return tables.log_total, marginals_of(self._frontier, tables, self.questions).questions


def p_values(sets, law):
    """Of each statistic, how likely a deviation as large is under the exact law; exposures and pairs are binomial.

    Serial overlap is that of each set with the next, pairs of neighbours apart, so that they are independent.
    """
    count = len(sets)
    membership = np.zeros((count, law.questions), dtype=np.float32)
    np.put_along_axis(membership, sets.astype(np.int64), 1, axis=1)
    together = (membership.T @ membership).astype(np.int64)
    one, other = np.triu_indices(law.questions, 1)
    shared = (membership[0 : count - 1 : 2] * membership[1::2]).sum(axis=1)
    found = {f"exposure {at}": p for at, p in enumerate(_binomial(together.diagonal(), count, law.rates))}
    pairs = _binomial(together[one, other], count, np.clip(law.pairs()[one, other], 0, 1))
    found |= {f"pair {i} {j}": p for i, j, p in zip(one, other, pairs, strict=True)}
    found["log-probabilities"] = _normal(law.log_chances(sets), law.mean_log_chance())
    found["serial overlap"] = _normal(shared, float((law.rates**2).sum()))
    return found


def _binomial(counts, trials, chances):
    return np.minimum(1, 2 * np.minimum(binom.cdf(counts, trials, chances), binom.sf(counts - 1, trials, chances)))


def _normal(values, mean):
    error = max(float(values.std()), 1e-9) / math.sqrt(len(values))  # cycles share nothing at all: no spread
    return float(2 * norm.sf(abs(values.mean() - mean) / error))


def rejected(found, level=SIGNIFICANT):
    """The statistics that are rejected at this level over all of them together.

    Source: Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.
    """
    refused = []
    for place, (name, p) in enumerate(sorted(found.items(), key=lambda each: each[1])):
        if p > level / (len(found) - place):
            break
        refused.append(name)
    return refused
