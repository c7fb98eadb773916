"""The fit: the weights whose law is as unpredictable as evenness allows.

    maximise  entropy - (gamma / 2) × sum of exposure²,  with a soft cap on each exposure

over all laws on the sets that cover every required KSB. The maximum has the form "probability proportional to the
product of the questions' weights"; its dual is smooth and convex in the log-weights, and is minimised over types of
questions that are alike, because alike questions have the same weight.

Source: `docs/engine.md`, "The law"; Flanigan, Gölz, Gupta, Hennig and Procaccia (2021) for the aim; Liu and Nocedal
(1989) for the quasi-Newton method.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from delivery.evenness import Evenness
from delivery.exposure import largest_at_least
from delivery.frontier import Frontier
from delivery.pool import Pool
from delivery.specification import Specification
from delivery.tables import Marginals, marginals_of, tables_of

Floats = NDArray[np.float64]
Dual = Callable[[Floats], tuple[float, Floats]]

STAGES: Final = (10.0, 62.5, 500.0)
"""rho: how strongly exposure is evened, from stage to stage."""
CAP: Final = 1.05
"""c: the soft cap, as a multiple of the exposure that no law can go below."""
EXCESS: Final = 50.0
"""kappa: how much more exposure costs above the cap."""
CLOSE: Final = 1e-7
ROUGH: Final = 1e-3  # a stage that only prepares the next
STAGES_EXPLORING: Final = (10.0, 62.5, 62.5)
"""rho where optional KSBs are explored: evenness among KSBs comes before evenness among questions. Measured on the
starter bank's observation and an uneven bank: at 500 the entropy falls by 2% and 8% and the KSBs are no more even."""
EXPLORING: Final = 1.0
"""mu: what it costs to leave an optional KSB unexplored; keeps sets from being shorter than they need to be."""
LIFTING: Final = 100.0
"""What it costs more to explore one less often than the average. Measured on the starter bank's observation: the least
explored KSB is in 44% of sets instead of 42%, for 0.03 bits of 13.7; on an uneven bank 42% instead of 28%."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-weights of each question of the pool, and log-rewards of each optional KSB."""

    questions: Floats
    optional: Floats


@dataclass(frozen=True, slots=True)
class Types:
    """Questions that nothing in the specification tells apart.

    Attributes:
        of: the type of each question of the pool.
        sizes: how many questions each type has.
    """

    of: NDArray[np.int64]
    sizes: Floats

    def spread(self, parameters: Floats) -> Weights:
        """One log-weight a type, then the rewards, as weights of every question."""
        return Weights(parameters[: len(self.sizes)][self.of], parameters[len(self.sizes) :])

    def gathered(self, questions: Floats, optional: Floats) -> Floats:
        """Sums over each type, then the optional KSBs' figures."""
        return np.append(np.bincount(self.of, weights=questions, minlength=len(self.sizes)), optional)

    def parameters(self, weights: Weights) -> Floats:
        """The inverse of `spread`: the mean of each type."""
        return np.append(self.gathered(weights.questions, weights.optional[:0]) / self.sizes, weights.optional)


def types_of(pool: Pool, frontier: Frontier, specification: Specification) -> Types:
    """The types of a pool: same layer and enemies, and same time and demand where the specification has a band."""
    layer = {at: number for number, each in enumerate(frontier.layers) for at in each.members.tolist()}
    keys = [
        (
            layer[at],
            specification.seconds and each.seconds,
            specification.demand and each.demand,
            each.enemies and each.reference,
        )
        for at, each in enumerate(pool.candidates)
    ]
    number: dict[object, int] = {}
    of = np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)
    return Types(of, np.bincount(of).astype(float))


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
    level = 0.0
    for number, stage in enumerate(stages):
        stages[number] = evenness = replace(stage, level=level)

        def marginals(at: Floats) -> tuple[float, Marginals]:
            weights = types.spread(at)
            tables = tables_of(frontier, weights.questions, weights.optional)
            return tables.log_total, marginals_of(frontier, tables, len(types.of))

        def dual(at: Floats, evenness: Evenness = evenness) -> tuple[float, Floats]:
            log_total, found = marginals(at)
            return penalised(log_total, types.gathered(found.questions, found.optional), at, types, evenness)

        def told(share: float, done: int = number) -> None:
            progress((done + share) / len(stages))

        if number:
            parameters[: len(types.sizes)] *= evenness.slope / stages[number - 1].slope
        last = number + 1 == len(stages)
        parameters = descend(dual, parameters, told, gradient=CLOSE if last else ROUGH)
        if frontier.optional:
            level = float(marginals(parameters)[1].optional.mean())
    return types.spread(parameters), stages[-1]


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


def descend(dual: Dual, start: Floats, progress: Callable[[float], None], *, gradient: float = CLOSE) -> Floats:
    """Where the dual is smallest, by L-BFGS, until no exposure is off by more than the gradient."""
    steps = 0

    def stepped(xk: Floats) -> None:  # noqa: ARG001 - the library tells callbacks apart by this name
        nonlocal steps
        steps += 1
        progress(min(1.0, steps / (steps + 20)))

    found = minimize(
        dual,
        start,
        jac=True,
        method="L-BFGS-B",
        callback=stepped,
        options={"maxiter": 300, "maxcor": 30, "ftol": 1e-14, "gtol": gradient},
    )
    progress(1.0)
    return np.asarray(found.x, dtype=np.float64)
