"""Sign-ins that stand or have ended, recent tries, and second factors. Kept by the server, so that it can end them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from qbank.storage.db import Base
from qbank.storage.models.columns import Code, Digest, Key, Person, When, is_digest


class SignIn(Base):
    """One sign-in of one person in one browser. The browser holds the key, this row only its digest.

    Whoever reads the table can therefore not act as anybody. One that has ended stays ended (a trigger keeps that).

    `half_open` after the password, where a code must follow: it opens only the page for the code, and the code begins
    another. `password_at` is when the password was given last: sensitive acts ask for it again after a while.
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
    seen_at: Mapped[When] = mapped_column(index=True)
    password_at: Mapped[When]
    half_open: Mapped[bool]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[Code | None]


class SignInTry(Base):
    """One try to sign in that has not succeeded, by the digest of the address that was typed; gone after minutes."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (is_digest("account_digest"),)

    id: Mapped[Key]
    account_digest: Mapped[Digest] = mapped_column(index=True)
    at: Mapped[When] = mapped_column(index=True)


class SecondFactor(Base):
    """The secret that a person's app makes codes from, encrypted with a key that the database does not hold.

    `last_step` is the time step of the last code that was taken: no code of that step or an earlier one is taken again.
    """

    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    sealed_secret: Mapped[bytes] = mapped_column(sa.LargeBinary)
    enrolled_at: Mapped[When]
    last_step: Mapped[int]


class RecoveryCode(Base):
    """One code for the day on which the phone is lost; only its digest, and once used never again."""

    __tablename__ = "recovery_codes"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "digest", name="uq_recovery_codes_digest_of_a_person"),
        is_digest("digest"),
    )

    id: Mapped[Key]
    person_id: Mapped[Person]
    digest: Mapped[Digest]
    used_at: Mapped[datetime | None]
