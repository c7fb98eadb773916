"""The certified bounds, against linear and quadratic programs over every lawful set of a small pool."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, lsq_linear

from delivery.bounds import BEST_GUESS, FIGURE, LARGEST_EXPOSURE, OVERLAP, Bounds, bounds_of, bounds_on
from delivery.eligibility import bits
from delivery.errors import BadEvidence
from tests.delivery.a_pool import a_bank, a_pool, a_specification, pools
from tests.delivery.enumeration import sets_of

SIX = "K1 K2 K3 S1 S2 S3"


def membership_of(sets, questions):
    return np.array([[at in positions for positions in sets] for at in range(questions)], dtype=float)


def smallest_guess(sets, questions, guesses, length=None):
    """The linear program over all laws: the smallest sum of the largest exposures, so many of them."""
    held = membership_of(sets, questions)
    many = len(sets)
    longer = {} if length is None else {"row": [*-held.sum(axis=0), 0, *np.zeros(questions)]}
    found = linprog(
        c=[*np.zeros(many), guesses, *np.ones(questions)],
        A_ub=np.vstack([np.hstack([held, -np.ones((questions, 1)), -np.eye(questions)]), *longer.values()]),
        b_ub=[*np.zeros(questions), *([-length] if longer else [])],
        A_eq=[[*np.ones(many), 0, *np.zeros(questions)]],
        b_eq=[1],
        bounds=[(0, None)] * many + [(None, None)] + [(0, None)] * questions,
    )
    return found.fun


def smallest_overlap(sets, questions):
    """The nearest point to the origin of the hull of all sets, by least squares with shares of 0 at least."""
    held = membership_of(sets, questions)
    aims = [*np.zeros(questions), 1]
    shares = lsq_linear(np.vstack([held, np.ones(len(sets))]), aims, (0, np.inf), "bvls", tol=1e-14).x
    exposure = held @ (shares / shares.sum())
    return float(exposure @ exposure)


def agrees(bound, truth):
    """Never above the optimum, and no more than 1e-7 below it."""
    assert float(bound.value) <= truth + 1e-9
    assert float(bound.value) == pytest.approx(truth, abs=1e-7)


SPECIFICATIONS = {
    "plain": a_specification(length=4, required=SIX),
    "bands": a_specification(length=4, required=SIX, seconds=(1140, 1260), demand=(7, 9)),
    "cap": a_specification(length=4, required="K1 K2 S1", optional="S2 S3", most_per_ksb=2),
    "free length": a_specification(length=None, required="K1 S1", optional="K2 K3", seconds=(900, 1200)),
    "free, with demand": a_specification(length=None, required="K1 K2", seconds=(700, 1300), demand=(3, 8)),
}


@pytest.mark.parametrize("name", SPECIFICATIONS)
@pytest.mark.parametrize("number", [3, 4, 11])
def test_on_small_pools_every_floor_is_that_of_all_laws(name, number):
    pool, specification = a_bank(questions=14, ksbs=SIX, number=number, enemies=3), SPECIFICATIONS[name]
    sets = sets_of(pool, specification)

    found = bounds_on(pool, specification, guesses=4)

    agrees(found.of(LARGEST_EXPOSURE), smallest_guess(sets, len(pool), 1))
    agrees(found.of(BEST_GUESS), smallest_guess(sets, len(pool), 4))
    agrees(found.of(OVERLAP), smallest_overlap(sets, len(pool)))


@settings(max_examples=60, deadline=None)
@given(
    pool=pools(most=9),
    length=st.sampled_from((None, 2, 3, 4)),
    seconds=st.sampled_from((None, (180, 300), (200, 420))),
    demand=st.sampled_from((None, (4, 8))),
    most_per_ksb=st.sampled_from((None, 2)),
)
def test_floors_of_any_pool_are_those_of_all_laws(pool, length, seconds, demand, most_per_ksb):
    seconds = seconds or ((180, 300) if length is None else None)
    specification = a_specification(
        length=length, required="K1 K2", optional="K3", seconds=seconds, demand=demand, most_per_ksb=most_per_ksb
    )
    sets = sets_of(pool, specification)
    assume(sets)

    found = bounds_on(pool, specification, guesses=2)

    agrees(found.of(LARGEST_EXPOSURE), smallest_guess(sets, len(pool), 1))
    agrees(found.of(BEST_GUESS), smallest_guess(sets, len(pool), 2))
    agrees(found.of(OVERLAP), smallest_overlap(sets, len(pool)))


def test_where_the_time_decides_longer_sets_have_higher_floors():
    pool, specification = a_bank(questions=14, ksbs=SIX, number=4), SPECIFICATIONS["free length"]
    sets = sets_of(pool, specification)

    found = bounds_on(pool, specification, guesses=4, length="3.600000")

    for what, guesses in ((LARGEST_EXPOSURE, 1), (BEST_GUESS, 4)):
        truth = smallest_guess(sets, len(pool), guesses, 3.6)
        agrees(found.of(what, at_length=True), truth)
        assert found.of(what, at_length=True).value > found.of(what).value
    overlap = found.of(OVERLAP, at_length=True)
    assert found.of(OVERLAP).value < overlap.value <= Fraction(overlap.reached)
    assert float(overlap.value) == pytest.approx(float(overlap.reached), abs=1e-5)


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_no_lawful_set_comes_to_fewer_points_than_a_certificate_says(name):
    pool, specification = a_bank(questions=13, ksbs=SIX, number=5, enemies=2), SPECIFICATIONS[name]
    sets = sets_of(pool, specification)

    for bound in bounds_on(pool, specification, guesses=3, length=None if specification.length else "3.500000").bounds:
        cheapest = min(sum(bound.weights[at] - bound.per_question for at in positions) for positions in sets)

        assert bound.least <= cheapest
        if bound.what != OVERLAP:
            assert sum(bound.weights) == bound.guesses * bound.total
            assert max(bound.weights) <= bound.total


def test_a_scarce_ksb_is_a_certificate_that_people_can_read():
    pool = a_pool(A="K1", B="K1", C="K2", D="K2 S1", E="S1", F="S1", G="K2 S1")

    bound = bounds_on(pool, a_specification(length=3, required="K1 K2 S1"), guesses=3).of(LARGEST_EXPOSURE)

    assert (bound.weights, bound.total, bound.least) == ((1, 1, 0, 0, 0, 0, 0), 2, 1)
    assert bound.printed == "0.500000"


def test_sets_to_begin_with_change_the_way_and_not_the_floors(strict_plan):
    pool, specification = strict_plan.pool, strict_plan.specification
    begun = [bits(positions) for positions in sets_of(pool, specification)[::3]]

    alone = bounds_on(pool, specification, guesses=4)
    helped = bounds_on(pool, specification, guesses=4, columns=begun)

    for one, other in zip(alone.bounds, helped.bounds, strict=True):
        assert float(one.value) == pytest.approx(float(other.value), abs=1e-7)


def test_the_figures_of_a_plan_are_never_below_the_floors(plain_plan, timed_plan):
    for plan in (plain_plan, timed_plan):
        for bound in bounds_of(plan).bounds:
            assert bound.ratio(plan.figures) >= 1 - 1e-5, (bound.what, plan.figures[FIGURE[bound.what]])


def test_bounds_are_a_document_of_their_own(timed_plan):
    found = bounds_of(timed_plan)

    again = Bounds.from_dict(json.loads(found.to_bytes()))

    assert again == found
    assert again.digest == found.digest
    assert (found.pool, found.plan) == (timed_plan.pool.digest, timed_plan.digest)
    assert len(found.bounds) == 6


@pytest.mark.parametrize(
    "change",
    [{"format": "other"}, {"bounds": [{}]}, {"bounds": 3}, {"more": 1}],
)
def test_bounds_of_another_shape_are_refused(plain_plan, change):
    with pytest.raises(BadEvidence):
        Bounds.from_dict(bounds_of(plain_plan).to_dict() | change)
