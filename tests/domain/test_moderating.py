"""Q1: the sample holds its share whatever happens, and nobody knows beforehand what the lot chooses."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as some

from delivery.randomness import WORD
from qbank.domain.moderating import Assessed, drawn_by_lot, lot, months_before, needed

RATES = (0.05, 0.2, 0.5, 1.0)
SEED = "d" * 64


@some.composite
def a_window(draw: some.DrawFn) -> list[Assessed]:
    """What an assessor assessed; the last is the newest."""
    count = draw(some.integers(1, 60))
    earlier = [
        Assessed(f"AS-{number:05d}", sampled=draw(some.booleans()), open=draw(some.booleans()))
        for number in range(1, count)
    ]
    return [*earlier, Assessed(f"AS-{count:05d}", sampled=draw(some.booleans()), open=True)]


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (1, 1), (2, 1), (20, 1), (21, 2), (40, 2), (41, 3), (60, 3), (100, 5), (101, 6)]
)
def test_Q1_five_per_cent_is_rounded_up_and_at_least_one(count, expected):
    assert needed(count, rate=0.05, least=1) == expected


@pytest.mark.parametrize("rate", RATES)
def test_Q1_the_share_is_exact_for_every_count(rate):
    for count in range(1, 500):
        assert needed(count, rate=rate, least=1) == max(1, ceil(Fraction(str(rate)) * count))


@given(a_window(), some.sampled_from(RATES), some.integers(0, 3), some.text(max_size=8))
def test_Q1_after_the_lot_the_sample_is_as_large_as_the_plan_asks_or_everything_open_is_in_it(
    window, rate, least, seed
):
    chosen = drawn_by_lot(window, window[-1].reference, rate=rate, least=least, seed=seed)

    drawable = {each.reference for each in window if each.open and not each.sampled}
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= drawable
    sampled = sum(each.sampled for each in window) + len(chosen)
    assert sampled >= needed(len(window), rate=rate, least=least) or set(chosen) == drawable


@given(a_window(), some.text(max_size=8))
def test_Q1_a_new_assessor_is_moderated_in_full(window, seed):
    chosen = drawn_by_lot(window, window[-1].reference, rate=1.0, least=1, seed=seed)

    assert window[-1].sampled or window[-1].reference in chosen


@given(a_window(), some.randoms(use_true_random=False))
def test_the_lot_asks_nothing_of_the_order_in_which_the_sessions_are_listed(window, order):
    shuffled = list(window)
    order.shuffle(shuffled)

    assert drawn_by_lot(window, window[-1].reference, rate=0.2, least=1, seed=SEED) == drawn_by_lot(
        shuffled, window[-1].reference, rate=0.2, least=1, seed=SEED
    )


def test_every_submission_may_be_chosen_even_where_the_sample_is_large_enough_already():
    """4,000 submissions with a chance of 1 in 20 each: 200 expected, standard deviation 13.8; seven of them allowed."""
    full = [Assessed("AS-00001", sampled=True, open=False), Assessed("AS-00002", sampled=False, open=True)]

    hits = sum(
        bool(drawn_by_lot(full, "AS-00002", rate=0.05, least=1, seed=f"{number:064x}")) for number in range(4_000)
    )

    assert abs(hits - 200) < 97


def test_what_makes_up_the_sample_is_any_of_the_open_ones_alike():
    """Ten open ones and one place: each is chosen in about 300 of 3,000 lots (deviation 16.4, six of them allowed)."""
    window = [Assessed(f"AS-{number:05d}", sampled=False, open=True) for number in range(1, 11)]
    counts = dict.fromkeys((each.reference for each in window), 0)
    for number in range(3_000):
        (first, *_) = drawn_by_lot(window, "AS-00010", rate=0.0, least=1, seed=f"{number:064x}")
        counts[first] += 1

    assert all(abs(count - 300) < 99 for count in counts.values())


def test_a_lot_follows_from_digest_and_reference_and_from_nothing_else():
    assert lot(SEED, "AS-00001") == lot(SEED, "AS-00001")
    assert len({lot(SEED, "AS-00001"), lot(SEED, "AS-00002"), lot("e" * 64, "AS-00001")}) == 3
    assert 0 <= lot(SEED, "AS-00001") < WORD
    assert lot(SEED, "AS-00001") == 11_106_797_181_498_014_019, "Samples of the past are drawn again by this."


@pytest.mark.parametrize(
    ("at", "months", "before"),
    [
        ((2026, 6, 4), 12, (2025, 6, 4)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 31), 6, (2026, 6, 30)),
        ((2026, 5, 5), 0, (2026, 5, 5)),
    ],
)
def test_Q1_the_window_rolls_by_calendar_months(at, months, before):
    assert months_before(datetime(*at, 9, tzinfo=UTC), months) == datetime(*before, 9, tzinfo=UTC)
