"""A whole database as one file, taken while others write, and put back.

SQLite gives it by its own online backup, PostgreSQL by its own tools.

Never by copying or opening a SQLite file: recent rows live in the file beside it, and closing a second handle to it
drops the locks of the first. Source: the measurements in `docs/reliability.md`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from qbank.domain.errors import NotReady, RuleBroken
from qbank.storage import db, migrating, postgres_tools, search, triggers

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
SUFFIXES: Final = {SQLITE: "database.sqlite", POSTGRESQL: "database.pgdump"}
"""What the dump of each kind is called in a backup."""
_ELSEWHERE: Final = (
    "Restore into an empty place, of another QBANK_DATA_FOLDER or QBANK_DATABASE_URL, or put this aside."
)


@dataclass(frozen=True, slots=True)
class Dumped:
    """What a dump holds.

    Args:
        kind: "sqlite" or "postgresql".
        revision: where its tables stand.
        last: the number of the newest entry of its audit trail; 0 without one.
        digest: of that entry; empty without one.
    """

    kind: str
    revision: str
    last: int
    digest: str


def dump(engine: sa.Engine, file: Path) -> Dumped:
    """Write everything that is committed now to a new file; what is written meanwhile is not in it.

    Raises:
        NotReady: there is no database of ours, its file is damaged, or PostgreSQL's tools are missing or too old.
    """
    if not migrating.stands(engine.url):
        raise NotReady("There is no database yet.", remedy="Make it with: qbank db upgrade.")
    if engine.dialect.name == SQLITE:
        return _dump_sqlite(engine, file)
    return _dump_postgresql(engine, file)


def must_be_empty(engine: sa.Engine) -> None:
    """Refuse to restore over anything.

    Raises:
        RuleBroken: a table has a row, or is none of ours; names it.
    """
    if not migrating.stands(engine.url):
        return
    with engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            if table == "alembic_version" or search.is_ours(table):
                continue
            if table not in db.Base.metadata.tables:
                raise RuleBroken(f"The database has a table that is not qbank's: {table}.", remedy=_ELSEWHERE)
            filled = connection.scalar(sa.text(f'SELECT EXISTS (SELECT 1 FROM "{table}")'))  # noqa: S608 - the schema's own name
            if filled:
                raise RuleBroken(
                    f"The database is not empty: its table {table} has rows. Nothing was restored.",
                    remedy=_ELSEWHERE,
                )


def must_be_sound(connection: sa.Connection) -> None:
    """Refuse a restored database that is damaged, at the newest revision.

    Raises:
        NotReady: pages are damaged, rows lack what they refer to, or a trigger is missing; says which.
    """
    if connection.dialect.name == SQLITE:  # PostgreSQL checks references as it makes them
        said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if said != "ok":
            raise NotReady(f"The database in the backup is damaged: {said}.", remedy="Take an older backup.")
        if broken := len(connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise NotReady(
                f"In the backup, {broken} rows lack what they refer to.",
                remedy="Take an older backup, and report this.",
            )
    if wrong := triggers.wrong(connection):
        raise NotReady(
            f"In the backup, {len(wrong)} triggers are missing or changed, first: {wrong[0]}.",
            remedy="Take an older backup; find out who changed them.",
            rule="L7",
        )


def sweep(engine: sa.Engine) -> None:
    """Remove every table and function of ours from a PostgreSQL database in which no row was before."""
    with engine.begin() as connection:
        triggers.drop(connection)
        for table in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f'DROP TABLE "{table}" CASCADE')
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {search.FUNCTION}(text, json)")


def load(url: str, file: Path) -> None:
    """Put a dump of PostgreSQL into a database without a table of ours: all of it or nothing.

    Raises:
        NotReady: PostgreSQL's tools are missing, too old, or refuse it.
    """
    postgres_tools.restore(url, file)


def _dump_sqlite(engine: sa.Engine, file: Path) -> Dumped:
    try:
        with closing(engine.raw_connection()) as raw, closing(sqlite3.connect(file)) as target:
            source = raw.driver_connection
            assert isinstance(source, sqlite3.Connection)  # noqa: S101 - narrows for the type checker
            source.backup(target)  # every page in one step: one moment of the database, and nobody waits for it
            target.execute("PRAGMA journal_mode=DELETE")  # one file is all of it
            whole = target.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.OperationalError as error:
        raise NotReady(f"The database cannot be copied: {error}.", remedy="See whether the disk is full.") from None
    except sqlite3.DatabaseError:
        whole = False
    if not whole:
        raise NotReady(
            "The database is damaged; no backup was made.",
            remedy="Keep every backup there is, and restore the latest into another place.",
        )
    copied = sa.create_engine(f"sqlite:///{file}")
    try:
        with copied.connect() as connection:
            return _told(connection, SQLITE)
    finally:
        copied.dispose()


def _dump_postgresql(engine: sa.Engine, file: Path) -> Dumped:
    """One snapshot for the dump and for what is said of it."""
    views = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with views.connect() as connection:
        told = _told(connection, POSTGRESQL)
        snapshot = str(connection.scalar(sa.text("SELECT pg_export_snapshot()")))
        postgres_tools.dump(engine.url, file, snapshot=snapshot, server=postgres_tools.server_of(connection))
    return told


def _told(connection: sa.Connection, kind: str) -> Dumped:
    revision = migrating.revision_of(connection)
    if revision is None:
        raise NotReady("The database is empty: there is nothing to back up.", remedy="Fill it with: qbank db upgrade.")
    last = None
    if sa.inspect(connection).has_table("audit_entries"):
        asked = "SELECT seq, digest FROM audit_entries ORDER BY seq DESC LIMIT 1"
        last = connection.execute(sa.text(asked)).first()
    return Dumped(kind, revision, 0 if last is None else last.seq, "" if last is None else last.digest)
