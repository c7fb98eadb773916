"""Which columns and keys the tables of a database have now: what triggers are written from.

Reflection asks the database several questions about each table. On PostgreSQL all columns come in one answer. On
SQLite every question is put to the text of the table and its indexes, so one text is read once in a process: a chain
of migrations meets the same hundred tables at every revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Shape:
    """One table.

    Args:
        columns: their names, in order.
        keys: on SQLite each key that no two rows share, the primary key first: its columns, and the condition that a
            row must meet to count, or "". Empty on PostgreSQL, where a key never removes a row.
    """

    columns: tuple[str, ...]
    keys: tuple[tuple[tuple[str, ...], str], ...] = ()


_READ: Final[dict[tuple[str, tuple[str, ...]], Shape]] = {}
"""By the table's name and the texts that made it and its indexes, of which the shape is a function."""


def standing(connection: sa.Connection) -> Mapping[str, Shape]:
    """The shape of every table that stands, by name."""
    inspector = sa.inspect(connection)
    if connection.dialect.name != "sqlite":
        columns = inspector.get_multi_columns()
        return {table: Shape(_names(columns[None, table])) for table in inspector.get_table_names()}
    return {table: _shape(inspector, table, texts) for table, texts in _texts(connection).items()}


def _texts(connection: sa.Connection) -> Mapping[str, tuple[str, ...]]:
    found = (
        "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY rowid"
    )
    texts: dict[str, list[str]] = defaultdict(list)
    for table, text in connection.exec_driver_sql(found):
        texts[str(table)].append(str(text))
    return {table: tuple(texts[table]) for table in texts if not table.startswith("sqlite_")}


def _shape(inspector: sa.Inspector, table: str, texts: tuple[str, ...]) -> Shape:
    if (table, texts) not in _READ:
        _READ[table, texts] = Shape(_names(inspector.get_columns(table)), tuple(_keys(inspector, table)))
    return _READ[table, texts]


def _names(columns: list[Any]) -> tuple[str, ...]:
    return tuple(column["name"] for column in columns)


def _keys(inspector: sa.Inspector, table: str) -> list[tuple[tuple[str, ...], str]]:
    keys = [(tuple(inspector.get_pk_constraint(table)["constrained_columns"]), "")]
    keys += [(tuple(key["column_names"]), "") for key in inspector.get_unique_constraints(table)]
    for index in inspector.get_indexes(table):
        if index["unique"]:
            named = tuple(name for name in index["column_names"] if name is not None)
            keys.append((named, str(index.get("dialect_options", {}).get("sqlite_where", ""))))
    return keys
