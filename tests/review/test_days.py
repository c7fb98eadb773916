"""The calendar of reviews and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.days import day_in_uk, month_of, months_after, months_between

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 5, 4), 3, date(2026, 8, 4)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
        (date(2026, 9, 1), 3, date(2026, 12, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 20, 22, 59, tzinfo=UTC), date(2026, 7, 20)),
        (datetime(2026, 7, 20, 23, 0, tzinfo=UTC), date(2026, 7, 21)),
        (datetime(2026, 12, 20, 23, 59, tzinfo=UTC), date(2026, 12, 20)),
    ],
)
def test_a_day_is_one_of_the_united_kingdom(moment, day):
    assert day_in_uk(moment) == day


@given(day=DAYS, months=st.integers(0, 60))
def test_so_many_months_later_lies_so_many_months_of_the_calendar_later(day, months):
    later = months_after(day, months)

    assert months_between(day, later) == months
    assert month_of(later) == months_after(month_of(day), months)
    assert later.day <= day.day
