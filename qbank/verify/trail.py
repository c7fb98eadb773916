"""Whether an audit trail holds: each entry follows the one before, and is the one that the checkpoints vouch for.

Written from `docs/audit.md`; shares nothing with the program that keeps the trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from qbank.verify.checkpoints import BadCheckpoint, Checkpoint, opened
from qbank.verify.writing import digest_of

NOTHING_BEFORE: Final = "0" * 64
"""What the first entry names as the digest of the one before."""
SEALED: Final = ("act", "actor", "at", "facts", "previous", "seq", "subject")
"""What an entry's digest is taken of."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not follow.

    Args:
        entry: its number, or the number of the first that is missing.
        earliest: where the fault may begin: earlier than `entry` only where checkpoints are missing in between.
        sentence: what is wrong with it.
    """

    entry: int
    earliest: int
    sentence: str


@dataclass(frozen=True, slots=True)
class TrailVerdict:
    """What was found.

    Args:
        entries: how many follow, from the first.
        vouched: the number of the newest entry that a checkpoint vouches for; 0 without one.
        checkpoints: how many were taken into account.
        last: the digest of the last entry that follows.
        broken: the first entry that does not follow; None when all do.
        bad_checkpoints: a sentence for each checkpoint that could not be believed.
    """

    entries: int
    vouched: int
    checkpoints: int
    last: str
    broken: Broken | None
    bad_checkpoints: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every entry follows and every checkpoint can be believed."""
        return self.broken is None and not self.bad_checkpoints


@dataclass(slots=True)
class Vouchers:
    """What all checkpoints together vouch for."""

    digests: dict[int, set[str]] = field(default_factory=dict)
    count: int = 0
    bad: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, sealed: Iterable[Mapping[str, Any]], *, key: str | None) -> Vouchers:
        """Of checkpoints as they are kept, each signed with `key`; None believes the key that each names."""
        all_of_them = cls()
        for number, each in enumerate(sealed, start=1):
            try:
                all_of_them._add(opened(each, key=key))
            except BadCheckpoint as fault:
                all_of_them.bad.append(f"Checkpoint {fault.name or number}: {fault}")
        return all_of_them

    @property
    def last(self) -> int:
        """The newest entry that is vouched for; 0 without a checkpoint."""
        return max(self.digests, default=0)

    def _add(self, checkpoint: Checkpoint) -> None:
        self.count += 1
        for seq, digest in enumerate(checkpoint.digests, start=checkpoint.first):
            self.digests.setdefault(seq, set()).add(digest)


def judge(entries: Iterable[Mapping[str, Any]], vouchers: Vouchers | None = None) -> TrailVerdict:
    """Whether the trail holds.

    Args:
        entries: from the first, in order, each with the keys of `SEALED` and `digest`.
        vouchers: what checkpoints vouch for; without any, a trail that was rewritten whole or cut short passes.
    """
    vouched = vouchers or Vouchers()
    previous, expected, believed, broken = NOTHING_BEFORE, 1, 0, None
    for entry in entries:
        wrong = _wrong(entry, expected, previous)
        earliest = expected
        known = vouched.digests.get(expected)
        if wrong is None and known is not None and known != {entry["digest"]}:
            wrong, earliest = _not_vouched(expected, known), believed + 1
        if wrong is not None:
            broken = Broken(expected, earliest, wrong)
            break
        believed = expected if known is not None else believed
        previous, expected = entry["digest"], expected + 1
    else:
        if expected <= vouched.last:
            wrong = f"Entry {expected} is missing: the trail ends, and checkpoints vouch for {vouched.last} entries."
            broken = Broken(expected, expected, wrong)
    return TrailVerdict(expected - 1, vouched.last, vouched.count, previous, broken, tuple(vouched.bad))


def _wrong(entry: Mapping[str, Any], expected: int, previous: str) -> str | None:
    """Why the entry does not follow, in a sentence; None when it does."""
    try:
        seq, digest = entry["seq"], entry["digest"]
        found = digest_of({name: entry[name] for name in SEALED})
    except (KeyError, TypeError, ValueError):
        return f"Entry {expected} is not well formed."
    if seq != expected or isinstance(seq, bool):
        return f"Entry {expected} is missing or out of order: number {seq} stands in its place."
    if entry["previous"] != previous:
        return f"Entry {expected} does not follow the one before it."
    if digest != found:
        return f"Entry {expected} was changed: its digest is not that of its content."
    return None


def _not_vouched(seq: int, known: set[str]) -> str:
    if len(known) > 1:
        return f"Checkpoints vouch for {len(known)} different entries {seq}: the trail went two ways."
    return f"Entry {seq} is not the one that a checkpoint vouches for: the trail was written anew from there."
