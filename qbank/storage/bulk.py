"""Many rows at once: keys set aside beforehand, then a few statements for all of a table's; triggers and keys hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage import db
from qbank.storage.db import Base

SPACIOUS_KIBIBYTES: Final = 262_144
MOST_AT_ONCE: Final = 2_000
"""Rows of one COPY to PostgreSQL: enough that its own cost vanishes, and far from the seconds that it may take."""


def keys_for(store: Session, model: type[Base], count: int) -> Sequence[int]:
    """So many keys of a table that no other row has or will have, ascending; the caller's unit writes.

    PostgreSQL's sequence moves on, so that ordinary rows come after; SQLite gives the next after the largest.
    """
    table = _table(model)
    if store.get_bind().dialect.name == "postgresql":
        asked = sa.text("SELECT nextval(pg_get_serial_sequence(:named, 'id')) FROM generate_series(1, :many)")
        return sorted(store.scalars(asked, {"named": table.name, "many": count}))
    last = store.scalar(sa.select(sa.func.max(table.c.id))) or 0
    return range(last + 1, last + count + 1)


def insert(store: Session, model: type[Base], found: Sequence[Mapping[str, Any]]) -> None:
    """Insert these rows, each with the same columns; nothing where there are none.

    PostgreSQL is given them by COPY, which fires the triggers of each row as an insert does, and takes rows while more
    are on their way. What a model would fill in by itself must be in the rows.
    """
    if store.get_bind().dialect.name == "postgresql":
        for begin in range(0, len(found), MOST_AT_ONCE):
            _copy(store.connection(), _table(model), found[begin : begin + MOST_AT_ONCE])
    elif found:
        store.connection().execute(sa.insert(_table(model)), list(found))


def _copy(connection: sa.Connection, table: sa.Table, found: Sequence[Mapping[str, Any]]) -> None:
    import psycopg  # spared to every command that puts no rows

    names, dialect = list(found[0]), connection.dialect
    binds = [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
    said = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(
        psycopg.sql.Identifier(table.name), psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, names))
    )
    line = cast("psycopg.Connection", connection.connection.driver_connection)
    try:
        with line.cursor() as cursor, cursor.copy(said) as copy:
            for row in found:
                copy.write_row([bind(row[name]) if bind else row[name] for name, bind in binds])
    except psycopg.Error as error:
        raise db.without_values(error) from None


def make_room(store: Session) -> None:
    """Make ready for more rows than a table has: what holds them reads no table or index again and again.

    SQLite keeps much of the file in memory. PostgreSQL plans what a trigger asks once, while tables are small, and
    would read them whole for each row when they are large: in this unit it goes by indexes.
    """
    if store.get_bind().dialect.name == "sqlite":
        store.execute(sa.text(f"PRAGMA cache_size=-{SPACIOUS_KIBIBYTES}"))
    else:
        store.execute(sa.text("SET LOCAL enable_seqscan = off"))


def take_stock(store: Session) -> None:
    """Let the database count its rows anew, for a query is planned by how many there are.

    Over three years of history PostgreSQL takes longer than a page's statement may; the limit is lifted in this unit.
    """
    if store.get_bind().dialect.name == "postgresql":
        store.execute(sa.text("SET LOCAL statement_timeout = 0"))
    store.execute(sa.text("ANALYZE"))


def _table(model: type[Base]) -> sa.Table:
    return cast("sa.Table", model.__table__)
