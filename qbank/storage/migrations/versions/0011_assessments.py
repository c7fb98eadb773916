"""Assessment decisions: submitted, moderated, confirmed; and judgements among the entries of a record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = ["began", "ended", "asked", "note", "supplementary", "evidence", "gap", "questioning", "incomplete", "reason"]
KIND_IS_KNOWN = "ck_record_entries_kind_is_known"


def upgrade() -> None:
    """Let entries be judgements, and make the tables."""
    _kinds_of_entries([*KINDS, "judgement"])
    op.create_table(
        "assessor_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("assessor_id <> by_id", name=op.f("ck_assessor_releases_q2_by_somebody_else")),
        sa.ForeignKeyConstraint(["assessor_id"], ["people.id"], name=op.f("fk_assessor_releases_assessor_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_assessor_releases_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessor_releases")),
        sa.UniqueConstraint("assessor_id", name="uq_assessor_releases_once"),
    )
    op.create_table(
        "cap_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(words IS NULL) = (salt IS NULL)", name=op.f("ck_cap_exceptions_words_and_salt_go_together")
        ),
        sa.CheckConstraint("length(commitment) = 64", name=op.f("ck_cap_exceptions_commitment_is_whole")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_cap_exceptions_attempt_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_cap_exceptions_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_exceptions")),
        sa.UniqueConstraint("attempt_id", name="uq_cap_exceptions_once"),
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_session_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=64), nullable=True),
        sa.Column("derived_grade", sa.String(length=64), nullable=True),
        sa.Column("capped", sa.Boolean(), nullable=False),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("judgement_count", sa.Integer(), nullable=False),
        sa.Column("record_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "derived_grade IN ('fail', 'pass', 'distinction')", name=op.f("ck_assessments_derived_grade_is_known")
        ),
        sa.CheckConstraint("grade IN ('fail', 'pass', 'distinction')", name=op.f("ck_assessments_grade_is_known")),
        sa.CheckConstraint("(grade IS NULL) = (derived_grade IS NULL)", name=op.f("ck_assessments_a_grade_is_derived")),
        sa.CheckConstraint("(words IS NULL) = (salt IS NULL)", name=op.f("ck_assessments_words_and_salt_go_together")),
        sa.CheckConstraint("grade IS NOT NULL OR NOT capped", name=op.f("ck_assessments_r5_only_a_grade_is_capped")),
        sa.CheckConstraint(
            "grade IS NULL OR capped = (grade <> derived_grade)", name=op.f("ck_assessments_r5_capped_where_it_is_less")
        ),
        sa.CheckConstraint(
            "incomplete = (grade IS NULL)", name=op.f("ck_assessments_w6_an_incomplete_one_has_no_grade")
        ),
        sa.CheckConstraint("judgement_count >= 0", name=op.f("ck_assessments_counts_judgements")),
        sa.CheckConstraint("length(commitment) = 64", name=op.f("ck_assessments_commitment_is_whole")),
        sa.CheckConstraint("length(record_digest) = 64", name=op.f("ck_assessments_record_digest_is_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_assessments_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["assessment_session_id", "attempt_id"],
            ["assessment_sessions.id", "assessment_sessions.attempt_id"],
            name="fk_assessments_session_of_the_attempt",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_assessments_by_id")),
        sa.ForeignKeyConstraint(["question_set_id"], ["question_sets.id"], name=op.f("fk_assessments_question_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("assessment_session_id", "number", name="uq_assessments_one_order"),
        sa.UniqueConstraint("id", "assessment_session_id", name="uq_assessments_identity"),
    )
    op.create_index("ix_assessments_of_an_assessor", "assessments", ["by_id", "at"], unique=False)
    op.create_index("ix_assessments_of_an_attempt", "assessments", ["attempt_id"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("assessment_session_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id", "assessment_session_id"],
            ["assessments.id", "assessments.assessment_session_id"],
            name="fk_confirmations_of_the_session",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_confirmations_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("assessment_session_id", name="uq_confirmations_r10_once"),
    )
    op.create_table(
        "judgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=64), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(words IS NULL) = (salt IS NULL)", name=op.f("ck_judgements_words_and_salt_go_together")),
        sa.CheckConstraint("length(commitment) = 64", name=op.f("ck_judgements_commitment_is_whole")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_judgements_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
        sa.UniqueConstraint("assessment_id", "criterion", name="uq_judgements_once_a_criterion"),
    )
    op.create_table(
        "moderation_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "why IN ('new assessor', 'a question was replaced', 'incomplete assessment', 'a correction', 'by lot')",
            name=op.f("ck_moderation_samples_why_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_moderation_samples_assessment_id")
        ),
        sa.ForeignKeyConstraint(["audit_seq"], ["audit_entries.seq"], name="fk_moderation_samples_follows_the_trail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_samples")),
        sa.UniqueConstraint("assessment_id", "why", name="uq_moderation_samples_once_a_reason"),
    )
    op.create_table(
        "moderations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.CheckConstraint("outcome IN ('upheld', 'returned')", name=op.f("ck_moderations_outcome_is_known")),
        sa.CheckConstraint("(words IS NULL) = (salt IS NULL)", name=op.f("ck_moderations_words_and_salt_go_together")),
        sa.CheckConstraint("length(commitment) = 64", name=op.f("ck_moderations_commitment_is_whole")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_moderations_assessment_id")),
        sa.ForeignKeyConstraint(["moderator_id"], ["people.id"], name=op.f("fk_moderations_moderator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderations")),
        sa.UniqueConstraint("assessment_id", name="uq_moderations_once"),
    )
    op.create_index("ix_moderations_of_a_person", "moderations", ["moderator_id"], unique=False)


def downgrade() -> None:
    """Drop the tables with every decision, and the entries that an older program does not know."""
    op.drop_index("ix_moderations_of_a_person", table_name="moderations")
    op.drop_table("moderations")
    op.drop_table("moderation_samples")
    op.drop_table("judgements")
    op.drop_table("confirmations")
    op.drop_index("ix_assessments_of_an_attempt", table_name="assessments")
    op.drop_index("ix_assessments_of_an_assessor", table_name="assessments")
    op.drop_table("assessments")
    op.drop_table("cap_exceptions")
    op.drop_table("assessor_releases")
    op.execute("DELETE FROM record_entries WHERE kind = 'judgement'")
    _kinds_of_entries(KINDS)


def _kinds_of_entries(kinds: list[str]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("record_entries") as table:
        table.drop_constraint(op.f(KIND_IS_KNOWN), type_="check")
        table.create_check_constraint(op.f(KIND_IS_KNOWN), f"kind IN ({words})")
