"""L3, full dose: 500 kills on each database, 1,000 torn write-ahead logs, 100 stops of PostgreSQL without notice.

`make endurance` runs this; `ENDURANCE_OPTIONS='--rounds 50'` runs less. The naive variants that the same judge finds
are in `tests/services/test_crashes.py` and `test_crashes_of_postgresql.py`.
"""

from __future__ import annotations

import pytest

from delivery.randomness import Stream
from tests.a_server import a_server
from tests.databases import PostgresShelf, SqliteShelf
from tests.services.a_crash import (
    a_log_to_tear,
    after_a_tear,
    booked,
    faults,
    fill_booked,
    killed_again_and_again,
    stopped_and_started,
)

SEED = b"endurance"
AT_A_TIME = 6
"""Stops of the server over one database of eight sessions."""


@pytest.mark.parametrize("rounds", [500], indirect=True)
def test_L3_no_set_that_was_shown_is_lost_in_any_kill(shelf, rounds):
    after = killed_again_and_again(lambda: shelf.copy("booked", fill_booked), rounds, SEED)

    print(f"\n{after}")  # noqa: T201 - a long run is read
    assert (after.kills, after.faults) == (rounds, [])


@pytest.mark.parametrize("rounds", [1_000], indirect=True)
def test_L3_no_torn_log_loses_a_set_that_was_shown_before_it(tmp_path, rounds):
    url, shown = a_log_to_tear(SqliteShelf(tmp_path).copy("booked", fill_booked))

    found = [after_a_tear(url, shown, tmp_path, Stream(SEED, number, label="tear")) for number in range(rounds)]

    assert [each for each in found if each] == []


@pytest.mark.postgres
@pytest.mark.parametrize("rounds", [100], indirect=True)
def test_L3_no_stop_of_the_server_loses_a_set_that_was_shown(rounds):
    with a_server() as server:
        shelf = PostgresShelf(server.url)
        for done in range(0, rounds, AT_A_TIME):
            url, chance = shelf.copy("booked", fill_booked), Stream(SEED, done, label="restart")
            shown = stopped_and_started(server, url, min(AT_A_TIME, rounds - done), chance)

            assert faults(url, shown) == []
            assert [each.session for each in shown] == booked(url)
