"""L3 where the server goes away: stopped without notice while sets are pulled, or cut off in the middle of a commit."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from delivery.randomness import Stream
from qbank.storage.models import QuestionSet
from tests.a_server import CutLine, a_server
from tests.databases import PostgresShelf
from tests.services.a_bank import opened, pulled
from tests.services.a_crash import (
    Shown,
    booked,
    faults,
    fill_booked,
    shown_early,
    stopped_and_started,
)

pytestmark = pytest.mark.postgres
RESTARTS = 4
SEED = b"restarts"


@pytest.fixture(scope="module")
def server():
    with a_server() as running:
        yield running


@pytest.fixture(scope="module")
def fresh(server):
    """A database of its own each time, with sessions booked."""
    shelf = PostgresShelf(server.url)
    return lambda: shelf.copy("booked", fill_booked)


def test_L3_a_server_that_stops_without_notice_loses_no_set_that_was_shown(server, fresh):
    url = fresh()

    shown = stopped_and_started(server, url, RESTARTS, Stream(SEED, 0, label="restart"))

    assert faults(url, shown) == []
    assert [each.session for each in shown] == booked(url)


@pytest.mark.parametrize("before", [True, False])
def test_L3_a_line_cut_at_the_commit_gives_no_set_and_the_next_pull_gives_the_one_that_counts(server, fresh, before):
    url = fresh()
    session, *_ = booked(url)
    line = CutLine(server.port, before=before)

    with opened(line.url(url)) as engine, pytest.raises(OperationalError):
        pulled(engine, session)
    line.close()
    assert line.is_over.wait(20)
    with opened(url) as engine:
        with engine.connect() as connection:
            kept = connection.scalar(sa.select(sa.func.count()).select_from(QuestionSet))
        again = pulled(engine, session)

    assert kept == (0 if before else 1)
    assert faults(url, [Shown(session, again, 0)]) == []
    assert line.cuts == 1


def test_the_same_judge_finds_the_set_that_was_shown_before_the_line_was_cut(server, fresh):
    url, seen = fresh(), []
    session, *_ = booked(url)
    line = CutLine(server.port, before=True)

    with opened(line.url(url)) as engine, pytest.raises(OperationalError):
        shown_early(engine, session, seen.append)
    line.close()

    assert faults(url, [Shown(session, each, 0) for each in seen]) == [f"lost: the set of session {session}"]
