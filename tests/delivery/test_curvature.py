"""Curvature shapes the way of the descent, not its end."""

from __future__ import annotations

import numpy as np
import pytest

from delivery.alike import types_of
from delivery.fitting import fit_covering
from delivery.frontier import frontier_of
from tests.delivery.a_pool import a_bank, a_specification

GIVEN_LENGTH = a_specification(length=6, required="K1 K2 K3 S1 S2 S3 S4")
FILLED_TIME = a_specification(length=None, required="K1 K2", optional="K3 S1 S2 S3 S4", seconds=(900, 1200))


@pytest.mark.parametrize("specification", [GIVEN_LENGTH, FILLED_TIME], ids=["given length", "filled time"])
def test_steps_measured_by_curvature_end_where_plain_steps_end(specification, monkeypatch):
    pool = a_bank(questions=40, ksbs="K1 K2 K3 S1 S2 S3 S4", number=3)
    frontier = frontier_of(pool, specification)
    types = types_of(pool, frontier, specification)

    plain, _ = fit_covering(frontier, types, pool, specification, lambda _: None)
    monkeypatch.setattr("delivery.curvature.LARGE", 0)
    measured, _ = fit_covering(frontier, types, pool, specification, lambda _: None)

    np.testing.assert_allclose(measured.questions, plain.questions, atol=2e-3)
    np.testing.assert_allclose(measured.optional, plain.optional, atol=2e-3)
