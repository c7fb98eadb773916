"""Statistics on a bank of real size: seeded, each tolerance derived beside its number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.frontier import frontier_of
from delivery.lawfulness import Lawfulness
from delivery.plan import fit
from delivery.sampling import sampled
from delivery.screening import Screening
from delivery.tables import marginals_of, tables_of
from tests.delivery.a_pool import FOURTEEN, a_bank, a_specification
from tests.delivery.checker import faults

QUESTIONS = 72
SIMULATED = 200_000
DRAWS = 5_000
NORMAL = 4.5
"""Standard deviations: of 72 exposures one strays further once in 2,000 seeds; every seed here is fixed."""


@pytest.fixture(scope="module")
def plan():
    """72 questions, 10 asked, 14 KSBs, bands, enemies and a cap: the shape of the interview."""
    return fit(
        a_bank(questions=QUESTIONS, ksbs=FOURTEEN, number=2, enemies=6, seconds=(240, 270, 300, 330, 360)),
        a_specification(length=10, required=FOURTEEN, seconds=(2760, 3240), demand=(17, 23), most_per_ksb=4),
    )


@pytest.fixture(scope="module")
def membership(plan):
    """The lawful ones of many sets of the walk, by another seed than the plan's own figures."""
    screening = Screening.of(plan.lawfulness)
    blocks = [block[screening.lawful(block)] for block in sampled(plan.walk, QUESTIONS, SIMULATED, b"statistics")]
    return np.concatenate(blocks)


def test_exposure_is_that_of_the_plan(plan, membership):
    told = np.array([float(rate) for rate in plan.figures["exposure"].values()])

    seen = membership.mean(axis=0)

    both = np.sqrt(told * (1 - told) * (1 / len(membership) + 1 / plan.figures["simulated"]["lawful"]))
    assert np.abs((seen - told) / both).max() < NORMAL


def test_acceptance_is_that_of_the_recorded_run(plan, membership):
    lowest, highest = plan.rehearsal.acceptance().interval
    noise = NORMAL * math.sqrt(0.25 / SIMULATED)

    assert lowest - noise < len(membership) / SIMULATED < highest + noise


def test_exposure_is_even_and_near_its_floor(plan, membership):
    floor = float(plan.figures["exposure_floor"])
    noise = NORMAL * math.sqrt(floor / len(membership))

    assert membership.mean(axis=0).max() <= 1.06 * floor + noise


def test_overlap_is_within_the_aim_of_its_floor(plan):
    assert float(plan.figures["overlap_floor"]) <= float(plan.figures["overlap"])
    assert float(plan.figures["overlap"]) <= 1.015 * float(plan.figures["overlap_floor"])


def test_successive_sets_share_no_more_than_independent_ones(membership):
    shared = (membership[1:] & membership[:-1]).sum(axis=1)

    noise = NORMAL * shared.std() / math.sqrt(len(shared) / 3)  # neighbours in the series share a set: at most 3 to 1
    assert abs(shared.mean() - (membership.mean(axis=0) ** 2).sum()) < noise


def test_single_draws_have_the_exposure_of_the_plan(plan):
    told = np.array([float(rate) for rate in plan.figures["exposure"].values()])
    position = {reference: at for at, reference in enumerate(plan.pool.references)}
    counts = np.zeros(QUESTIONS)

    for number in range(DRAWS):
        drawn = draw(plan, seed=number.to_bytes(32, "big"), eligibility=Eligibility())
        counts[[position[reference] for reference in drawn.references]] += 1

    noise = np.sqrt(told * (1 - told) / DRAWS)
    assert np.abs((counts / DRAWS - told) / noise).max() < NORMAL


def test_a_thousand_sets_hold_no_fault(plan):
    for number in range(1_000):
        drawn = draw(plan, seed=b"lawful" + number.to_bytes(4, "big"), eligibility=Eligibility())

        assert faults(drawn.references, plan.pool, plan.specification) == []


def test_sets_screened_at_once_are_judged_as_one_by_one(plan):
    screening = Screening.of(plan.lawfulness)
    block = next(sampled(plan.walk, QUESTIONS, 3_000, b"screening"))
    lawfulness = Lawfulness(plan.pool, plan.specification)

    at_once = screening.lawful(block)

    assert at_once.tolist() == [lawfulness.breach(np.flatnonzero(row).tolist()) is None for row in block]
    assert 0 < at_once.sum() < len(block)


def test_simulated_sets_have_the_exposure_of_the_tables(plan):
    frontier = frontier_of(plan.pool, plan.specification)
    tables = tables_of(frontier, np.array(plan.log_weights, dtype=float), np.zeros(0))
    exact = marginals_of(frontier, tables, QUESTIONS).questions

    seen = np.concatenate(list(sampled(plan.walk, QUESTIONS, SIMULATED, b"tables"))).mean(axis=0)

    assert np.abs((seen - exact) / np.sqrt(exact * (1 - exact) / SIMULATED)).max() < NORMAL
