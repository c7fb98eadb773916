"""Judges of the draw: rules broken, repeats, history, what a cohort heard, the exact law, two leaked questions.

Each takes sets from anywhere.

The same judges run a small dose in `make test` and the full dose in `make endurance`, on our draw and on a naive one
that they must find wanting.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from scipy.stats import binom, norm

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.frontier import frontier_of
from delivery.holding import laid_out
from delivery.lawfulness import BANDS, Lawfulness
from delivery.sampling import sampled
from delivery.screening import Screening
from delivery.tables import marginals_of, tables_of
from qbank.verify.judging import Judge
from tests.benchmarks.adversaries import STATIC, hits_of, top
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


def drawn_again(plan, sets, *, label):
    """For each set another, as a re-sit gets it: nothing of the first may come again."""
    found = []
    for number, row in enumerate(sets):
        met = {plan.pool.references[at]: "met" for at in row[row != NOBODY]}
        found.append(
            draw(plan, seed=label.encode() + number.to_bytes(8, "big"), eligibility=Eligibility(met)).positions
        )
    return rows_of(found)


def repeats(sets, again):
    """How many sets share a question with the one drawn again for the same apprentice."""
    return sum(not set(one[one != NOBODY]).isdisjoint(other.tolist()) for one, other in zip(sets, again, strict=True))


def history_is_worth(sets, questions, rates, length):
    """Hits of the most successful strategy as a multiple of the best guess without history, and its standard error."""
    hits = hits_of(sets, questions, rates, scored=SCORED)
    told = sum(sorted(rates, reverse=True)[:length])
    guessed = {name: each[~np.isnan(each)] for name, each in hits.items() if name != STATIC}
    name = max(guessed, key=lambda each: guessed[each].mean())
    return name, guessed[name].mean() / told, guessed[name].std() / math.sqrt(len(guessed[name])) / told


def nearby(sets, questions, factor, sessions, chance, *, always=False):
    """Those of independent sets that a cohort's factor lets pass, one session after another, and what was heard before.

    The first lawful set of a stream that passes is a draw of the law that the factor makes, as
    tests/delivery/test_cohort.py finds by enumeration; so the sets that pass in a row are sessions in a row.

    Args:
        sets: rows of positions, independent, of the plan's law.
        questions: in the pool.
        factor: with which a heard question is let pass.
        sessions: of a cohort; the next cohort has heard nothing.
        chance: a generator.
        always: one cohort without end instead, of which the latest sessions but one count as heard.

    Returns:
        The sets, and who was heard before each: shape (sets, questions).
    """
    kept, before = [], []
    times, window = np.zeros(questions, dtype=np.int32), []
    for row, word in zip(sets, chance.random(len(sets)), strict=True):
        chosen = row[row != NOBODY]
        if word >= factor ** np.count_nonzero(times[chosen]):
            continue
        if not always or len(window) == sessions - 1:
            kept.append(row)
            before.append(times > 0)
        window.append(chosen)
        times[chosen] += 1
        if always and len(window) == sessions:
            times[window.pop(0)] -= 1
        elif not always and len(window) == sessions:
            window, times = [], np.zeros_like(times)
    return np.array(kept), np.array(before)


def cohort_is_worth(sets, heard, rates, length, factor):
    """As `history_is_worth`, where a factor makes history count: also of who knows what was heard, factor and law."""
    rates = np.array(rates)
    told = np.sort(rates)[-length:].sum()
    hits = np.empty(len(sets))
    for at, (row, known) in enumerate(zip(sets, heard, strict=True)):
        hits[at] = np.isin(row, top(np.where(known, factor * rates, rates), length)).sum()
    informed = ("what was not heard", hits.mean() / told, hits.std() / math.sqrt(len(hits)) / told)
    return max(informed, history_is_worth(sets, len(rates), rates, length), key=lambda found: found[1])


class ExactLaw:
    """Exposures, pairs, log-probabilities and acceptance of a plan of given length: from tables that pass nothing over.

    Their states hold bands, enemies and the cap, whatever the plan's own hold; so this is another way to the same law
    than the plan's, which passes sets over.

    Args:
        plan: the draw plan.
        excluded: positions of questions that no set may hold.
        laid: the states, where they are known.
    """

    def __init__(self, plan, excluded=(), laid=None):
        self.questions = len(plan.pool)
        self.amounts = {name: np.array([getattr(each, name) for each in plan.pool.candidates]) for name in BANDS}
        self._plan = plan
        sides = Lawfulness(plan.pool, plan.specification).sides
        self._frontier = laid or laid_out(plan.pool, plan.specification, sides)
        self.weights = self._without(excluded)
        self.log_total, self.rates = self._under(self.weights)

    def without(self, positions):
        """The law given that none of these questions is in the set."""
        return ExactLaw(self._plan, positions, self._frontier)

    def acceptance(self, absent=()):
        """How often a walk that holds coverage alone, and none of the absent questions, gives a set of this law."""
        covering = frontier_of(self._plan.pool, self._plan.specification)
        return math.exp(self.log_total - tables_of(covering, self._without(absent), np.zeros(0)).log_total)

    def _without(self, positions):
        weights = np.array(self._plan.log_weights, dtype=float)
        weights[list(positions)] = -np.inf
        return weights

    @cached_property
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
        return float(self.weights[self.rates > 0] @ self.rates[self.rates > 0]) - self.log_total

    def _under(self, weights):
        tables = tables_of(self._frontier, weights, np.zeros(0))
        return tables.log_total, marginals_of(self._frontier, tables, self.questions).questions


def p_values(sets, law):
    """Of each statistic, how likely a deviation as large is under the exact law; exposures and pairs are binomial.

    Serial overlap is that of each set with the next, pairs of neighbours apart, so that they are independent.
    """
    count = len(sets)
    together = np.zeros((law.questions, law.questions), dtype=np.int64)
    shared = []
    for begin in range(0, count, AT_ONCE):
        block = sets[begin : begin + AT_ONCE].astype(np.int64)
        membership = np.zeros((len(block), law.questions), dtype=np.float32)
        np.put_along_axis(membership, block, 1, axis=1)
        together += (membership.T @ membership).astype(np.int64)
        shared.append((membership[0 : len(block) - 1 : 2] * membership[1::2]).sum(axis=1))
    one, other = np.triu_indices(law.questions, 1)
    found = {f"exposure {at}": p for at, p in enumerate(_binomial(together.diagonal(), count, law.rates))}
    pairs = _binomial(together[one, other], count, np.clip(law.pairs[one, other], 0, 1))
    found |= {f"pair {i} {j}": p for i, j, p in zip(one, other, pairs, strict=True)}
    found["log-probabilities"] = _normal(law.log_chances(sets), law.mean_log_chance())
    found["serial overlap"] = _normal(np.concatenate(shared), float((law.rates**2).sum()))
    found |= {name: _normal(each[sets].sum(axis=1), float(each @ law.rates)) for name, each in law.amounts.items()}
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
