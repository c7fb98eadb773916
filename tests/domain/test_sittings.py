from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qbank.domain.sittings import was_sat

START = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
END = START + timedelta(minutes=45)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("drawn_at", "at", "expected"),
    [
        (START - timedelta(hours=2), END, True),
        (START - timedelta(hours=2), END - SECOND, False),
        (END - SECOND, END, True),
        (END, END, False),
        (END + SECOND, END + timedelta(days=1), False),
        (None, END + timedelta(days=1), False),
    ],
)
def test_L5_a_sitting_was_sat_when_its_time_is_over_and_its_set_was_there_before(drawn_at, at, expected):
    assert was_sat(starts_at=START, minutes=45, drawn_at=drawn_at, at=at) is expected
