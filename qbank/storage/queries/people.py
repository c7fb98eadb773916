"""People by what is known of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from qbank.domain.access import Role
from qbank.storage.models import Person, PersonRole


def address(typed: str) -> str:
    """The address as it is kept: without blanks around it, in lower case."""
    return typed.strip().lower()


def by_email(store: Session, email: str) -> Person | None:
    """The person with that address, in whatever case it is typed."""
    return store.scalar(sa.select(Person).where(Person.email == address(email)))


def by_sign_in_key(store: Session, key: str) -> Person | None:
    """The person whose sign-in carries that key, with their roles in the same query: every page asks for them."""
    asked = sa.select(Person).options(joinedload(Person.grants)).where(Person.fs_uniquifier == key)
    return store.scalars(asked).unique().one_or_none()


def with_role(store: Session, role: Role) -> list[Person]:
    """Everybody active who holds the role, by name."""
    held = sa.select(PersonRole.person_id).where(PersonRole.role == role)
    return list(store.scalars(sa.select(Person).where(Person.id.in_(held), Person.active).order_by(Person.name)))


def everybody(store: Session) -> list[Person]:
    """Everybody, by name."""
    return list(store.scalars(sa.select(Person).order_by(Person.name, Person.id)))
