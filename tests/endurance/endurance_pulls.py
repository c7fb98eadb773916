"""L1, full dose: eight processes press "pull" in the same moment, ten thousand times, and nobody sees a second set.

`make endurance` runs this; `ENDURANCE_OPTIONS='--rounds 100'` runs less. A round is one session, pulled by all at once.
"""

from __future__ import annotations

import pytest

from qbank.storage import units
from tests.services.a_bank import a_session, opened
from tests.services.a_puller import ours, pulled_together

PROCESSES = 8
FULL_DOSE = 10_000


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
    found = pulled_together(ours, bank_url, booked(bank_url, rounds), processes=PROCESSES)

    assert [session for session, shown in found.items() if len(set(shown)) != 1 or len(shown) != PROCESSES] == []
