"""Locks that last until the transaction ends. SQLite has one writer at a time and needs none of them."""

from __future__ import annotations

import zlib
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

AUDIT: Final = 7_116_202
NUMBERING: Final = 7_116_203
SIGN_IN_TRIES: Final = 7_116_204
RETENTION: Final = 7_116_205
PULLS: Final = 7_116_206 << 32
"""Beside the number of a person: this and the next 2^31 keys."""


def lock_sitting(store: Session, apprentice_id: int, method: str) -> None:
    """Keep every other draw for this apprentice in this method waiting (L1, L2). A pull first locks its person."""
    _lock(store, "SELECT pg_advisory_xact_lock(:apprentice, :method)", apprentice=apprentice_id, method=_short(method))


def lock_numbering(store: Session) -> None:
    """Keep every other unit that gives out references waiting."""
    _lock(store, "SELECT pg_advisory_xact_lock(:key)", key=NUMBERING)


def lock_sign_in_tries(store: Session) -> None:
    """Keep every other try to sign in waiting: tries at the same moment are counted, each once."""
    _lock(store, "SELECT pg_advisory_xact_lock(:key)", key=SIGN_IN_TRIES)


def lock_pulls(store: Session, person_id: int) -> None:
    """Keep every other pull of this person waiting: what they pull at the same moment is counted, each once."""
    _lock(store, "SELECT pg_advisory_xact_lock(:key)", key=PULLS + person_id)


def lock_retention(store: Session) -> None:
    """Keep every other erasure and every other hold waiting: nothing is erased that somebody holds at that moment."""
    _lock(store, "SELECT pg_advisory_xact_lock(:key)", key=RETENTION)


def lock_audit(store: Session) -> None:
    """Keep every other audit entry waiting: an entry must follow the last one. The last lock that is taken."""
    _lock(store, "SELECT pg_advisory_xact_lock(:key)", key=AUDIT)


def _lock(store: Session, statement: str, **keys: int) -> None:
    if store.get_bind().dialect.name == "postgresql":
        store.execute(sa.text(statement), keys)


def _short(method: str) -> int:
    """A signed 32-bit number of the method's code. Two that share one only wait for one another."""
    return zlib.crc32(method.encode()) - 2**31
