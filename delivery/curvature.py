"""How the fit's dual bends: the covariance of what sets hold, from a sample, and the curvature of the penalties.

Steps measured by it are as long as the dual asks for in every direction, so that a descent needs a fifth of the passes
over the tables. It only shapes the way there: where the descent ends does not depend on it.

Source: Chen, Dempster and Liu (1994), Biometrika 81(3), 457–469 (the Hessian of log Z is a covariance).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.alike import Types
from delivery.evenness import Evenness
from delivery.features import Covariance, Features
from delivery.frontier import Frontier
from delivery.pool import Pool
from delivery.tables import tables_of
from delivery.tracing import Traces

Floats = NDArray[np.float64]

SETS: Final = 100
"""Of the sample, for each parameter: at 10,000 questions of 458 types 44 for each took 145 passes and 131 took 67."""
LARGE: Final = 30_000
"""States from which on a pass costs more than the part of a sample that saves it."""
SEED: Final = b"curvature"


@dataclass(frozen=True, slots=True)
class Bending:
    """Where the curvature of one fit's dual comes from.

    Attributes:
        frontier: the states of the pool.
        types: of its questions.
        carrying: which question carries which optional KSB; shape (questions, optional KSBs).
    """

    frontier: Frontier
    types: Types
    carrying: Floats

    @classmethod
    def of(cls, frontier: Frontier, types: Types, pool: Pool) -> Bending | None:
        """None where the tables are so small that it would not pay."""
        if frontier.states < LARGE:
            return None
        carrying = [[float(code in each.ksbs) for code in frontier.optional] for each in pool.candidates]
        return cls(frontier, types, np.array(carrying).reshape(len(pool), len(frontier.optional)))

    def at(self, parameters: Floats, evenness: Evenness) -> Floats:
        """The curvature at these parameters; shape (parameters, parameters)."""
        weights = self.types.spread(parameters)
        tables = tables_of(self.frontier, weights.questions, weights.optional)
        covariance = Covariance(len(parameters))
        for sets, (rows, members) in Traces(self.frontier, tables, SEED).pairs(SETS * len(parameters)):
            covariance.add(Features.of(self.types, self.carrying, sets, rows, members))
        return covariance.found + np.diag(penalty_curvature(self.types, evenness, len(parameters)))


def penalty_curvature(types: Types, evenness: Evenness, parameters: int) -> Floats:
    """The curvature of the penalties' conjugates below the cap, of each parameter."""
    found = np.full(parameters, 1 / evenness.exploring)
    found[: len(types.sizes)] = types.sizes / evenness.slope
    return found
