"""Rows of a query as plain typed tuples: the type checker cannot unpack SQLAlchemy's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVarTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

Columns = TypeVarTuple("Columns")


def rows(
    store: Session, asked: sa.Select[*Columns], values: Mapping[str, Any] | None = None
) -> Sequence[tuple[*Columns]]:
    """Every row, in the query's order; `values` of the query's parameters, by name."""
    return cast("Sequence[tuple[*Columns]]", store.execute(asked, values).all())
