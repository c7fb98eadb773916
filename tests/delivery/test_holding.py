"""Walks whose states hold side requirements: every set of a tiny pool is looked at, whatever is held."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.errors import BadPlan, TooManyStates
from delivery.frontier import frontier_of
from delivery.holding import laid_out
from delivery.lawfulness import SIDES, Lawfulness
from delivery.plan import DrawPlan
from delivery.pool import Pool
from delivery.specification import Band, Specification
from delivery.tables import marginals_of, tables_of
from delivery.thresholds import walk_of
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_candidate, a_pool, a_specification, pools
from tests.delivery.enumeration import exposure_of, law_on, sets_of

HELD = st.sets(st.sampled_from(SIDES))


@st.composite
def specifications(draw) -> Specification:
    """With bands and caps that tiny pools can just keep; the time decides the length of some."""
    length = draw(st.one_of(st.none(), st.integers(1, 5)))
    shortest = draw(st.integers(60, 400))
    seconds = Band(shortest, shortest + draw(st.sampled_from((0, 30, 100))))
    least = draw(st.integers(2, 10))
    return Specification(
        method="interview",
        length=length,
        required=("K1", "K2")[: draw(st.integers(0, 2))],
        optional=("K3", "K4"),
        seconds=seconds if length is None else draw(st.one_of(st.none(), st.just(seconds))),
        demand=draw(st.one_of(st.none(), st.just(Band(least, least + draw(st.integers(0, 2)))))),
        most_per_ksb=draw(st.one_of(st.none(), st.integers(1, 3))),
    )


def kept_by_the_states(pool: Pool, specification: Specification, held) -> list[tuple[int, ...]]:
    """Every set that covers what is required and keeps what is held, whatever else it breaks."""
    friendly = Pool(tuple(replace(each, enemies=frozenset()) for each in pool.candidates))
    loose = replace(
        specification,
        seconds=specification.seconds if specification.length is None or "seconds" in held else None,
        demand=specification.demand if "demand" in held else None,
        most_per_ksb=specification.most_per_ksb if "most_per_ksb" in held else None,
    )
    return sets_of(pool if "enemies" in held else friendly, loose)


def chance_of(walk, positions) -> Fraction:
    numerator, words = walk.chance(positions)
    return Fraction(numerator, 1 << (64 * words))


@settings(max_examples=100, deadline=None)
@given(pools(), specifications(), HELD, st.data())
def test_sets_that_keep_what_is_held_have_the_probability_of_their_weights_and_no_others_any(
    pool, specification, wanted, data
):
    held = [name for name in Lawfulness(pool, specification).sides if name in wanted]
    weights = data.draw(st.lists(st.floats(-5, 5), min_size=len(pool), max_size=len(pool)))
    sets = kept_by_the_states(pool, specification, held)
    assume(sets)
    frontier = laid_out(pool, specification, held)

    walk = walk_of(frontier, np.array(weights), np.array([0.7, -0.4]))
    found = marginals_of(frontier, tables_of(frontier, np.array(weights), np.array([0.7, -0.4])), len(pool))

    law = law_on(sets, pool, specification, weights, [0.7, -0.4])
    for positions, chance in law.items():
        assert float(chance_of(walk, positions)) == pytest.approx(chance, abs=1e-12)
    assert sum(chance_of(walk, positions) for positions in law) == 1
    assert found.questions == pytest.approx(exposure_of(law, len(pool)), abs=1e-11)


@settings(max_examples=40, deadline=None)
@given(pools(), specifications())
def test_where_no_set_keeps_what_is_held_there_is_no_walk(pool, specification):
    held = Lawfulness(pool, specification).sides
    assume(not sets_of(pool, specification))

    frontier = laid_out(pool, specification, held)

    assert walk_of(frontier, np.zeros(len(pool)), np.zeros(2)).layers == ()


def test_without_anything_held_the_states_are_those_of_coverage():
    pool, specification = a_bank(questions=20, enemies=3), a_specification(length=5)

    assert laid_out(pool, specification).states == frontier_of(pool, specification).states


def test_the_same_layers_in_the_same_order_have_the_same_states_again():
    pool = a_bank(questions=24, ksbs="K1 K2 K3", enemies=6)
    specification = a_specification(length=5, required="K1 K2 K3", seconds=(1500, 1500), demand=(10, 10))
    found = laid_out(pool, specification, (*SIDES[:2], "enemies"))
    order = [layer.members.tolist() for layer in found.layers]

    again = laid_out(pool, specification, (*SIDES[:2], "enemies"), order=order)

    assert [layer.states for layer in again.layers] == [layer.states for layer in found.layers]


def test_enemies_stand_together_so_that_few_of_them_are_barred_at_once():
    """Sixteen pairs that the order of KSBs pulls apart: without gathering each pair stays open for half the walk."""
    pool = Pool.of(
        a_candidate(reference=f"Q-{at:04d}", ksbs=f"K{at % 16 // 8 + 1}", enemies=f"Q-{at + 16:04d}" if at < 16 else "")
        for at in range(32)
    )
    specification = a_specification(length=6)
    apart = sorted(range(32), key=lambda at: (at >= 16, at))

    gathered = laid_out(pool, specification, ["enemies"])

    assert gathered.states * 20 < laid_out(pool, specification, ["enemies"], order=[(at,) for at in apart]).states


def test_states_with_more_columns_than_one_number_holds_stay_apart():
    """One question is the enemy of 70: as many are barred at once when it is taken first."""
    pool = Pool.of(
        a_candidate(
            reference=f"Q-{at:04d}",
            ksbs="K1 K2",
            enemies=" ".join(f"Q-{other:04d}" for other in range(1, 71)) * (not at),
        )
        for at in range(80)
    )
    specification = a_specification(length=3)
    frontier = laid_out(pool, specification, ["enemies"], order=[(at,) for at in range(80)])

    total = tables_of(frontier, np.zeros(80), np.zeros(0)).log_total

    assert total == pytest.approx(math.log(math.comb(79, 3) + math.comb(9, 2)), abs=1e-12)


def test_too_many_states_are_refused_before_they_are_laid_out(monkeypatch):
    monkeypatch.setattr("delivery.holding.MOST_HELD_STATES", 50)

    with pytest.raises(TooManyStates, match="more than 50 states"):
        laid_out(a_bank(questions=40), a_specification(length=8, seconds=(2400, 2400)), ["seconds"])


def test_a_plan_that_holds_requirements_says_so_and_is_read_back():
    pool = a_pool(A="K1", B="K2", C="K1", D="K2")
    plan = a_plan(pool, a_specification(demand=(4, 4)), held=["demand"])

    again = DrawPlan.from_bytes(plan.to_bytes())

    assert plan.to_dict()["format"] == "qbank draw plan 2"
    assert (again.held, again.digest, again.lawfulness.rejects) == (("demand",), plan.digest, False)


@pytest.mark.parametrize("held", [["seconds"], ["enemies"], ["demand", "demand"], ["colour"], [1], []])
def test_a_plan_that_holds_what_its_sets_do_not_ask_is_refused(held):
    plan = a_plan(a_pool(A="K1", B="K2"), a_specification(demand=(4, 4)), held=["demand"])

    with pytest.raises(BadPlan):
        DrawPlan.from_dict(plan.to_dict() | {"held": held})
