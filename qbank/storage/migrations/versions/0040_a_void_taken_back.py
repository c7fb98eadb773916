"""Whoever asked for a void may take it back: one more word that an answer may be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qbank.domain.errors import NotReady

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KNOWN = "ck_void_answers_answer_is_known"
BEFORE = "answer IN ('agreed', 'refused')"
AFTER = "answer IN ('agreed', 'refused', 'withdrawn')"


def upgrade() -> None:
    """Let the word in; every row stays as it is."""
    _let_in(AFTER)


def downgrade() -> None:
    """Take it out; refused where a request was withdrawn, which an older program would not know how to read."""
    taken_back = op.get_bind().scalar(
        sa.text("SELECT count(DISTINCT void_request_id) FROM void_answers WHERE answer = 'withdrawn'")
    )
    if taken_back:
        raise NotReady(
            f"{taken_back} requests for a void were withdrawn: an older program cannot read them.",
            remedy="Keep this version of the program.",
        )
    _let_in(BEFORE)


def _let_in(known: str) -> None:
    """SQLite makes the table anew, from its whole definition: what it reads back of one has no checks."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("void_answers", copy_from=_table(known), recreate="always"):
            pass
    else:
        op.drop_constraint(op.f(KNOWN), "void_answers", type_="check")
        op.create_check_constraint(op.f(KNOWN), "void_answers", known)


def _table(known: str) -> sa.Table:
    return sa.Table(
        "void_answers",
        sa.MetaData(),
        sa.Column("void_request_id", sa.Integer(), nullable=False),
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(known, name=op.f(KNOWN)),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_void_answers_with_a_reason")),
        sa.ForeignKeyConstraint(
            ["void_request_id", "question_set_id"],
            ["void_request_sets.void_request_id", "void_request_sets.question_set_id"],
            name="fk_void_answers_of_a_set_that_was_asked_about",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_void_answers_by_id")),
        sa.PrimaryKeyConstraint("void_request_id", "question_set_id", name=op.f("pk_void_answers")),
        sqlite_with_rowid=False,
    )
