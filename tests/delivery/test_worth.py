"""The questions most worth writing, really written: every law of the larger pool, by a linear program."""

from __future__ import annotations

from itertools import combinations

import pytest

from delivery.bounds import LARGEST_EXPOSURE, bounds_of, bounds_on
from delivery.pool import Candidate, Pool
from delivery.worth import Extending, in_words, worth_of
from tests.delivery.a_pool import a_bank, a_pool, a_specification
from tests.delivery.enumeration import sets_of
from tests.delivery.test_bounds import smallest_guess

FIVE = "K1 K2 K3 S1 S2"


def found_for(pool, specification, target=None, length=None):
    bounds = bounds_on(pool, specification, guesses=3, length=length)
    return Extending(pool, specification, (), length).worth(bounds, target, lambda _step, _share: None)


def smallest_with(pool, specification, worth, *written):
    """The smallest largest exposure when these questions are really in the bank."""
    new = [
        Candidate(f"Z-{number}", 1, frozenset(ksbs), worth.seconds, worth.demand) for number, ksbs in enumerate(written)
    ]
    larger = Pool.of((*pool.candidates, *new))
    return smallest_guess(sets_of(larger, specification), len(larger), 1)


@pytest.mark.parametrize("number", [1, 5, 8, 12])
def test_no_combination_of_ksbs_lowers_the_floor_more_than_the_first(number):
    pool, specification = a_bank(questions=11, ksbs=FIVE, number=number), a_specification(length=3, required=FIVE)

    worth = found_for(pool, specification)

    first = worth.wanted[0]
    assert first.largest_exposure == pytest.approx(smallest_with(pool, specification, worth, first.ksbs), abs=1e-7)
    every = [each for many in range(4) for each in combinations(FIVE.split(), many)]
    best = min(smallest_with(pool, specification, worth, each) for each in every)
    assert first.largest_exposure == pytest.approx(best, abs=1e-7)


@pytest.mark.parametrize("number", [1, 8])
def test_each_combination_does_what_is_said_of_it(number):
    pool = a_bank(questions=11, ksbs=FIVE, number=number, enemies=2)
    specification = a_specification(length=4, required=FIVE, demand=(6, 10), most_per_ksb=3)

    worth = found_for(pool, specification)

    for each in worth.wanted[:8]:
        truth = min(worth.now, smallest_with(pool, specification, worth, each.ksbs))
        assert each.largest_exposure == pytest.approx(truth, abs=1e-7), each


def test_with_two_ksbs_equally_scarce_only_a_question_on_both_helps():
    pool = a_pool(A="K1", B="K1", C="K2", D="K2", E="S1", F="S1 S2", G="S1", H="S2", I="S2", J="S1")
    specification = a_specification(length=4, required="K1 K2 S1 S2")

    worth = found_for(pool, specification)

    assert set(worth.wanted[0].ksbs) >= {"K1", "K2"}
    assert all(
        each.largest_exposure == pytest.approx(worth.now) for each in worth.wanted if not {"K1", "K2"} <= {*each.ksbs}
    )
    assert in_words(worth)[0].startswith("Most worth writing: a question on K1 and K2")


@pytest.mark.parametrize("target", [0.3, 0.25, 0.2])
def test_the_questions_for_a_target_reach_it_and_one_fewer_does_not(target):
    pool = a_pool(A="K1", B="K1", C="K1", D="K2", E="K2", F="K2 S1", G="S1", H="S1", I="K1 K2")
    specification = a_specification(length=2, required="K1 K2")

    worth = found_for(pool, specification, target)

    needed = worth.needed
    assert smallest_with(pool, specification, worth, *needed.questions) <= target + 1e-6
    assert len(needed.questions) == needed.fewest
    if needed.questions:
        assert "no fewer would do" in in_words(worth)[-1]
        codes = [each for many in range(needed.tags or 2) for each in combinations(["K1", "K2"], many + 1)]
        fewer = combinations([*codes, *codes], len(needed.questions) - 1)
        assert all(smallest_with(pool, specification, worth, *each) > target + 1e-9 for each in fewer)


def test_where_every_question_helps_alike_any_is_named():
    pool = a_pool(**dict.fromkeys("ABCDEFGH", "K1 K2"))

    worth = found_for(pool, a_specification(length=2, required="K1"))

    assert worth.now == pytest.approx(2 / 8)
    assert worth.wanted[0].ksbs == ()
    assert worth.wanted[0].largest_exposure == pytest.approx(2 / 9)
    assert in_words(worth)[0].startswith("Most worth writing: any question, of about 5:00 minutes.")


def test_where_no_single_question_helps_it_is_said_and_how_many_do():
    pool = a_pool(A="K1", B="K1", C="K2", D="K2", E="K3", F="K3", G="S1", H="S1", I="S1")
    specification = a_specification(length=4, required="K1 K2 K3 S1")

    worth = found_for(pool, specification)

    assert in_words(worth)[0] == "No single question lowers the largest exposure that no law goes below, 50.00%."
    assert len(worth.needed.questions) == 3
    assert smallest_with(pool, specification, worth, *worth.needed.questions) <= 0.45


def test_where_the_time_decides_the_mean_length_is_kept(timed_plan):
    bounds = bounds_of(timed_plan)

    worth = worth_of(timed_plan, bounds)

    assert worth.now == pytest.approx(float(bounds.of(LARGEST_EXPOSURE, at_length=True).value))
    assert worth.wanted[0].largest_exposure < worth.now
    assert worth.to_dict()["wanted"][0]["ksbs"] == list(worth.wanted[0].ksbs)
    larger = Extending(timed_plan.pool, timed_plan.specification).with_questions([worth.wanted[0].ksbs])
    sets = sets_of(larger, timed_plan.specification)
    truth = smallest_guess(sets, len(larger), 1, float(timed_plan.figures["length"]))
    assert worth.wanted[0].largest_exposure == pytest.approx(truth, abs=1e-7)


def test_a_target_that_takes_more_than_anybody_looks_for_says_how_many_at_least_and_a_met_one_that_it_is_met(
    strict_plan,
):
    certified = bounds_of(strict_plan)

    far = worth_of(strict_plan, certified, target=0.01)
    near = worth_of(strict_plan, certified, target=1.0)

    assert far.needed.questions is None
    assert in_words(far)[-1].startswith(
        f"To bring it to 1.00% or less takes at least {far.needed.fewest} more questions"
    )
    assert near.needed.questions == ()
    assert "100.00% or less already" in in_words(near)[-1]
