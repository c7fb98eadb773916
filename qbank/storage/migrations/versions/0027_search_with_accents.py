"""Search tells é from e on SQLite too, as PostgreSQL does: both databases find the same."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Fill the index anew, with the words as they are written."""
    _fill("unicode61 remove_diacritics 0")


def downgrade() -> None:
    """As it was: letters without their accents."""
    _fill("unicode61")


def _fill(tokenizer: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TABLE version_search")
    op.execute(f"CREATE VIRTUAL TABLE version_search USING fts5(words, content='', tokenize='{tokenizer}')")
    op.execute(
        "INSERT INTO version_search (rowid, words) SELECT id, stem || ' ' || coalesce("
        "(SELECT group_concat(value, ' ') FROM json_each(probes)), '') FROM question_versions"
    )
