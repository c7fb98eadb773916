from __future__ import annotations

import sqlite3

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from qbank.domain.errors import NotReady
from qbank.storage import units
from qbank.storage.models import Employer


def busy() -> OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"  # type: ignore[attr-defined]
    return OperationalError("BEGIN IMMEDIATE", {}, error)


def test_work_that_collides_is_done_again_and_counts_once(engine):
    tries: list[int] = []

    def work(store):
        tries.append(len(tries))
        store.add(Employer(name=f"Employer {len(tries)}"))
        store.flush()
        if len(tries) < 3:
            raise busy()
        return "done"

    assert units.in_write_unit(engine, work) == "done"

    with units.read_unit(engine) as store:
        assert store.scalars(sa.select(Employer.name)).all() == ["Employer 3"]


def test_a_database_that_stays_busy_is_a_refusal_after_five_attempts_and_nothing_is_kept(engine):
    tries: list[int] = []

    def work(store):
        tries.append(len(tries))
        store.add(Employer(name="Employer A"))
        store.flush()
        raise busy()

    with pytest.raises(NotReady, match="nothing was changed"):
        units.in_write_unit(engine, work)

    with units.read_unit(engine) as store:
        assert (len(tries), store.scalars(sa.select(Employer)).all()) == (units.ATTEMPTS, [])


def test_a_broken_rule_is_not_tried_again(engine):
    tries: list[int] = []

    def work(_store):
        tries.append(len(tries))
        raise IntegrityError("INSERT", {}, sqlite3.IntegrityError("CHECK constraint failed"))

    with pytest.raises(IntegrityError):
        units.in_write_unit(engine, work)

    assert len(tries) == 1


def test_a_row_that_is_taken_for_good_says_so_and_not_that_the_database_is_busy(engine):
    def work(_store):
        raise IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation("taken"))

    with pytest.raises(IntegrityError):
        units.in_write_unit(engine, work)


@pytest.mark.parametrize(
    "error",
    [psycopg.errors.SerializationFailure(), psycopg.errors.DeadlockDetected(), psycopg.errors.LockNotAvailable()],
)
def test_what_postgresql_asks_to_repeat_is_a_collision(error):
    assert units.collided(DBAPIError("SELECT", {}, error))
