"""What is recorded before a session: starts, declarations, checks, what is handed in, adjustments, development."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OF_A_SESSION = ("declarations", "sitting_checks", "adjustments")
OF_AN_ATTEMPT = ("project_subjects", "submissions", "development_given")
HOW = [
    "a photo identity document, shown",
    "somebody who knows the apprentice vouched for them",
    "the camera was shown round the room",
    "somebody in charge of the room confirmed it",
]


def upgrade() -> None:
    """Make the tables; sessions that are booked already are in person."""
    op.add_column("assessment_sessions", sa.Column("remote", sa.Boolean(), server_default=sa.false(), nullable=False))
    _starts()
    _competences()
    _declarations()
    _checks()
    _subjects()
    _submissions()
    _adjustments()
    _development()
    for table in OF_A_SESSION:
        op.create_index(f"ix_{table}_of_a_session", table, ["assessment_session_id"])
    for table in OF_AN_ATTEMPT:
        op.create_index(f"ix_{table}_of_an_attempt", table, ["attempt_id"])


def downgrade() -> None:
    """Drop the tables: what was declared, checked, handed in and approved is lost."""
    for table in (*OF_A_SESSION, *OF_AN_ATTEMPT, "competences", "assessment_starts"):
        op.drop_table(table)
    op.drop_column("assessment_sessions", "remote")


def _table(name: str, *parts: Any, by: str = "by_id", named: bool = False) -> None:
    """A table of facts: its own columns, when it was recorded and by whom."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(by, sa.Integer(), nullable=not named),
        *parts,
        sa.ForeignKeyConstraint([by], ["people.id"], name=op.f(f"fk_{name}_{by}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _of(table: str, column: str, other: str) -> list[Any]:
    key = sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
    return [sa.Column(column, sa.Integer(), nullable=False), key]


def _word(column: str, *, may_be_empty: bool = False) -> sa.Column[str]:
    return sa.Column(column, sa.String(length=64), nullable=may_be_empty)


def _known(table: str, column: str, words: list[str]) -> sa.CheckConstraint:
    among = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({among})", name=op.f(f"ck_{table}_{column}_is_known"))


def _starts() -> None:
    _table(
        "assessment_starts",
        *_of("assessment_starts", "apprentice_id", "apprentices"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        _word("kind"),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("apprentice_id", "number", name="uq_assessment_starts_one_order"),
        sa.CheckConstraint("number >= 1 AND period >= 1", name=op.f("ck_assessment_starts_numbered_from_one")),
        sa.CheckConstraint("(number = 1) = (kind = 'first')", name=op.f("ck_assessment_starts_only_one_is_the_first")),
        _known("assessment_starts", "kind", ["first", "re-take", "corrected"]),
    )


def _competences() -> None:
    _table(
        "competences",
        *_of("competences", "person_id", "people"),
        sa.Column("holds_until", sa.Date(), nullable=False),
    )
    op.create_index("ix_competences_of_a_person", "competences", ["person_id"])


def _declarations() -> None:
    _table(
        "declarations",
        *_of("declarations", "assessment_session_id", "assessment_sessions"),
        _word("interest"),
        _known("declarations", "interest", ["none", "declared"]),
        by="person_id",
        named=True,
    )


def _checks() -> None:
    _table(
        "sitting_checks",
        *_of("sitting_checks", "assessment_session_id", "assessment_sessions"),
        _word("what"),
        _word("how"),
        _word("outcome"),
        _known("sitting_checks", "what", ["identity", "room"]),
        _known("sitting_checks", "how", HOW),
        _known("sitting_checks", "outcome", ["in order", "not in order"]),
        named=True,
    )


def _subjects() -> None:
    _table(
        "project_subjects",
        *_of("project_subjects", "attempt_id", "attempts"),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
    )


def _submissions() -> None:
    _table(
        "submissions",
        *_of("submissions", "attempt_id", "attempts"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=True),
        sa.Column("piece_count", sa.Integer(), nullable=True),
        sa.Column("again_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(word_count IS NULL) <> (piece_count IS NULL)", name=op.f("ck_submissions_a_report_or_evidence")
        ),
        sa.CheckConstraint("coalesce(word_count, piece_count) >= 1", name=op.f("ck_submissions_counts_from_one")),
        sa.CheckConstraint(
            "again_count = 0 OR (piece_count IS NOT NULL AND again_count BETWEEN 1 AND piece_count - 1)",
            name=op.f("ck_submissions_r13_earlier_evidence_with_new"),
        ),
    )


def _adjustments() -> None:
    whole = {
        "minutes_of_a_longer_one": "(extra_minutes IS NOT NULL) = (kind = 'time')",
        "minutes_within_reason": "extra_minutes BETWEEN 0 AND 240",
        "variant_of_a_format": "(variant IS NOT NULL) = (kind = 'format')",
        "interpreter_or_not": "(interpreter IS NOT NULL) = (kind = 'interpreter')",
    }
    _table(
        "adjustments",
        *_of("adjustments", "assessment_session_id", "assessment_sessions"),
        _word("kind"),
        sa.Column("extra_minutes", sa.Integer(), nullable=True),
        _word("variant", may_be_empty=True),
        sa.Column("interpreter", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        _known("adjustments", "kind", ["time", "format", "interpreter", "other"]),
        _known("adjustments", "variant", ["standard", "large", "contrast"]),
        *(sa.CheckConstraint(what, name=op.f(f"ck_adjustments_{name}")) for name, what in whole.items()),
        by="approved_by_id",
        named=True,
    )


def _development() -> None:
    _table(
        "development_given",
        *_of("development_given", "attempt_id", "attempts"),
        sa.Column("given_on", sa.Date(), nullable=False),
    )
