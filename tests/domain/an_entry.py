"""Entries of a record for tests: valid by default, each with an identity and a time of its own."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from qbank.domain.record_entries import Entry, Kind, milliseconds, said_of

BEGIN = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
_NUMBERS = itertools.count(1)
SAYS: dict[Kind, dict[str, Any]] = {
    Kind.BEGAN: {},
    Kind.ENDED: {},
    Kind.ASKED: {"how": "as written"},
    Kind.NOTE: {"text": "Said that the log was kept daily."},
    Kind.SUPPLEMENTARY: {"text": "Which log was that?"},
    Kind.EVIDENCE: {"criterion": "LP1", "mark": "met"},
    Kind.GAP: {"ksb": "K1", "open": True},
    Kind.QUESTIONING: {"on": True},
    Kind.INCOMPLETE: {"because": "A fire alarm."},
    Kind.REASON: {"about": "length", "text": "A fire alarm."},
    Kind.JUDGEMENT: {"criterion": "LP1", "holds": True, "sources": "question 1"},
}


def an_entry(
    kind: str,
    *,
    minutes: float = 0,
    position: int | None = None,
    follows: Entry | None = None,
    device: str = "browser",
    **says: Any,
) -> Entry:
    """An entry of that kind, so many minutes after the beginning."""
    return Entry(
        entry=f"{next(_NUMBERS):032x}",
        kind=Kind(kind),
        position=1 if position is None and kind in {"asked", "supplementary"} else position,
        follows=None if follows is None else follows.entry,
        device=device,
        at_device=BEGIN + timedelta(minutes=minutes),
        said=said_of(Kind(kind), SAYS[Kind(kind)] | says),
    )


def as_sent(**other: Any) -> dict[str, Any]:
    """A note as a browser sends it, with those parts changed."""
    sent = {
        "entry": "0123456789abcdef" * 2,
        "kind": "note",
        "position": 1,
        "follows": None,
        "device": "browser",
        "at": milliseconds(BEGIN),
        "said": {"text": "A note."},
    }
    return sent | other
