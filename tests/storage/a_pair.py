"""Two parts that nobody may have both: what is there before, and the row by which somebody would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage import triggers, units
from qbank.storage.db import Base
from qbank.storage.rules import RULES

Row = tuple[str, dict[str, Any]]
"""A table and what one of its new rows would hold."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One of them.

    Args:
        guards: what refuses it: rules by name, or a constraint by the name in the database.
        before: makes what is there before; gives the statement that must be refused.
    """

    what: str
    guards: tuple[str, ...]
    before: Callable[[sa.Engine], sa.Insert | sa.Update]

    @property
    def because(self) -> str:
        """What the refusal says: the words of the rules, or the constraint's name; SQLite names no foreign key."""
        said = {rule.name: rule.because for rule in RULES}
        words = [said.get(guard, guard.removeprefix("ck_")) for guard in self.guards]
        return "|".join([*words, "FOREIGN KEY"] if any(each.startswith("fk_") for each in self.guards) else words)


def new(table: str, **values: Any) -> sa.Insert:
    return sa.insert(Base.metadata.tables[table]).values(**values)


def changed(table: str, key: int, **values: Any) -> sa.Update:
    row = Base.metadata.tables[table]
    return sa.update(row).where(row.c.id == key).values(**values)


def made(bank: sa.Engine, work: Callable[[Session], Any]) -> Any:
    """What the work gives, kept."""
    return units.in_write_unit(bank, work)


def take_out(connection: sa.Connection, guard: str, table: str) -> None:
    """The naive variant: the database as it would be without this guard, to the end of the transaction."""
    on_sqlite = connection.dialect.name == "sqlite"
    if guard.startswith(("ck_", "fk_")):
        if not on_sqlite:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {guard}")
        elif guard.startswith("ck_"):
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # judged at the end, which never comes
    else:
        name = triggers.PREFIX + guard
        connection.exec_driver_sql(f"DROP TRIGGER {name}" if on_sqlite else f"DROP FUNCTION {name}() CASCADE")
