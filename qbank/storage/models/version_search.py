"""The words of question versions as SQLite searches them: an index of FTS5's that is filled as they are kept.

No trigger may fill it (`trusted_schema` is off, and stays so), hence this listener: in the transaction of the version.
PostgreSQL needs none, for its index is of an expression. See `qbank.storage.search`.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import event

from qbank.storage.models.questions import QuestionVersion

TABLE: Final = "version_search"
VERSION_SEARCH: Final = sa.table(
    TABLE, sa.column("rowid", sa.Integer), sa.column("words", sa.Text), sa.column(TABLE, sa.Text)
)


@event.listens_for(QuestionVersion, "after_insert")
def _follow(_mapper: object, connection: sa.Connection, version: QuestionVersion) -> None:
    if connection.dialect.name == "sqlite":
        words = " ".join([version.stem, *version.probes])
        connection.execute(sa.insert(VERSION_SEARCH).values(rowid=version.id, words=words))
