"""Second factors: a code from the person's phone beside the password. Enrolled, asked for, disabled, reset."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit, one_time_codes, recovery_codes, sign_ins
from qbank.services.sign_ins import Ending
from qbank.storage.models import Person
from qbank.storage.models.sign_ins import SecondFactor

NONCE_BYTES: Final = 12
PURPOSE: Final = b"qbank second factors 1"


@dataclass(frozen=True, slots=True, repr=False)
class SecretCipher:
    """Encrypts and opens the secrets of second factors: AES-256 in Galois/Counter mode, each bound to its person.

    Args:
        key: 32 bytes; `from_secret` derives them from the installation's seed key, under a label of their own.
    """

    key: bytes

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """The cipher whose key follows from a secret text (HKDF with SHA-256)."""
        return cls(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))

    def sealed(self, secret: bytes, *, person_id: int) -> bytes:
        """The nonce and the encrypted secret, of that person only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, secret, _bound_to(person_id))

    def opened(self, kept: bytes, *, person_id: int) -> bytes:
        """The secret.

        Raises:
            NotReady: this installation's key is not the one it was sealed with, or somebody changed it.
        """
        secret = self.opened_or_none(kept, person_id=person_id)
        if secret is None:
            raise NotReady(
                "This second factor cannot be opened.",
                remedy="Ask whoever runs qbank to set the seed key that was in use, or to reset your second factor.",
            )
        return secret

    def opened_or_none(self, kept: bytes, *, person_id: int) -> bytes | None:
        """The secret; None when it was not sealed here, for this person."""
        try:
            return AESGCM(self.key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], _bound_to(person_id))
        except (InvalidTag, ValueError):  # ValueError: it is too short to be one
            return None


def of(store: Session, person_id: int) -> SecondFactor | None:
    """The person's second factor, if they have one."""
    return store.get(SecondFactor, person_id, populate_existing=True)


def enrol(
    store: Session, person: Person, secret: bytes, step: int, *, cipher: SecretCipher, at: datetime
) -> tuple[str, ...]:
    """Ask this person for a code from now on; every sign-in of theirs ends, for each was by password alone.

    `step` is that of the code which showed that the app has the secret: it is not taken again.

    Returns:
        Ten recovery codes, to show this once.

    Raises:
        RuleBroken: they have a second factor.
    """
    if of(store, person.id) is not None:
        raise RuleBroken("You have a second factor already.", remedy="Turn it off first, to use another phone.")
    sealed = cipher.sealed(secret, person_id=person.id)
    store.add(SecondFactor(person_id=person.id, sealed_secret=sealed, enrolled_at=at, last_step=step))
    store.flush()
    codes = recovery_codes.make(store, person.id)
    sign_ins.end_all(store, person, by=person.actor, at=at, because=Ending.SECOND_FACTOR)
    audit.record(store, act="second factor enrolled", subject=f"person {person.id}", by=person.actor, at=at)
    return codes


def accept(store: Session, typed: str, person: Actor, *, cipher: SecretCipher, at: datetime) -> bool:
    """Whether what was typed is the person's code now, or a recovery code; either is used up by it.

    Two requests with the same code at the same moment: the row takes one of them.

    Raises:
        NotReady: the secret cannot be opened with this installation's key.
    """
    assert person.identifier is not None, "the command line does not sign in"  # noqa: S101 - narrows
    known = of(store, person.identifier)
    if known is None:
        return False
    if recovery_codes.use(store, typed, person.identifier, by=person, at=at):
        return True
    secret = cipher.opened(known.sealed_secret, person_id=person.identifier)
    step = one_time_codes.step_of(typed, secret, at=at)
    return step is not None and _take(store, person.identifier, step)


def renew_recovery_codes(store: Session, person: Person, *, at: datetime) -> tuple[str, ...]:
    """Ten new recovery codes, to show this once; the old ones are void.

    Raises:
        RuleBroken: they have no second factor.
    """
    if of(store, person.id) is None:
        raise RuleBroken("You have no second factor.", remedy="Set one up: recovery codes come with it.")
    codes = recovery_codes.make(store, person.id)
    audit.record(store, act="recovery codes renewed", subject=f"person {person.id}", by=person.actor, at=at)
    return codes


def disable(store: Session, person: Person, *, at: datetime) -> None:
    """Ask the person for no code any more, at their own wish: whoever asks has checked password and code."""
    _remove(store, person)
    audit.record(store, act="second factor disabled", subject=f"person {person.id}", by=person.actor, at=at)


def reset(store: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Take away the second factor of somebody who lost it; every sign-in of theirs ends.

    Raises:
        RuleBroken: they have none.
    """
    if of(store, person.id) is None:
        raise RuleBroken("This person has no second factor.", remedy="Nothing needs to be reset.")
    _remove(store, person)
    sign_ins.end_all(store, person, by=by, at=at, because=Ending.SECOND_FACTOR)
    audit.record(store, act="second factor reset", subject=f"person {person.id}", by=by, at=at)


def _take(store: Session, person_id: int, step: int) -> bool:
    """Keep the step, unless a code of this step or a later one has been taken."""
    mine = (SecondFactor.person_id == person_id, SecondFactor.last_step < step)
    taken = sa.update(SecondFactor).where(*mine).values(last_step=step).returning(SecondFactor.person_id)
    return store.scalar(taken) is not None


def _remove(store: Session, person: Person) -> None:
    recovery_codes.forget(store, person.id)
    store.execute(sa.delete(SecondFactor).where(SecondFactor.person_id == person.id))


def _bound_to(person_id: int) -> bytes:
    return f"person {person_id}".encode()
