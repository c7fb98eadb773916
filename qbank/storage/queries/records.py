"""The record of a session as it is kept: entries as values, and the digest that stands for all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import digest
from qbank.domain.record_entries import Entry, Kind, said_of
from qbank.domain.recording import Record, record_of
from qbank.storage.models import RecordEntry


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry with when the server took it; `id` grows in the order in which entries of a session were kept."""

    id: int
    entry: Entry
    at: datetime


def kept_entries(store: Session, session_id: int, *, after: int = 0) -> Sequence[Kept]:
    """The entries of a session in the order in which they were kept; those after the one of that id."""
    asked = (
        sa.select(RecordEntry)
        .where(RecordEntry.assessment_session_id == session_id, RecordEntry.id > after)
        .order_by(RecordEntry.id)
    )
    return tuple(Kept(row.id, as_entry(row), row.at) for row in store.scalars(asked))


def record(store: Session, session_id: int) -> Record:
    """What the entries of a session say together."""
    return record_of(kept.entry for kept in kept_entries(store, session_id))


def record_digest(store: Session, session_id: int) -> str:
    """SHA-256 that stands for every entry of a session: the canonical form of (identity, commitment), by identity.

    It is the same after the words were erased.
    """
    asked = (
        sa.select(RecordEntry.entry, RecordEntry.commitment)
        .where(RecordEntry.assessment_session_id == session_id)
        .order_by(RecordEntry.entry)
    )
    return digest([[row.entry, row.commitment] for row in store.execute(asked)])


def as_entry(row: RecordEntry) -> Entry:
    """The kept row as the entry it is."""
    kind = Kind(row.kind)
    return Entry(
        entry=row.entry,
        kind=kind,
        position=row.position,
        follows=row.follows,
        device=row.device,
        at_device=row.at_device,
        said=None if row.words is None else said_of(kind, json.loads(row.words)),
    )
