"""The fit: the weights whose law is as unpredictable as evenness allows.

    maximise  entropy - (gamma / 2) × sum of exposure²,  with a soft cap on each exposure

over all laws on the sets that cover every required KSB. The maximum has the form "probability proportional to the
product of the questions' weights"; its dual is smooth and convex in the log-weights, and is minimised over types of
questions that are alike, because alike questions have the same weight.

Source: `docs/engine.md`, "The law"; Flanigan, Gölz, Gupta, Hennig and Procaccia (2021) for the aim.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.alike import Types, Weights, types_of
from delivery.curvature import Bending
from delivery.descent import CLOSE, MOST_STEPS, Dual, descend
from delivery.evenness import Evenness
from delivery.exposure import largest_at_least
from delivery.frontier import Frontier
from delivery.pool import Pool
from delivery.specification import Specification
from delivery.tables import Marginals, marginals_of, tables_of

__all__ = ["Types", "Weights", "descend", "evenness_of", "fit_covering", "penalised", "stages_of", "types_of"]

Floats = NDArray[np.float64]

STAGES: Final = (10.0, 62.5, 500.0)
"""rho: how strongly exposure is evened, from stage to stage."""
CAP: Final = 1.04
"""c: the soft cap, as a multiple of the exposure that no law can go below. On six generated banks 1.045 instead
of 1.05 cost a thousandth of the entropy at most, and the busiest question stays as much lower."""
EXCESS: Final = 50.0
"""kappa: how much more exposure costs above the cap."""
ROUGH: Final = 1e-3  # a stage that only prepares the next
TELLING: Final = 1e-5  # the stage that tells the last how often KSBs are explored
PREPARING_STEPS: Final = 16
FEW_STEPS: Final = 8
"""Of the last stage, before the curvature is looked at again."""
ENOUGH: Final = 0.9
"""Of the largest entropy that the bank allows; below it evening is weakened, where that costs next to nothing."""
WEAKER: Final = (1 / 2, 1 / 4, 1 / 5, 1 / 6)
"""Shares of the last stage's strength that are tried then, in turn."""
TOLERATED: Final = 1.012
"""Times as large overlap, largest exposure and best guess may become by it."""
SHORTER: Final = 1.002
"""Times as short sets may become by it where the time decides their length: what overlap no law can go below falls
with the mean length, twice as fast on the starter bank's observation."""
STAGES_EXPLORING: Final = (10.0, 62.5, 500.0, 500.0)
"""rho where optional KSBs are explored; the last stage once more, for it learns from the one before how often KSBs are
explored on average. Measured on the starter bank's observation (103 questions): from 62.5 to 500 the largest exposure
falls from 1.08 to 1.04 times what no law can go below, for 0.08 bits of 22.7; the least explored KSB is in 40% of sets
instead of 42%."""
EXPLORING: Final = 1.0
"""mu: what it costs to leave an optional KSB unexplored; keeps sets from being shorter than they need to be."""
LIFTING: Final = 100.0
"""What it costs more to explore one less often than the average. Measured on the starter bank's observation: the least
explored KSB is in 44% of sets instead of 42%, for 0.03 bits of 13.7; on an uneven bank 42% instead of 28%."""


def stages_of(specification: Specification) -> tuple[float, ...]:
    """The strengths of the stages of a fit, from weak to strong."""
    return STAGES_EXPLORING if specification.optional else STAGES


def evenness_of(pool: Pool, specification: Specification, strength: float, level: float = 0.0) -> Evenness:
    """The penalties for one strength rho: gamma is rho N / k², the cap 1.05 times what no law can go below.

    Args:
        pool: the questions.
        specification: what is asked of sets.
        strength: rho.
        level: how often optional KSBs are explored on average, where that is known.
    """
    length = usual_length(pool, specification)
    cap = CAP * largest_at_least(pool, specification, length)
    slope = strength * len(pool) / length**2
    return Evenness(slope, length / len(pool), cap, EXCESS, EXPLORING, level, LIFTING)


def usual_length(pool: Pool, specification: Specification) -> float:
    """Questions in a set: the number asked for, else as many average questions as the planned time holds."""
    if specification.length is not None:
        return float(specification.length)
    mean = sum(each.seconds for each in pool.candidates) / len(pool)
    return specification.seconds.highest / mean if specification.seconds else 1.0


