"""Sign-ins kept by the server: begun with a key that only the browser holds, ended by time, by the person, by us."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.people import Actor
from qbank.services import audit
from qbank.storage.models import Person, SignIn

KEY_BYTES: Final = 32

HALF_OPEN: Final = timedelta(minutes=10)
"""How long a password waits for its code: enough to find the phone."""

FORGOTTEN_AT_ONCE: Final = 200
"""The most old rows that one sign-in takes away: nobody waits for years of them."""


class Ending(StrEnum):
    """Why a sign-in ended."""

    SIGNED_OUT = "signed out"
    EVERYWHERE = "signed out everywhere"
    NEW_PASSWORD = "new password"  # noqa: S105 - a reason, not a password
    SECOND_FACTOR = "second factor changed"
    REPLACED = "signed in again in the same browser"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in lasts: `idle` without a page, `longest` in any case."""

    idle: timedelta
    longest: timedelta

    def allow(self, sign_in: SignIn, *, at: datetime) -> bool:
        """Whether the sign-in still stands at that time."""
        longest = min(self.longest, HALF_OPEN) if sign_in.half_open else self.longest
        fresh = at - sign_in.seen_at < self.idle and at - sign_in.began_at < longest
        return sign_in.ended_at is None and fresh


def begin(
    store: Session, person: Actor, *, at: datetime, password_at: datetime | None = None, half_open: bool = False
) -> str:
    """The key of a new sign-in of that person: 256 bits from the operating system, never given out before.

    A `half_open` one waits for a code and opens nothing but the page for it. `password_at` is when the password was
    given, if not now.
    """
    assert person.identifier is not None, "the command line does not sign in"  # noqa: S101 - narrows
    key = secrets.token_urlsafe(KEY_BYTES)
    times = {"began_at": at, "seen_at": at, "password_at": password_at or at}
    store.add(SignIn(key_digest=_digest(key), person_id=person.identifier, half_open=half_open, **times))
    store.flush()
    act = "password given, code awaited" if half_open else "signed in"
    audit.record(store, act=act, subject=f"person {person.identifier}", by=person, at=at)
    return key


def standing(store: Session, key: str, *, at: datetime, limits: Limits) -> SignIn | None:
    """The sign-in of that key, if it still stands."""
    found = store.scalar(sa.select(SignIn).where(SignIn.key_digest == _digest(key)))
    return found if found is not None and limits.allow(found, at=at) else None


def seen(store: Session, sign_in_id: int, *, at: datetime) -> None:
    """Note that the person is still there; one that has ended meanwhile stays ended."""
    store.execute(sa.update(SignIn).where(SignIn.id == sign_in_id, _STANDS, SignIn.seen_at < at).values(seen_at=at))


def password_given(store: Session, sign_in_id: int, *, at: datetime) -> None:
    """Note that the person at this browser has just given their password again."""
    store.execute(sa.update(SignIn).where(SignIn.id == sign_in_id, _STANDS).values(password_at=at))


def end(store: Session, key: str, *, at: datetime, because: Ending) -> None:
    """End the sign-in of that key; nothing happens when it has ended already."""
    _end(store, SignIn.key_digest == _digest(key), at=at, because=because)


def end_all(store: Session, person: Person, *, by: Actor, at: datetime, because: Ending = Ending.EVERYWHERE) -> int:
    """End every sign-in of the person, in every browser; says how many ended."""
    ended = _end(store, SignIn.person_id == person.id, at=at, because=because)
    facts = {"ended": ended, "because": str(because)}
    audit.record(store, act="sign-ins ended", subject=f"person {person.id}", by=by, at=at, facts=facts)
    return ended


def standing_of(store: Session, person_id: int, *, at: datetime, limits: Limits) -> Sequence[SignIn]:
    """The person's sign-ins that stand whole, the latest first."""
    asked = (
        sa.select(SignIn)
        .where(SignIn.person_id == person_id, _STANDS, ~SignIn.half_open)
        .order_by(SignIn.began_at.desc())
    )
    return [one for one in store.scalars(asked) if limits.allow(one, at=at)]


def forget_old(store: Session, *, at: datetime, kept: timedelta, limits: Limits, most: int = FORGOTTEN_AT_ONCE) -> int:
    """Remove the oldest sign-ins that nobody has used for so long, a bounded number of them; says how many went.

    They are no history: the audit trail keeps who signed in and when. One that could still stand is never removed.
    """
    old = SignIn.seen_at <= at - max(kept, limits.idle)
    which = sa.select(SignIn.id).where(old).order_by(SignIn.seen_at).limit(most)
    gone = store.execute(sa.delete(SignIn).where(SignIn.id.in_(which.scalar_subquery())).returning(SignIn.id))
    return len(gone.all())


_STANDS: Final = SignIn.ended_at.is_(None)


def _end(store: Session, which: sa.ColumnElement[bool], *, at: datetime, because: Ending) -> int:
    ended = store.execute(
        sa.update(SignIn).where(which, _STANDS).values(ended_at=at, ended_because=str(because)).returning(SignIn.id)
    )
    return len(ended.all())


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
