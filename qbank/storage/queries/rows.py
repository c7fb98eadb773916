"""Rows of a query as plain typed tuples: the type checker cannot unpack SQLAlchemy's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVarTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

Columns = TypeVarTuple("Columns")


def rows(store: Session, asked: sa.Select[*Columns]) -> Sequence[tuple[*Columns]]:
    """Every row, in the query's order."""
    return cast("Sequence[tuple[*Columns]]", store.execute(asked).all())
