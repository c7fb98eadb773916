"""L1, full dose: eight processes press "pull" in the same moment, ten thousand times, and nobody sees a second set.

`make endurance` runs this; `ENDURANCE_OPTIONS='--rounds 100'` runs less. A round is one session, pulled by all at once.
The other test is a morning: each session has an assessor of its own, and all press in the same second.
"""

from __future__ import annotations

import time

import pytest

from qbank.storage import units
from tests.services.a_bank import a_session, opened
from tests.services.a_puller import ours, pulled_at_once, pulled_together

PROCESSES = 8
FULL_DOSE = 10_000
AT_ONCE, MOST_SECONDS = 200, 3.0


def booked(url: str, count: int) -> list[int]:
    """Sessions of as many apprentices, not pulled yet."""
    sessions = []
    with opened(url) as engine:
        for number in range(1, count + 1):
            with units.write_unit(engine) as store:
                sessions.append(a_session(store, apprentice=number).id)
    return sessions


@pytest.mark.parametrize("rounds", [FULL_DOSE], indirect=True)
def test_L1_whoever_presses_when_sees_the_one_set(bank_url, rounds):
    sessions = booked(bank_url, rounds)
    begun = time.monotonic()

    found = pulled_together(ours, bank_url, sessions, processes=PROCESSES)

    print(f"\n{len(found):,} rounds of {PROCESSES} processes in {time.monotonic() - begun:.0f} s")  # noqa: T201 - a long run is read
    assert [session for session, shown in found.items() if len(set(shown)) != 1 or len(shown) != PROCESSES] == []


def test_L1_two_hundred_sessions_pulled_in_the_same_second_are_all_served_within_three(bank_url):
    sessions = booked(bank_url, AT_ONCE)

    found = pulled_at_once(bank_url, sessions, processes=2)

    waited = sorted(seconds for seconds, _ in found.values())
    print(f"\nof {len(waited)} the median waited {waited[len(waited) // 2]:.2f} s, the last {waited[-1]:.2f} s")  # noqa: T201 - likewise
    assert sorted(found) == sessions
    assert waited[-1] <= MOST_SECONDS
