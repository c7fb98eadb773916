"""The words of question versions as SQLite searches them: an index of FTS5's that is filled as they are kept.

No trigger may fill it (`trusted_schema` is off, and stays so), hence this listener: in the transaction of the version.
PostgreSQL needs none, for its index is of an expression. See `qbank.storage.search`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy import event

from qbank.storage.models.questions import QuestionVersion

TABLE: Final = "version_search"
VERSION_SEARCH: Final = sa.table(
    TABLE, sa.column("rowid", sa.Integer), sa.column("words", sa.Text), sa.column(TABLE, sa.Text)
)


def indexed(version_id: int, stem: str, probes: Iterable[str]) -> dict[str, object]:
    """The row of a version in the index."""
    return {"rowid": version_id, "words": " ".join([stem, *probes])}


@event.listens_for(QuestionVersion, "after_insert")
def _follow(_mapper: object, connection: sa.Connection, version: QuestionVersion) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(VERSION_SEARCH), indexed(version.id, version.stem, version.probes))
