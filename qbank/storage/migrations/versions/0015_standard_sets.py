"""Standard sets: assembled, adjusted, submitted, decided on; and draw plans that are approved standard sets."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OF_A_FITTED_PLAN = "fk_draw_plans_fitted_plan_id"


def upgrade() -> None:
    """Let a draw plan be standard sets of another's questions, and make the tables; plans that stand are fitted."""
    with op.batch_alter_table("draw_plans") as table:
        table.add_column(sa.Column("fitted_plan_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f(OF_A_FITTED_PLAN), "draw_plans", ["fitted_plan_id"], ["id"])
    _families()
    _revisions()
    _submissions()
    _decisions()


def downgrade() -> None:
    """Drop the tables: what was assembled and who approved it is lost. Approved sets stay, as plans of nothing."""
    for name in ("family_decisions", "family_submissions", "family_revisions", "standard_families"):
        op.drop_table(name)
    with op.batch_alter_table("draw_plans") as table:
        table.drop_constraint(op.f(OF_A_FITTED_PLAN), type_="foreignkey")
        table.drop_column("fitted_plan_id")


def _families() -> None:
    op.create_table(
        "standard_families",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("fitted_plan_id", sa.Integer(), nullable=False),
        sa.Column("most_apart", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gap >= 0 AND gap <= 1", name=op.f("ck_standard_families_gap_is_a_share")),
        sa.ForeignKeyConstraint(
            ["fitted_plan_id"], ["draw_plans.id"], name=op.f("fk_standard_families_fitted_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_standard_families_method_of_the_plan",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_families")),
    )
    op.create_index("ix_standard_families_of_a_method", "standard_families", ["plan_version_id", "method"])


def _of_a_family(name: str, *parts: Any) -> None:
    """A table of what somebody did with a revision of a family."""
    op.create_table(
        name,
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f(f"fk_{name}_by_id")),
        sa.PrimaryKeyConstraint("family_id", "number", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _revisions() -> None:
    _of_a_family(
        "family_revisions",
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_family_revisions_digest_is_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_family_revisions_numbered_from_one")),
        sa.ForeignKeyConstraint(["family_id"], ["standard_families.id"], name=op.f("fk_family_revisions_family_id")),
    )


def _submissions() -> None:
    _of_a_family(
        "family_submissions",
        sa.ForeignKeyConstraint(
            ["family_id", "number"],
            ["family_revisions.family_id", "family_revisions.number"],
            name="fk_family_submissions_of_a_revision",
        ),
    )


def _decisions() -> None:
    _of_a_family(
        "family_decisions",
        sa.Column("decision", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("draw_plan_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("decision IN ('approved', 'sent back')", name=op.f("ck_family_decisions_decision_is_known")),
        sa.CheckConstraint(
            "(decision = 'approved') = (draw_plan_id IS NOT NULL)",
            name=op.f("ck_family_decisions_approved_sets_can_be_drawn"),
        ),
        sa.CheckConstraint(
            "decision = 'approved' OR reason <> ''", name=op.f("ck_family_decisions_sent_back_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["family_id", "number"],
            ["family_submissions.family_id", "family_submissions.number"],
            name="fk_family_decisions_of_a_submission",
        ),
        sa.ForeignKeyConstraint(["draw_plan_id"], ["draw_plans.id"], name=op.f("fk_family_decisions_draw_plan_id")),
        sa.UniqueConstraint("draw_plan_id", name="uq_family_decisions_draw_plan"),
    )
