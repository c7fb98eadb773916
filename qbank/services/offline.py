"""Offline copies: a question set in a sealed file on the assessor's own device, and its notes on their way back.

The file carries a token of 256 bits that lets it add entries to its session's record and do nothing else; only the
token's hash is kept. Entries come back by the token or by upload, any number of times, and are kept once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.people import Actor
from qbank.domain.record_entries import Entry, entry_of
from qbank.domain.standards import Plan
from qbank.services import audit, delivering, recording, sealing
from qbank.services.windows import window
from qbank.storage.models import AssessmentSession, OfflineCopy, Person
from qbank.storage.queries.sets import DrawnSet

FORMAT: Final = "qbank-notes-1"
MOST_ENTRIES: Final = 20_000
"""In one file of notes: forty batches, a day's writing without a pause."""


@dataclass(frozen=True, slots=True, repr=False)
class Copy:
    """What a new copy is known by.

    Args:
        mark: identifies it, on paper and in the trail.
        token: lets it send entries; given once, here.
        opens_until: when the file stops showing its questions. A courtesy of the file, not a lock.
        sends_until: when the token ends.
    """

    mark: str
    token: str
    opens_until: datetime
    sends_until: datetime


def planned(plan: Plan, starts_at: datetime, *, mark: str) -> Copy:
    """A copy of the set of a session that starts then; it is nobody's before `keep`."""
    closes_at = window(plan, starts_at).closes_at
    shown = closes_at if plan.offline_days is None else starts_at + timedelta(days=plan.offline_days)
    return Copy(mark, secrets.token_urlsafe(32), min(shown, closes_at), closes_at)


def keep(
    store: Session, session: AssessmentSession, drawn: DrawnSet, copy: Copy, *, by: Actor, at: datetime
) -> OfflineCopy:
    """Put a copy on record, as an exposure of the set, before its bytes leave.

    Raises:
        NotFound: the session is another person's.
    """
    if by.identifier is None or session.assessor_id != by.identifier:
        raise NotFound("There is no such session among yours.", remedy="Choose one from the list of your sessions.")
    kept = OfflineCopy(
        mark=copy.mark,
        assessment_session_id=session.id,
        question_set_id=drawn.id,
        token_hash=_hash(copy.token),
        expires_at=copy.sends_until,
        by_id=by.identifier,
        at=at,
    )
    store.add(kept)
    store.flush()
    delivering.note_view(store, drawn, how="exported", by=by, at=at, copy_mark=copy.mark)
    facts = {"copy": copy.mark, "expires": copy.sends_until.isoformat()}
    audit.record(store, act="offline copy made", subject=session.reference, by=by, at=at, facts=facts)
    return kept


def send(store: Session, mark: str, token: str, entries: Sequence[Entry], *, at: datetime) -> recording.Written:
    """Keep the entries that a copy sends, as its holder's; sent again, they are kept once.

    Raises:
        NotAllowed: no copy has this mark and token, or it may not send any more. The three are told apart nowhere.
        RuleBroken: as for `recording.write`.
        NotFound: the session is no longer its holder's.
    """
    copy = store.scalars(sa.select(OfflineCopy).where(OfflineCopy.mark == mark)).one_or_none()
    right = hmac.compare_digest(_hash(token), copy.token_hash if copy else _hash(""))
    holder = store.get_one(Person, copy.by_id) if copy else None
    if copy is None or holder is None or not (right and holder.active and at < copy.expires_at):
        raise NotAllowed(
            "This copy may not send notes, or not any more.",
            remedy="Save them, and send the file on the session's page.",
        )
    session = store.get_one(AssessmentSession, copy.assessment_session_id)
    return recording.write(store, session, entries, by=holder.actor, at=at)


def take_back(
    store: Session, session: AssessmentSession, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> recording.Written:
    """Keep the entries of a notes file, however many; sent again, they are kept once.

    Raises:
        As `recording.write`.
    """
    most = recording.MOST_AT_ONCE
    parts = [
        recording.write(store, session, entries[first : first + most], by=by, at=at)
        for first in range(0, len(entries), most)
    ]
    kept = tuple(entry for part in parts for entry in part.kept)
    refused = {entry: because for part in parts for entry, because in part.refused.items()}
    return recording.Written(kept, sum(part.new for part in parts), refused)


def entries_of(data: object) -> list[Entry]:
    """The entries of plain data, in its order: what a copy sends.

    Raises:
        RuleBroken: it is no list of entries, or one cannot be read.
    """
    if not isinstance(data, list) or len(data) > MOST_ENTRIES:
        raise RuleBroken("This is no list of notes.", remedy=f"Send at most {MOST_ENTRIES:,} entries.")
    return [entry_of(each) for each in data]


def read_notes(data: bytes, passphrase: str) -> list[Entry]:
    """The entries of a notes file, sealed or not.

    Args:
        data: the file as it was saved by an offline copy.
        passphrase: of the copy; looked at only for a sealed file.

    Raises:
        RuleBroken: it is no notes file, the passphrase is another, or an entry cannot be read.
    """
    found = _json(data)
    if not isinstance(found, Mapping) or found.get("format") != FORMAT:
        raise _no_notes()
    if "sealed" not in found:
        return entries_of(found.get("entries"))
    if not passphrase:
        raise RuleBroken("These notes are sealed.", remedy="Type the passphrase of the offline copy.")
    return entries_of(_json(_opened(found, passphrase).encode()))


def _opened(found: Mapping[str, Any], passphrase: str) -> str:
    try:
        salt = sealing.from_base64(found.get("salt"))
    except ValueError:
        raise _no_notes() from None
    box = found["sealed"]
    if len(salt) != sealing.SALT_BYTES or found.get("rounds") != sealing.ROUNDS or not isinstance(box, Mapping):
        raise _no_notes()
    return sealing.opened(box, sealing.keys_of(passphrase, salt).notes, mark=str(found.get("mark")))


def _json(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise _no_notes() from None


def _no_notes() -> RuleBroken:
    return RuleBroken(
        "This is no file of notes from an offline copy.", remedy="Choose the file that the copy saved, as it is."
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
