"""Units of work: one transaction each, committed once, repeated with a bound when two of them collide."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from qbank.domain.errors import NotReady
from qbank.storage import tallies
from qbank.storage.db import READ, UNIT, WRITE, unit_options
from qbank.storage.tallies import Met

Answer = TypeVar("Answer")

ATTEMPTS: Final = 5
SERIALISATION: Final = "40001"
DEADLOCK: Final = "40P01"
TAKEN: Final = "23505"
LOCK_WAITED_OUT: Final = "55P03"
COLLISIONS: Final = frozenset({SERIALISATION, DEADLOCK, TAKEN, LOCK_WAITED_OUT})
TOOK_TOO_LONG: Final = "57014"
DISK_FULL: Final = "53100"
CANNOT_WRITE: Final = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE"})
NO_SPACE: Final = "The database cannot write, most likely for want of space, and nothing was changed."
PAUSE_MILLISECONDS: Final = 20


class Overtaken(Exception):  # noqa: N818 - what happened, and no fault of anybody
    """Another unit came first with what this one builds on: it is undone, and its work runs again."""


@contextmanager
def read_unit(engine: sa.Engine) -> Iterator[Session]:
    """A store that sees one consistent state and cannot write."""
    with _unit(engine, READ) as store:
        yield store


@contextmanager
def write_unit(engine: sa.Engine) -> Iterator[Session]:
    """A store whose work is committed when the block ends without an exception, else undone whole.

    Keep it under five milliseconds: no rendering, no hashing of passwords, no fitting inside.
    """
    with _unit(engine, WRITE) as store:
        yield store


def in_write_unit(engine: sa.Engine, work: Callable[[Session], Answer]) -> Answer:
    """What `work` returns from a write unit that is committed; run again, a bounded number of times, on a collision.

    Raises:
        NotReady: the database stayed busy through every attempt, or has no space left; nothing was done.
        IntegrityError: the row stayed taken: no collision, but a rule that is broken each time.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with write_unit(engine) as store:
                return work(store)
        except Overtaken:
            if attempt < ATTEMPTS:
                tallies.count(Met.AGAIN)
                time.sleep(_pause(attempt))
        except DBAPIError as error:
            if out_of_space(error):
                tallies.count(Met.NO_SPACE)
                remedy = "Ask whoever runs this installation to make space on its disk, then try again."
                raise NotReady(NO_SPACE, remedy=remedy, rule="L3") from None
            if not collided(error) or (attempt == ATTEMPTS and isinstance(error, IntegrityError)):
                raise
            if attempt < ATTEMPTS:
                tallies.count(Met.AGAIN)
                time.sleep(_pause(attempt))
    tallies.count(Met.GAVE_UP)
    raise NotReady("The database is busy and nothing was changed.", remedy="Try again in a moment.", rule="L1")


def is_reading(store: Session) -> bool:
    """Whether the store is a read unit's: it sees one state, all of it committed."""
    return store.connection().get_execution_options().get(UNIT) == READ


def begin_read(store: Session) -> None:
    """Make a session that has not begun (Flask-SQLAlchemy's) a read unit."""
    store.connection(execution_options=unit_options(store.get_bind().dialect.name, READ))


def collided(error: DBAPIError) -> bool:
    """Whether the failure is of the kind that passes: two units met, nothing was kept, the same work may succeed."""
    if getattr(error.orig, "sqlstate", None) in COLLISIONS:
        return True
    return getattr(error.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def out_of_space(error: DBAPIError) -> bool:
    """Whether the database could not write: its disk, or the room it may take, is full. SQLite has undone the unit."""
    if getattr(error.orig, "sqlstate", None) == DISK_FULL:
        return True
    return getattr(error.orig, "sqlite_errorname", "") in CANNOT_WRITE


@contextmanager
def _unit(engine: sa.Engine, unit: str) -> Iterator[Session]:
    bound = engine.execution_options(**unit_options(engine.dialect.name, unit))
    with Session(bound, expire_on_commit=False) as store, store.begin():
        yield store


def _pause(attempt: int) -> float:
    """Seconds to wait: a jittered time that grows, so that those who met do not meet again."""
    return (PAUSE_MILLISECONDS * attempt + secrets.randbelow(PAUSE_MILLISECONDS * attempt)) / 1000


def took_too_long(error: DBAPIError) -> bool:
    """Whether the database ended a statement at its time limit."""
    return getattr(error.orig, "sqlstate", None) == TOOK_TOO_LONG
