"""The audit trail: every act that matters is an entry in the same transaction as the act, chained by digests.

The canonical bytes of an entry are UTF-8 JSON (`delivery.canonical`: keys sorted, no blanks) with the keys `act`,
`actor`, `at`, `facts`, `previous`, `seq` and `subject`; `at` is UTC as `2026-11-23T09:32:00.000000Z`; `previous` is the
digest of the entry before, sixty-four zeros for the first; the digest is the SHA-256 of those bytes. `docs/audit.md`
says it for whoever writes a verifier of their own; `qbank.verify.trail` is ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from qbank.domain.people import Actor
from qbank.storage.locks import lock_audit
from qbank.storage.models import AuditEntry
from qbank.storage.queries import trail
from qbank.storage.rules import FIRST_PREVIOUS
from qbank.verify.trail import judge


@dataclass(frozen=True, slots=True)
class End:
    """Where the trail ended at some moment: number and digest of the latest entry, 0 and zeros before the first."""

    seq: int = 0
    digest: str = FIRST_PREVIOUS


def record(
    store: Session,
    *,
    act: str,
    subject: str,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    last: End | None = None,
) -> AuditEntry:
    """Add an entry at the end of the chain.

    `act` is what was done, in the past tense ("question set drawn"), `subject` to what, by its public reference
    ("AS-00042"). `facts` are whole numbers and short texts: digests, references, counts; never question text, never an
    apprentice's personal data, because entries are exported and outlive an erasure. `last` is where the trail ends, for
    a caller who has asked already, under the lock.
    """
    if last is None:
        lock_audit(store)
        last = end(store)
    entry = _following(last, act=act, subject=subject, by=by, at=at, facts=facts or {})
    store.add(entry)
    store.flush()
    return entry


def record_all(
    store: Session, *, act: str, of: Iterable[tuple[str, Mapping[str, Any]]], by: Actor, at: datetime
) -> None:
    """Add an entry of the same act for each subject with its facts, in order: as `record`, kept all at once."""
    lock_audit(store)
    last = end(store)
    for subject, facts in of:
        entry = _following(last, act=act, subject=subject, by=by, at=at, facts=facts)
        store.add(entry)
        last = End(entry.seq, entry.digest)
    store.flush()


def _following(last: End, *, act: str, subject: str, by: Actor, at: datetime, facts: Mapping[str, Any]) -> AuditEntry:
    entry = AuditEntry(
        seq=last.seq + 1,
        at=at.astimezone(UTC),
        actor=by.name if by.identifier is None else f"person {by.identifier}",
        actor_id=by.identifier,
        act=act,
        subject=subject,
        facts=canonical(facts).decode(),
        previous=last.digest,
    )
    entry.digest = hashlib.sha256(canonical_bytes(entry)).hexdigest()
    return entry


def canonical_bytes(entry: AuditEntry) -> bytes:
    """What the entry's digest is taken of."""
    return canonical(
        {
            "seq": entry.seq,
            "at": written_time(entry.at),
            "actor": entry.actor,
            "act": entry.act,
            "subject": entry.subject,
            "facts": json.loads(entry.facts),
            "previous": entry.previous,
        }
    )


def written_time(moment: datetime) -> str:
    """The time as entries and checkpoints write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_published(row: Mapping[str, Any]) -> dict[str, Any]:
    """One kept row as plain data: the form that is exported, and judged.

    Whatever could be changed in the row without changing what its digest is taken of is made to show: `facts` that are
    not in canonical form stay text, a time that is none stays as it is, and an `actor_id` that names somebody else,
    or nobody, joins the actor.
    """
    at, number = row["at"], row["actor_id"]
    other = None if _one_actor(row["actor"], number) else "nobody" if number is None else f"person {number}"
    return {
        "seq": row["seq"],
        "at": written_time(at) if isinstance(at, datetime) else at,
        "actor": row["actor"] if other is None else f"{row['actor']} and {other}",
        "act": row["act"],
        "subject": row["subject"],
        "facts": _facts(row["facts"]),
        "previous": row["previous"],
        "digest": row["digest"],
    }


def published(store: Session) -> Iterator[dict[str, Any]]:
    """The whole trail as plain data, in order."""
    return map(as_published, trail.as_kept(store))


def first_broken(store: Session) -> int | None:
    """The number of the first entry that does not follow, or None when the chain holds by itself.

    A chain that was rewritten whole, or cut short, holds by itself: checkpoints find that (`services.proving`).
    """
    broken = judge(published(store)).broken
    return None if broken is None else broken.entry


def entries(store: Session) -> Iterator[AuditEntry]:
    """The whole trail, in order."""
    yield from store.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq))


def end(store: Session) -> End:
    """Where the trail ends, as this unit sees it.

    Where two units see the same end, no act that matters was kept between them.
    """
    asked = sa.select(AuditEntry.seq, AuditEntry.digest).order_by(AuditEntry.seq.desc()).limit(1)
    return next((End(seq, digest) for seq, digest in store.execute(asked)), End())


@dataclass(frozen=True, slots=True)
class Since:
    """What came since the trail ended somewhere: act and subject of each entry, in order, and where it ends now."""

    entries: tuple[tuple[str, str], ...]
    end: End

    @property
    def acts(self) -> frozenset[str]:
        """What was done, each act once."""
        return frozenset(act for act, _ in self.entries)


def since(store: Session, then: End, *, most: int) -> Since | None:
    """What came since the trail ended there.

    None where they are more than `most`, or where the trail does not go on from there: it is another one, as after a
    restore or on a replica that lacked the last entries.
    """
    asked = sa.select(AuditEntry.seq, AuditEntry.digest, AuditEntry.act, AuditEntry.subject)
    found = store.execute(asked.where(AuditEntry.seq >= then.seq).order_by(AuditEntry.seq).limit(most + 2)).all()
    if then.seq:
        if not found or End(found[0].seq, found[0].digest) != then:
            return None
        found = found[1:]
    if len(found) > most:
        return None
    latest = End(found[-1].seq, found[-1].digest) if found else then
    return Since(tuple((act, subject) for _, _, act, subject in found), latest)


def length(store: Session) -> int:
    """How many entries there are."""
    return store.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def _one_actor(actor: object, number: int | None) -> bool:
    """Whether the two columns that name the actor agree."""
    return actor == f"person {number}" if number is not None else not str(actor).startswith("person ")


def _facts(text: str) -> object:
    try:
        found = json.loads(text)
        return found if canonical(found).decode() == text else text
    except (TypeError, ValueError, RecursionError):
        return text
