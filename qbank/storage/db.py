"""The base of every model, and the engine recipe for SQLite and PostgreSQL.

Source: the measurements in `docs/reliability.md`. The stock SQLite driver begins a transaction only at the first write,
and sets were drawn twice; a deferred begin made four pulls in five fail at once whatever the timeout. So the begin is
ours: `BEGIN IMMEDIATE` for a write unit, plain `BEGIN` (one consistent view, no lock) for anything else.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

if TYPE_CHECKING:
    import psycopg

UNIT: Final = "qbank_unit"
READ: Final = "read"
WRITE: Final = "write"

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_MILLISECONDS: Final = 5_000
STATEMENT_MILLISECONDS: Final = 5_000
LOCK_MILLISECONDS: Final = 2_000
LINE: Final[dict[str, int]] = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""When a line to PostgreSQL counts as cut, unless the address says otherwise: seconds, but the last in milliseconds.

The limits above are the server's own. Of a machine that is gone nobody hears that they are over: for a line that was
quiet, two hours went by, by what systems set.
"""
FIXED_WAL: Final = (3, 51, 3)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware time, kept in UTC on both databases; SQLite forgets the zone, so it is put back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The time in UTC.

        Raises:
            ValueError: the time bears no zone: nobody could say when it was.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A kept time must bear its zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The time, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every model; names of constraints follow one convention, so that a migration can find them."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment(), str: sa.Text(), bytes: sa.LargeBinary()}


def address(url: str) -> sa.URL:
    """The database's address, with the driver that we ship: `postgresql://…` is reached through psycopg.

    A file is where it is for this process, whoever opens it: Flask-SQLAlchemy would look for it in a folder of its own.
    """
    made = sa.make_url(url)
    if made.drivername in {"postgresql", "postgres"}:
        return made.set(drivername="postgresql+psycopg")
    if made.get_backend_name() == "sqlite" and made.database not in {None, "", ":memory:"}:
        return made.set(database=str(Path(str(made.database)).absolute()))
    return made


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` must be told for this address; bound values never reach an exception's text.

    On PostgreSQL each statement has an end, and each line to a machine that is gone. A commit has none where the server
    was told to wait for another machine: a set that was shown must be there (L3).
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if address(url).get_backend_name() == "postgresql":
        limits = f"-c statement_timeout={STATEMENT_MILLISECONDS} -c lock_timeout={LOCK_MILLISECONDS} -c timezone=UTC"
        line = {name: value for name, value in LINE.items() if name not in address(url).query}
        options |= {"connect_args": {"options": limits, **line}, "pool_pre_ping": True}
    return options


def engine(url: str) -> sa.Engine:
    """An engine by the recipe; the caller disposes of it."""
    return prepare(sa.create_engine(address(url), **engine_options(url)))


def prepare(made: sa.Engine) -> sa.Engine:
    """Give an engine that someone else made (Flask-SQLAlchemy) the same recipe; returns it."""
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _open_sqlite)
        event.listen(made, "begin", _begin_sqlite)
    else:
        event.listen(made, "handle_error", _keep_values_out)
    return made


def unit_options(dialect: str, unit: str) -> dict[str, Any]:
    """Execution options of a connection that serves one unit of work.

    A read unit on PostgreSQL sees one snapshot: with READ COMMITTED, pages that read the questions before the set
    served an empty set although every row was right. Neither database lets a read unit write.
    """
    if dialect == "postgresql" and unit == READ:
        return {UNIT: unit, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {UNIT: unit}


def wal_advice() -> str | None:
    """A sentence if the SQLite in this process carries the rare write-ahead-log race fixed in 3.51.3."""
    if sqlite3.sqlite_version_info >= FIXED_WAL:
        return None
    return f"SQLite {sqlite3.sqlite_version} carries a rare write-ahead-log race that 3.51.3 fixed: prefer PostgreSQL."


def _open_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",  # before the next line, which itself may have to wait
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # so that REPLACE meets the triggers that forbid deletion
        "trusted_schema=OFF",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    unit = connection.get_execution_options().get(UNIT)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if unit == READ else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if unit == WRITE else "BEGIN")


def without_values(error: psycopg.Error) -> DBAPIError:
    """A failure of the driver that did not come by a statement of SQLAlchemy, as one that did; it tells no value."""
    _forget_values(error)
    return cast("DBAPIError", DBAPIError.instance(None, None, error, Exception, hide_parameters=True))


def _keep_values_out(context: ExceptionContext) -> None:
    """Take the server's details off an error: PostgreSQL quotes the whole failing row, question text and all (L10)."""
    import psycopg  # a fifth of a second, spared to every command that meets no error

    error = context.original_exception
    if isinstance(error, psycopg.Error) and isinstance(context.sqlalchemy_exception, DBAPIError):
        _forget_values(error)
        context.sqlalchemy_exception.args = (f"({type(error).__name__}) {error.args[0]}",)


def _forget_values(error: psycopg.Error) -> None:
    named = f" [{error.diag.constraint_name}]" if error.diag.constraint_name else ""
    error.args = (f"{error.diag.message_primary or type(error).__name__}{named}",)
