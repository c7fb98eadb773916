"""L12 on PostgreSQL: the machine is lost with its disk while sets are pulled, and made again of a base and the log.

Source: the steps of `docs/administrator.md`, from nothing. What a log that is copied by segments loses takes a minute
to show: `tests/endurance/endurance_archive.py`.
"""

from __future__ import annotations

import signal
import time

import pytest

from qbank.services.checking import check_database
from tests.a_line import heard
from tests.an_archive import a_server_with_an_archive, lost_machine, there
from tests.databases import PostgresShelf
from tests.services.a_crash import booked, faults, fill_booked, patient, pulling

pytestmark = pytest.mark.postgres
BEFORE = 5
"""Sets that are shown before the machine is lost."""
MOST_SECONDS = 15 * 60


@pytest.fixture
def kept():
    """A server with sessions booked, the database's address, and where its base is kept and its log."""
    with a_server_with_an_archive() as (primary, elsewhere):
        url = PostgresShelf(primary.url).copy("booked", fill_booked)
        elsewhere.take_base()
        yield primary, elsewhere, url


def lost_while_pulling(primary, url):
    """What had been shown when the machine went."""
    with pulling(url, booked(url), patient) as (_, line):
        shown = [heard(line) for _ in range(BEFORE)]
        lost_machine(primary)
    return shown


def test_L12_nothing_that_was_shown_is_lost_with_the_machine_where_commits_wait_for_the_log(kept):
    primary, elsewhere, url = kept
    with elsewhere.receiving():
        elsewhere.wait_for_the_log()
        shown = lost_while_pulling(primary, url)

    begun = time.monotonic()
    with elsewhere.made_again() as server:
        again = there(url, server)
        assert faults(again, shown) == []
        assert any(line.startswith("Audit trail: ") for line in check_database(again))
        took = time.monotonic() - begun
        with pulling(again, booked(again), patient) as (_, line):  # and work goes on
            assert heard(line) is not None

    print(f"made again, looked at and checked in {took:.1f} s")  # noqa: T201 - a figure of docs/reliability.md
    assert took < MOST_SECONDS


def test_the_same_judge_finds_what_a_log_that_nobody_waits_for_does_not_have(kept):
    primary, elsewhere, url = kept
    with elsewhere.receiving() as receiver:
        receiver.send_signal(signal.SIGSTOP)  # as a slow line would
        shown = lost_while_pulling(primary, url)
    with elsewhere.made_again() as server:
        assert [each for each in faults(there(url, server), shown) if each.startswith("lost")]


def test_the_same_judge_finds_everything_lost_that_a_base_alone_does_not_have(kept):
    primary, elsewhere, url = kept
    shown = lost_while_pulling(primary, url)

    with elsewhere.made_again(with_the_log=False) as server:
        found = faults(there(url, server), shown)

    assert len([each for each in found if each.startswith("lost")]) == len(shown)
