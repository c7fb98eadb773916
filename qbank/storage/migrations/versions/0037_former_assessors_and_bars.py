"""Former assessors are kept, open reviews know who did not count, and every word goes with an erasure.

Former assessors are read from the audit trail. Decisions of open reviews from before 0028 have no bars: they are those
of whoever had a hand in the question, or declared an interest, before it was decided. Later decisions say in the trail
who did not count, and keep their bars. The triggers are made anew, as after every migration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

HANDS: Final = """
SELECT author_id AS person_id, created_at AS at FROM question_versions WHERE question_id = :question
UNION SELECT version_authors.person_id, made.created_at FROM version_authors
  JOIN question_versions AS made ON made.id = version_authors.question_version_id WHERE made.question_id = :question
UNION SELECT approvals.approver_id, approvals.at FROM approvals
  JOIN question_versions AS made ON made.id = approvals.question_version_id WHERE made.question_id = :question
UNION SELECT loads.by_id, loads.at FROM loads
  JOIN question_versions AS made ON made.load_id = loads.id WHERE made.question_id = :question
UNION SELECT by_id, at FROM moves WHERE question_id = :question AND to_state = 'awaiting approval'
UNION SELECT working_draft_authors.person_id, working_drafts.created_at FROM working_draft_authors
  JOIN working_drafts ON working_drafts.id = working_draft_authors.working_draft_id
  WHERE working_drafts.question_id = :question
UNION SELECT by_id, at FROM review_interests WHERE review_id = :review AND question_id = :question
"""
BARRED: Final = f"""
INSERT INTO review_decision_bars (review_id, question_id, person_id)
SELECT DISTINCT decided.review_id, decided.question_id, members.person_id
FROM review_decisions AS decided
JOIN review_members AS members ON members.review_id = decided.review_id
JOIN ({HANDS}) AS hands ON hands.person_id = members.person_id AND hands.at <= decided.at
WHERE decided.review_id = :review AND decided.question_id = :question
AND NOT EXISTS (SELECT 1 FROM review_decision_bars AS kept WHERE kept.review_id = decided.review_id
AND kept.question_id = decided.question_id)
"""  # noqa: S608 - put together from this file's constants
OPEN: Final = """
SELECT reviews.id, reviews.reference FROM reviews
WHERE NOT EXISTS (SELECT 1 FROM review_sign_offs WHERE review_sign_offs.review_id = reviews.id)
AND NOT EXISTS (SELECT 1 FROM review_withdrawals WHERE review_withdrawals.review_id = reviews.id)
"""


def upgrade() -> None:
    """Make the table, and fill in what earlier revisions did not keep."""
    op.create_table(
        "former_assessors",
        sa.Column("assessment_session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_session_id"],
            ["assessment_sessions.id"],
            name=op.f("fk_former_assessors_assessment_session_id"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_former_assessors_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_former_assessors_person_id")),
        sa.PrimaryKeyConstraint("assessment_session_id", "person_id", name=op.f("pk_former_assessors")),
        sqlite_with_rowid=False,
    )
    _keep_former_assessors()
    _bar_in_open_reviews()


def downgrade() -> None:
    """Drop it: whose a session was is then known to the audit trail alone. Bars stay."""
    op.drop_table("former_assessors")


def _keep_former_assessors() -> None:
    connection, sessions = op.get_bind(), _references("assessment_sessions")
    kept = set()
    for subject, at, by_id, facts in _told("session reassigned"):
        key = (sessions.get(subject), facts.get("from"))
        if None in key or facts.get("from") == facts.get("to") or key in kept:
            continue
        kept.add(key)
        row = {"session": key[0], "person": key[1], "at": at, "by": by_id}
        connection.execute(sa.text("INSERT INTO former_assessors VALUES (:session, :person, :at, :by)"), row)


def _bar_in_open_reviews() -> None:
    connection, questions = op.get_bind(), _references("questions")
    for key, reference in connection.execute(sa.text(OPEN)).all():
        for subject, _, _, facts in _told("review decision recorded"):
            if subject == reference and "barred" not in facts:
                which = {"review": key, "question": questions[facts["question"]]}
                connection.execute(sa.text(BARRED), which)


def _told(act: str) -> list[tuple[str, Any, int | None, Mapping[str, Any]]]:
    asked = sa.text("SELECT subject, at, actor_id, facts FROM audit_entries WHERE act = :act ORDER BY seq")
    found: Any = op.get_bind().execute(asked, {"act": act}).all()
    return [(subject, at, by_id, json.loads(facts)) for subject, at, by_id, facts in found]


def _references(table: str) -> Mapping[str, int]:
    found: Any = op.get_bind().execute(sa.text(f"SELECT reference, id FROM {table}")).all()  # noqa: S608 - named above
    return dict(map(tuple, found))
