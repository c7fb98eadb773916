"""A replica takes over: the primary is killed while sets are pulled, and every set that was shown is on the replica.

Source: the steps of `docs/administrator.md`, from nothing.
"""

from __future__ import annotations

import time

import psycopg
import pytest

from tests.a_line import heard
from tests.a_server import REPLICA, a_replica_of, a_server, wait_until, whichever_writes
from tests.databases import PostgresShelf
from tests.services.a_crash import booked, faults, fill_booked, patient, pulling, told

pytestmark = pytest.mark.postgres
BEFORE_THE_KILL = 3


@pytest.fixture
def pair():
    """A primary with sessions booked, its replica, and the database's address on whichever of the two takes writes."""
    with a_server() as primary:
        url = PostgresShelf(primary.url).copy("booked", fill_booked)
        with a_replica_of(primary) as replica:
            yield primary, replica, whichever_writes(url, primary, replica)


def wait_for_the_replica(primary):
    """From now on a commit returns when the replica has it on its disk, too."""
    primary.tell(f"ALTER SYSTEM SET synchronous_standby_names = '{REPLICA}'")
    primary.tell("SELECT pg_reload_conf()")
    wait_until(lambda: is_synchronous(primary))


def is_synchronous(primary):
    with psycopg.connect(primary.url) as connection:
        return connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall() == [("sync",)]


def test_L3_a_replica_that_takes_over_has_every_set_that_was_shown(pair):
    primary, replica, url = pair
    wait_for_the_replica(primary)

    with pulling(url, booked(url), patient) as (_, line):
        shown = [heard(line) for _ in range(BEFORE_THE_KILL)]
        primary.kill()
        since = time.monotonic()
        replica.promote()
        shown += [heard(line)]
        away = time.monotonic() - since
        shown += told(line)

    print(f"from the kill to the next set: {away:.1f} s")  # noqa: T201 - a figure of docs/reliability.md
    assert faults(url, shown) == []
    assert [each.session for each in shown] == booked(url)


def test_the_same_judge_finds_the_sets_that_a_replica_nobody_waits_for_does_not_have(pair):
    primary, replica, url = pair
    primary.sender().suspend()  # as a slow line would

    with pulling(url, booked(url), patient) as (_, line):
        shown = [heard(line) for _ in range(BEFORE_THE_KILL)]
        primary.kill()
    replica.promote()

    assert [each for each in faults(url, shown) if each.startswith("lost")]
