"""An index of versions by their author: the list of questions finds who wrote what without reading every version."""

from __future__ import annotations

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_question_versions_by_an_author", "question_versions", ["author_id", "author_name"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_question_versions_by_an_author", table_name="question_versions")
