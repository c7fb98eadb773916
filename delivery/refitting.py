"""The fit under enemies, bands and the cap on questions per KSB, which a draw holds by passing over unlawful sets.

The law of the sets that pass keeps its form, but the tables give neither its total nor its exposures. Here its dual is
minimised on exact samples of the covering law, reweighted to the weights that are tried (importance weights); each
round samples afresh from the weights it starts from, so that the reweighting stays small; the last are averaged.

Source: `docs/engine.md`, "The law"; Shapiro, Dentcheva and Ruszczyński (2009), Lectures on Stochastic Programming,
chapter 5 (sample average approximation); Polyak and Juditsky (1992) for the averaging.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.alike import Types, Weights
from delivery.descent import descend
from delivery.evenness import Evenness
from delivery.features import Features
from delivery.fitting import covering_marginals, penalised
from delivery.frontier import Frontier
from delivery.randomness import prefixed
from delivery.screening import Screening
from delivery.tables import tables_of
from delivery.tracing import Traces, table_of

Floats = NDArray[np.float64]

ROUNDS: Final = 8
"""At most; a round whose step had to be shortened is followed by another."""
SETTLED: Final = 3
"""Rounds with a whole step that are averaged at the end."""
SETS_AT_ONCE: Final = 40_000
ENOUGH_LAWFUL: Final = 20_000
LAWFUL_PER_QUESTION: Final = 60
"""Where that is more: a question of a large bank is in few sets, and the largest of many exposures tells what they are
off by. With 60,000 sets a round instead of 20,000 the busiest question of strict-1000 is at 1.059 instead of 1.065."""
MOST_SETS: Final = 240_000
"""In a round, where few are lawful."""
FEWEST_LAWFUL: Final = 2_000
"""Below this a round would fit noise."""
LEAST_EFFECTIVE: Final = 0.2
"""Share of a round's sets that the reweighting may bring them down to; a step that goes further is shortened."""
LEAST_ACCEPTANCE: Final = 0.05
"""A step that would make lawful sets rarer than this is shortened: two enemies that are both wanted often would
otherwise take such weights that the covering law draws them together nearly always."""
SHORTEST: Final = 1 / 64
"""A step that would have to be shortened more than this is not taken."""
LOWERED: Final = 0.99
"""The cap here, as a share of the covering law's: what samples are off by leaves some question above it. Measured on
strict-300: the busiest question falls from 1.060 to 1.048 times its floor. Not where the time decides the length, for
there the overlap pays: on the starter bank's observation it rises from 1.0147 to 1.0159 times its own."""
LADDER: Final = (1 / 50, 1 / 20, 1 / 8, 1 / 3)
"""Shares of the penalties' strength that are tried where the whole is too much."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Sets of the covering law under some weights.

    Attributes:
        features: of each set, questions of each type, then which optional KSBs it covers.
        lawful: which sets are lawful.
    """

    features: Features
    lawful: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LawfulFit:
    """The fit among lawful sets of one pool.

    Attributes:
        frontier: the states of the pool.
        types: of its questions.
        screening: the requirements that sets are passed over for.
        seed: of the samples.
        progress: is told how far the fit is, 0 to 1.
    """

    frontier: Frontier
    types: Types
    screening: Screening
    seed: bytes
    progress: Callable[[float], None]

    def best(self, start: Weights, evenness: Evenness) -> tuple[Weights, float]:
        """The best weights, and at which share of the penalties' strength they are the best.

        Where the whole strength would make lawful sets too rare to see, strength grows step by step as far as it can.

        Args:
            start: the best weights when nothing is passed over.
            evenness: the penalties.

        Returns:
            A share of 0 where even the weakest penalties found too few lawful sets: the weights are those of the start.
        """
        whole = self.whole(start, evenness)
        return (whole, 1.0) if whole else self.weaker(start, evenness)

    def whole(self, start: Weights, evenness: Evenness) -> Weights | None:
        """The best weights at the whole strength, None where lawful sets become too rare on the way."""
        settled = self._settle(self.types.parameters(start), evenness)
        return None if settled is None else self.types.spread(settled)

    def weaker(self, start: Weights, evenness: Evenness) -> tuple[Weights, float]:
        """The best weights at the largest share of the strength that can be reached step by step."""
        found, reached = self.types.parameters(start), 0.0
        for share in LADDER:
            settled = self._settle(found * (1.0 if reached else share), replace(evenness, slope=evenness.slope * share))
            if settled is None:
                break
            found, reached = settled, share
        return self.types.spread(found), reached

    def _settle(self, start: Floats, evenness: Evenness) -> Floats | None:
        """Rounds of sampling and descent until a few whole steps were taken; None where lawful sets become too rare."""
        at = start
        if self.screening.lawfulness.specification.length is not None:
            evenness = replace(evenness, cap=LOWERED * evenness.cap)
        settled: list[Floats] = []
        for number in range(ROUNDS):
            sample = _sampled(self.frontier, self.types, self.screening, self.types.spread(at), self._seed(number, at))
            if sample.lawful.sum() < FEWEST_LAWFUL:
                return None
            dual = self._dual(sample, at, evenness)
            step = descend(dual, at, lambda _: None, gradient=1e-5) - at
            share = _safe_share(sample, step)
            if share < SHORTEST:
                return None
            at = at + share * step
            if share == 1:
                settled.append(at)
            self.progress(len(settled) / SETTLED)
            if len(settled) == SETTLED:
                return np.asarray(np.mean(settled, axis=0))
        return None

    def _dual(self, sample: Sample, origin: Floats, evenness: Evenness) -> Callable[[Floats], tuple[float, Floats]]:
        """The dual at parameters near the origin: the covering law's exactly, the share that is lawful on the sample.

        The logarithm of the lawful sets' total is that of the covering sets' plus that of the share. What the sample is
        off by in its lawful sets it is off by in all of them too, and most of it cancels.
        """
        lawful = sample.features.kept(sample.lawful)

        def dual(at: Floats) -> tuple[float, Floats]:
            log_total, gathered = self._covering(at)
            of_lawful, held = _reweighted(lawful, at - origin)
            of_all, every = _reweighted(sample.features, at - origin)
            return penalised(log_total + of_lawful - of_all, gathered + held - every, at, self.types, evenness)

        return dual

    def _covering(self, at: Floats) -> tuple[float, Floats]:
        """Log Z and the marginals of the covering law, by type."""
        log_total, found = covering_marginals(self.frontier, self.types, at)
        return log_total, self.types.gathered(found.questions, found.optional)

    def _seed(self, number: int, at: Floats) -> bytes:
        return prefixed(self.seed, number.to_bytes(1, "big"), np.round(at, 9).astype(">f8").tobytes())


