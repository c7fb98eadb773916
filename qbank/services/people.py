"""People who sign in, and the apprentices they assess."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from qbank.domain.access import Role
from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit, sign_ins
from qbank.services.passwords import HashedPassword
from qbank.storage.models import (
    Apprentice,
    ApprenticeDetails,
    Employer,
    Person,
    PersonRole,
    PlanVersion,
    Provider,
)
from qbank.storage.queries import people

Row = TypeVar("Row", Employer, Provider, Apprentice)


def create(
    store: Session,
    *,
    name: str,
    email: str,
    password: HashedPassword | None,
    roles: Iterable[Role],
    by: Actor,
    at: datetime,
) -> Person:
    """A new person; without a password they are named in the history and cannot sign in.

    Raises:
        RuleBroken: somebody has that e-mail address.
    """
    if people.by_email(store, email) is not None:
        raise RuleBroken("Somebody has this e-mail address already.", remedy="Use another, or change that person.")
    held = sorted(set(roles))
    person = Person(
        name=name,
        email=people.address(email),
        password=password,
        fs_uniquifier=secrets.token_hex(32),
        created_at=at,
        grants=[PersonRole(role=role) for role in held],
    )
    store.add(person)
    store.flush()
    audit.record(
        store, act="person created", subject=f"person {person.id}", by=by, at=at, facts={"roles": list(map(str, held))}
    )
    return person


def set_roles(store: Session, person: Person, roles: Iterable[Role], *, by: Actor, at: datetime) -> None:
    """Give the person exactly these roles; they hold from the next page on."""
    before, after = {grant.role for grant in person.grants}, {str(role) for role in roles}
    person.grants = [grant for grant in person.grants if grant.role in after]
    person.grants += [PersonRole(role=role) for role in sorted(after - before)]
    store.flush()
    facts = {"granted": sorted(after - before), "withdrawn": sorted(before - after)}
    audit.record(store, act="roles changed", subject=f"person {person.id}", by=by, at=at, facts=facts)


def set_password(store: Session, person: Person, password: HashedPassword, *, by: Actor, at: datetime) -> None:
    """Give the person a new password; every sign-in of theirs ends."""
    person.password = password
    person.fs_uniquifier = secrets.token_hex(32)
    store.flush()
    sign_ins.end_all(store, person, by=by, at=at, because=sign_ins.Ending.NEW_PASSWORD)
    audit.record(store, act="password set", subject=f"person {person.id}", by=by, at=at)


def employer(store: Session, name: str) -> Employer:
    """The employer of that name, made if there is none."""
    found = store.scalar(sa.select(Employer).where(Employer.name == name))
    return found or _added(store, Employer(name=name))


def provider(store: Session, name: str) -> Provider:
    """The training provider of that name, made if there is none."""
    found = store.scalar(sa.select(Provider).where(Provider.name == name))
    return found or _added(store, Provider(name=name))


def register(
    store: Session,
    *,
    reference: str,
    name: str,
    plan_version: PlanVersion,
    employer: Employer,
    provider: Provider,
    by: Actor,
    at: datetime,
) -> Apprentice:
    """A new apprentice, who stays on this plan version; the name is kept apart, under a salted commitment.

    Raises:
        RuleBroken: another apprentice has that reference.
    """
    if store.scalar(sa.select(Apprentice.id).where(Apprentice.reference == reference)) is not None:
        raise RuleBroken(
            f"There is an apprentice {reference} already.", remedy="Use their record, or another reference."
        )
    salt = secrets.token_bytes(32)
    apprentice = _added(
        store,
        Apprentice(
            reference=reference,
            plan_version_id=plan_version.id,
            employer_id=employer.id,
            provider_id=provider.id,
            details_commitment=details_commitment(salt, name=name),
            registered_at=at,
        ),
    )
    store.add(ApprenticeDetails(apprentice_id=apprentice.id, name=name, salt=salt))
    store.flush()
    facts = {"details_commitment": apprentice.details_commitment, "plan": plan_version.digest}
    audit.record(store, act="apprentice registered", subject=reference, by=by, at=at, facts=facts)
    return apprentice


def details_commitment(salt: bytes, **details: str) -> str:
    """What the history keeps of personal data: without the salt, which is erased with it, it says nothing."""
    return hashlib.sha256(salt + canonical(details)).hexdigest()


def _added(store: Session, row: Row) -> Row:
    store.add(row)
    store.flush()
    return row
