"""The audit trail as it is kept, for those who judge it, copy it or read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import AuditEntry, Person

PAGE: Final = 1000
_COLUMNS: Final = ("seq", "actor", "actor_id", "act", "subject", "facts", "previous", "digest")


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry as people read it.

    Args:
        actor: "person 7", "command line".
        name: the person's; None where no person acted.
        facts: canonical JSON.
    """

    seq: int
    at: datetime
    actor: str
    name: str | None
    act: str
    subject: str
    facts: str
    digest: str


def as_kept(store: Session) -> Iterator[Mapping[str, Any]]:
    """Every row, in order, a page at a time: no cursor stays open when the reader stops early.

    `at` is an aware time, or, where a row of SQLite's holds something that is none, the text that it holds: a trail
    that was tampered with must be readable to be judged.
    """
    page = _page(store, None)
    while page:
        yield from page
        last: int = page[-1]["seq"]
        page = _page(store, last)


def digests_after(store: Session, seq: int, most: int) -> list[str]:
    """Digests of the entries that follow number `seq`, in order, at most so many."""
    asked = sa.select(AuditEntry.digest).where(AuditEntry.seq > seq).order_by(AuditEntry.seq).limit(most)
    return list(store.scalars(asked))


def digest_of(store: Session, seq: int) -> str | None:
    """The digest of one entry; None where there is none."""
    return store.scalar(sa.select(AuditEntry.digest).where(AuditEntry.seq == seq))


def moment_of(store: Session, seq: int) -> datetime | None:
    """When one entry was made; None where there is none."""
    return store.scalar(sa.select(AuditEntry.at).where(AuditEntry.seq == seq))


def last_number(store: Session) -> int:
    """The number of the newest entry; 0 in an empty trail."""
    return store.scalar(sa.select(sa.func.max(AuditEntry.seq))) or 0


def newest_first(store: Session, *, before: int | None, most: int) -> list[EntryLine]:
    """Entries with a number below `before` (None: from the newest), newest first, at most so many."""
    asked = (
        sa.select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .order_by(AuditEntry.seq.desc())
        .limit(most)
    )
    if before is not None:
        asked = asked.where(AuditEntry.seq < before)
    return [
        EntryLine(each.seq, each.at, each.actor, name, each.act, each.subject, each.facts, each.digest)
        for each, name in store.execute(asked)
    ]


def of_subject(store: Session, subject: str, act: str) -> list[AuditEntry]:
    """Entries of that act on that subject, in order."""
    asked = sa.select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.act == act)
    return list(store.scalars(asked.order_by(AuditEntry.seq)))


def _page(store: Session, after: int | None) -> list[dict[str, Any]]:
    on_sqlite = store.get_bind().dialect.name == "sqlite"
    at = sa.type_coerce(AuditEntry.at, sa.Text()) if on_sqlite else AuditEntry.at
    asked = sa.select(*(getattr(AuditEntry, name) for name in _COLUMNS), at.label("at")).order_by(AuditEntry.seq)
    if after is not None:
        asked = asked.where(AuditEntry.seq > after)
    rows = [dict(row) for row in store.execute(asked.limit(PAGE)).mappings()]
    for row in rows:
        row["at"] = _moment(row["at"]) if on_sqlite else row["at"]
    return rows


def _moment(text: object) -> object:
    """The time behind SQLite's text, if it is the one way to write that time."""
    try:
        moment = datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    except ValueError:
        return text
    return moment if moment.strftime("%Y-%m-%d %H:%M:%S.%f") == text else text
