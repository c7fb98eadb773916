"""Random tamperings with an audit trail, by somebody who owns the database: triggers gone, rows written at will."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.randomness import Stream
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, checkpointing
from qbank.services.checkpointing import Signer
from qbank.storage import triggers, units
from qbank.storage.models import AuditEntry
from qbank.verify.trail import TrailVerdict, Vouchers, judge

Rows = list[dict[str, Any]]
SIGNER = Signer.from_secret("a secret of the tests, long enough")
START = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
CHECKPOINTS = (20, 45, 60)
ENTRIES = 70
"""Of which the last ten are younger than the last checkpoint."""


def a_trail(engine: sa.Engine, folder: Path) -> None:
    """Seventy entries, three checkpoints on the way, and then the triggers dropped."""
    for number in range(1, ENTRIES + 1):
        at = START + timedelta(minutes=number)
        with units.write_unit(engine) as store:
            facts = {"certificate": hashlib.sha256(str(number).encode()).hexdigest(), "ordinal": number}
            subject = f"AS-{number:05d}"
            audit.record(store, act="question set drawn", subject=subject, by=COMMAND_LINE, at=at, facts=facts)
        if number in CHECKPOINTS:
            checkpointing.write_checkpoints(engine, folder, SIGNER, at=at)
    with engine.begin() as connection:
        triggers.drop(connection)


@dataclass(frozen=True, slots=True)
class Tampering:
    """One tampering.

    Args:
        expected: the number of the first entry that is not what it was.
    """

    kind: str
    rows: Rows
    expected: int


def tamperings(rows: Rows, count: int, *, seed: bytes) -> list[Tampering]:
    """So many tamperings of every kind, all before the last checkpoint; the same for the same seed."""
    made = []
    for number in range(count):
        chance = Stream(seed, number, label="tampering")
        kind = sorted(KINDS)[chance.below(len(KINDS))]
        changed = KINDS[kind]([dict(row) for row in rows], chance.below(CHECKPOINTS[-1] - 1), chance)
        made.append(Tampering(kind, changed, first_difference(rows, changed)))
    return made


def first_difference(rows: Rows, changed: Rows) -> int:
    same = (one == other for one, other in zip(rows, changed, strict=False))
    return next((place for place, alike in enumerate(same, start=1) if not alike), min(len(rows), len(changed)) + 1)


def with_checkpoints(store: Session, folder: Path) -> TrailVerdict:
    return judge(audit.published(store), Vouchers.of(checkpointing.kept_in(folder), key=SIGNER.public_key))


def chain_alone(store: Session, folder: Path) -> TrailVerdict:
    """The naive variant: a hash chain and nothing outside the database."""
    del folder
    return judge(audit.published(store))


def found(engine: sa.Engine, tampering: Tampering, by: Callable[[Session, Path], TrailVerdict], folder: Path) -> Any:
    """The entry that is named, with the trail of the database exchanged for a while; None when nothing is noticed."""
    with engine.connect() as connection, connection.begin() as undone:
        connection.execute(sa.delete(AuditEntry))
        connection.execute(sa.insert(AuditEntry), tampering.rows)
        with Session(connection, join_transaction_mode="rollback_only") as store:
            broken = by(store, folder).broken
        undone.rollback()
    return None if broken is None else broken.entry


def kept(engine: sa.Engine) -> Rows:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(AuditEntry.__table__)).mappings()]


def rechained(rows: Rows, start: int) -> Rows:
    """Numbers, links and digests made right again from there on: nothing inside the trail gives it away."""
    for place in range(start, len(rows)):
        row = rows[place]
        row["seq"], row["previous"] = place + 1, rows[place - 1]["digest"] if place else "0" * 64
        row["digest"] = hashlib.sha256(audit.canonical_bytes(AuditEntry(**row))).hexdigest()
    return rows


def numbered(rows: Rows) -> Rows:
    return [{**row, "seq": place} for place, row in enumerate(rows, start=1)]


def edited(rows: Rows, place: int, chance: Stream) -> Rows:
    column = ("subject", "act", "actor", "facts", "at", "previous", "digest")[chance.below(7)]
    value = {"at": rows[place]["at"] + timedelta(seconds=1), "facts": '{"ordinal":0}', "actor": "somebody else"}
    rows[place][column] = value.get(column, f"{chance.word():064x}")
    return rows


def edited_and_rechained(rows: Rows, place: int, chance: Stream) -> Rows:
    rows[place]["subject"] = f"AS-{chance.below(10**5):05d}!"
    return rechained(rows, place)


def facts_with_a_blank(rows: Rows, place: int, _chance: Stream) -> Rows:
    rows[place]["facts"] += " "
    return rows


def deleted(rows: Rows, place: int, _chance: Stream) -> Rows:
    return rows[:place] + rows[place + 1 :]


def deleted_and_rechained(rows: Rows, place: int, chance: Stream) -> Rows:
    return rechained(deleted(rows, place, chance), place)


def inserted(rows: Rows, place: int, chance: Stream) -> Rows:
    new = {**rows[place], "previous": f"{chance.word():064x}", "digest": f"{chance.word():064x}"}
    return numbered([*rows[:place], new, *rows[place:]])


def inserted_and_rechained(rows: Rows, place: int, chance: Stream) -> Rows:
    new = {**rows[place], "subject": f"AS-{chance.below(10**5):05d}!"}
    return rechained([*rows[:place], new, *rows[place:]], place)


def swapped(rows: Rows, place: int, chance: Stream) -> Rows:
    other = place + 1 + chance.below(len(rows) - place - 1)
    rows[place], rows[other] = rows[other], rows[place]
    return numbered(rows)


def swapped_and_rechained(rows: Rows, place: int, chance: Stream) -> Rows:
    return rechained(swapped(rows, place, chance), place)


def cut_short(rows: Rows, place: int, _chance: Stream) -> Rows:
    return rows[: place + 1]


def rolled_back_and_gone_on(rows: Rows, place: int, chance: Stream) -> Rows:
    """An older backup is restored, and work goes on as if nothing had been."""
    later = [{**row, "at": row["at"] + timedelta(days=1)} for row in rows[place:]] * (1 + chance.below(2))
    return rechained(rows[:place] + [dict(row) for row in later], place)


KINDS: dict[str, Callable[[Rows, int, Stream], Rows]] = {
    kind.__name__: kind
    for kind in (
        edited,
        edited_and_rechained,
        facts_with_a_blank,
        deleted,
        deleted_and_rechained,
        inserted,
        inserted_and_rechained,
        swapped,
        swapped_and_rechained,
        cut_short,
        rolled_back_and_gone_on,
    )
}
UNSEEN_FROM_INSIDE = {kind for kind in KINDS if "rechained" in kind} | {"cut_short", "rolled_back_and_gone_on"}
"""What a chain alone cannot notice."""
