"""Full-text search of question versions, the author whom each names, and an index for when a question was asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WORDS = r"""
    CREATE FUNCTION version_search_words(stem text, probes json) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('simple', regexp_replace(lower(stem || ' ' || coalesce(
            (SELECT string_agg(value, ' ') FROM json_array_elements_text(probes)), '')),
            '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0\u00ab\u00bb\u2010-\u2027]+', ' ', 'g'))
    $$
"""


def upgrade() -> None:
    """Make the index of the words, and fill it with the versions that stand."""
    op.create_index("ix_moves_when_a_question_went", "moves", ["question_id", "to_state", "question_version_id", "at"])
    op.create_index("ix_set_questions_of_a_question", "set_questions", ["question_id", "question_set_id"])
    op.add_column("question_versions", sa.Column("author_name", sa.Text(), server_default="", nullable=False))
    sqlite = op.get_bind().dialect.name == "sqlite"
    named = "json_extract(provenance, '$.author')" if sqlite else "provenance ->> 'author'"
    op.execute(f"UPDATE question_versions SET author_name = coalesce({named}, '')")  # noqa: S608 - one of two constants
    if sqlite:
        op.execute("CREATE VIRTUAL TABLE version_search USING fts5(words, content='', tokenize='unicode61')")
        op.execute(
            "INSERT INTO version_search (rowid, words) SELECT id, stem || ' ' || coalesce("
            "(SELECT group_concat(value, ' ') FROM json_each(probes)), '') FROM question_versions"
        )
    else:
        op.get_bind().exec_driver_sql(WORDS)
        op.execute(
            "CREATE INDEX ix_question_versions_search ON question_versions "
            "USING gin (version_search_words(stem, probes))"
        )


def downgrade() -> None:
    """Drop them; nothing that people wrote is in them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE version_search")
    else:
        op.execute("DROP INDEX ix_question_versions_search")
        op.execute("DROP FUNCTION version_search_words(text, json)")
    op.drop_column("question_versions", "author_name")
    op.drop_index("ix_moves_when_a_question_went", table_name="moves")
    op.drop_index("ix_set_questions_of_a_question", table_name="set_questions")
