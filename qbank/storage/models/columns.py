"""Columns and constraints that many models share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

Key = Annotated[int, mapped_column(sa.Integer, primary_key=True)]
"""An identity that storage gives; never shown to people."""

Digest = Annotated[str, mapped_column(sa.String(64))]
"""SHA-256 in 64 lower-case hexadecimal digits."""

Code = Annotated[str, mapped_column(sa.String(64))]
"""A short name given by people: `K1`, `interview`, `customer-service-specialist-3`."""

When = Annotated[datetime, mapped_column()]
"""An aware time, UTC."""

By = Annotated[int | None, mapped_column(sa.ForeignKey("people.id"))]
"""Who acted; empty for the command line."""

Person = Annotated[int, mapped_column(sa.ForeignKey("people.id"))]
"""A person who must be named."""

NO_HIDDEN_KEY: Final = {"sqlite_with_rowid": False}
"""For a table whose key is of two columns: SQLite would give it a row number too, and rows could be replaced by it."""


def one_of(column: str, values: type[StrEnum] | Iterable[str], *, name: str) -> sa.CheckConstraint:
    """A check that the column holds one of the words on the screen."""
    words = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({words})", name=name)


def is_digest(column: str) -> sa.CheckConstraint:
    """A check that the column holds a whole SHA-256, not a shortened one."""
    return sa.CheckConstraint(f"length({column}) = 64", name=f"{column}_is_whole")
