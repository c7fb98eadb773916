"""Sign-ins that stand or have ended, and the recent tries to sign in. Kept by the server, so that it can end them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.storage.db import Base
from qbank.storage.models.columns import Code, Digest, Key, Person, When, is_digest


class SignIn(Base):
    """One sign-in of one person in one browser. The browser holds the key, this row only its digest.

    Whoever reads the table can therefore not act as anybody. One that has ended stays ended (a trigger keeps that).
    """

    __tablename__ = "sign_ins"
    __table_args__ = (
        sa.UniqueConstraint("key_digest", name="uq_sign_ins_key_digest"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="an_end_has_its_reason"),
        sa.CheckConstraint("seen_at >= began_at", name="seen_after_it_began"),
        is_digest("key_digest"),
    )

    id: Mapped[Key]
    key_digest: Mapped[Digest]
    person_id: Mapped[Person] = mapped_column(index=True)
    began_at: Mapped[When]
    seen_at: Mapped[When]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[Code | None]


class SignInTry(Base):
    """One try to sign in that has not succeeded, by the digest of the address that was typed; gone after minutes."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (is_digest("account_digest"),)

    id: Mapped[Key]
    account_digest: Mapped[Digest] = mapped_column(index=True)
    at: Mapped[When] = mapped_column(index=True)
