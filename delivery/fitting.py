"""The fit: the weights whose law is as unpredictable as evenness allows.

    maximise  entropy - (gamma / 2) × sum of exposure²,  with a soft cap on each exposure

over all laws on the sets that cover every required KSB. The maximum has the form "probability proportional to the
product of the questions' weights"; its dual is smooth and convex in the log-weights, and is minimised over types of
questions that are alike, because alike questions have the same weight.

Source: `delivery-engine.md`, section 2; Flanigan, Gölz, Gupta, Hennig and Procaccia (2021) for the aim; Liu and Nocedal
(1989) for the quasi-Newton method.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from delivery.evenness import Evenness
from delivery.frontier import Frontier
from delivery.pool import Pool
from delivery.specification import Specification
from delivery.tables import marginals_of, tables_of

Floats = NDArray[np.float64]
Dual = Callable[[Floats], tuple[float, Floats]]

STAGES: Final = (10.0, 62.5, 500.0)
"""rho: how strongly exposure is evened, from stage to stage."""
CAP: Final = 1.05
"""c: the soft cap, as a multiple of the exposure that no law can go below."""
EXCESS: Final = 50.0
"""kappa: how much more exposure costs above the cap."""
EXPLORING: Final = 2.0
"""mu: what it costs to leave an optional KSB unexplored. On the starter bank's observation 2 gives up 8% of the
largest possible entropy and lifts the least explored KSB; 4 gives up 13%, 10 a quarter."""


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


def types_of(pool: Pool, frontier: Frontier) -> Types:
    """The types of a pool: same layer, time, demand and enemies."""
    layer = {at: number for number, each in enumerate(frontier.layers) for at in each.members}
    keys = [
        (layer[at], each.seconds, each.demand, each.enemies and each.reference)
        for at, each in enumerate(pool.candidates)
    ]
    number: dict[object, int] = {}
    of = np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)
    return Types(of, np.bincount(of).astype(float))


def evenness_of(pool: Pool, specification: Specification, strength: float) -> Evenness:
    """The penalties for one strength rho: gamma is rho N / k², the cap 1.05 times what no law can go below."""
    length = usual_length(pool, specification)
    carriers = [sum(code in each.ksbs for each in pool.candidates) for code in specification.required]
    floor = max(length / len(pool), *(1 / count for count in carriers), 0)
    slope = strength * len(pool) / length**2
    return Evenness(slope, length / len(pool), CAP * floor, EXCESS, EXPLORING)


def usual_length(pool: Pool, specification: Specification) -> float:
    """Questions in a set: the number asked for, else as many average questions as the planned time holds."""
    if specification.length is not None:
        return float(specification.length)
    mean = sum(each.seconds for each in pool.candidates) / len(pool)
    return specification.seconds.highest / mean if specification.seconds else 1.0


def fit_covering(
    frontier: Frontier,
    types: Types,
    stages: Sequence[Evenness],
    progress: Callable[[float], None],
) -> Weights:
    """The best weights among all sets that cover every required KSB, by exact tables.

    Args:
        frontier: the states of the pool.
        types: of the pool's questions.
        stages: penalties from weak to strong; each starts where the one before ended.
        progress: is told how far the fit is, 0 to 1.
    """
    questions = len(types.of)
    parameters = np.zeros(len(types.sizes) + len(frontier.optional))
    for number, evenness in enumerate(stages):

        def dual(at: Floats, evenness: Evenness = evenness) -> tuple[float, Floats]:
            weights = types.spread(at)
            tables = tables_of(frontier, weights.questions, weights.optional)
            marginals = marginals_of(frontier, tables, questions)
            gathered = types.gathered(marginals.questions, marginals.optional)
            return penalised(tables.log_total, gathered, at, types, evenness)

        def told(share: float, done: int = number) -> None:
            progress((done + share) / len(stages))

        parameters = descend(dual, parameters, told)
        if number + 1 < len(stages):
            parameters = parameters * (stages[number + 1].slope / evenness.slope)
    return types.spread(parameters)


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


def descend(dual: Dual, start: Floats, progress: Callable[[float], None], *, most: int = 200) -> Floats:
    """Where the dual is smallest, by L-BFGS."""
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
        options={"maxiter": most, "maxcor": 30, "ftol": 1e-13, "gtol": 1e-7},
    )
    progress(1.0)
    return np.asarray(found.x, dtype=np.float64)
