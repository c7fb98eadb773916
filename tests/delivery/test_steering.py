"""Steering at a re-fit: bounded, in the right direction, cheap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.errors import DeliveryRefusal
from delivery.evenness import Evenness
from delivery.plan import DrawPlan, fit
from delivery.steering import MOST_MOVED, Use, steered
from tests.delivery.a_pool import a_pool, a_specification, pools
from tests.delivery.enumeration import covering_sets_of, exposure_of, law_on


def exact_exposure(plan):
    """By looking at every set that covers what is required."""
    weights = [float(each) for each in plan.log_weights]
    rewards = [float(each) for each in plan.log_rewards]
    sets = covering_sets_of(plan.pool, plan.specification)
    return exposure_of(law_on(sets, plan.pool, plan.specification, weights, rewards), len(plan.pool))


@settings(deadline=None, max_examples=40)
@given(pools(hostile=False), st.integers(2, 4), st.lists(st.integers(0, 300), min_size=9, max_size=9))
def test_no_exposure_moves_by_more_than_a_fifth(pool, length, asked):
    try:
        plan = fit(pool, a_specification(length=length, required="K1 K2"))
    except DeliveryRefusal:
        assume(condition=False)
    before = exact_exposure(plan)
    uses = {name: Use(asked[at], 300 * before[at]) for at, name in enumerate(pool.references)}

    found = steered(plan, uses)

    after = exact_exposure(found.plan)
    moved = max(abs(now / then - 1) for now, then in zip(after, before, strict=True) if then)
    assert moved <= MOST_MOVED + 1e-6
    assert moved == pytest.approx(found.moved, abs=1e-5)
    assert sum(after) == pytest.approx(length)


def test_what_was_asked_too_often_comes_less_often_and_the_rest_more(plain_plan):
    exposure = {name: float(rate) for name, rate in plain_plan.figures["exposure"].items()}
    busiest = max(exposure, key=exposure.get)
    uses = {name: Use(round(400 * rate), 400 * rate) for name, rate in exposure.items()}
    uses[busiest] = Use(round(800 * exposure[busiest]), 400 * exposure[busiest])

    found = steered(plain_plan, uses)

    after = {name: float(rate) for name, rate in found.plan.figures["exposure"].items()}
    assert after[busiest] < exposure[busiest] * 0.97
    assert 0 < found.moved <= MOST_MOVED
    lost = float(plain_plan.figures["entropy_bits"]) - float(found.plan.figures["entropy_bits"])
    assert lost < 0.02 * float(plain_plan.figures["entropy_bits"])
    assert found.plan.figures["steered"] == f"{found.moved:.6f}"


def test_it_is_bounded_under_bands_and_enemies_too(strict_plan):
    exposure = {name: float(rate) for name, rate in strict_plan.figures["exposure"].items()}
    uses = {name: Use(round(400 * rate * (1 + at % 3)), 400 * rate) for at, (name, rate) in enumerate(exposure.items())}

    found = steered(strict_plan, uses)

    assert found.moved <= MOST_MOVED
    for name, rate in found.plan.figures["exposure"].items():
        noise = 6 * (2 * exposure[name] / 150_000) ** 0.5  # both rates are estimated in some 150,000 lawful sets
        assert abs(float(rate) - exposure[name]) <= MOST_MOVED * exposure[name] + noise
    assert DrawPlan.from_bytes(found.plan.to_bytes()).digest == found.plan.digest


def test_a_new_question_starts_at_its_own_exposure(plain_plan):
    found = steered(plain_plan, {})

    assert found.moved == 0
    assert found.plan.log_weights == plain_plan.log_weights
    assert found.plan.walk == plain_plan.walk


def test_a_plan_without_evenness_is_not_steered():
    pool = a_pool(A="K1 K2", B="K1 K2", C="K1", D="K2", E="K3")
    plan = fit(pool, a_specification(length=2, required="K1 K2", most_per_ksb=1))
    plan = replace(plan, figures=plan.figures | {"strength": "0.000000"}, stored=b"")

    found = steered(plan, {"A": Use(30, 5.0)})

    assert (found.moved, found.share) == (0, 0)
    assert found.plan.log_weights == plan.log_weights


def test_an_excess_is_bounded_and_one_use_is_none_to_speak_of():
    assert Use(0, 0.0).excess == 0
    assert Use(1, 0.0).excess == pytest.approx(0.1)
    assert Use(1_000, 10.0).excess == 1
    assert Use(0, 1_000.0).excess == pytest.approx(-1, abs=0.01)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5), st.floats(-2, 2))
def test_a_linear_cost_shifts_the_conjugate_and_its_slope_is_the_answer(weights, cost):
    plain = Evenness(slope=50.0, even=0.2, cap=0.3, excess=50.0, exploring=1.0)
    at = np.array(weights)
    costly = Evenness(50.0, 0.2, 0.3, 50.0, 1.0, costs=np.full(len(weights), cost))

    assert costly.conjugate(at) == pytest.approx(plain.conjugate(at + cost))
    step = 1e-6
    slope = (costly.conjugate(at + step) - costly.conjugate(at - step)) / (2 * step)
    assert slope == pytest.approx(-costly.answer(at), abs=1e-5)
