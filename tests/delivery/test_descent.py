"""The descent: it ends at the bottom, with and without curvature, and says so where rounding leaves nothing to gain."""

from __future__ import annotations

import numpy as np
import pytest

from delivery.descent import descend


def bowl(at):
    """Convex, steep in some directions and flat in others, with a kink in its curvature."""
    scales = np.logspace(0, 4, len(at))
    moved = at - np.arange(len(at))
    beyond = np.maximum(moved, 0)
    value = float(scales @ moved**2 / 2 + 20 * (beyond**2).sum() + np.logaddexp(moved, -moved).sum())
    return value, scales * moved + 40 * beyond + np.tanh(moved)


@pytest.mark.parametrize("curvature", [None, np.diag(np.logspace(0, 4, 12))], ids=["plain", "measured"])
def test_the_descent_ends_where_no_slope_is_left(curvature):
    found = descend(bowl, np.full(12, 30.0), lambda _: None, gradient=1e-9, curvature=curvature)

    assert np.abs(bowl(found)[1]).max() <= 1e-7
    np.testing.assert_allclose(found, np.arange(12), atol=1e-7)


def test_known_curvature_saves_steps():
    counts = []
    for curvature in (None, np.diag(np.logspace(0, 4, 12))):
        asked = []

        def counted(at, asked=asked):
            asked.append(at)
            return bowl(at)

        descend(counted, np.full(12, 30.0), lambda _: None, curvature=curvature)
        counts.append(len(asked))

    assert counts[1] < counts[0]


def test_a_step_into_what_has_no_value_is_shortened():
    def wall(at):
        if at[0] <= 0:
            return np.inf, np.array([np.nan])
        return float(at[0] - np.log(at[0])), np.array([1 - 1 / at[0]])

    assert descend(wall, np.array([20.0]), lambda _: None)[0] == pytest.approx(1, abs=1e-6)
