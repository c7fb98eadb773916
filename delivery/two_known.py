"""Two questions of the next set are known: how many of the others does somebody name who knows the law?

A set's two leaked questions are given far more weight than anything can outweigh; the tables then give the law of what
stands beside them. Who knows it names the likeliest others. Where every set of the walk is lawful, how many of them are
right follows exactly; else it is counted in sets drawn beside the two. What is averaged are leaks of recorded sets.

Source: `docs/engine.md`, "Two questions known"; a limit of conditional Poisson sampling, Chen, Dempster and Liu (1994).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.eligibility import bits
from delivery.frontier import Frontier
from delivery.holding import laid_out
from delivery.plan import DrawPlan
from delivery.randomness import Stream
from delivery.screening import Screening, screened
from delivery.tables import marginals_of, tables_of
from delivery.tracing import Traces, table_of

Floats = NDArray[np.float64]

KNOWN: Final = 2
CERTAIN: Final = 60.0
"""Added to a log-weight: the question is then in all sets but one in e^60, times the odds that it was in without."""
LEAKS: Final = 100
FEWEST: Final = 20
STATES: Final = 10_000_000
"""Of all leaks' tables together, so that a large bank takes seconds and not minutes; `FEWEST` leaks it takes anyway."""
BESIDE: Final = 256
"""Sets drawn beside two known questions."""
LEAST_LAWFUL: Final = 16
"""Of them; where fewer are lawful, what is right is counted in the set that leaked."""
LABEL: Final = "qbank two known 1"


@dataclass(frozen=True, slots=True)
class TwoKnown:
    """What two known questions give away.

    Attributes:
        hits: of the others, named right on average.
        error: standard error of `hits` over the leaks.
        named: how many others are named: those of a usual set.
        leaks: recorded sets of which two questions leaked.
    """

    hits: float
    error: float
    named: int
    leaks: int

    def to_dict(self) -> dict[str, float | int]:
        """As plain data."""
        return {"hits": self.hits, "standard_error": self.error, "named": self.named, "leaks": self.leaks}


def two_known(plan: DrawPlan, leaks: int | None = None) -> TwoKnown | None:
    """What two questions of a set, by lot, give away of its others; None where sets have no others.

    Args:
        plan: that sets are drawn from.
        leaks: how many are averaged; fewer where fewer recorded sets hold a third question. None for 100, or as many
            as tables of 10 million states serve, 20 at least.
    """
    named = math.ceil(float(plan.figures["length"]) - 1e-9) - KNOWN
    sets = [each for each in plan.rehearsal.lawful_sets if each.bit_count() > KNOWN]
    if named < 1 or not sets:
        return None
    frontier = laid_out(plan.pool, plan.specification, plan.held)
    wanted = leaks or max(FEWEST, min(LEAKS, STATES // max(1, frontier.states)))
    law = _Law(plan, frontier, Screening.of(plan.lawfulness), named)
    hits = np.array([law.hits(each, number) for number, each in enumerate(sets[:wanted])])
    return TwoKnown(float(hits.mean()), float(hits.std() / math.sqrt(len(hits))), named, len(hits))


@dataclass(frozen=True, slots=True)
class _Law:
    plan: DrawPlan
    frontier: Frontier
    screening: Screening
    named: int

    def hits(self, chosen: int, number: int) -> float:
        """How many of the likeliest others are right, on average over sets that hold the two that leaked of this one.

        Args:
            chosen: a set, as bits of positions.
            number: of the leak, for chance.
        """
        stream = Stream(bytes.fromhex(self.plan.digest), number, label=LABEL)
        members = [at for at in range(len(self.plan.pool)) if chosen >> at & 1]
        known = [members.pop(stream.below(len(members))) for _ in range(KNOWN)]
        weights = np.array(self.plan.log_weights, dtype=float)
        weights[known] += CERTAIN
        tables = tables_of(self.frontier, weights, np.array(self.plan.log_rewards, dtype=float))
        beside = marginals_of(self.frontier, tables, len(weights))
        guess = self._likeliest(beside.questions, known)
        if not self.plan.lawfulness.rejects:
            return float(beside.questions[guess].sum())
        traces = Traces(self.frontier, tables, bytes.fromhex(self.plan.digest) + number.to_bytes(8, "big"))
        blocks = (table_of(many, len(weights), *pairs) for many, pairs in traces.pairs(BESIDE))
        seen = screened(blocks, self.screening, beside)
        if seen.lawful < LEAST_LAWFUL:
            return float((bits(guess.tolist()) & chosen).bit_count())
        return float(seen.exposure[guess].sum())

    def _likeliest(self, rates: Floats, known: list[int]) -> NDArray[np.int64]:
        """The others with the highest exposure that are nobody's enemies."""
        rates = rates.copy()
        out = bits(known)
        for at in known:
            out |= self.plan.lawfulness.enemies[at]
        rates[[at for at in range(len(rates)) if out >> at & 1]] = -1
        return np.argsort(-rates, kind="stable")[: self.named]
