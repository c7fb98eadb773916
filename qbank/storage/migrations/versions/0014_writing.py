"""Writing and approving: working drafts, who wrote in them, comments of approvers, and the kind of a change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; an approval that stands says of no change what it was."""
    op.add_column("approvals", sa.Column("change", sa.String(length=64), nullable=True))
    _drafts()
    op.create_table(
        "working_draft_authors",
        sa.Column("working_draft_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_working_draft_authors_person_id")),
        sa.ForeignKeyConstraint(
            ["working_draft_id"], ["working_drafts.id"], name=op.f("fk_working_draft_authors_working_draft_id")
        ),
        sa.PrimaryKeyConstraint("working_draft_id", "person_id", name=op.f("pk_working_draft_authors")),
        sqlite_with_rowid=False,
    )
    _comments()


def downgrade() -> None:
    """Drop the tables: drafts that nobody submitted are lost, and what approvers remarked."""
    op.drop_table("version_comment_answers")
    op.drop_table("version_comments")
    op.drop_table("working_draft_authors")
    op.drop_table("working_drafts")
    op.drop_column("approvals", "change")


def _drafts() -> None:
    people = ("created_by_id", "saved_by_id")
    op.create_table(
        "working_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=64), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_working_drafts_numbered_from_one")),
        *(sa.ForeignKeyConstraint([each], ["people.id"], name=op.f(f"fk_working_drafts_{each}")) for each in people),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_working_drafts_plan_version_id")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_working_drafts_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_drafts")),
        sa.UniqueConstraint("public_id", name="uq_working_drafts_public_id"),
    )
    op.create_index(
        "uq_working_drafts_one_open_of_a_question",
        "working_drafts",
        ["question_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _comments() -> None:
    parts = "'stem', 'probes', 'guidance', 'pass_evidence', 'distinction_evidence'"
    op.create_table(
        "version_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"part IN ({parts})", name=op.f("ck_version_comments_part_is_known")),
        sa.CheckConstraint(
            "suggestion IS NULL OR passage <> ''", name=op.f("ck_version_comments_suggestion_for_a_passage")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_version_comments_by_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"], ["question_versions.id"], name=op.f("fk_version_comments_question_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_comments")),
    )
    op.create_index("ix_version_comments_of_a_version", "version_comments", ["question_version_id"])
    op.create_table(
        "version_comment_answers",
        sa.Column("version_comment_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined')", name=op.f("ck_version_comment_answers_answer_is_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_version_comment_answers_by_id")),
        sa.ForeignKeyConstraint(
            ["version_comment_id"],
            ["version_comments.id"],
            name=op.f("fk_version_comment_answers_version_comment_id"),
        ),
        sa.PrimaryKeyConstraint("version_comment_id", name=op.f("pk_version_comment_answers")),
    )
