"""Questions, their versions, approvals, moves and pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["standard_id"], ["standards.id"], name=op.f("fk_questions_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("reference", name="uq_questions_reference_never_reused"),
    )
    op.create_index("ix_questions_of_a_method", "questions", ["standard_id", "method"], unique=False)
    op.create_table(
        "loads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_loads_digest_is_whole")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_loads_by_id")),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_versions.id"], name=op.f("fk_loads_plan_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loads")),
    )
    op.create_table(
        "question_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("probes", sa.JSON(), nullable=False),
        sa.Column("guidance", sa.Text(), nullable=False),
        sa.Column("pass_evidence", sa.Text(), nullable=False),
        sa.Column("distinction_evidence", sa.Text(), nullable=False),
        sa.Column("demand", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("change", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("load_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("change IN ('editorial', 'material')", name=op.f("ck_question_versions_change_is_known")),
        sa.CheckConstraint(
            "author_id IS NOT NULL OR load_id IS NOT NULL", name=op.f("ck_question_versions_somebody_answers_for_it")
        ),
        sa.CheckConstraint("demand >= 1", name=op.f("ck_question_versions_demand_in_range")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_question_versions_digest_is_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_question_versions_numbered_from_one")),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_question_versions_takes_time")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_question_versions_author_id")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_question_versions_load_id")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_question_versions_plan_version_id")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_question_versions_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint("id", "author_id", name="uq_question_versions_l8_author_for_approvals"),
        sa.UniqueConstraint("id", "question_id", name="uq_question_versions_identity"),
        sa.UniqueConstraint("question_id", "number", name="uq_question_versions_number"),
    )
    op.create_index(op.f("ix_question_versions_digest"), "question_versions", ["digest"], unique=False)
    op.create_table(
        "version_authors",
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_version_authors_person_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_versions.id"], name=op.f("fk_version_authors_question_version_id")
        ),
        sa.PrimaryKeyConstraint("question_version_id", "person_id", name=op.f("pk_version_authors")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "version_ksbs",
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("ksb_id", sa.Integer(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ksb_id"], ["ksbs.id"], name=op.f("fk_version_ksbs_ksb_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_versions.id"], name=op.f("fk_version_ksbs_question_version_id")
        ),
        sa.PrimaryKeyConstraint("question_version_id", "ksb_id", name=op.f("pk_version_ksbs")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_version_ksbs_ksb_id"), "version_ksbs", ["ksb_id"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('approved', 'changes requested', 'rejected')", name=op.f("ck_approvals_decision_is_known")
        ),
        sa.CheckConstraint("approver_id <> author_id", name=op.f("ck_approvals_l8_approver_is_not_the_author")),
        sa.ForeignKeyConstraint(["approver_id"], ["people.id"], name=op.f("fk_approvals_approver_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id", "author_id"],
            ["question_versions.id", "question_versions.author_id"],
            name="fk_approvals_l8_author_of_that_version",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_of_a_version", "approvals", ["question_version_id"], unique=False)
    op.create_table(
        "version_ksb_confirmations",
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("ksb_id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=True),
        sa.Column("load_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(approval_id IS NULL) <> (load_id IS NULL)",
            name=op.f("ck_version_ksb_confirmations_by_an_approval_or_a_load"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_version_ksb_confirmations_approval_id")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_version_ksb_confirmations_load_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id", "ksb_id"],
            ["version_ksbs.question_version_id", "version_ksbs.ksb_id"],
            name="fk_version_ksb_confirmations_tag",
        ),
        sa.PrimaryKeyConstraint("question_version_id", "ksb_id", name=op.f("pk_version_ksb_confirmations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "version_criteria",
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name=op.f("fk_version_criteria_criterion_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_versions.id"], name=op.f("fk_version_criteria_question_version_id")
        ),
        sa.PrimaryKeyConstraint("question_version_id", "criterion_id", name=op.f("pk_version_criteria")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_version_criteria_criterion_id"), "version_criteria", ["criterion_id"], unique=False)
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=64), nullable=True),
        sa.Column("to_state", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "from_state IN ('draft', 'awaiting approval', 'live', 'resting', 'quarantined', 'retired')",
            name=op.f("ck_moves_from_state_is_known"),
        ),
        sa.CheckConstraint(
            "to_state IN ('draft', 'awaiting approval', 'live', 'resting', 'quarantined', 'retired')",
            name=op.f("ck_moves_to_state_is_known"),
        ),
        sa.CheckConstraint("(number = 1) = (from_state IS NULL)", name=op.f("ck_moves_first_from_nowhere")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_moves_numbered_from_one")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_moves_by_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_moves_version_of_the_question",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
        sa.UniqueConstraint("question_version_id", "number", name="uq_moves_one_order_per_version"),
    )
    op.create_index("ix_moves_of_a_question", "moves", ["question_id"], unique=False)
    op.create_table(
        "in_service",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('live', 'quarantined', 'resting')", name=op.f("ck_in_service_state_is_in_service")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_in_service_question_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_in_service_version_of_the_question",
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_in_service")),
    )
    op.create_table(
        "question_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('enemy', 'clone')", name=op.f("ck_question_pairs_kind_is_known")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_question_pairs_smaller_first")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_question_pairs_by_id")),
        sa.ForeignKeyConstraint(["first_id"], ["questions.id"], name=op.f("fk_question_pairs_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["questions.id"], name=op.f("fk_question_pairs_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_pairs")),
        sa.UniqueConstraint("kind", "first_id", "second_id", "number", name="uq_question_pairs_one_order"),
    )
    op.create_index("ix_question_pairs_second", "question_pairs", ["second_id"], unique=False)
    op.create_table(
        "question_pair_revocations",
        sa.Column("question_pair_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_question_pair_revocations_by_id")),
        sa.ForeignKeyConstraint(
            ["question_pair_id"], ["question_pairs.id"], name=op.f("fk_question_pair_revocations_question_pair_id")
        ),
        sa.PrimaryKeyConstraint("question_pair_id", name=op.f("pk_question_pair_revocations")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("question_pair_revocations")
    op.drop_table("question_pairs")
    op.drop_table("in_service")
    op.drop_table("moves")
    op.drop_table("version_criteria")
    op.drop_table("version_ksb_confirmations")
    op.drop_table("approvals")
    op.drop_table("version_ksbs")
    op.drop_table("version_authors")
    op.drop_table("question_versions")
    op.drop_table("loads")
    op.drop_table("questions")
