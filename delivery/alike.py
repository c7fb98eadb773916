"""Questions that nothing in the specification tells apart: they have one weight between them, and are fitted as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delivery.frontier import Frontier
from delivery.pool import Pool
from delivery.specification import Specification

Floats = NDArray[np.float64]


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
