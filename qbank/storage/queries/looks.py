"""On which days who read questions of the bank, by the entries of the audit trail: one for a person and UK day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import AuditEntry, Person
from qbank.storage.queries.rows import rows

ACT: Final = "bank read"


@dataclass(frozen=True, slots=True)
class Reader:
    """On how many days somebody read questions of the bank, and the last of them."""

    person: str
    days: int
    last: date


def is_noted(store: Session, person_id: int, day: date) -> bool:
    """Whether the trail has it already; found by the day, which is the entry's subject."""
    asked = sa.exists().where(
        AuditEntry.subject == day.isoformat(), AuditEntry.act == ACT, AuditEntry.actor_id == person_id
    )
    return bool(store.scalar(sa.select(asked)))


def readers(store: Session, *, today: date, days: int) -> list[Reader]:
    """Who read questions in so many days up to today; who read on most of them first."""
    subjects = [(today - timedelta(days=back)).isoformat() for back in range(days)]
    asked = (
        sa.select(Person.name, sa.func.count(AuditEntry.subject.distinct()), sa.func.max(AuditEntry.subject))
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.act == ACT)
        .group_by(Person.id, Person.name)
    )
    found = [Reader(name, count, date.fromisoformat(last)) for name, count, last in rows(store, asked)]
    return sorted(found, key=lambda each: (-each.days, each.person))