def fit_covering(
    frontier: Frontier, types: Types, pool: Pool, specification: Specification, progress: Callable[[float], None]
) -> tuple[Weights, Evenness]:
    """The best weights among all sets that cover every required KSB, by exact tables.

    Args:
        frontier: the states of the pool.
        types: of the pool's questions.
        pool: the questions.
        specification: what is asked of sets.
        progress: is told how far the fit is, 0 to 1.

    Returns:
        The weights, and the penalties of the last stage; each stage starts where the one before ended.
    """
    stages = [evenness_of(pool, specification, strength) for strength in stages_of(specification)]
    parameters = np.zeros(len(types.sizes) + len(frontier.optional))
    bending = Bending.of(frontier, types, pool)
    level = 0.0
    for number, stage in enumerate(stages):
        stages[number] = evenness = replace(stage, level=level)
        dual = _dual(frontier, types, evenness)

        def told(share: float, done: int = number) -> None:
            progress((done + share) / len(stages))

        if number:
            parameters[: len(types.sizes)] *= evenness.slope / stages[number - 1].slope
        told_on = bool(frontier.optional) and number + 2 == len(stages)  # the last stage takes its level from here
        last = number + 1 == len(stages)
        gradient = CLOSE if last else TELLING if told_on else ROUGH
        for steps in _steps(bending, closely=last or told_on):
            curvature = bending.at(parameters, evenness) if bending else None
            parameters = descend(dual, parameters, told, gradient=gradient, curvature=curvature, steps=steps)
        if frontier.optional:
            level = float(covering_marginals(frontier, types, parameters)[1].optional.mean())
    parameters, stages[-1] = _weakened(frontier, types, bending, parameters, stages[-1])
    return types.spread(parameters), stages[-1]


def _dual(frontier: Frontier, types: Types, evenness: Evenness) -> Dual:
    def dual(at: Floats) -> tuple[float, Floats]:
        log_total, found = covering_marginals(frontier, types, at)
        return penalised(log_total, types.gathered(found.questions, found.optional), at, types, evenness)

    return dual


def _weakened(
    frontier: Frontier, types: Types, bending: Bending | None, parameters: Floats, evenness: Evenness
) -> tuple[Floats, Evenness]:
    """The parameters and penalties, weaker where evening costs more than a tenth of the entropy that there can be."""
    uniform = types.spread(np.zeros_like(parameters))
    most = tables_of(frontier, uniform.questions, uniform.optional).log_total
    even = full = _Looks.of(frontier, types, parameters)
    found = evenness
    for share in WEAKER:
        if even.entropy >= ENOUGH * most:
            break
        weaker = replace(evenness, slope=share * evenness.slope)
        start = parameters * (weaker.slope / found.slope)
        curvature = bending.at(start, weaker) if bending else None
        trial = descend(_dual(frontier, types, weaker), start, lambda _: None, curvature=curvature)
        even = _Looks.of(frontier, types, trial)
        if not even.tolerable(full):
            break
        parameters, found = trial, weaker
    return parameters, found


@dataclass(frozen=True, slots=True)
class _Looks:
    """What a law is like.

    Attributes:
        entropy: in natural units.
        figures: overlap, largest exposure and best guess.
        length: questions in a set, on average.
        least_explored: how often the optional KSB that is explored least is; 1 where there are none.
    """

    entropy: float
    figures: tuple[float, float, float]
    length: float
    least_explored: float

    @classmethod
    def of(cls, frontier: Frontier, types: Types, parameters: Floats) -> _Looks:
        log_total, found = covering_marginals(frontier, types, parameters)
        weights = types.spread(parameters)
        entropy = log_total - float(weights.questions @ found.questions + weights.optional @ found.optional)
        length = float(found.questions.sum())
        rates = np.sort(found.questions)[::-1]
        figures = float(rates @ rates), float(rates[0]), float(rates[: math.ceil(length - 1e-9)].sum())
        return cls(entropy, figures, length, float(found.optional.min(initial=1.0)))

    def tolerable(self, was: _Looks) -> bool:
        """Whether nothing that evening is for became worse than may be."""
        larger = any(now > TOLERATED * before for now, before in zip(self.figures, was.figures, strict=True))
        shorter = SHORTER * self.length < was.length
        return not larger and not shorter and TOLERATED * self.least_explored >= was.least_explored


def covering_marginals(frontier: Frontier, types: Types, at: Floats) -> tuple[float, Marginals]:
    """Log Z and the exact marginals of the covering law at these parameters, by question and optional KSB."""
    weights = types.spread(at)
    tables = tables_of(frontier, weights.questions, weights.optional)
    return tables.log_total, marginals_of(frontier, tables, len(types.of))


def _steps(bending: Bending | None, *, closely: bool) -> tuple[int, ...]:
    """How many steps are taken before the curvature is looked at again."""
    if bending is None:
        return (MOST_STEPS,)
    return (FEW_STEPS, MOST_STEPS) if closely else (PREPARING_STEPS,)


def penalised(log_total: float, gathered: Floats, at: Floats, types: Types, evenness: Evenness) -> tuple[float, Floats]:
    """The dual's value and gradient, from log Z and the marginals at these parameters."""
    cut = len(types.sizes)
    log_weights, log_rewards = at[:cut], at[cut:]
    value = (
        log_total
        + float(types.sizes @ evenness.conjugate(log_weights))
        + float(evenness.exploring_conjugate(log_rewards).sum())
    )
    wished = np.append(types.sizes * evenness.answer(log_weights), evenness.explored(log_rewards))
    return value, gathered - wished