def _reweighted(features: Features, step: Floats) -> tuple[float, Floats]:
    """The logarithm of the total weight of sets after a step of the parameters, and the mean of their features."""
    logs = features.weighed(step)
    highest = float(logs.max())
    weights = np.exp(logs - highest)
    total = float(weights.sum())
    return highest + float(np.log(total)), features.summed(weights) / total


def _safe_share(sample: Sample, step: Floats) -> float:
    """How much of a step can be taken: halved until the reweighted sample can be trusted and enough stays lawful."""
    logs = sample.features.weighed(step)
    least = min(LEAST_ACCEPTANCE, float(sample.lawful.mean()) / 2)
    share = 1.0
    while share >= SHORTEST:
        weights = np.exp(share * (logs - logs.max()))
        total = float(weights.sum())
        effective = total**2 / float((weights**2).sum())  # Kish (1965), Survey Sampling, section 11.7
        if effective >= LEAST_EFFECTIVE * len(logs) and float(weights[sample.lawful].sum()) >= least * total:
            break
        share /= 2
    return share


def _sampled(frontier: Frontier, types: Types, screening: Screening, weights: Weights, seed: bytes) -> Sample:
    """Sets until enough of them are lawful, or there are too many."""
    tables = tables_of(frontier, weights.questions, weights.optional)
    asked = screening.lawfulness.specification
    carrying = screening.carrying[:, [asked.ksbs.index(code) for code in asked.optional]]
    features: list[Features] = []
    lawful: list[NDArray[np.bool_]] = []
    enough = max(ENOUGH_LAWFUL, LAWFUL_PER_QUESTION * len(types.of))
    for number in range(MOST_SETS // SETS_AT_ONCE):
        for sets, (rows, members) in Traces(frontier, tables, seed + bytes([number])).pairs(SETS_AT_ONCE):
            features.append(Features.of(types, carrying, sets, rows, members))
            lawful.append(screening.lawful(table_of(sets, len(types.of), rows, members)))
        if sum(int(each.sum()) for each in lawful) >= enough:
            break
    return Sample(Features.together(features), np.concatenate(lawful))
