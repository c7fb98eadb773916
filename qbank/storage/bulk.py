"""Many rows at once: keys set aside beforehand, then few statements for all rows of a table; triggers and keys hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from qbank.storage.db import Base

SPACIOUS_KIBIBYTES: Final = 262_144
ROWS_OF_A_STATEMENT: Final = 2_000
"""On PostgreSQL: enough that a statement's own cost vanishes, and far below the seconds that one may take."""


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

    PostgreSQL is sent columns, some thousand rows to a statement: it reads one for each row in several times the time.
    """
    if not found:
        return
    if store.get_bind().dialect.name == "postgresql":
        for begin in range(0, len(found), ROWS_OF_A_STATEMENT):
            _insert_columns(store, _table(model), found[begin : begin + ROWS_OF_A_STATEMENT])
    else:
        store.connection().execute(sa.insert(_table(model)), list(found))


def _insert_columns(store: Session, table: sa.Table, found: Sequence[Mapping[str, Any]]) -> None:
    names = list(found[0])
    kept = [sa.func.unnest(sa.bindparam(name, type_=ARRAY(table.c[name].type))).label(name) for name in names]
    columns = {name: [row[name] for row in found] for name in names}
    store.connection().execute(sa.insert(table).from_select(names, sa.select(*kept)), columns)


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
