"""Rates: against hand-worked examples and tables; intervals cover as often as they say; figures from few are hidden."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from review.rates import GARWOOD, WILSON, Interval, garwood, per_asking, share, wilson

LEAST = 30


def test_eight_of_forty_is_a_fifth_with_the_score_interval_worked_by_hand():
    # z² = 3.8415; middle (0.2 + 3.8415/80) / (1 + 3.8415/40) = 0.22629;
    # half 1.95996 √(0.16/40 + 3.8415/6400) / 1.09604 = 0.12129
    found = share(8, 40, least=LEAST)

    assert (found.value, found.of, found.source) == (0.2, 40, WILSON)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0.10500, 0.34757), abs=1e-5)


def test_no_event_in_sixty_askings_leaves_up_to_three_point_seven_in_sixty():
    # the mean m of which no event has the chance 2.5%: e^-m = 0.025, m = ln 40
    found = per_asking(0, 60, least=LEAST)

    assert (found.value, found.of, found.source) == (0.0, 60, GARWOOD)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0, np.log(40) / 60))


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
def test_the_poisson_interval_is_that_of_the_chi_square_tables(count):
    found = garwood(count)

    assert found.low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2, rel=1e-10)
    assert found.high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=1e-10)


def test_intervals_of_shares_hold_the_truth_95_times_in_a_hundred():
    # 20,000 questions: the standard error of the coverage is 0.15%, so ±2% is 13 of them
    chance = np.random.default_rng(7)  # noqa: TID251 - a simulation
    truth, askings = chance.beta(2, 5, size=20_000), chance.integers(30, 400, size=20_000)
    hits = chance.binomial(askings, truth)

    held = [_holds(wilson(int(k), int(n)), p) for k, n, p in zip(hits, askings, truth, strict=True)]

    assert 0.93 < np.mean(held) < 0.97


def test_intervals_of_rates_for_each_asking_hold_the_truth_95_times_in_a_hundred():
    chance = np.random.default_rng(8)  # noqa: TID251 - a simulation
    mean = 4 + chance.gamma(3, 8, size=10_000)
    counts = chance.poisson(mean)
    kept = {count: garwood(count) for count in range(int(counts.max()) + 1)}

    held = [_holds(kept[int(count)], each) for count, each in zip(counts, mean, strict=True)]

    assert 0.93 < np.mean(held) < 0.97


def _holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high
