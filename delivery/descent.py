"""Going down a smooth convex function by its slopes: L-BFGS, its steps measured by the curvature where that is known.

Written here, in a page of NumPy: the library that has it takes more memory than the fit of a thousand questions.

Source: Liu and Nocedal (1989), Mathematical Programming 45, 503–528, for the steps; Hager and Zhang (2005), SIAM
Journal on Optimization 16(1), 170–192, for when a step is long enough, also where values can no longer be told apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Dual = Callable[[Floats], tuple[float, Floats]]

CLOSE: Final = 1e-7
MOST_STEPS: Final = 300
REMEMBERED: Final = 30
FLAT: Final = 1e-12
"""Curvature that is added in every direction, so that a sample in which a type never stood has a root."""
STEEP: Final = 0.9
"""A step ends where the slope along it is at most this share of what it was."""
LOWER: Final = 1e-4
"""A step must bring this share of what the slope promised."""
ROUNDING: Final = 1e-14
"""Values that differ by less, as a share, cannot be told apart."""
TRIALS: Final = 25
"""Of the length of one step."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the descent stands.

    Attributes:
        at: the parameters.
        value: of the function there.
        slope: its gradient there.
    """

    at: Floats
    value: float
    slope: Floats

    @property
    def off(self) -> float:
        """The largest slope, up or down."""
        return float(np.abs(self.slope).max(initial=0.0))


def descend(
    dual: Dual,
    start: Floats,
    progress: Callable[[float], None],
    *,
    gradient: float = CLOSE,
    curvature: Floats | None = None,
    steps: int = MOST_STEPS,
) -> Floats:
    """Where the function is smallest, until no slope is off by more than the gradient.

    Args:
        dual: its value and gradient.
        start: parameters.
        progress: is told how far the descent is, 0 to 1.
        gradient: what counts as nothing.
        curvature: of the function near the start, where it is known; steps are measured by it.
        steps: at most.
    """
    flattened = None if curvature is None else _inverse_root(curvature)
    known: deque[tuple[Floats, Floats]] = deque(maxlen=REMEMBERED)
    here = _Place(start, *dual(start))
    for taken in range(steps):
        if here.off <= gradient:
            break
        ahead = _direction(here.slope, known, flattened)
        length = 1.0 if known or flattened is not None else min(1.0, 1 / float(np.linalg.norm(here.slope)))
        there = _step(dual, here, ahead, length)
        if there is None:
            break
        moved, bent = there.at - here.at, there.slope - here.slope
        if float(moved @ bent) > 0:
            known.append((moved, bent))
        here = there
        progress(min(1.0, (taken + 1) / (taken + 21)))
    progress(1.0)
    return here.at


def _inverse_root(curvature: Floats) -> Floats:
    """R with R'R the inverse of the curvature."""
    return np.asarray(np.linalg.inv(np.linalg.cholesky(curvature + FLAT * np.eye(len(curvature)))))


def _direction(slope: Floats, known: deque[tuple[Floats, Floats]], root: Floats | None) -> Floats:
    """Down, by what the last steps and the curvature at the start say: the two loops of L-BFGS."""

    def measured(vector: Floats) -> Floats:
        return vector if root is None else root.T @ (root @ vector)

    ahead = -slope
    shares = []
    for moved, bent in reversed(known):
        share = float(moved @ ahead) / float(moved @ bent)
        shares.append(share)
        ahead = ahead - share * bent
    ahead = measured(ahead)
    if known:
        moved, bent = known[-1]
        ahead = ahead * (float(moved @ bent) / float(bent @ measured(bent)))
    for (moved, bent), share in zip(known, reversed(shares), strict=True):
        ahead = ahead + moved * (share - float(bent @ ahead) / float(moved @ bent))
    return ahead


def _step(dual: Dual, here: _Place, ahead: Floats, length: float) -> _Place | None:
    """A place ahead that is low and flat enough; None where rounding leaves none."""
    steep = float(here.slope @ ahead)
    if not steep < 0:
        return None
    blur = ROUNDING * max(1.0, abs(here.value))
    short, short_steep = 0.0, steep
    far, far_steep = np.inf, 0.0
    for _ in range(TRIALS):
        at = here.at + length * ahead
        there = _Place(at, *dual(at))
        now = float(there.slope @ ahead) if np.isfinite(there.value) else np.inf
        low = there.value <= here.value + LOWER * length * steep
        level = there.value <= here.value + blur and now <= (2 * LOWER - 1) * steep
        if (low or level) and abs(now) <= -STEEP * steep:
            return there
        if now < 0 and (low or level):
            short, short_steep = length, now
        else:
            far, far_steep = length, now
        length = _between(short, short_steep, far, far_steep)
    return None


def _between(short: float, short_steep: float, far: float, far_steep: float) -> float:
    """The next length to try: where the slope would vanish if it grew evenly, well inside what is open."""
    if far == np.inf:
        return 4 * short
    middle = 0.5
    if 0 < far_steep < np.inf:
        middle = min(0.9, max(0.1, short_steep / (short_steep - far_steep)))
    return short + middle * (far - short)
