"""Recovery codes: ten, shown once, each good for one sign-in when the phone is lost. Only their digests are kept."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.people import Actor
from qbank.services import audit, passwords
from qbank.storage.models.sign_ins import RecoveryCode

HOW_MANY: Final = 10


def make(store: Session, person_id: int) -> tuple[str, ...]:
    """Ten new codes to show this once, of 79 bits each; those there were are void. Whoever asks records why."""
    forget(store, person_id)
    codes = tuple(passwords.generated() for _ in range(HOW_MANY))
    store.add_all(RecoveryCode(person_id=person_id, digest=_digest(code, person_id)) for code in codes)
    store.flush()
    return codes


def use(store: Session, typed: str, person_id: int, *, by: Actor, at: datetime) -> bool:
    """Use up the person's code that was typed; whether it was one, and had not been used."""
    mine = (RecoveryCode.person_id == person_id, RecoveryCode.digest == _digest(typed, person_id))
    used = store.execute(
        sa.update(RecoveryCode)
        .where(*mine, RecoveryCode.used_at.is_(None))
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    if not used.all():
        return False
    facts = {"left": left(store, person_id)}
    audit.record(store, act="recovery code used", subject=f"person {person_id}", by=by, at=at, facts=facts)
    return True


def left(store: Session, person_id: int) -> int:
    """How many codes of the person are unused."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return store.scalar(sa.select(sa.func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget(store: Session, person_id: int) -> None:
    """Remove the person's codes, used and unused. Whoever asks records why."""
    store.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _digest(typed: str, person_id: int) -> str:
    """Of a code of 79 random bits, so that a fast hash will do; the same with blanks, capitals or without hyphens."""
    letters = "".join(sign for sign in typed.lower() if sign.isalnum())
    return hashlib.sha256(f"qbank recovery code 1\n{person_id}\n{letters}".encode()).hexdigest()
