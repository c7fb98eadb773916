"""Standard sets: the integer program against brute force on tiny pools, and what rotation costs."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.errors import Infeasible
from delivery.frontier import unit_of
from delivery.standard_sets import assembled, bits_of, known_after, parallel_of, price
from tests.delivery.a_pool import a_bank, a_pool, a_specification, pools
from tests.delivery.checker import faults
from tests.delivery.enumeration import sets_of

OBSERVATION = a_specification(length=None, required="K1", optional="K2 K3 K4", seconds=(120, 240))


def named(pool, positions):
    return tuple(pool.references[at] for at in positions)


def best_by_brute_force(pool, specification, many):
    """The least cost of any so many lawful sets, alike ones among them."""
    lawful = [named(pool, each) for each in sets_of(pool, specification)]
    unit = unit_of(pool)
    return min(
        parallel_of(pool, specification, sets).cost(unit) for sets in combinations_with_replacement(lawful, many)
    )


@settings(deadline=None, max_examples=40)
@given(pools(most=7), st.integers(1, 3))
def test_no_sets_are_more_parallel_than_those_assembled(pool, many):
    lawful = sets_of(pool, OBSERVATION)
    assume(lawful)
    try:
        found = assembled(pool, OBSERVATION, many)
    except Infeasible:
        disjoint = [sets for sets in combinations(lawful, many) if len(set().union(*sets)) == sum(map(len, sets))]
        assert not disjoint  # else they would have been found, for no common question outweighs all else
        return

    assert found.proven
    assert found.gap == 0
    assert len(set(found.sets)) == many
    for each in found.sets:
        assert faults(each, pool, OBSERVATION) == []
    assert found.parallel == parallel_of(pool, OBSERVATION, found.sets)
    assert found.parallel.cost(unit_of(pool)) == best_by_brute_force(pool, OBSERVATION, many)


@settings(deadline=None, max_examples=12)
@given(pools(most=7))
def test_unless_told_there_are_as_many_as_share_no_question(pool):
    lawful = [frozenset(each) for each in sets_of(pool, OBSERVATION)]
    assume(lawful)

    found = assembled(pool, OBSERVATION)

    assert found.parallel.common == 0
    assert found.most_apart == len(found.sets)
    more = len(found.sets) + 1
    assert not any(
        all(one.isdisjoint(other) for one, other in combinations(sets, 2)) for sets in combinations(lawful, more)
    )


def test_sets_of_a_given_length_keep_every_band():
    pool = a_bank(questions=24, ksbs="K1 K2 K3 S1", number=2, enemies=4)
    asked = a_specification(
        length=4, required="K1 K2 K3", optional="S1", seconds=(960, 1440), demand=(6, 10), most_per_ksb=3
    )

    found = assembled(pool, asked, 4, patience=20)

    assert len(found.sets) == 4
    assert [faults(each, pool, asked) for each in found.sets] == [[]] * 4
    assert found.parallel.common == 0


def test_O3_a_set_explores_as_many_of_the_other_ksbs_as_it_can():
    pool = a_pool(A="K1", B="K1 K3", C="K1 K2 K3", D="K1 K2")
    asked = a_specification(length=1, required="K1", optional="K2 K3")

    found = assembled(pool, asked, 1)

    assert found.sets == (("C",),)
    assert found.parallel.left_out == 0


def test_where_a_question_must_be_shared_it_is_shared_as_rarely_as_can_be():
    pool = a_pool(A="K1", B="K2", C="K2", D="K2")
    asked = a_specification(length=2, required="K1 K2")

    found = assembled(pool, asked, 3)

    assert found.parallel.common == 2
    assert sorted(found.sets) == [("A", "B"), ("A", "C"), ("A", "D")]


def test_more_different_sets_than_there_are_is_refused_with_what_the_bank_allows():
    pool = a_pool(A="K1", B="K2", C="K2")

    with pytest.raises(Infeasible, match="assemble 1, which share no question, or write more questions"):
        assembled(pool, a_specification(length=2, required="K1 K2"), 3)


def test_out_of_time_is_said():
    pool = a_bank(questions=40, ksbs="K1 K2 K3 S1 S2 S3 S4", number=5, seconds=(60, 75, 90))
    asked = a_specification(length=None, required="K1 K2 K3", optional="S1 S2 S3 S4", seconds=(300, 360))

    found = assembled(pool, asked, patience=0.05)

    assert not found.proven
    assert 0 < found.gap <= 1
    assert [faults(each, pool, asked) for each in found.sets] == [[]] * len(found.sets)


def test_the_price_of_rotation_is_printed():
    assert bits_of(16) == 4
    assert known_after(12, 20) == pytest.approx(0.82, abs=0.005)
    assert price(12) == (
        "12 sets in rotation hold 3.6 bits of chance: whoever has seen 8 sessions knows the next set whole in "
        "half of cases, and after 27 sessions in nine of ten."
    )
    assert price(1).startswith("One set holds no chance")
    assert known_after(2, 1) == 0.5
