"""Brings a database to a revision and says where it stands; Alembic without its command line or its ini file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from qbank.domain.errors import NotFound, NotReady
from qbank.storage import db, models, search, triggers, units

__all__ = ["models"]

FOLDER: Final = Path(__file__).parent / "migrations"
LATEST: Final = "head"
EMPTY: Final = "base"
MIGRATION_LOCK: Final = 7_116_201
WAIT_MILLISECONDS: Final = 120_000


def upgrade(url: str, revision: str = LATEST) -> None:
    """Bring the database to the revision, making the SQLite file and its folder if there is none.

    Raises:
        NotFound: there is no such revision.
        NotReady: the database does not answer, or what it keeps would not survive; nothing was changed.
    """
    _must_be_known(revision)
    file = db.address(url).database
    if db.address(url).get_backend_name() == "sqlite" and file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    with _alone(url) as connection:
        _walk(connection, revision, _scripts()._upgrade_revs)  # noqa: SLF001 - as Alembic's own command does


def downgrade(url: str, revision: str) -> None:
    """Bring the database back to an earlier revision; "base" leaves no table of ours.

    Raises:
        NotFound: there is no such revision.
        NotReady: there is no database, or what it keeps would not survive; nothing was changed.
    """
    _must_be_known(revision)
    if not stands(db.address(url)):
        raise NotReady("There is no database yet.", remedy="Make it with: qbank db upgrade.")
    with _alone(url) as connection:
        _walk(connection, revision, _scripts()._downgrade_revs)  # noqa: SLF001 - as Alembic's own command does


@cache
def latest() -> str:
    """The newest revision that this code knows."""
    head = _scripts().get_current_head()
    assert head is not None, "an installation without migrations is broken"  # noqa: S101 - narrows; the wheel test guards
    return head


def revisions() -> list[str]:
    """Every revision that this code knows, from the first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def revision_of(connection: sa.Connection) -> str | None:
    """The revision that the database stands at; None for one without our tables."""
    return MigrationContext.configure(connection).get_current_revision()


def ensure_latest(engine: sa.Engine) -> None:
    """Refuse to work on a database that is missing, empty, behind or ahead of this code.

    Raises:
        NotReady: says which, and the command that helps.
    """
    if not stands(engine.url):
        raise NotReady("There is no database yet.", remedy="Make it with: qbank db upgrade.")
    with _reached(engine) as connection:
        found = revision_of(connection)
    if found is None:
        raise NotReady("The database is empty.", remedy="Fill it with: qbank db upgrade.")
    if found not in revisions():
        raise NotReady(f"The database is at revision {found}, newer than this qbank.", remedy="Install that version.")
    if found != latest():
        raise NotReady(
            f"The database is at revision {found}; this qbank needs {latest()}.",
            remedy="Back it up, then: qbank db upgrade.",
        )


def stands(url: sa.URL) -> bool:
    """Whether there is anything to connect to: opening a missing SQLite file would quietly make an empty one."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return True
    try:
        return os.stat(str(url.database)).st_size > 0  # noqa: PTH116 - never opens the file: closing it drops its locks
    except FileNotFoundError:
        return False


def differences(connection: sa.Connection) -> list[Any]:
    """Where the schema of the database and the models disagree; empty when they agree."""
    opts = {"compare_type": True, "render_as_batch": True, "include_name": lambda name, *_: not search.is_ours(name)}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, db.Base.metadata))


def wrong_triggers(connection: sa.Connection) -> list[str]:
    """Triggers that the rules ask for and that are lost, rewritten or switched off, and triggers of somebody else's."""
    return triggers.wrong(connection)


@cache
def _scripts() -> ScriptDirectory:
    """The migrations, read once: Alembic's commands read and compile every file of them anew each time."""
    return ScriptDirectory.from_config(_config(None))


def _walk(connection: sa.Connection, revision: str, steps: Callable[[str, Any], Any]) -> None:
    """Run the migrations from where the database stands to the revision."""
    config, scripts = _config(connection), _scripts()
    with EnvironmentContext(config, scripts, fn=lambda at, _: steps(revision, at), destination_rev=revision):
        scripts.run_env()


def _config(connection: sa.Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(url: str) -> Iterator[sa.Connection]:
    """One transaction that no other migration shares; foreign keys are off on SQLite, and checked before the end.

    With foreign keys on, batch mode's rebuilding of a table emptied its children. A second migration waits for the
    first, which takes longer than a page may wait: on PostgreSQL as long as that goes on.
    """
    engine = db.engine(url)
    try:
        with _reached(engine.execution_options(**db.unit_options(engine.dialect.name, db.WRITE))) as connection:
            _prepare(connection)
            with _begun(connection):
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {db.LOCK_MILLISECONDS}")  # pages come first
                yield connection
                _check_references(connection)
    finally:
        engine.dispose()


@contextmanager
def _reached(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection, or a refusal that says what to look at; the address is not repeated, for it may hold a password."""
    try:
        connection = engine.connect()
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        raise NotReady(
            "The database does not answer.", remedy="Start it, or check QBANK_DATABASE_URL and its permissions."
        ) from error
    with connection:
        yield connection


@contextmanager
def _begun(connection: sa.Connection) -> Iterator[None]:
    try:
        transaction = connection.begin()
    except sa.exc.OperationalError as error:
        if not units.collided(error):
            raise
        raise NotReady(
            "Another program has been writing to the database all the while; nothing was changed.",
            remedy="Stop the pages and whatever else uses it, then try again.",
        ) from error
    with transaction:
        yield


def _must_be_known(revision: str) -> None:
    if revision not in {LATEST, EMPTY, *revisions()}:
        raise NotFound(f"There is no revision {revision}.", remedy=f"Choose one of: {', '.join(revisions())}.")


def _prepare(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        assert raw is not None, "a fresh connection has its driver"  # noqa: S101 - narrows for the type checker
        raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, so before it begins
        raw.execute(f"PRAGMA busy_timeout={WAIT_MILLISECONDS}")


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise NotReady(
                f"The migration would leave {len(broken)} rows without what they refer to; nothing was changed.",
                remedy="Restore the latest backup and report this.",
            )
