"""People of the organisation, the employers and providers, and the apprentices, whose personal data stands apart."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qbank.domain.access import Role
from qbank.domain.people import Actor
from qbank.storage.db import Base
from qbank.storage.models.columns import NO_HIDDEN_KEY, By, Code, Digest, Key, When, is_digest, one_of


class Person(Base):
    """Someone who signs in: author, approver, assessor and so on. Never deleted: the history names them.

    Holds the fields that Flask-Security reads (`email`, `password`, `active`, `fs_uniquifier`); the web maps its own
    account class onto this table.
    """

    __tablename__ = "people"
    __table_args__ = (
        sa.UniqueConstraint("email", name="uq_people_one_account_per_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_people_sign_in_key"),
        sa.CheckConstraint("email = lower(email)", name="email_in_lower_case"),
    )

    id: Mapped[Key]
    name: Mapped[str]
    email: Mapped[str]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[When]
    grants: Mapped[list[PersonRole]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PersonRole.role"
    )

    @property
    def actor(self) -> Actor:
        """The person as the rules see them."""
        return Actor(identifier=self.id, name=self.name, roles=frozenset(Role(grant.role) for grant in self.grants))


class PersonRole(Base):
    """That a person holds a role now; who granted and withdrew it is in the audit trail."""

    __tablename__ = "person_roles"
    __table_args__ = (one_of("role", Role, name="role_is_known"), NO_HIDDEN_KEY)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class Employer(Base):
    """Whom an apprentice works for."""

    __tablename__ = "employers"
    __table_args__ = (sa.UniqueConstraint("name", name="uq_employers_name"),)

    id: Mapped[Key]
    name: Mapped[str]


class Provider(Base):
    """Who trains an apprentice."""

    __tablename__ = "providers"
    __table_args__ = (sa.UniqueConstraint("name", name="uq_providers_name"),)

    id: Mapped[Key]
    name: Mapped[str]


class Apprentice(Base):
    """An apprentice as the history knows them: a reference and a salted commitment to the personal data beside.

    They stay on the plan version they started on.
    """

    __tablename__ = "apprentices"
    __table_args__ = (
        sa.UniqueConstraint("reference", name="uq_apprentices_reference"),
        is_digest("details_commitment"),
    )

    id: Mapped[Key]
    reference: Mapped[Code]
    plan_version_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_versions.id"), index=True)
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("employers.id"), index=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"), index=True)
    details_commitment: Mapped[Digest]
    registered_at: Mapped[When]
    details: Mapped[ApprenticeDetails | None] = relationship(lazy="joined", viewonly=True)


class ApprenticeDetails(Base):
    """The apprentice's personal data and the salt of its commitment: the one thing that is erased, and both at once."""

    __tablename__ = "apprentice_details"

    apprentice_id: Mapped[int] = mapped_column(sa.ForeignKey("apprentices.id"), primary_key=True)
    name: Mapped[str]
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary(32))


class Erasure(Base):
    """That an apprentice's personal data, and every word about them, was erased; what is proved of them stays."""

    __tablename__ = "erasures"

    apprentice_id: Mapped[int] = mapped_column(sa.ForeignKey("apprentices.id"), primary_key=True, autoincrement=False)
    at: Mapped[When]
    by_id: Mapped[By]


class RetentionHold(Base):
    """That an apprentice's data must not be erased, for an appeal say, or may again; the last row counts."""

    __tablename__ = "retention_holds"
    __table_args__ = (sa.Index("ix_retention_holds_of_an_apprentice", "apprentice_id"),)

    id: Mapped[Key]
    apprentice_id: Mapped[int] = mapped_column(sa.ForeignKey("apprentices.id"))
    holds: Mapped[bool]
    words: Mapped[str]
    at: Mapped[When]
    by_id: Mapped[By]
