"""The audit trail: a hash chain of everything that matters."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.storage.db import Base
from qbank.storage.models.columns import By, Code, Digest, When, is_digest


class AuditEntry(Base):
    """One act: numbered without a gap, and bound to the one before it by that one's digest.

    `facts` is canonical JSON; it never holds question text or an apprentice's personal data. Canonical bytes:
    `qbank.services.audit`.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.CheckConstraint("seq >= 1", name="numbered_from_one"),
        sa.UniqueConstraint("previous", name="uq_audit_entries_l7_one_successor"),
        sa.UniqueConstraint("digest", name="uq_audit_entries_l7_digest"),
        sa.Index("ix_audit_entries_subject", "subject"),
        is_digest("previous"),
        is_digest("digest"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[When]
    actor: Mapped[str]
    actor_id: Mapped[By]
    act: Mapped[Code]
    subject: Mapped[str]
    facts: Mapped[str]
    previous: Mapped[Digest]
    digest: Mapped[Digest]
