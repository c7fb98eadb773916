"""Draw plans, attempts, seeds, bookings and question sets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "specifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_specifications_digest_is_whole")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_specifications_by_id")),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_specifications_method_of_the_plan",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specifications")),
        sa.UniqueConstraint("plan_version_id", "method", "digest", name="uq_specifications_digest"),
    )
    op.create_table(
        "draw_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specification_id", sa.Integer(), nullable=False),
        sa.Column("pool_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_draw_plans_digest_is_whole")),
        sa.CheckConstraint("length(pool_digest) = 64", name=op.f("ck_draw_plans_pool_digest_is_whole")),
        sa.ForeignKeyConstraint(
            ["specification_id"], ["specifications.id"], name=op.f("fk_draw_plans_specification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_plans")),
        sa.UniqueConstraint("specification_id", "digest", name="uq_draw_plans_digest"),
    )
    op.create_index("ix_draw_plans_of_a_pool", "draw_plans", ["specification_id", "pool_digest"], unique=False)
    op.create_table(
        "draw_plan_questions",
        sa.Column("draw_plan_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_plan_id"], ["draw_plans.id"], name=op.f("fk_draw_plan_questions_draw_plan_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_draw_plan_questions_version_of_the_question",
        ),
        sa.PrimaryKeyConstraint("draw_plan_id", "question_id", name=op.f("pk_draw_plan_questions")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draw_plan_questions_question", "draw_plan_questions", ["question_id"], unique=False)
    op.create_table(
        "adoptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("draw_plan_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_adoptions_by_id")),
        sa.ForeignKeyConstraint(["draw_plan_id"], ["draw_plans.id"], name=op.f("fk_adoptions_draw_plan_id")),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_versions.id"], name=op.f("fk_adoptions_plan_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
    )
    op.create_index("ix_adoptions_of_a_method", "adoptions", ["plan_version_id", "method"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(number = 1) = (kind = 'first sitting')", name=op.f("ck_attempts_only_the_first_is_a_first_sitting")
        ),
        sa.CheckConstraint("kind IN ('first sitting', 're-sit', 're-take')", name=op.f("ck_attempts_kind_is_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_attempts_numbered_from_one")),
        sa.ForeignKeyConstraint(["apprentice_id"], ["apprentices.id"], name=op.f("fk_attempts_apprentice_id")),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_attempts_method_of_the_plan",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("apprentice_id", "method", "number", name="uq_attempts_l5_one_seed_per_attempt"),
        sa.UniqueConstraint("id", "apprentice_id", "method", name="uq_attempts_identity"),
        sa.UniqueConstraint("reference", name=op.f("uq_attempts_reference")),
    )
    op.create_table(
        "seeds",
        sa.Column("attempt_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_seeds_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_seeds")),
    )
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("draw_plan_id", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "number = 1 OR (by_id IS NOT NULL AND second_id IS NOT NULL AND by_id <> second_id AND reason <> '')",
            name=op.f("ck_commitments_l5_another_plan_needs_two_people_and_a_reason"),
        ),
        sa.CheckConstraint("length(commitment) = 64", name=op.f("ck_commitments_commitment_is_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_commitments_numbered_from_one")),
        sa.ForeignKeyConstraint(["attempt_id"], ["seeds.attempt_id"], name=op.f("fk_commitments_attempt_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_commitments_by_id")),
        sa.ForeignKeyConstraint(["draw_plan_id"], ["draw_plans.id"], name=op.f("fk_commitments_draw_plan_id")),
        sa.ForeignKeyConstraint(["second_id"], ["people.id"], name=op.f("fk_commitments_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("attempt_id", "number", name="uq_commitments_one_order"),
        sa.UniqueConstraint("id", "attempt_id", "draw_plan_id", name="uq_commitments_identity"),
    )
    op.create_table(
        "assessment_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=64), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_because IS NULL)",
            name=op.f("ck_assessment_sessions_cancelled_with_a_reason"),
        ),
        sa.CheckConstraint("length(public_id) >= 22", name=op.f("ck_assessment_sessions_public_id_has_128_bits")),
        sa.ForeignKeyConstraint(["assessor_id"], ["people.id"], name=op.f("fk_assessment_sessions_assessor_id")),
        sa.ForeignKeyConstraint(
            ["attempt_id", "apprentice_id", "method"],
            ["attempts.id", "attempts.apprentice_id", "attempts.method"],
            name="fk_assessment_sessions_attempt_of_the_apprentice",
        ),
        sa.ForeignKeyConstraint(["booked_by_id"], ["people.id"], name=op.f("fk_assessment_sessions_booked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_sessions")),
        sa.UniqueConstraint("id", "attempt_id", name="uq_assessment_sessions_identity"),
        sa.UniqueConstraint("public_id", name="uq_assessment_sessions_public_id"),
        sa.UniqueConstraint("reference", name="uq_assessment_sessions_reference"),
    )
    op.create_index(
        op.f("ix_assessment_sessions_apprentice_id"), "assessment_sessions", ["apprentice_id"], unique=False
    )
    op.create_index(op.f("ix_assessment_sessions_attempt_id"), "assessment_sessions", ["attempt_id"], unique=False)
    op.create_index(
        "ix_assessment_sessions_of_an_assessor", "assessment_sessions", ["assessor_id", "starts_at"], unique=False
    )
    op.create_index(
        "uq_assessment_sessions_l5_one_booking_per_attempt",
        "assessment_sessions",
        ["attempt_id"],
        unique=True,
        sqlite_where=sa.text("cancelled_at IS NULL"),
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_table(
        "session_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_session_id"],
            ["assessment_sessions.id"],
            name=op.f("fk_session_notes_assessment_session_id"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_session_notes_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_notes")),
    )
    op.create_index(
        op.f("ix_session_notes_assessment_session_id"), "session_notes", ["assessment_session_id"], unique=False
    )
    op.create_table(
        "eligibility_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_eligibility_snapshots_digest_is_whole")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_eligibility_snapshots_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_snapshots")),
        sa.UniqueConstraint("attempt_id", "ordinal", name="uq_eligibility_snapshots_l6_frozen_once"),
        sa.UniqueConstraint("id", "attempt_id", "ordinal", name="uq_eligibility_snapshots_identity"),
    )
    op.create_table(
        "question_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_session_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("draw_plan_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("certificate_digest", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "length(certificate_digest) = 64", name=op.f("ck_question_sets_certificate_digest_is_whole")
        ),
        sa.CheckConstraint("ordinal >= 1", name=op.f("ck_question_sets_numbered_from_one")),
        sa.CheckConstraint("question_count >= 1", name=op.f("ck_question_sets_holds_questions")),
        sa.ForeignKeyConstraint(
            ["assessment_session_id", "attempt_id"],
            ["assessment_sessions.id", "assessment_sessions.attempt_id"],
            name="fk_question_sets_session_of_the_attempt",
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id", "apprentice_id", "method"],
            ["attempts.id", "attempts.apprentice_id", "attempts.method"],
            name="fk_question_sets_attempt_of_the_apprentice",
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id", "attempt_id", "draw_plan_id"],
            ["commitments.id", "commitments.attempt_id", "commitments.draw_plan_id"],
            name="fk_question_sets_l4_committed_before",
        ),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["people.id"], name=op.f("fk_question_sets_drawn_by_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id", "attempt_id", "ordinal"],
            ["eligibility_snapshots.id", "eligibility_snapshots.attempt_id", "eligibility_snapshots.ordinal"],
            name="fk_question_sets_l6_frozen_eligibility",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sets")),
        sa.UniqueConstraint("assessment_session_id", "ordinal", name="uq_question_sets_l1_one_set_per_session"),
        sa.UniqueConstraint("attempt_id", "ordinal", name="uq_question_sets_l5_one_set_per_attempt"),
        sa.UniqueConstraint("id", "apprentice_id", "method", name="uq_question_sets_identity"),
    )
    op.create_index(op.f("ix_question_sets_apprentice_id"), "question_sets", ["apprentice_id"], unique=False)
    op.create_table(
        "repeat_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("first_signer_id", sa.Integer(), nullable=False),
        sa.Column("second_signer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_repeat_exceptions_with_a_reason")),
        sa.CheckConstraint("first_signer_id <> second_signer_id", name=op.f("ck_repeat_exceptions_l2_two_people_sign")),
        sa.ForeignKeyConstraint(["apprentice_id"], ["apprentices.id"], name=op.f("fk_repeat_exceptions_apprentice_id")),
        sa.ForeignKeyConstraint(["first_signer_id"], ["people.id"], name=op.f("fk_repeat_exceptions_first_signer_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_repeat_exceptions_question_id")),
        sa.ForeignKeyConstraint(
            ["second_signer_id"], ["people.id"], name=op.f("fk_repeat_exceptions_second_signer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat_exceptions")),
        sa.UniqueConstraint("id", "apprentice_id", "method", "question_id", name="uq_repeat_exceptions_identity"),
    )
    op.create_table(
        "set_questions",
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("exception_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_set_questions_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["exception_id", "apprentice_id", "method", "question_id"],
            [
                "repeat_exceptions.id",
                "repeat_exceptions.apprentice_id",
                "repeat_exceptions.method",
                "repeat_exceptions.question_id",
            ],
            name="fk_set_questions_l2_exception_for_this_very_repeat",
        ),
        sa.ForeignKeyConstraint(
            ["question_set_id", "apprentice_id", "method"],
            ["question_sets.id", "question_sets.apprentice_id", "question_sets.method"],
            name="fk_set_questions_set_of_the_apprentice",
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_set_questions_version_of_the_question",
        ),
        sa.PrimaryKeyConstraint("question_set_id", "position", name=op.f("pk_set_questions")),
        sa.UniqueConstraint("question_set_id", "question_id", name="uq_set_questions_distinct"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_set_questions_version", "set_questions", ["question_version_id"], unique=False)
    op.create_index("uq_set_questions_l2_exception_used_once", "set_questions", ["exception_id"], unique=True)
    op.create_index(
        "uq_set_questions_l2_no_question_twice",
        "set_questions",
        ["apprentice_id", "method", "question_id"],
        unique=True,
        sqlite_where=sa.text("exception_id IS NULL"),
        postgresql_where=sa.text("exception_id IS NULL"),
    )
    op.create_table(
        "set_voids",
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_set_voids_with_a_reason")),
        sa.CheckConstraint("by_id <> second_id", name=op.f("ck_set_voids_l5_a_second_person_agrees")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_set_voids_by_id")),
        sa.ForeignKeyConstraint(["question_set_id"], ["question_sets.id"], name=op.f("fk_set_voids_question_set_id")),
        sa.ForeignKeyConstraint(["second_id"], ["people.id"], name=op.f("fk_set_voids_second_id")),
        sa.PrimaryKeyConstraint("question_set_id", name=op.f("pk_set_voids")),
    )
    op.create_table(
        "set_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_set_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=64), nullable=False),
        sa.Column("copy_mark", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("how IN ('opened', 'read', 'printed', 'exported')", name=op.f("ck_set_views_how_is_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_set_views_person_id")),
        sa.ForeignKeyConstraint(["question_set_id"], ["question_sets.id"], name=op.f("fk_set_views_question_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_views")),
    )
    op.create_index("ix_set_views_of_a_person", "set_views", ["person_id"], unique=False)
    op.create_index("ix_set_views_of_a_set", "set_views", ["question_set_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("set_views")
    op.drop_table("set_voids")
    op.drop_table("set_questions")
    op.drop_table("repeat_exceptions")
    op.drop_table("question_sets")
    op.drop_table("eligibility_snapshots")
    op.drop_table("session_notes")
    op.drop_table("assessment_sessions")
    op.drop_table("commitments")
    op.drop_table("seeds")
    op.drop_table("attempts")
    op.drop_table("adoptions")
    op.drop_table("draw_plan_questions")
    op.drop_table("draw_plans")
    op.drop_table("specifications")
