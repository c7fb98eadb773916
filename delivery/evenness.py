"""What evenness costs: the penalties on exposure and on unexplored KSBs, and their convex conjugates.

The law of a draw plan maximises entropy minus these penalties. At the maximum the log-weight of a question is minus the
slope of its penalty, which is what makes the dual problem smooth and without constraints.

Source: `docs/engine.md`, "The law"; Boyd and Vandenberghe (2004), Convex Optimization, sections 3.3 and 5.1.6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evenness:
    """How strongly exposure is evened.

    Attributes:
        slope: gamma, the penalty's growth with the distance of a question's exposure from the even one.
        even: the exposure of every question if all were asked equally often.
        cap: c·z, above which exposure costs `excess` times more.
        excess: kappa, how much more.
        exploring: mu, the penalty's growth with the share of sets that leave an optional KSB unexplored.
        level: how often an optional KSB should be explored at least; what the bank gives on average.
        lifting: how much faster the penalty grows below that level.
        costs: what a unit of exposure costs besides, of each type or of all: how a re-fit is steered.
    """

    slope: float
    even: float
    cap: float
    excess: float
    exploring: float
    level: float = 0.0
    lifting: float = 0.0
    costs: Floats | float = 0.0

    def answer(self, log_weights: Floats) -> Floats:
        """The exposure at which the penalty's slope is minus the log-weight."""
        within = self.even - (log_weights + self.costs) / self.slope
        beyond = (within + self.excess * self.cap) / (1 + self.excess)
        return np.where(within > self.cap, beyond, within)

    def conjugate(self, log_weights: Floats) -> Floats:
        """The penalty's convex conjugate at minus the log-weight."""
        exposure = self.answer(log_weights)
        over = np.maximum(exposure - self.cap, 0)
        return -(log_weights + self.costs) * exposure - self.slope / 2 * (
            (exposure - self.even) ** 2 + self.excess * over**2
        )

    def explored(self, log_rewards: Floats) -> Floats:
        """The covering probability of an optional KSB at which its reward is the penalty's slope."""
        above = 1 - log_rewards / self.exploring
        below = (self.exploring + self.lifting * self.level - log_rewards) / (self.exploring + self.lifting)
        return np.where(above < self.level, below, above)

    def exploring_conjugate(self, log_rewards: Floats) -> Floats:
        """The conjugate of the penalty on KSBs left unexplored, at minus the reward."""
        covered = self.explored(log_rewards)
        short = np.maximum(self.level - covered, 0)
        return -log_rewards * covered - self.exploring / 2 * (1 - covered) ** 2 - self.lifting / 2 * short**2
