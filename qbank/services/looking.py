"""Notes in the audit trail that somebody read questions of the bank: once for a person and UK day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.people import Actor
from qbank.services import audit
from qbank.storage.locks import lock_audit
from qbank.storage.queries.looks import is_noted
from review.days import day_in_uk


def note(store: Session, *, by: Actor, at: datetime) -> None:
    """Note it, if it is the first time on that day. Which questions they read is not kept.

    Args:
        store: in a unit that writes.
        by: a signed-in person.
        at: now.
    """
    day = day_in_uk(at)
    lock_audit(store)
    if by.identifier is not None and not is_noted(store, by.identifier, day):
        audit.record(store, act="bank read", subject=day.isoformat(), by=by, at=at)
