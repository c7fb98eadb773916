"""The audit trail: every act that matters is an entry in the same transaction as the act, chained by digests.

The canonical bytes of an entry are UTF-8 JSON (`delivery.canonical`: keys sorted, no blanks) with the keys `act`,
`actor`, `at`, `facts`, `previous`, `seq` and `subject`; `at` is UTC as `2026-11-23T09:32:00.000000Z`; `previous` is the
digest of the entry before, sixty-four zeros for the first; the digest is the SHA-256 of those bytes. So anybody can
check an exported trail without this program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from qbank.domain.people import Actor
from qbank.storage.locks import lock_audit
from qbank.storage.models import AuditEntry
from qbank.storage.rules import FIRST_PREVIOUS

PAGE: Final = 1000


def record(
    store: Session, *, act: str, subject: str, by: Actor, at: datetime, facts: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Add an entry at the end of the chain.

    `act` is what was done, in the past tense ("question set drawn"), `subject` to what, by its public reference
    ("AS-00042"). `facts` are whole numbers and short texts: digests, references, counts; never question text, never an
    apprentice's personal data, because entries are exported and outlive an erasure.
    """
    lock_audit(store)
    last = store.execute(sa.select(AuditEntry.seq, AuditEntry.digest).order_by(AuditEntry.seq.desc()).limit(1)).first()
    entry = AuditEntry(
        seq=1 if last is None else last.seq + 1,
        at=at.astimezone(UTC),
        actor=by.name if by.identifier is None else f"person {by.identifier}",
        actor_id=by.identifier,
        act=act,
        subject=subject,
        facts=canonical(facts or {}).decode(),
        previous=FIRST_PREVIOUS if last is None else last.digest,
    )
    entry.digest = hashlib.sha256(canonical_bytes(entry)).hexdigest()
    store.add(entry)
    store.flush()
    return entry


def canonical_bytes(entry: AuditEntry) -> bytes:
    """What the entry's digest is taken of."""
    return canonical(
        {
            "seq": entry.seq,
            "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "actor": entry.actor,
            "act": entry.act,
            "subject": entry.subject,
            "facts": json.loads(entry.facts),
            "previous": entry.previous,
        }
    )


def first_broken(entries: Iterable[AuditEntry]) -> int | None:
    """The number of the first entry that does not follow, or None when the chain holds.

    Args:
        entries: in order, from the first.
    """
    previous = FIRST_PREVIOUS
    for expected, entry in enumerate(entries, start=1):
        follows = entry.seq == expected and entry.previous == previous
        if not follows or entry.digest != hashlib.sha256(canonical_bytes(entry)).hexdigest():
            return expected
        previous = entry.digest
    return None


def entries(store: Session) -> Iterator[AuditEntry]:
    """The whole trail, in order, a page at a time: no cursor stays open when the reader stops early."""
    last = 0
    page = _page(store, last)
    while page:
        yield from page
        last = page[-1].seq
        page = _page(store, last)


def _page(store: Session, after: int) -> Sequence[AuditEntry]:
    asked = sa.select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(PAGE)
    return store.scalars(asked).all()


def length(store: Session) -> int:
    """How many entries there are."""
    return store.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0
