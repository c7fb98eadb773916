"""Tracing: sets sampled straight from the tables follow the law, and what is counted in them is its covariance."""

from __future__ import annotations

import numpy as np
import pytest

from delivery.alike import types_of
from delivery.features import Covariance, Features
from delivery.frontier import frontier_of
from delivery.tables import marginals_of, tables_of
from delivery.tracing import Traces, table_of
from tests.delivery.a_pool import a_bank, a_specification

SETS = 40_000
GIVEN_LENGTH = a_specification(length=6, required="K1 K2 K3 S1 S2 S3 S4")
FILLED_TIME = a_specification(length=None, required="K1 K2", optional="K3 S1 S2 S3 S4", seconds=(900, 1200))


@pytest.mark.parametrize("specification", [GIVEN_LENGTH, FILLED_TIME], ids=["length", "time"])
@pytest.mark.parametrize("steep", [1.0, 200.0], ids=["plain", "in logarithms"])
def test_traced_sets_hold_questions_and_ksbs_as_often_as_the_tables_say(specification, steep):
    pool = a_bank(questions=40, ksbs="K1 K2 K3 S1 S2 S3 S4", number=3)
    frontier, weights = frontier_of(pool, specification), steep * np.sin(np.arange(40.0))
    tables = tables_of(frontier, weights, np.full(len(frontier.optional), 0.5))
    exact = marginals_of(frontier, tables, len(pool))

    blocks = [table_of(many, len(pool), *pairs) for many, pairs in Traces(frontier, tables, b"traces").pairs(SETS)]

    found = np.concatenate(blocks).mean(axis=0)
    error = np.sqrt(exact.questions * (1 - exact.questions) / SETS)
    assert (abs(found - exact.questions) <= 5 * error + 1e-9).all()  # of 40 one is further out once in 40,000 runs


def test_the_same_seed_traces_the_same_sets():
    pool = a_bank(questions=40, ksbs="K1 K2 K3 S1 S2 S3 S4", number=3)
    frontier = frontier_of(pool, GIVEN_LENGTH)
    tables = tables_of(frontier, np.zeros(40), np.zeros(0))

    one, again, other = (list(Traces(frontier, tables, seed).pairs(50)) for seed in (b"one", b"one", b"other"))

    assert all((here == there).all() for here, there in zip(one[0][1], again[0][1], strict=True))
    assert one[0][1][1].tolist() != other[0][1][1].tolist()


def test_covariance_that_is_summed_part_by_part_is_that_of_the_whole_table():
    pool = a_bank(questions=40, ksbs="K1 K2 K3 S1 S2 S3 S4", number=3)
    frontier = frontier_of(pool, FILLED_TIME)
    types = types_of(pool, frontier, FILLED_TIME)
    carrying = np.array([[float(code in each.ksbs) for code in frontier.optional] for each in pool.candidates])
    tables = tables_of(frontier, np.zeros(40), np.zeros(len(frontier.optional)))
    parts = [
        Features.of(types, carrying, many, *pairs) for many, pairs in Traces(frontier, tables, b"parts").pairs(9_000)
    ]

    covariance = Covariance(parts[0].many)
    for part in parts:
        covariance.add(part)

    whole = Features.together(parts)
    table = np.zeros((whole.sets, whole.many))
    np.add.at(table, (whole.rows, whole.columns), 1)
    np.testing.assert_allclose(covariance.found, np.cov(table.T, bias=True), atol=1e-12)
    kept = table[:, 0] > 0
    np.testing.assert_allclose(whole.kept(kept).summed(np.ones(kept.sum())), table[kept].sum(axis=0))
