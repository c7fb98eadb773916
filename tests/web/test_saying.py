from datetime import UTC, datetime, timedelta

import pytest

from qbank.web import saying

NOON = datetime(2026, 6, 4, 11, 0, tzinfo=UTC)  # midday in the United Kingdom: summer time


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 6, 4, 8, 32, tzinfo=UTC), "9:32am"),
        (datetime(2026, 1, 4, 9, 32, tzinfo=UTC), "9:32am"),
        (datetime(2026, 6, 4, 13, 0, tzinfo=UTC), "2pm"),
        (datetime(2026, 6, 4, 13, 5, tzinfo=UTC), "2:05pm"),
        (NOON, "midday"),
        (datetime(2026, 6, 4, 11, 30, tzinfo=UTC), "12:30pm"),
        (datetime(2026, 6, 3, 23, 0, tzinfo=UTC), "midnight"),
        (datetime(2026, 6, 3, 23, 20, tzinfo=UTC), "12:20am"),
    ],
)
def test_a_time_is_said_as_people_say_it_on_a_uk_clock(moment, said):
    assert saying.clock_time(moment) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (4, "Monday 8 June 2026"), (-4, "Sunday 31 May 2026")],
)
def test_a_day_is_said_by_its_distance_and_else_in_full(days, said):
    assert saying.day(NOON + timedelta(days=days), at=NOON) == said


def test_a_date_and_time_in_full_is_true_whenever_it_is_read():
    assert saying.date_and_time(NOON) == "Thursday 4 June 2026 at midday"


def test_today_ends_at_midnight_in_the_united_kingdom():
    half_past_midnight_in_london = datetime(2026, 6, 4, 23, 30, tzinfo=UTC)

    assert saying.day(half_past_midnight_in_london, at=NOON) == "tomorrow"


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=40), "in 40 minutes"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=60), "in 1 hour"),
        (timedelta(minutes=80), "in 1 hour 20 minutes"),
        (timedelta(hours=5), "in 5 hours"),
        (timedelta(hours=23), "in 23 hours"),
        (timedelta(hours=35), "in 1 day"),
        (timedelta(hours=38), "in 2 days"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=20, hours=13), "in 21 days"),
        (timedelta(days=30), "in 4 weeks"),
    ],
)
def test_a_distance_is_rounded_as_people_round(away, said):
    assert saying.distance(NOON + away, at=NOON) == said


@pytest.mark.parametrize(
    ("utc_hour", "said"),
    [(0, "1:30am, before the clocks go back"), (1, "1:30am, after the clocks go back"), (2, "2:30am")],
)
def test_of_a_time_that_comes_twice_it_is_said_which(utc_hour, said):
    assert saying.clock_time(datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)) == said


def test_a_day_of_25_hours_is_not_counted_as_none():
    begins = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)

    assert saying.distance(begins + timedelta(hours=24), at=begins) == "in 24 hours"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (270, "4½ minutes"),
        (30, "½ minute"),
        (60, "1 minute"),
        (75, "1¼ minutes"),
        (45, "¾ minute"),
        (70, "1 minute 10 seconds"),
        (10, "10 seconds"),
        (0, "0 minutes"),
    ],
)
def test_a_length_is_said_in_minutes(seconds, said):
    assert saying.length(seconds) == said


@pytest.mark.parametrize(
    ("shortest", "longest", "said"), [(3240, 3960, "54 to 66 minutes"), (270, 300, "4½ to 5 minutes")]
)
def test_a_length_between_two_names_minutes_once(shortest, longest, said):
    assert saying.between(shortest, longest) == said


def test_a_stroke_in_a_title_has_a_space_on_both_sides():
    assert saying.with_strokes_apart("Needs/Customer Insight") == "Needs / Customer Insight"
    assert saying.with_strokes_apart("Ownership / Responsibility") == "Ownership / Responsibility"


def test_a_chance_is_said_in_tosses_of_a_coin():
    assert saying.coin(-51.7) == "52 heads in a row"


def test_a_digest_is_said_in_groups_of_eight():
    assert saying.spaced("0123456789abcdef01") == "01234567 89abcdef 01"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        saying.clock_time(datetime(2026, 6, 4, 9, 32))  # noqa: DTZ001 - the point of the test
