"""Full-text search of question versions: an index that follows every version that is kept, on either database.

A version never changes, so it is indexed once. On PostgreSQL the index is of an expression and follows by itself. On
SQLite it is a table of FTS5's that no trigger may fill (`trusted_schema` is off, and stays so): the model does it, in
the same transaction. Source of the words: stem and probes. Upper and lower case are one; a word is found by its start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import QuestionVersion
from qbank.storage.models.version_search import TABLE, VERSION_SEARCH, indexed

FUNCTION: Final = "version_search_words"
INDEX: Final = "ix_question_versions_search"


def holding(words: Sequence[str], engine: str) -> sa.Select[int]:
    """Keys of the versions that hold a word beginning with each of these.

    Args:
        words: letters and digits only (`qbank.domain.bank_list.search_words`); at least one.
        engine: name of the dialect.
    """
    if engine == "sqlite":
        asked = " ".join(f'"{word}"*' for word in words)
        return sa.select(VERSION_SEARCH.c.rowid).where(VERSION_SEARCH.c[TABLE].op("MATCH")(asked))
    asked = " & ".join(f"'{word}':*" for word in words)
    held: sa.ColumnElement[Any] = getattr(sa.func, FUNCTION)(QuestionVersion.stem, QuestionVersion.probes)
    return sa.select(QuestionVersion.id).where(held.op("@@")(sa.func.to_tsquery("simple", asked)))


def follow_all(store: Session, versions: Sequence[Mapping[str, Any]]) -> None:
    """Index versions whose rows were inserted all at once, of which the model was not told."""
    if versions and store.get_bind().dialect.name == "sqlite":
        store.connection().execute(
            sa.insert(VERSION_SEARCH), [indexed(each["id"], each["stem"], each["probes"]) for each in versions]
        )


def is_ours(name: str | None) -> bool:
    """Whether a table or an index belongs to the search: the models know nothing of it."""
    return name is not None and (name.startswith(TABLE) or name == INDEX)
