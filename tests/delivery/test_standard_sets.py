"""Standard sets: the integer program against brute force on tiny pools, and what rotation costs."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.errors import Infeasible
from delivery.frontier import unit_of
from delivery.pool import Pool
from delivery.standard_sets import Parallel, assembled, bits_of, known_after, parallel_of, price
from tests.delivery.a_pool import a_bank, a_candidate, a_pool, a_specification, pools
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


ONE_ON_EACH = a_specification(length=2, required="K1 K2")


def six_questions(what, on_k1, on_k2):
    """A, B and C on K1, D, E and F on K2, alike but for their demand or their seconds."""
    ksbs = ("K1",) * 3 + ("K2",) * 3
    amounts = (*on_k1, *on_k2)
    return Pool.of(
        a_candidate(reference=name, ksbs=code, **{what: amount})
        for name, code, amount in zip("ABCDEF", ksbs, amounts, strict=True)
    )


@pytest.mark.parametrize("what", ["demand", "seconds"])
@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
def test_the_most_demanding_and_the_longest_question_go_with_the_least(what, order):
    """The 6 ways to pair three questions with three differ in nothing else, and one of them makes all sets alike."""
    amounts = {"demand": (1, 2, 3), "seconds": (200, 300, 400)}[what]
    pool = six_questions(what, amounts, [amounts[at] for at in order])

    found = assembled(pool, ONE_ON_EACH, 3)

    partner = {"DEF"[place]: "ABC"[2 - at] for place, at in enumerate(order)}
    assert set(found.sets) == {(one, other) for other, one in partner.items()}
    assert (found.parallel.demand, found.parallel.seconds) == (0, 0)


@pytest.mark.parametrize("rare", "ABCDE")
def test_a_ksb_that_one_question_carries_is_in_a_set_where_else_another_were_in_both(rare):
    pool = a_pool(**{name: "K1 K3" if name == rare else "K1 K2" for name in "ABCDE"})

    found = assembled(pool, a_specification(length=1, required="K1", optional="K2 K3"), 2)

    assert (rare,) in found.sets
    assert found.parallel.spread == 0


def test_how_parallel_two_sets_are_by_hand():
    """A is in both; K3 is in one of the two and K4 in none: each set lacks K4, the second K3 too."""
    pool = Pool.of(
        (
            a_candidate(reference="A", ksbs="K1", seconds=300, demand=1),
            a_candidate(reference="B", ksbs="K2 K3", seconds=240, demand=3),
            a_candidate(reference="C", ksbs="K2", seconds=360, demand=2),
        )
    )
    asked = a_specification(length=2, required="K1 K2", optional="K3 K4")

    found = parallel_of(pool, asked, (("A", "B"), ("A", "C")))

    assert found == Parallel(common=1, spread=1, left_out=3, demand=1, seconds=120)
    assert found.cost(60) == 10_000 + 30 + 3 * 15 + 3 + 2


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
