"""The record of a sitting: entries that assessors write while they ask, each kept once for ever."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.domain.record_entries import Kind
from qbank.storage.db import Base
from qbank.storage.models.columns import Code, Digest, Key, Person, When, is_digest, one_of


class RecordEntry(Base):
    """One entry. Its identity was made where it was written, so that what is sent twice is kept once.

    `words` is what it says, canonical JSON; words and salt are erased together with the apprentice's data, and the
    commitment, the SHA-256 of the salt's bytes and the words, stays.
    """

    __tablename__ = "record_entries"
    __table_args__ = (
        sa.UniqueConstraint("entry", name="uq_record_entries_kept_once"),
        sa.UniqueConstraint("assessment_session_id", "entry", name="uq_record_entries_identity"),
        sa.ForeignKeyConstraint(
            ["assessment_session_id", "follows"],
            ["record_entries.assessment_session_id", "record_entries.entry"],
            name="fk_record_entries_follows_one_of_its_session",
        ),
        sa.CheckConstraint("length(entry) = 32", name="identity_has_128_bits"),
        sa.CheckConstraint("follows IS NULL OR follows <> entry", name="follows_another"),
        sa.CheckConstraint("position IS NULL OR position >= 1", name="positions_from_one"),
        sa.CheckConstraint("(words IS NULL) = (salt IS NULL)", name="words_and_salt_go_together"),
        one_of("kind", Kind, name="kind_is_known"),
        is_digest("commitment"),
    )

    id: Mapped[Key]
    assessment_session_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_sessions.id"))
    entry: Mapped[Code]
    kind: Mapped[Code]
    position: Mapped[int | None]
    follows: Mapped[Code | None]
    device: Mapped[Code]
    at_device: Mapped[When]
    at: Mapped[When]
    by_id: Mapped[Person]
    words: Mapped[str | None]
    salt: Mapped[Code | None]
    commitment: Mapped[Digest]
