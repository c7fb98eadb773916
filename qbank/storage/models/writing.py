"""Questions while they are written: working drafts, who had a hand in them, and what approvers remarked."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.approving import Answer
from qbank.domain.working_drafts import PASSAGES
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, Code, Key, Person, When, one_of


class WorkingDraft(Base):
    """The text of a question's next version while it is written: the one thing here that is saved over.

    Each save raises `revision` by one, and says which revision it was typed on: so nobody's words are lost unseen.
    One that was put away is on nobody's list, and can be taken up again.
    """

    __tablename__ = "working_drafts"
    __table_args__ = (
        sa.UniqueConstraint("public_id", name="uq_working_drafts_public_id"),
        sa.Index(
            "uq_working_drafts_one_open_of_a_question",
            "question_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("revision >= 1", name="numbered_from_one"),
    )

    id: Mapped[Key]
    public_id: Mapped[Code]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"))
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("questions.id"))
    words: Mapped[str]
    revision: Mapped[int]
    created_at: Mapped[When]
    created_by_id: Mapped[Person]
    saved_at: Mapped[When]
    saved_by_id: Mapped[Person]
    ended_at: Mapped[datetime | None]
    put_away_at: Mapped[datetime | None]


class WorkingDraftAuthor(Base):
    """That a person wrote in a draft: they are an author or a co-author of the version that comes of it."""

    __tablename__ = "working_draft_authors"
    __table_args__ = NO_HIDDEN_KEY

    working_draft_id: Mapped[int] = mapped_column(sa.ForeignKey("working_drafts.id"), primary_key=True)
    person_id: Mapped[Person] = mapped_column(primary_key=True)


class VersionComment(Base):
    """What an approver remarked on a passage of a version, and the words they would put in its place."""

    __tablename__ = "version_comments"
    __table_args__ = (
        one_of("part", PASSAGES, name="part_is_known"),
        sa.CheckConstraint("suggestion IS NULL OR passage <> ''", name="suggestion_for_a_passage"),
        sa.Index("ix_version_comments_of_a_version", "question_version_id"),
    )

    id: Mapped[Key]
    question_version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_versions.id"))
    part: Mapped[Code]
    passage: Mapped[str]
    words: Mapped[str]
    suggestion: Mapped[str | None]
    at: Mapped[When]
    by_id: Mapped[Person]


class VersionCommentAnswer(Base):
    """That an author accepted a suggestion, or declined it or a remark."""

    __tablename__ = "version_comment_answers"
    __table_args__ = (one_of("answer", Answer, name="answer_is_known"),)

    version_comment_id: Mapped[int] = mapped_column(sa.ForeignKey("version_comments.id"), primary_key=True)
    answer: Mapped[Code]
    at: Mapped[When]
    by_id: Mapped[Person]
