"""Many rows at once: keys set aside beforehand, then one statement for all rows of a table; triggers and keys hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.db import Base

SPACIOUS_KIBIBYTES: Final = 262_144


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
    """Insert these rows, each with the same columns; nothing where there are none."""
    if found:
        store.connection().execute(sa.insert(_table(model)), list(found))


def make_room(store: Session) -> None:
    """Let this connection to SQLite keep much of the file in memory, so that indexes are not read again and again."""
    if store.get_bind().dialect.name == "sqlite":
        store.execute(sa.text(f"PRAGMA cache_size=-{SPACIOUS_KIBIBYTES}"))


def take_stock(store: Session) -> None:
    """Let the database count its rows anew, for a query is planned by how many there are.

    Over three years of history PostgreSQL takes longer than a page's statement may; the limit is lifted in this unit.
    """
    if store.get_bind().dialect.name == "postgresql":
        store.execute(sa.text("SET LOCAL statement_timeout = 0"))
    store.execute(sa.text("ANALYZE"))


def _table(model: type[Base]) -> sa.Table:
    return cast("sa.Table", model.__table__)
