"""Units of work that really meet: another connection holds the lock, a deadlock, a row that changed meanwhile."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from qbank.domain.errors import NotReady
from qbank.storage import db, tallies, units
from qbank.storage.tallies import Met
from tests.databases import PostgresShelf, postgres_server

PATIENCE = 60
"""Seconds for a thread of a test."""
ONE_MORE = sa.text("UPDATE counted SET value = value + 1 WHERE id = :id")
WAIT_BRIEFLY = {"sqlite": "PRAGMA busy_timeout=100", "postgresql": "SET lock_timeout = 200"}


def rows_to_count(url):
    with made(url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counted (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)")
        connection.exec_driver_sql("INSERT INTO counted VALUES (1, 0), (2, 0)")


@contextmanager
def made(url):
    engine = db.engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def counted(shelf):
    """An engine with two rows to count in, which waits for a lock as long as the product does."""
    with shelf.lent("counted", rows_to_count) as url, made(url) as engine:
        yield engine


@pytest.fixture
def hurried(counted):
    """The same, with less patience for each lock: a test meets all its attempts."""

    def wait_briefly(connection, _record):
        connection.execute(WAIT_BRIEFLY[counted.dialect.name])
        if counted.dialect.name == "postgresql":
            connection.commit()

    event.listen(counted, "connect", wait_briefly)
    return counted


@pytest.fixture(scope="module")
def postgres_shelf():
    return PostgresShelf(postgres_server())


@pytest.fixture
def postgres(postgres_shelf):
    with postgres_shelf.lent("counted_alone", rows_to_count) as url, made(url) as engine:
        yield engine


@contextmanager
def held_by_another(engine):
    """Another connection has the lock that a write to the first row asks for, until the end."""
    with made(engine.url.render_as_string(hide_password=False)) as another:
        writing = another.execution_options(**db.unit_options(engine.dialect.name, db.WRITE))
        with writing.connect() as other, other.begin() as transaction:
            other.execute(ONE_MORE, {"id": 1})
            yield transaction


def values(engine):
    with engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT value FROM counted ORDER BY id")).scalars())


def met_since(before):
    return {what: count - before[what] for what, count in tallies.counts().items() if count != before[what]}


def test_a_lock_that_another_connection_keeps_is_refused_after_five_attempts_and_nothing_is_half_done(hurried):
    before, tries = tallies.counts(), []

    def work(store):
        tries.append(1)
        store.execute(ONE_MORE, {"id": 2})
        store.execute(ONE_MORE, {"id": 1})

    with held_by_another(hurried) as other:
        with pytest.raises(NotReady, match="busy and nothing was changed"):
            units.in_write_unit(hurried, work)
        other.rollback()

    assert values(hurried) == [0, 0]
    assert met_since(before) == {Met.AGAIN: units.ATTEMPTS - 1, Met.GAVE_UP: 1}
    assert len(tries) == units.ATTEMPTS


def test_a_lock_that_is_let_go_between_attempts_is_had_and_the_work_counts_once(hurried):
    before = tallies.counts()

    with held_by_another(hurried) as other, ThreadPoolExecutor(1) as thread:
        working = thread.submit(units.in_write_unit, hurried, lambda store: store.execute(ONE_MORE, {"id": 1}))
        while not met_since(before).get(Met.AGAIN) and not working.done():
            time.sleep(0.01)
        other.rollback()
        working.result(timeout=PATIENCE)

    assert values(hurried) == [1, 0]
    assert Met.GAVE_UP not in met_since(before)


@pytest.mark.postgres
def test_two_units_in_a_deadlock_are_both_done_and_each_counts_once(postgres):
    before, together, tries = tallies.counts(), Barrier(2), []

    def counting(first, second):
        begun = []

        def work(store):
            begun.append(1)
            tries.append(first)
            store.execute(ONE_MORE, {"id": first})
            if len(begun) == 1:
                together.wait(timeout=PATIENCE)
            store.execute(ONE_MORE, {"id": second})

        units.in_write_unit(postgres, work)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(counting, 1, 2), threads.submit(counting, 2, 1)]:
            done.result(timeout=PATIENCE)

    assert values(postgres) == [2, 2]
    assert len(tries) == 3
    assert met_since(before) == {Met.AGAIN: 1}


@pytest.mark.postgres
def test_a_row_that_changed_since_the_unit_looked_is_looked_at_again(postgres):
    """Write units read what is committed; one that asked for a single view meets this, and begins again."""
    before, strict, tries = tallies.counts(), postgres.execution_options(isolation_level="REPEATABLE READ"), []

    def work(store):
        tries.append(store.execute(sa.text("SELECT value FROM counted WHERE id = 1")).scalar_one())
        if len(tries) == 1:
            with postgres.begin() as other:
                other.execute(ONE_MORE, {"id": 1})
        store.execute(ONE_MORE, {"id": 1})

    units.in_write_unit(strict, work)

    assert (tries, values(postgres)) == ([0, 1], [2, 0])
    assert met_since(before) == {Met.AGAIN: 1}
