"""A panel's predictability budget beside what was measured: kept, broken, or nobody can say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qbank.charts.budget import budget_chart, finding
from review.budget import Budget, Checked, broken_since, look, still_broken, unwatched_since
from review.predictability import MEAN, QUANTILE, Predicted
from review.rates import Figure, Interval

NIGHT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
SIGNED = Budget(thousandths=55, last=3)


def hit(value: float | None, last: int = 3) -> Predicted:
    interval = None if value is None else Interval(value - 0.1, value + 0.1)
    return Predicted(last, Figure(value, 640, interval, MEAN), Figure(value, 640, interval, QUANTILE))


def looks(*values: float | None) -> list[Checked]:
    return [look(SIGNED, [hit(each)], 10, at=NIGHT + timedelta(days=day)) for day, each in enumerate(values)]


def test_the_budget_is_a_share_of_the_questions_named():
    assert SIGNED.hits(10) == pytest.approx(0.55)
    assert SIGNED.hits(6) == pytest.approx(0.33)


@pytest.mark.parametrize(("hits", "broken"), [(0.54, False), (0.55, False), (0.61, True), (None, False)])
def test_it_is_broken_where_more_is_hit_than_was_signed(hits, broken):
    (found,) = looks(hits)

    assert found.is_broken is broken


def test_what_was_measured_for_another_number_of_kept_sets_says_nothing():
    found = look(SIGNED, [hit(2.0, last=30), hit(0.2)], 10, at=NIGHT)

    assert found.hits == 0.2
    with pytest.raises(ValueError, match="last 3 sets"):
        look(SIGNED, [hit(2.0, last=30)], 10, at=NIGHT)


@pytest.mark.parametrize(
    ("values", "night"),
    [
        ([], None),
        ([0.5, 0.6], 1),
        ([0.6, 0.7, 0.8], 0),
        ([0.6, 0.5, 0.8], 2),
        ([0.6, None, 0.8], 0),
        ([0.6, 0.8, None], 0),
        ([0.6, 0.5], None),
    ],
)
def test_it_is_broken_since_the_first_look_after_the_last_that_found_it_kept(values, night):
    since = None if night is None else NIGHT + timedelta(days=night)

    assert broken_since(looks(*values)) == since


@pytest.mark.parametrize(
    ("signed", "hits"),
    [(SIGNED, 0.61), (Budget(60, 3), 0.61), (Budget(61, 3), None), (Budget(1, 10), None), (None, None)],
)
def test_once_another_budget_is_signed_the_latest_look_is_held_to_that_one(signed, hits):
    found = still_broken(looks(0.5, 0.61, None), signed)

    assert (None if found is None else (found.hits, found.budget)) == (None if hits is None else (hits, signed))


def test_the_picture_says_since_when_and_by_how_much():
    found = looks(0.5, 0.58, 0.61)

    said = finding(found)

    assert said == (
        "The budget is broken since 2 June 2026: whoever kept the last 3 sets of a provider hits 0.61 of 10, "
        "the panel signed 0.55."
    )
    assert said in budget_chart(found)
    assert ">2 Jun<" in budget_chart(found) or ">3 Jun<" in budget_chart(found)
    assert "The budget is kept" in budget_chart(found[:1])


def test_nobody_watches_a_budget_at_which_nobody_has_looked_for_more_than_two_days():
    signed, nights = NIGHT, looks(0.5, None)

    def since(checks, **later):
        return unwatched_since(checks, signed, at=NIGHT + timedelta(**later))

    assert since([], days=2) is None
    assert since([], days=2, seconds=1) == signed
    assert since(nights, days=3) is None
    assert since(nights, days=3, seconds=1) == nights[-1].at
