"""Rates: against hand-worked examples and tables; intervals cover as often as they say; figures from few are hidden."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from review.rates import EFFECTIVE, MID_P, WILSON, Interval, mean_share, mid_p, per_asking, share, wilson

LEAST = 30


def test_eight_of_forty_is_a_fifth_with_the_score_interval_worked_by_hand():
    # z² = 3.8415; middle (0.2 + 3.8415/80) / (1 + 3.8415/40) = 0.22629;
    # half 1.95996 √(0.16/40 + 3.8415/6400) / 1.09604 = 0.12129
    found = share(8, 40, least=LEAST)

    assert (found.value, found.of, found.source) == (0.2, 40, WILSON)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0.10500, 0.34757), abs=1e-5)


def test_no_event_in_sixty_askings_leaves_up_to_three_in_sixty():
    # the mean m at which half the chance of no event is 2.5%: e^-m / 2 = 0.025, m = ln 20
    found = per_asking(0, 60, least=LEAST)

    assert (found.value, found.of, found.source) == (0.0, 60, MID_P)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0, np.log(20) / 60))


def test_more_events_than_askings_are_a_rate_above_one():
    found = per_asking(90, 60, least=LEAST)

    assert found.value == 1.5


def test_none_and_all_reach_the_ends_of_the_scale():
    assert wilson(0, 40).low == 0
    assert wilson(40, 40).high == 1


@pytest.mark.parametrize("figure", [share(8, 29, least=LEAST), per_asking(8, 29, least=LEAST)])
def test_below_the_least_number_nothing_but_the_number_is_told(figure):
    assert (figure.value, figure.interval, figure.of) == (None, None, 29)
    assert not figure.is_estimable


@pytest.mark.parametrize("figure", [share(8, 30, least=LEAST), per_asking(8, 30, least=LEAST)])
def test_from_the_least_number_on_a_figure_is_shown(figure):
    assert figure.is_estimable


@pytest.mark.parametrize(("hits", "of"), [(-1, 40), (41, 40)])
def test_more_hits_than_tries_are_refused(hits, of):
    with pytest.raises(ValueError, match="between 0 and the tries"):
        share(hits, of, least=LEAST)


def test_events_below_none_are_refused():
    with pytest.raises(ValueError, match="0 or more"):
        per_asking(-1, 40, least=LEAST)


@pytest.mark.parametrize("count", [1, 2, 5, 30, 400, 20_000])
def test_at_the_ends_of_the_mid_p_interval_half_of_what_was_seen_and_all_beyond_it_has_the_chance_of_a_tail(count):
    found = mid_p(count)

    for mean, beyond in ((found.low, stats.poisson.sf), (found.high, lambda k, m: stats.poisson.cdf(k - 1, m))):
        assert beyond(count, mean) + stats.poisson.pmf(count, mean) / 2 == pytest.approx(0.025, rel=1e-8)


def test_two_sittings_of_three_that_agree_within_themselves_are_three_judgements_and_not_six():
    # shares 1, 1, 0 of two judgements each: mean 2/3, spread (1/9 + 1/9 + 4/9) / 2 = 1/3;
    # effective (2/9) · 3 / (1/3) = 2
    found = mean_share([1.0, 1.0, 0.0], 6, least=2)

    assert (found.value, found.of, found.source) == (pytest.approx(2 / 3), 3, EFFECTIVE)
    expected = wilson(4 / 3, 2)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("mean", [0.0, 0.5, 1.0])
def test_shares_that_all_agree_are_worth_their_judgements_and_no_more(mean):
    found = mean_share([mean] * 30, 60, least=LEAST)

    assert found.interval == wilson(mean * 60, 60)


def test_intervals_of_shares_hold_the_truth_95_times_in_a_hundred():
    # 20,000 questions: the standard error of the coverage is 0.15%, so ±2% is 13 of them
    chance = np.random.default_rng(7)  # noqa: TID251 - a simulation
    truth, askings = chance.beta(2, 5, size=20_000), chance.integers(30, 400, size=20_000)
    hits = chance.binomial(askings, truth)

    held = [_holds(wilson(int(k), int(n)), p) for k, n, p in zip(hits, askings, truth, strict=True)]

    assert 0.93 < np.mean(held) < 0.97


@pytest.mark.parametrize("most", [100, 10_000])
def test_intervals_of_exposures_of_a_bank_hold_the_truth_95_times_in_a_hundred(most):
    # three to ten sets in a hundred hold a question of a bank of 100 to 330; of one number of sets the coverage goes up
    # and down with the number, for counts are whole, so it is that of all numbers from the least on
    chance = np.random.default_rng(9)  # noqa: TID251 - a simulation
    truth = chance.uniform(0.03, 0.1, size=20_000)
    sets = np.exp(chance.uniform(np.log(LEAST), np.log(most), size=20_000)).astype(int)
    hits = chance.binomial(sets, truth)

    held = [_holds(wilson(int(k), int(n)), p) for k, n, p in zip(hits, sets, truth, strict=True)]

    assert 0.93 < np.mean(held) < 0.97


@pytest.mark.parametrize(("fewest", "most"), [(0.5, 4), (4, 40), (40, 800)])
def test_intervals_of_rates_for_each_asking_hold_the_truth_95_times_in_a_hundred(fewest, most):
    # thirty askings with an event at every sixtieth, to four hundred with two each
    chance = np.random.default_rng(8)  # noqa: TID251 - a simulation
    mean = chance.uniform(fewest, most, size=20_000)
    counts = chance.poisson(mean)
    kept = {count: mid_p(count) for count in np.unique(counts).tolist()}

    held = [_holds(kept[int(count)], each) for count, each in zip(counts, mean, strict=True)]

    assert 0.93 < np.mean(held) < 0.97


@pytest.mark.parametrize("alike", [0.02, 0.3, 0.9], ids=["hardly alike", "alike", "almost one judgement"])
def test_intervals_of_all_criteria_hold_the_truth_95_times_in_a_hundred(alike):
    # one to six criteria of a sitting, whose judgements are the more alike, the more sittings differ
    chance = np.random.default_rng(10)  # noqa: TID251 - a simulation
    held = []
    for truth in chance.uniform(0.3, 0.95, size=4_000):
        of = chance.integers(1, 7, size=chance.integers(LEAST, 200))
        pull = (1 - alike) / alike
        met = chance.binomial(of, chance.beta(truth * pull, (1 - truth) * pull, size=len(of)))
        held.append(_holds(mean_share((met / of).tolist(), int(of.sum()), least=LEAST).interval, truth))

    assert 0.93 < np.mean(held) < 0.97


def _holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high
