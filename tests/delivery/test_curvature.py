"""Curvature shapes the way of the descent, not its end."""

from __future__ import annotations

import numpy as np

from delivery.alike import types_of
from delivery.fitting import fit_covering
from delivery.frontier import frontier_of
from delivery.tables import marginals_of, tables_of
from tests.delivery.a_pool import a_bank, a_specification

GIVEN_LENGTH = a_specification(length=6, required="K1 K2 K3 S1 S2 S3 S4")
FILLED_TIME = a_specification(length=None, required="K1 K2", optional="K3 S1 S2 S3 S4", seconds=(900, 1200))


def fitted_both_ways(specification, monkeypatch):
    """Exposures and explored KSBs by plain steps and by steps that are measured."""
    pool = a_bank(questions=40, ksbs="K1 K2 K3 S1 S2 S3 S4", number=3)
    frontier = frontier_of(pool, specification)
    types = types_of(pool, frontier, specification)
    for large in (1 << 60, 0):
        monkeypatch.setattr("delivery.curvature.LARGE", large)
        weights, _ = fit_covering(frontier, types, pool, specification, lambda _: None)
        yield marginals_of(frontier, tables_of(frontier, weights.questions, weights.optional), len(pool))


def test_steps_measured_by_curvature_end_where_plain_steps_end(monkeypatch):
    plain, measured = fitted_both_ways(GIVEN_LENGTH, monkeypatch)
    np.testing.assert_allclose(measured.questions, plain.questions, atol=1e-6)


def test_where_ksbs_are_explored_their_level_is_taken_from_the_stage_before(monkeypatch):
    """A stage that only prepares ends roughly, so the level that it gives to the next one is rough too."""
    plain, measured = fitted_both_ways(FILLED_TIME, monkeypatch)
    np.testing.assert_allclose(measured.questions, plain.questions, atol=0.01)
    np.testing.assert_allclose(measured.optional, plain.optional, atol=0.02)
