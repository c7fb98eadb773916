"""Steering at a re-fit: a question that was asked more often than its plan expected comes a little less often.

Realised exposure never decides a draw: that would make the next set guessable. It may enter the fit, as a linear cost
on the exposure of what was over-asked, so small that no exposure moves by more than a fifth between two fits. What
was expected of a question counts from its first day in a pool: a new one starts at its own exposure, not at zero uses.

Source: `docs/engine.md`, "Steering"; van der Linden and Veldkamp (2004), Journal of Educational and Behavioral
Statistics 29(3), for controlling exposure between administrations and not within them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.alike import Types, Weights, types_of
from delivery.canonical import decimals, digest
from delivery.descent import descend
from delivery.design import written_down
from delivery.evenness import Evenness
from delivery.fitting import covering_marginals, evenness_of, penalised, stages_of
from delivery.frontier import Frontier
from delivery.holding import laid_out
from delivery.plan import DrawPlan
from delivery.refitting import LawfulFit
from delivery.sampling import sampled
from delivery.screening import Screening
from delivery.tables import marginals_of, tables_of

Floats = NDArray[np.float64]

MOST_MOVED: Final = 0.2
"""Of a question's exposure, up or down, from one fit to the next."""
NOISE: Final = 0.02
"""What is kept clear of that bound where exposures are estimated."""
SAMPLE: Final = 60_000
PATIENCE: Final = 10.0
"""Uses that an excess is measured against besides the expected ones: one use more than none is no over-exposure."""
SHARES: Final = (1.0, 0.7, 0.5, 0.35, 0.25, 0.12, 0.06, 0.0)
"""Of the full cost, tried in turn until the bound holds; at 0 nothing is steered."""


@dataclass(frozen=True, slots=True)
class Use:
    """How a question fared since it came into the pool.

    Attributes:
        asked: sets that held it.
        expected: sum of its exposure rates over all sets that were drawn meanwhile.
    """

    asked: int
    expected: float

    @property
    def excess(self) -> float:
        """How much too often it was asked, in [-1, 1]; 0 for a question without a past."""
        return float(np.clip((self.asked - self.expected) / (self.expected + PATIENCE), -1, 1))


@dataclass(frozen=True, slots=True)
class Steered:
    """A steered re-fit.

    Attributes:
        plan: the steered plan; its figures say `steered`: how far the exposure moved that moved most.
        moved: the same, as a share of the exposure without steering, at most 0.2.
        share: of the full cost that was taken, 0 to 1.
    """

    plan: DrawPlan
    moved: float
    share: float


def steered(plan: DrawPlan, uses: Mapping[str, Use]) -> Steered:
    """The plan, fitted again with a cost on what was asked too often.

    Args:
        plan: fitted to the pool of today without steering.
        uses: by reference; questions that are not named are new.
    """
    fit = _Fit.of(plan)
    excess = np.array([uses[each].excess if each in uses else 0.0 for each in plan.pool.references])
    steers = bool(excess.any()) and fit.evenness.slope > 0  # at strength 0 no penalty stood: there is none to shift
    for share in SHARES:
        weights, moved = fit.steered(excess, MOST_MOVED * share) if share and steers else (fit.start, 0.0)
        if moved <= MOST_MOVED - (NOISE if fit.screening.lawfulness.rejects else 0.0):
            break
    seed = bytes.fromhex(digest(["qbank steered fit 1", plan.digest, [decimals(float(each)) for each in excess]]))
    strength = float(plan.figures["strength"])
    found = written_down(
        plan.pool, fit.frontier, fit.screening, weights, strength, seed=seed, progress=lambda _what, _share: None
    )
    again = replace(
        plan,
        log_weights=found.log_weights,
        log_rewards=found.log_rewards,
        walk=found.walk,
        rehearsal=found.rehearsal,
        figures=found.figures | {"steered": decimals(moved)},
        stored=b"",
    )
    return Steered(again, moved, share if steers else 0.0)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A plan's fit, taken up where it ended."""

    plan: DrawPlan
    frontier: Frontier
    types: Types
    screening: Screening
    start: Weights
    exposure: Floats
    evenness: Evenness
    sample: NDArray[np.bool_] | None

    @classmethod
    def of(cls, plan: DrawPlan) -> _Fit:
        pool, specification = plan.pool, plan.specification
        frontier = laid_out(pool, specification, plan.held)
        start = Weights(np.array(plan.log_weights, dtype=float), np.array(plan.log_rewards, dtype=float))
        found = marginals_of(frontier, tables_of(frontier, start.questions, start.optional), len(pool))
        level = float(found.optional.mean()) if specification.optional else 0.0
        slope_at = stages_of(specification)[-1] * float(plan.figures["strength"])
        screening = Screening.of(plan.lawfulness)
        sample = None
        exposure = found.questions
        if plan.lawfulness.rejects:
            sets = np.concatenate(list(sampled(plan.walk, len(pool), SAMPLE, bytes.fromhex(plan.digest))))
            sample = sets[screening.lawful(sets)]
            exposure = sample.mean(axis=0)
        types = types_of(pool, frontier, specification)
        evenness = evenness_of(pool, specification, slope_at, level)
        return cls(plan, frontier, types, screening, start, exposure, evenness, sample)

    def steered(self, excess: Floats, most: float) -> tuple[Weights, float]:
        """The best weights under the cost, and how far the exposure moved that moved most.

        The penalty curves by `slope` in each exposure at least, so a cost of slope × most × exposure moves one question
        by itself by at most that share; what it does to others is measured.
        """
        cost = self.evenness.slope * most * self.exposure * excess
        gathered = self.types.gathered(cost, cost[:0]) / self.types.sizes
        evenness = replace(self.evenness, costs=gathered)
        if self.screening.lawfulness.rejects:
            fit = LawfulFit(self.frontier, self.types, self.screening, bytes.fromhex(self.plan.digest), lambda _: None)
            weights, strength = fit.best(self.start, evenness)
            if strength < 1:
                return self.start, 1.0
        else:
            weights = self.types.spread(self._descended(evenness))
        ever = self.exposure > 0  # a question that fits no lawful set is asked in none, steered or not
        moved = np.abs(self._exposure(weights)[ever] / self.exposure[ever] - 1)
        return weights, float(moved.max())

    def _descended(self, evenness: Evenness) -> Floats:
        def dual(at: Floats) -> tuple[float, Floats]:
            log_total, found = covering_marginals(self.frontier, self.types, at)
            gathered = self.types.gathered(found.questions, found.optional)
            return penalised(log_total, gathered, at, self.types, evenness)

        return descend(dual, self.types.parameters(self.start), lambda _: None)

    def _exposure(self, weights: Weights) -> Floats:
        """Under other weights: by the tables, or by reweighting the one sample, so that only the change is seen."""
        if self.sample is None:
            tables = tables_of(self.frontier, weights.questions, weights.optional)
            return marginals_of(self.frontier, tables, len(self.types.of)).questions
        asked = self.plan.specification
        optional = [asked.ksbs.index(code) for code in asked.optional]
        members = self.sample.astype(np.float32)
        covers = members @ self.screening.carrying[:, optional] > 0
        logs = members @ (weights.questions - self.start.questions) + covers @ (weights.optional - self.start.optional)
        shares = np.exp(logs - logs.max())
        found: Floats = shares @ members / shares.sum()
        return found
