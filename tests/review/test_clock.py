"""The clock of the annual review."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.clock import Rhythm, Standing, clock
from review.days import months_after

YEARLY = Rhythm(months=12, opens_month=10)
APPROVED = date(2026, 11, 29)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
SOME = st.lists(DAYS, max_size=4)
MOMENTS = st.lists(DAYS.map(lambda day: datetime(day.year, day.month, day.day, 9, tzinfo=UTC)), max_size=4)


def test_W8_the_first_review_is_due_twelve_months_after_the_approval_and_opens_from_month_ten():
    found = clock(APPROVED, [], YEARLY)

    assert (found.opens_on, found.due_on) == (date(2027, 9, 29), date(2027, 11, 29))


def test_W8_the_next_review_is_due_twelve_months_after_the_last_decision_of_a_panel():
    found = clock(APPROVED, [date(2027, 10, 5), date(2027, 10, 4)], YEARLY)

    assert found.due_on == date(2028, 10, 5)


def test_a_text_that_was_approved_after_the_last_decision_counts_from_its_approval():
    assert clock(APPROVED, [date(2026, 3, 1)], YEARLY).due_on == date(2027, 11, 29)


def test_what_counts_from_a_leap_day_is_due_on_the_last_of_february():
    assert clock(date(2028, 2, 29), [], YEARLY).due_on == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (APPROVED, Standing.IN_ORDER),
        (date(2027, 9, 28), Standing.IN_ORDER),
        (date(2027, 9, 29), Standing.SOON),
        (date(2027, 11, 28), Standing.SOON),
        (date(2027, 11, 29), Standing.OVERDUE),
        (date(2030, 1, 1), Standing.OVERDUE),
    ],
)
def test_it_is_overdue_on_the_day_it_falls_due_and_not_before(today, standing):
    found = clock(APPROVED, [], YEARLY)

    assert found.standing(today) is standing
    assert found.is_open(today) is (standing is not Standing.IN_ORDER)


def test_an_event_calls_a_review_until_a_panel_decides_and_keeps_nothing_from_falling_due():
    morning = datetime(2027, 1, 10, 9, tzinfo=UTC)
    called = clock(APPROVED, [], YEARLY, called_at=[morning])
    answered = clock(APPROVED, [date(2027, 1, 10)], YEARLY, called_at=[morning], answered_at=morning)

    assert called.standing(date(2027, 1, 10)) is Standing.CALLED
    assert called.standing(called.due_on) is Standing.OVERDUE
    assert answered.standing(date(2027, 2, 1)) is Standing.IN_ORDER


def test_what_is_called_after_the_panel_decided_is_not_answered_by_a_sign_off_that_comes_later():
    decided, called = datetime(2027, 3, 1, 9, tzinfo=UTC), datetime(2027, 3, 1, 9, 1, tzinfo=UTC)

    found = clock(APPROVED, [date(2027, 3, 20)], YEARLY, called_at=[called], answered_at=decided)

    assert found.standing(date(2027, 3, 21)) is Standing.CALLED


@given(approved=DAYS, decided=SOME, called=MOMENTS)
def test_W8_no_more_than_twelve_months_lie_between_two_decisions_of_a_question_that_is_drawn(approved, decided, called):
    found = clock(approved, decided, YEARLY, called_at=called)

    assert found.counted_from == max([approved, *decided])
    assert found.counted_from < found.opens_on < found.due_on <= found.counted_from + timedelta(days=366)
    assert found.standing(found.due_on - timedelta(days=1)) is not Standing.OVERDUE
    assert found.standing(found.due_on) is Standing.OVERDUE


@given(approved=DAYS, decided=SOME, later=DAYS)
def test_one_more_decision_never_makes_it_due_earlier(approved, decided, later):
    assert clock(approved, [*decided, later], YEARLY).due_on >= clock(approved, decided, YEARLY).due_on


@given(day=DAYS, days=st.integers(0, 800))
def test_it_never_leaves_overdue_by_waiting(day, days):
    found = clock(day, [], YEARLY)

    stands = [found.standing(months_after(day, 11) + timedelta(days=each)) for each in (days, days + 1)]

    assert stands != [Standing.OVERDUE, Standing.SOON]
