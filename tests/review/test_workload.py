"""Review work by month: spread as evenly as the due days allow, never after them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from review.days import month_of, months_after, months_between
from review.workload import forecast, planned_months

TODAY = date(2026, 11, 30)
DUE = st.lists(st.integers(-60, 366).map(lambda days: TODAY + timedelta(days=days)), max_size=60)


def loads(due: list[date], planned: tuple[date, ...]) -> list[int]:
    counts = Counter(planned)
    months = max((months_between(TODAY, day) for day in due), default=0) + 1
    return [counts[months_after(month_of(TODAY), place)] for place in range(months)]


def test_a_bank_that_was_loaded_in_one_day_is_reviewed_in_equal_parts_over_the_year():
    due = [date(2027, 11, 30)] * 240

    assert Counter(planned_months(due, today=TODAY)) == {
        months_after(date(2026, 11, 1), place): 20 for place in range(12)
    }


def test_what_is_overdue_or_falls_due_next_month_is_for_the_present_month():
    due = [date(2026, 11, 2), TODAY, date(2026, 12, 31), date(2027, 1, 1)]

    assert planned_months(due, today=TODAY)[:3] == (date(2026, 11, 1),) * 3


def test_due_days_that_are_spread_already_leave_one_question_a_month():
    due = [date(2027, month, 15) for month in range(1, 12)]

    assert max(Counter(planned_months(due, today=TODAY)).values()) == 1


def test_the_work_done_in_the_present_month_counts_and_is_not_planned_again():
    due = [date(2027, 11, 30)] * 220

    found = Counter(planned_months(due, today=TODAY, done=20))

    assert found[date(2026, 11, 1)] == 0
    assert set(found.values()) == {20}


def test_the_forecast_says_what_falls_due_and_what_is_planned_month_by_month():
    due = [date(2026, 11, 1), date(2026, 12, 24), date(2026, 12, 25)]

    found = forecast(due, today=TODAY, months=3)

    assert [(each.month, each.due, each.planned) for each in found] == [
        (date(2026, 11, 1), 1, 3),
        (date(2026, 12, 1), 2, 0),
        (date(2027, 1, 1), 0, 0),
    ]


def test_a_bank_without_questions_has_no_work():
    assert [each.planned for each in forecast([], today=TODAY)] == [0] * 12


@given(due=DUE)
def test_each_question_is_planned_for_once_and_never_after_its_due_day(due):
    found = planned_months(due, today=TODAY)

    assert len(found) == len(due)
    for month, day in zip(found, due, strict=True):
        assert month == month_of(TODAY) or month < month_of(day)
        assert month >= month_of(TODAY)


@given(due=DUE)
def test_whoever_is_due_earlier_is_planned_no_later(due):
    in_order = sorted(due)

    assert list(planned_months(in_order, today=TODAY)) == sorted(planned_months(in_order, today=TODAY))


@given(due=st.lists(st.integers(0, 4), max_size=6))
def test_no_plan_that_is_in_time_has_a_smaller_largest_month(due):
    days = [months_after(TODAY, place) for place in due]
    latest = [max(0, place - 1) for place in due]

    most = max(loads(days, planned_months(days, today=TODAY)))

    in_time = product(*(range(each + 1) for each in latest))
    assert most == min(max(Counter(plan).values(), default=0) for plan in in_time)


@given(due=DUE)
def test_whoever_does_a_months_work_has_no_more_to_do_in_any_month_than_before(due):
    before = planned_months(due, today=TODAY)
    rest = [day for month, day in zip(before, due, strict=True) if month != month_of(TODAY)]

    after = planned_months(rest, today=TODAY, done=len(due) - len(rest))

    assert month_of(TODAY) not in after
    assert max(Counter(after).values(), default=0) <= max(Counter(before).values(), default=0)
