"""Imports of questions: the report of each, which stays."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.bank_rows import Kind
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, Code, Digest, Key, Person, When, is_digest, one_of


class QuestionImport(Base):
    """That a file with questions was imported: by whom, and how many of its rows came to what."""

    __tablename__ = "question_imports"
    __table_args__ = (
        sa.UniqueConstraint("public_id", name="uq_question_imports_public_id"),
        sa.Index("ix_question_imports_of_a_person", "by_id"),
        is_digest("digest"),
        sa.CheckConstraint("submitted_count <= new_count + changed_count", name="only_drafts_are_submitted"),
    )

    id: Mapped[Key]
    public_id: Mapped[Code]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"))
    file: Mapped[str]
    format: Mapped[Code]
    digest: Mapped[Digest]
    new_count: Mapped[int]
    changed_count: Mapped[int]
    unchanged_count: Mapped[int]
    wrong_count: Mapped[int]
    left_out_count: Mapped[int]
    submitted_count: Mapped[int]
    at: Mapped[When]
    by_id: Mapped[Person]


class VersionHistory(Base):
    """What another installation recorded of a version that was restored here: its words, which nobody here can mend.

    The version's own rows begin with the restoring; `move_count` of its moves belong to that.
    """

    __tablename__ = "version_histories"

    question_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question_versions.id"), primary_key=True, autoincrement=False
    )
    load_id: Mapped[int] = mapped_column(sa.ForeignKey("loads.id"))
    move_count: Mapped[int]
    words: Mapped[str]


class PairHistory(Base):
    """What another installation recorded of two enemies or clones that were restored here."""

    __tablename__ = "pair_histories"

    question_pair_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question_pairs.id"), primary_key=True, autoincrement=False
    )
    load_id: Mapped[int] = mapped_column(sa.ForeignKey("loads.id"))
    words: Mapped[str]


class QuestionImportLine(Base):
    """What became of one row: its draft, or why there is none."""

    __tablename__ = "question_import_lines"
    __table_args__ = (
        one_of("kind", Kind, name="kind_is_known"),
        sa.CheckConstraint(
            f"(working_draft_id IS NOT NULL) = (kind IN ('{Kind.NEW}', '{Kind.CHANGED}'))", name="drafts_of_what_came"
        ),
        NO_HIDDEN_KEY,
    )

    question_import_id: Mapped[int] = mapped_column(sa.ForeignKey("question_imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[str]
    kind: Mapped[Code]
    working_draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("working_drafts.id"))
    reference: Mapped[Code]
    words: Mapped[str]
