"""The account of a person, as Flask-Security wants to see it, read from our own table of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_security import RoleMixin, UserDatastore, UserMixin
from sqlalchemy.orm import Session

from qbank.domain.people import Actor
from qbank.storage.models.people import Person
from qbank.storage.queries import people
from qbank.web.transaction import reading, transaction


@dataclass(slots=True, eq=False)
class Account(UserMixin):
    """One person while they sign in or are signed in. A copy: changing it changes nothing until `Accounts.put`.

    Args:
        password: the Argon2 hash; None for people who do not sign in.
        fs_uniquifier: what the cookie holds; a new one ends every sign-in of this person.
    """

    email: str
    password: str | None
    active: bool
    fs_uniquifier: str
    actor: Actor
    __hash__ = UserMixin.__hash__

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # the library's is a column
        """None for the library: who may do what is our own table, asked by the gate."""
        return []

    @classmethod
    def of(cls, person: Person) -> Account:
        """The account of a row of our table."""
        return cls(person.email, person.password, person.active, person.fs_uniquifier, person.actor)


class Accounts(UserDatastore):
    """What Flask-Security may ask for and keep: find a person to sign in; keep a re-hashed password. Nothing else."""

    def __init__(self) -> None:
        super().__init__(user_model=Account, role_model=RoleMixin)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | None:  # noqa: ARG002, FBT001, FBT002 - the library's signature
        """The account with that e-mail address or sign-in key, or None."""
        person = _find(reading(), **wanted)
        return None if person is None else Account.of(person)

    def put(self, model: Account) -> Account:
        """Keep the account's password hash: the library re-hashes when our parameters have changed."""

        def keep(store: Session) -> None:
            person = people.by_sign_in_key(store, model.fs_uniquifier)
            if person is not None:
                person.password = model.password

        transaction(keep)
        return model

    def commit(self) -> None:
        """Nothing to do: `put` has committed."""


def _find(store: Session, *, email: str | None = None, fs_uniquifier: str | None = None) -> Person | None:
    if email is not None:
        return people.by_email(store, email)
    return None if fs_uniquifier is None else people.by_sign_in_key(store, fs_uniquifier)
