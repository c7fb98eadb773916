"""What somebody who kept a provider's sets hits in the next: by hand, and in the long run."""

from __future__ import annotations

import numpy as np
import pytest

from review.predictability import predicted

RANDOM = np.random.default_rng(7)  # noqa: TID251 - a simulation in a test


def sets_of(*rows, questions=4):
    found = np.zeros((len(rows), questions), dtype=bool)
    for at, row in enumerate(rows):
        found[at, list(row)] = True
    return found


def of_each(sets, providers=5):
    """The same sets in the same order at so many providers."""
    return np.concatenate([sets] * providers), np.repeat(np.arange(providers), len(sets))


def test_whoever_keeps_the_last_set_names_it_and_hits_what_comes_again():
    sets, providers = of_each(sets_of([0, 1], [0, 2], [2, 3]))

    found = predicted(sets, providers, last=1, guesses=2, least=1)

    assert (found.hits.value, found.hits.of) == (1.0, 10)  # of {0, 1} one comes again, of {0, 2} one


def test_of_two_sets_the_question_in_both_is_named_first_then_the_one_heard_last():
    sets, providers = of_each(sets_of([0, 1], [0, 2], [0, 1]))

    assert predicted(sets, providers, last=2, guesses=1, least=1).hits.value == 1.0
    assert predicted(sets, providers, last=2, guesses=2, least=1).hits.value == 1.0  # 0 and 2, not 1


def test_another_providers_sets_are_not_known():
    sets = sets_of([0, 1], [2, 3], [0, 1], [2, 3])

    found = predicted(sets, np.array([0, 1, 0, 1]), last=1, guesses=2, least=1)

    assert (found.hits.value, found.hits.of) == (None, 2)  # two providers say nothing of how providers differ


def test_too_few_sets_are_hidden_and_say_how_many_they_are():
    sets, providers = of_each(sets_of([0, 1], [0, 2]))

    found = predicted(sets, providers, last=1, guesses=2, least=6)

    assert (found.hits.value, found.hits.interval, found.ninetieth.value, found.hits.of) == (None, None, None, 5)


def test_nine_of_ten_do_not_exceed_the_ninetieth_percentile():
    hitting = [sets_of([0], [0])] * 11
    missing = [sets_of([0], [1])] * 89
    sets = np.concatenate(hitting + missing)

    found = predicted(sets, np.repeat(np.arange(100), 2), last=1, guesses=1, least=30)

    assert found.hits.value == pytest.approx(0.11)
    assert found.ninetieth.value == 1
    assert found.ninetieth.interval.low == 0
    assert found.ninetieth.interval.high == 1


@pytest.mark.parametrize("providers", [5, 40])
def test_the_interval_of_the_mean_holds_what_an_even_bank_gives_about_as_often_as_it_says(providers):
    inside = 0
    for _ in range(2_000):
        sets = (
            RANDOM.random((providers * 12, 20)).argsort(axis=1) < 5
        )  # five of twenty: 5 × 5/20 are hit whatever is kept
        found = predicted(sets, np.repeat(np.arange(providers), 12), last=3, guesses=5, least=30).hits
        inside += found.interval.low <= 1.25 <= found.interval.high

    assert 1_860 <= inside <= 1_940  # 93 and 97 in a hundred; the standard deviation is 10


def test_the_interval_of_the_ninetieth_percentile_holds_it_at_least_as_often_as_it_says():
    # of five named of twenty, two or fewer are hit with the chance 0.93, one or none with 0.63; hits are whole, so that
    # an interval in them holds more than it must
    inside = 0
    for _ in range(500):
        sets = RANDOM.random((5 * 12, 20)).argsort(axis=1) < 5
        found = predicted(sets, np.repeat(np.arange(5), 12), last=3, guesses=5, least=30).ninetieth
        inside += found.interval.low <= 2 <= found.interval.high

    assert inside >= 0.93 * 500
