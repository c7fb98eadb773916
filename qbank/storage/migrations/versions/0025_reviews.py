"""A review: its panel, agenda, interests, votes, discussion, decisions, sign-off and the tasks that follow."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

CHOICES = "'keep', 'revise', 'rest', 'retire'"
OF_A_QUESTION = (["review_id", "question_id"], ["review_questions.review_id", "review_questions.question_id"])
OF_A_MEMBER = (["review_id", "by_id"], ["review_members.review_id", "review_members.person_id"])
TABLES = (
    "review_task_ends",
    "review_sign_offs",
    "review_bank_decisions",
    "review_decisions",
    "review_remarks",
    "review_votes",
    "review_interests",
    "review_questions",
    "review_declarations",
    "review_members",
    "reviews",
)


def upgrade() -> None:
    """Make the tables, those first that others refer to."""
    _reviews()
    _panel()
    _agenda()
    _votes()
    _decisions()
    _ends()


def downgrade() -> None:
    """Drop the tables: reviews are lost but for what the audit trail tells of them."""
    for name in TABLES:
        op.drop_table(name)


def _column(name: str, kind: Any = None, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind if kind is not None else sa.Integer(), nullable=nullable)


def _when() -> sa.Column[Any]:
    return _column("at", sa.DateTime(timezone=True))


def _person(table: str, column: str = "by_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}"))


def _of_a_question(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(*OF_A_QUESTION, name=op.f(f"fk_{table}_review_id_question_id"))


def _of_a_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(*OF_A_MEMBER, name=op.f(f"fk_{table}_review_id_by_id"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _reviews() -> None:
    op.create_table(
        "reviews",
        _column("id"),
        _column("reference", sa.String(length=64)),
        _column("plan_version_id"),
        _column("method", sa.String(length=64)),
        _column("scope", sa.String(length=64)),
        _column("quorum"),
        _column("chair_id"),
        _when(),
        _column("by_id"),
        _check("reviews", "scope_is_known", "scope IN ('what is due, called or planned', 'every question in service')"),
        _check("reviews", "more_than_one_decides", "quorum >= 2"),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "method"],
            ["plan_methods.plan_version_id", "plan_methods.code"],
            name="fk_reviews_method_of_the_plan",
        ),
        _person("reviews", "chair_id"),
        _person("reviews"),
        _key("reviews", "id"),
        sa.UniqueConstraint("reference", name="uq_reviews_reference"),
    )
    op.create_index("ix_reviews_of_a_method", "reviews", ["plan_version_id", "method"])


def _panel() -> None:
    op.create_table(
        "review_members",
        _column("review_id"),
        _column("person_id"),
        _column("external", sa.Text()),
        _when(),
        _column("by_id"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_members_review_id")),
        _person("review_members", "person_id"),
        _person("review_members"),
        _key("review_members", "review_id", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review_declarations",
        _column("review_id"),
        _column("by_id"),
        _column("words", sa.Text()),
        _when(),
        _of_a_member("review_declarations"),
        _key("review_declarations", "review_id", "by_id"),
        sqlite_with_rowid=False,
    )


def _agenda() -> None:
    op.create_table(
        "review_questions",
        _column("review_id"),
        _column("question_id"),
        _column("question_version_id"),
        _column("why", sa.String(length=64)),
        _when(),
        _column("by_id"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_questions_review_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id", "question_id"],
            ["question_versions.id", "question_versions.question_id"],
            name="fk_review_questions_version_of_the_question",
        ),
        _person("review_questions"),
        _key("review_questions", "review_id", "question_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_review_questions_question", "review_questions", ["question_id"])
    op.create_table(
        "review_interests",
        _column("review_id"),
        _column("question_id"),
        _column("by_id"),
        _when(),
        _of_a_question("review_interests"),
        _of_a_member("review_interests"),
        _key("review_interests", "review_id", "question_id", "by_id"),
        sqlite_with_rowid=False,
    )


def _votes() -> None:
    op.create_table(
        "review_votes",
        _column("review_id"),
        _column("question_id"),
        _column("by_id"),
        _column("number"),
        _column("choice", sa.String(length=64)),
        _column("reason", sa.Text()),
        _when(),
        _check("review_votes", "choice_is_known", f"choice IN ({CHOICES})"),
        _check("review_votes", "numbered_from_one", "number >= 1"),
        _of_a_question("review_votes"),
        _of_a_member("review_votes"),
        _key("review_votes", "review_id", "question_id", "by_id", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review_remarks",
        _column("id"),
        _column("review_id"),
        _column("question_id"),
        _column("words", sa.Text()),
        _when(),
        _column("by_id"),
        _check("review_remarks", "with_words", "words <> ''"),
        _of_a_question("review_remarks"),
        _of_a_member("review_remarks"),
        _person("review_remarks"),
        _key("review_remarks", "id"),
    )
    op.create_index("ix_review_remarks_of_a_question", "review_remarks", ["review_id", "question_id"])


def _decisions() -> None:
    name = "review_decisions"
    op.create_table(
        name,
        _column("review_id"),
        _column("question_id"),
        _column("choice", sa.String(length=64)),
        _column("reason", sa.Text()),
        _column("rest_until", sa.Date(), nullable=True),
        _column("author_id", nullable=True),
        _column("revised_by", sa.Date(), nullable=True),
        _when(),
        _column("by_id"),
        _check(name, "choice_is_known", f"choice IN ({CHOICES})"),
        _check(name, "with_a_reason", "reason <> ''"),
        _check(name, "a_rest_has_an_end", "(choice = 'rest') = (rest_until IS NOT NULL)"),
        _check(name, "a_revision_has_an_author", "(choice = 'revise') = (author_id IS NOT NULL)"),
        _check(name, "a_revision_has_a_day", "(author_id IS NULL) = (revised_by IS NULL)"),
        _of_a_question(name),
        _of_a_member(name),
        _person(name, "author_id"),
        _person(name),
        _key(name, "review_id", "question_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_review_decisions_of_an_author", name, ["author_id"])
    op.create_table(
        "review_bank_decisions",
        _column("review_id"),
        _column("is_sufficient", sa.Boolean()),
        _column("budget"),
        _column("reason", sa.Text()),
        _when(),
        _column("by_id"),
        _check("review_bank_decisions", "with_a_reason", "reason <> ''"),
        _check("review_bank_decisions", "budget_is_a_share", "budget BETWEEN 0 AND 1000"),
        _of_a_member("review_bank_decisions"),
        _person("review_bank_decisions"),
        _key("review_bank_decisions", "review_id"),
    )


def _ends() -> None:
    op.create_table(
        "review_sign_offs",
        _column("review_id"),
        _column("certificate", sa.Text()),
        _column("digest", sa.String(length=64)),
        _when(),
        _column("by_id"),
        _check("review_sign_offs", "digest_is_whole", "length(digest) = 64"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_sign_offs_review_id")),
        _person("review_sign_offs"),
        _key("review_sign_offs", "review_id"),
    )
    op.create_table(
        "review_task_ends",
        _column("review_id"),
        _column("question_id"),
        _column("reason", sa.Text()),
        _when(),
        _column("by_id"),
        _check("review_task_ends", "with_a_reason", "reason <> ''"),
        sa.ForeignKeyConstraint(
            ["review_id", "question_id"],
            ["review_decisions.review_id", "review_decisions.question_id"],
            name=op.f("fk_review_task_ends_review_id_question_id"),
        ),
        _person("review_task_ends"),
        _key("review_task_ends", "review_id", "question_id"),
        sqlite_with_rowid=False,
    )
