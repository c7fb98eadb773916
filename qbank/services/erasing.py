"""Erases what is known of apprentices, once it was kept as long as it must be: their words go, their history stays.

Sets, certificates, judgements and grades stay under the apprentice's reference and verify as before: what is erased is
stood for by salted commitments, whose salts are erased too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.people import Actor
from qbank.domain.retention import Retained, kept_until, must_be_erasable
from qbank.services import audit, shared_reasons
from qbank.storage.erasure import WORDS
from qbank.storage.locks import lock_retention
from qbank.storage.models import Apprentice, ApprenticeDetails, Erasure, RetentionHold
from qbank.storage.queries import retention
from review.days import day_in_uk

ERASED: Final = "apprentice erased"


def due(store: Session, *, years: int, at: datetime) -> list[Retained]:
    """Apprentices of whom nothing was recorded for so many years, the held ones too, the longest still first."""
    today = day_in_uk(at)
    return [one for one in retention.retained(store, at=at) if kept_until(day_in_uk(one.last), years) <= today]


def erase_due(store: Session, references: Sequence[str], *, years: int, by: Actor, at: datetime) -> int:
    """Erase the data of these apprentices, all or none; returns how many.

    Args:
        store: in a unit that writes.
        references: of apprentices who are due; looked at again here.
        years: for which data is kept.
        by: who answers for it.
        at: now.

    Raises:
        NotFound: one is not there, or was erased already.
        RuleBroken: one is held, or is not due yet; nothing was erased.
    """
    lock_retention(store)
    kept = {one.reference: one for one in retention.retained(store, at=at, among=references)}
    if missing := [reference for reference in references if reference not in kept]:
        raise NotFound(f"Nothing is kept of {missing[0][:20]}.", remedy="Look again who is due.")
    for reference in references:
        must_be_erasable(kept[reference], today=day_in_uk(at), years=years)
    for reference in references:
        _erase(store, kept[reference], by=by, at=at)
    return len(references)


def hold(store: Session, reference: str, *, because: str, by: Actor, at: datetime) -> None:
    """Keep an apprentice's data from being erased until the hold is let go: for an appeal, a claim, an investigation.

    Raises:
        NotFound: there is no such apprentice, or nothing is kept of them.
        RuleBroken: no reason is given.
    """
    if not because.strip():
        raise RuleBroken("A hold needs a reason.", remedy="Say what the data is needed for.")
    _say(store, reference, holds=True, words=because.strip(), by=by, at=at)


def let_go(store: Session, reference: str, *, by: Actor, at: datetime) -> None:
    """End a hold.

    Raises:
        NotFound: there is no such apprentice, or nothing is kept of them.
        RuleBroken: nobody holds their data.
    """
    _say(store, reference, holds=False, words="", by=by, at=at)


def cleanse(engine: sa.Engine) -> bool:
    """Bring the file beside a SQLite database in, for erased words still lie there; False where readers prevented it.

    Inside the database they are overwritten at once (`secure_delete`). PostgreSQL makes the room of erased rows free by
    itself; its dumps never hold them.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - narrows for the type checker
        busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _erase(store: Session, one: Retained, *, by: Actor, at: datetime) -> None:
    changed = 0
    store.add(Erasure(apprentice_id=one.key, at=at, by_id=by.identifier))
    store.flush()  # first: the database lets words go only with it
    changed += shared_reasons.erase(store, one.key)
    for words in WORDS:
        if words.is_shared:
            continue
        table = sa.table(words.table, *(sa.column(name) for name in words.columns))
        filled = sa.or_(*(sa.column(name).is_not(None) for name in words.columns))
        asked = sa.update(table).where(sa.text(words.condition), filled).values(words.columns)
        if words.table == "assessment_sessions":
            asked = asked.values(cancelled_because=sa.text("CASE WHEN cancelled_at IS NULL THEN NULL ELSE '' END"))
        changed += store.execute(asked, {"apprentice": one.key}).rowcount  # type: ignore[attr-defined]
    store.execute(sa.delete(ApprenticeDetails).where(ApprenticeDetails.apprentice_id == one.key))
    facts = {"rows": changed, "last": day_in_uk(one.last).isoformat()}
    audit.record(store, act=ERASED, subject=one.reference, by=by, at=at, facts=facts)


def _say(store: Session, reference: str, *, holds: bool, words: str, by: Actor, at: datetime) -> None:
    lock_retention(store)
    asked = sa.select(Apprentice.id).join(ApprenticeDetails, ApprenticeDetails.apprentice_id == Apprentice.id)
    key = store.scalar(asked.where(Apprentice.reference == reference))
    if key is None:
        raise NotFound(f"Nothing is kept of {reference[:20]}.", remedy="Name an apprentice's reference: AP-0001.")
    last = retention.last_hold(store, key)
    if not holds and (last is None or not last.holds):
        raise RuleBroken(f"Nobody holds the data of {reference}.", remedy="See who is held with the same command.")
    store.add(RetentionHold(apprentice_id=key, holds=holds, words=words, at=at, by_id=by.identifier))
    store.flush()
    act = "apprentice's data held" if holds else "apprentice's data let go"
    audit.record(store, act=act, subject=reference, by=by, at=at)
