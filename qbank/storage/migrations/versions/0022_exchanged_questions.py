"""A substitution may exchange a second question, not asked yet, where nothing can take the vacant place alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qbank.domain.errors import NotReady

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ONE_FOR_ONE = "ck_set_extensions_one_for_one"
EXCHANGED = "ck_set_extensions_another_is_exchanged"
ONCE = "uq_set_extensions_exchanged_once"
OF_THE_SET = "fk_set_extensions_exchanged_of_the_set"


def upgrade() -> None:
    """Add the column: of every extension so far nothing was exchanged."""
    with op.batch_alter_table("set_extensions") as table:
        table.add_column(sa.Column("exchanged_position", sa.Integer(), nullable=True))
        table.drop_constraint(op.f(ONE_FOR_ONE), type_="check")
        table.create_check_constraint(
            op.f(ONE_FOR_ONE),
            "replaced_position IS NULL OR question_count = CASE WHEN exchanged_position IS NULL THEN 1 ELSE 2 END",
        )
        table.create_check_constraint(
            op.f(EXCHANGED),
            "exchanged_position IS NULL OR (replaced_position IS NOT NULL AND exchanged_position <> replaced_position)",
        )
        table.create_unique_constraint(ONCE, ["question_set_id", "exchanged_position"])
        table.create_foreign_key(
            OF_THE_SET, "set_questions", ["question_set_id", "exchanged_position"], ["question_set_id", "position"]
        )


def downgrade() -> None:
    """Drop the column; refused where a question was exchanged, which an older program would still ask."""
    exchanged = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM set_extensions WHERE exchanged_position IS NOT NULL")
    )
    if exchanged:
        raise NotReady(
            f"{exchanged} questions were exchanged with one that could not be asked: an older program would ask them.",
            remedy="Keep this version of the program.",
        )
    with op.batch_alter_table("set_extensions") as table:
        table.drop_constraint(OF_THE_SET, type_="foreignkey")
        table.drop_constraint(ONCE, type_="unique")
        table.drop_constraint(op.f(EXCHANGED), type_="check")
        table.drop_constraint(op.f(ONE_FOR_ONE), type_="check")
        table.create_check_constraint(op.f(ONE_FOR_ONE), "replaced_position IS NULL OR question_count = 1")
        table.drop_column("exchanged_position")
