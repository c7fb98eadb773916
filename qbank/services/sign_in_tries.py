"""How often anybody may try to sign in: counted in the database, so that every worker counts the same.

A try is counted before the password is looked at and taken back when it was right; so tries at the same moment cannot
slip through together. A refused try is not counted: whoever waits gets in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed
from qbank.domain.people import NOBODY
from qbank.services import audit
from qbank.storage.locks import lock_sign_in_tries
from qbank.storage.models import SignInTry
from qbank.storage.queries import people

WINDOW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Most:
    """The most failures in a window: for one account, and for all together."""

    of_account: int
    overall: int


class TooManyTries(NotAllowed):
    """Wait: there were too many failures. The same for accounts that do not exist.

    Args:
        again_at: when the next try is taken.
    """

    def __init__(self, again_at: datetime) -> None:
        super().__init__("There were too many tries to sign in.", remedy="Wait a few minutes, then try again.")
        self.again_at = again_at


def admit(store: Session, email: str, *, at: datetime, most: Most) -> int:
    """Count one more try for the account of that address, whether there is one or not; its number, to take it back.

    Raises:
        TooManyTries: the account, or all accounts together, have had their failures; says when to try again.
    """
    lock_sign_in_tries(store)
    store.execute(sa.delete(SignInTry).where(SignInTry.at <= at - WINDOW))
    account = _digest(email)
    for which, limit in ((SignInTry.account_digest == account, most.of_account), (sa.true(), most.overall)):
        _refuse_beyond(store, which, limit)
    counted = SignInTry(account_digest=account, at=at)
    store.add(counted)
    store.flush()
    return counted.id


def succeeded(store: Session, number: int) -> None:
    """Take the try back: it was no failure. Earlier failures stay, or whoever guesses would be helped by the owner."""
    store.execute(sa.delete(SignInTry).where(SignInTry.id == number))


def failed(store: Session, email: str, *, at: datetime) -> None:
    """Tell the audit trail of a failure; the address itself is not repeated, for people type passwords there."""
    person = people.by_email(store, email)
    subject = "an unknown account" if person is None else f"person {person.id}"
    audit.record(store, act="sign-in failed", subject=subject, by=NOBODY, at=at)


def _refuse_beyond(store: Session, which: sa.ColumnElement[bool], limit: int) -> None:
    """Refuse when `limit` tries stand; the next is taken when the oldest of the latest `limit` leaves the window."""
    oldest = store.scalar(
        sa.select(SignInTry.at)
        .where(which)
        .order_by(SignInTry.at.desc(), SignInTry.id.desc())
        .offset(limit - 1)
        .limit(1)
    )
    if oldest is not None:
        raise TooManyTries(oldest + WINDOW)


def _digest(email: str) -> str:
    return hashlib.sha256(people.address(email).encode()).hexdigest()
