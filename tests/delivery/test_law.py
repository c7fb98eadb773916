"""Oracles: every set of a tiny pool is looked at, and the walk's exact probabilities are compared with the law's."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.frontier import frontier_of
from delivery.randomness import TOP
from delivery.tables import marginals_of, tables_of
from delivery.thresholds import walk_of
from tests.delivery.a_pool import FOURTEEN, a_bank, a_pool, a_specification, pools
from tests.delivery.enumeration import covering_sets_of, exposure_of, law_on

WEIGHTS = st.floats(-6, 6)


def chance_of(walk, positions) -> Fraction:
    numerator, words = walk.chance(positions)
    return Fraction(numerator, 1 << (64 * words))


def walk_for(pool, specification, log_weights=None, log_rewards=()):
    weights = np.zeros(len(pool)) if log_weights is None else np.array(log_weights, dtype=float)
    return walk_of(frontier_of(pool, specification), weights, np.array(log_rewards, dtype=float))


def assert_is_the_law(walk, law, questions):
    """Each set of the law has its probability to 1e-12, and together they have all of it: no other set is drawn."""
    for positions, chance in law.items():
        assert float(chance_of(walk, positions)) == pytest.approx(chance, abs=1e-12)
    assert sum(chance_of(walk, positions) for positions in law) == 1
    others = {others for size in range(questions) for others in combinations(range(questions), size)} - law.keys()
    assert all(chance_of(walk, positions) == 0 for positions in list(others)[:50])


def test_two_sets_that_differ_in_one_question_share_the_words_evenly():
    pool = a_pool(A="K1", B="K1", C="K2")

    walk = walk_for(pool, a_specification(length=2, required="K1 K2"))

    assert chance_of(walk, (0, 2)) == Fraction(1, 2)
    assert chance_of(walk, (1, 2)) == Fraction(1, 2)
    assert chance_of(walk, (0, 1)) == 0


def test_a_question_of_twice_the_weight_is_drawn_twice_as_often():
    pool = a_pool(A="K1", B="K1", C="K2")

    walk = walk_for(pool, a_specification(length=2, required="K1 K2"), [math.log(2), 0, 0])

    assert float(chance_of(walk, (0, 2))) == pytest.approx(2 / 3, abs=1e-15)
    assert chance_of(walk, (0, 2)) + chance_of(walk, (1, 2)) == 1


@settings(max_examples=60, deadline=None)
@given(pools(), st.integers(1, 5), st.integers(0, 3), st.data())
def test_a_set_of_given_length_has_the_probability_of_its_weights(pool, length, required, data):
    specification = a_specification(length=length, required=" ".join(["K1", "K2", "K3"][:required]))
    log_weights = data.draw(st.lists(WEIGHTS, min_size=len(pool), max_size=len(pool)))
    sets = covering_sets_of(pool, specification)
    assume(sets)

    walk = walk_for(pool, specification, log_weights)

    assert_is_the_law(walk, law_on(sets, pool, specification, log_weights), len(pool))


@settings(max_examples=60, deadline=None)
@given(pools(most=7), st.integers(60, 360), st.integers(0, 180), st.data())
def test_a_set_that_fills_a_time_has_the_probability_of_its_weights_and_rewards(pool, most, width, data):
    specification = a_specification(
        length=None, required="K1", optional="K2 K3 K4", seconds=(max(1, most - width), most)
    )
    log_weights = data.draw(st.lists(WEIGHTS, min_size=len(pool), max_size=len(pool)))
    log_rewards = data.draw(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
    sets = covering_sets_of(pool, specification)
    assume(sets)

    walk = walk_for(pool, specification, log_weights, log_rewards)

    assert_is_the_law(walk, law_on(sets, pool, specification, log_weights, log_rewards), len(pool))


@settings(max_examples=40, deadline=None)
@given(pools(), st.integers(1, 4), st.data())
def test_questions_without_weight_are_never_drawn_and_the_rest_keep_their_odds(pool, length, data):
    specification = a_specification(length=length, required="K1", optional="K2")
    out = data.draw(st.sets(st.sampled_from(range(len(pool))), max_size=3))
    log_weights = data.draw(st.lists(WEIGHTS, min_size=len(pool), max_size=len(pool)))
    sets = [positions for positions in covering_sets_of(pool, specification) if not out & set(positions)]
    assume(sets)
    kept = [-math.inf if at in out else weight for at, weight in enumerate(log_weights)]

    walk = walk_for(pool, specification, kept, [0.5])

    assert_is_the_law(walk, law_on(sets, pool, specification, log_weights, [0.5]), len(pool))


@settings(max_examples=40, deadline=None)
@given(pools(), st.integers(1, 4), st.data())
def test_the_tables_give_every_exposure(pool, length, data):
    specification = a_specification(length=length, required="K1", optional="K2 K3")
    log_weights = data.draw(st.lists(WEIGHTS, min_size=len(pool), max_size=len(pool)))
    sets = covering_sets_of(pool, specification)
    assume(sets)
    frontier = frontier_of(pool, specification)
    tables = tables_of(frontier, np.array(log_weights), np.array([1.0, -1.0]))

    marginals = marginals_of(frontier, tables, len(pool))

    law = law_on(sets, pool, specification, log_weights, [1.0, -1.0])
    covering = [
        sum(chance for positions, chance in law.items() if any(code in pool.candidates[at].ksbs for at in positions))
        for code in ("K2", "K3")
    ]
    assert marginals.questions == pytest.approx(exposure_of(law, len(pool)), abs=1e-12)
    assert marginals.optional == pytest.approx(covering, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(pools(), st.integers(1, 4))
def test_options_share_out_all_words_and_none_is_empty(pool, length):
    walk = walk_for(pool, a_specification(length=length, required="K1"))

    for layer in walk.layers:
        for state in range(len(layer.first) - 1):
            uppers = list(layer.upper[layer.first[state] : layer.first[state + 1]])
            assert uppers == sorted(set(uppers))
            assert uppers[-1] == TOP


def test_weights_that_span_a_hundred_powers_of_e_keep_their_law():
    pool = a_bank(questions=9, ksbs="K1 K2 K3")
    specification = a_specification(length=4, required="K1 K2 K3")
    log_weights = [-50.0, 50, 0, 30, -30, 10, -10, 5, 45]
    sets = covering_sets_of(pool, specification)

    walk = walk_for(pool, specification, log_weights)

    law = law_on(sets, pool, specification, log_weights)
    likely = {positions: chance for positions, chance in law.items() if chance > 1e-15}
    assert all(float(chance_of(walk, each)) == pytest.approx(chance, abs=1e-13) for each, chance in likely.items())


@pytest.mark.parametrize(("questions", "number"), [(72, 1), (72, 2), (150, 3)])
def test_the_number_of_covering_sets_is_that_of_inclusion_and_exclusion(questions, number):
    pool = a_bank(questions=questions, ksbs=FOURTEEN, number=number)
    codes = FOURTEEN.split()
    tables = tables_of(
        frontier_of(pool, a_specification(length=10, required=FOURTEEN)), np.zeros(questions), np.zeros(0)
    )
    masks = [sum(1 << at for at, code in enumerate(codes) if code in each.ksbs) for each in pool.candidates]

    subsets = np.arange(1 << 14)
    within = sum((mask & ~subsets == 0).astype(int) for mask in masks)
    exact = sum((-1) ** (14 - subset.bit_count()) * math.comb(int(within[subset]), 10) for subset in range(1 << 14))

    assert tables.log_total == pytest.approx(math.log(exact), abs=1e-11)


def test_a_ksb_that_nobody_carries_leaves_no_walk():
    walk = walk_for(a_pool(A="K1", B="K1"), a_specification(length=2, required="K1 K2"))

    assert walk.layers == ()


@pytest.mark.parametrize("spread", [1.0, 40.0, 250.0])
def test_tables_in_plain_numbers_and_in_logarithms_agree(spread):
    """A spread of e^500 is more than plain numbers hold, and must be noticed rather than lose a state."""
    pool = a_bank(questions=60)
    specification = a_specification(length=8, required="K1 K2 K3 K4 K5 S1 S2 S3")
    frontier = frontier_of(pool, specification)
    log_weights = spread * np.sin(np.arange(1.0, len(pool) + 1.0) ** 2)

    quick = tables_of(frontier, log_weights, np.zeros(0))
    careful = tables_of(frontier, log_weights, np.zeros(0), np.longdouble)

    assert quick.log_total == pytest.approx(careful.log_total, rel=1e-12, abs=1e-9)
    for number, layer in enumerate(frontier.layers):
        for one, other in zip(quick.chances(layer, number), careful.chances(layer, number), strict=True):
            np.testing.assert_allclose(one, other.astype(float), atol=1e-12)
