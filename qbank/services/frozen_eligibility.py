"""Frozen eligibility that leaves with the checkpoints: so a set lost with an older backup is drawn again, the same.

What an apprentice may not be given is frozen at the first pull (`drawing`) and depends on that hour: on what rested, on
what was heard nearby. So each checkpoint has a file beside it with what was frozen since the one before, encrypted and
authenticated with a key that follows from the signer's: whoever keeps the checkpoints learns nothing by it.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from delivery.eligibility import Eligibility
from qbank.domain.errors import NotReady
from qbank.storage.models import Attempt, AuditEntry, Commitment, EligibilitySnapshot, QuestionSet, RecalledSnapshot

KIND: Final = "qbank frozen eligibility 1"
PATTERN: Final = "frozen-*.json"
ASIDE: Final = "before-restore-"
"""How the name of a folder begins, inside that of the checkpoints, into which a restore puts those of lost time."""
PURPOSE: Final = b"qbank frozen eligibility 1"
DRAWN: Final = "question set drawn"
NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was frozen for one set.

    Args:
        attempt: its reference.
        ordinal: which of the attempt's sets, from 1.
        commitment: what the draw followed from.
        body: the eligibility, canonical JSON.
        digest: of it.
    """

    attempt: str
    ordinal: int
    commitment: str
    body: str
    digest: str


def frozen_in(store: Session, first: int, last: int) -> list[Frozen]:
    """What was frozen by the acts of these entries of the audit trail, both included.

    Of an entry that tells of no set that is kept, nothing: whether the trail holds is judged elsewhere.
    """
    asked = sa.select(AuditEntry.facts).where(AuditEntry.seq.between(first, last), AuditEntry.act == DRAWN)
    found = []
    for facts in map(json.loads, store.scalars(asked)):
        snapshot = store.execute(
            sa.select(EligibilitySnapshot.body, EligibilitySnapshot.digest)
            .join(Attempt, Attempt.id == EligibilitySnapshot.attempt_id)
            .where(Attempt.reference == facts.get("attempt"), EligibilitySnapshot.ordinal == facts.get("ordinal"))
        ).first()
        if snapshot is None:
            continue
        found.append(Frozen(facts["attempt"], facts["ordinal"], facts["commitment"], snapshot.body, snapshot.digest))
    return found


def sealed(frozen: Sequence[Frozen], key: bytes, *, first: int, last: int) -> str:
    """A file's text: who has the key reads it, and nobody else; changed, it is not read at all."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    said = {"kind": KIND, "first": first, "last": last}
    box = AESGCM(key).encrypt(nonce, canonical([asdict(each) for each in frozen]), canonical(said))
    return canonical({**said, "nonce": nonce.hex(), "sealed": base64.b64encode(box).decode()}).decode()


def name_of(checkpoint: str) -> str:
    """The file beside a checkpoint of that name."""
    return checkpoint.replace("checkpoint-", "frozen-", 1)


def kept_after(folder: Path, key: bytes, *, after: int) -> list[Frozen]:
    """What was frozen by entries after that number, from the files in a folder of checkpoints; the oldest first.

    Those that an earlier restore put aside are among them: of what was lost then, the same backup knows nothing either.

    Raises:
        NotReady: a file cannot be read with this key, or was changed.
    """
    every = [*sorted(folder.glob(f"{ASIDE}*/{PATTERN}")), *sorted(folder.glob(PATTERN))]
    files = [file for file in every if int(file.name.split("-")[1]) > after]
    return [each for file in files for each in _opened(file, key)]


def recall(store: Session, frozen: Sequence[Frozen], *, entry: int, at: datetime) -> int:
    """Keep what was frozen for sets that are not there, for their attempts that are; returns for how many.

    Args:
        store: in a unit that writes.
        frozen: as `kept_after` gives it.
        entry: the number of the audit entry that tells of the restore.
        at: now.
    """
    recalled, committed = set(), set(store.scalars(sa.select(Commitment.commitment)))
    for each in sorted(frozen, key=lambda one: one.commitment not in committed):  # a number that was given twice is two
        attempt = store.scalar(sa.select(Attempt.id).where(Attempt.reference == each.attempt))
        if attempt is None or (attempt, each.ordinal) in recalled or _is_there(store, attempt, each.ordinal):
            continue
        recalled.add((attempt, each.ordinal))
        store.add(
            RecalledSnapshot(
                attempt_id=attempt,
                ordinal=each.ordinal,
                commitment=each.commitment,
                body=each.body,
                digest=each.digest,
                entry=entry,
                at=at,
            )
        )
    store.flush()
    return len(recalled)


def recalled(store: Session, attempt_id: int, commitment: str) -> RecalledSnapshot | None:
    """What was frozen for the attempt's next set before it was lost; None where nothing was, or its plan is another."""
    drawn = sa.select(sa.func.count()).where(QuestionSet.attempt_id == attempt_id).scalar_subquery()
    return store.scalar(
        sa.select(RecalledSnapshot).where(
            RecalledSnapshot.attempt_id == attempt_id,
            RecalledSnapshot.ordinal == drawn + 1,
            RecalledSnapshot.commitment == commitment,
        )
    )


def eligibility_in(row: RecalledSnapshot) -> Eligibility:
    """The eligibility that the row holds."""
    return Eligibility.from_dict(json.loads(row.body))


def _is_there(store: Session, attempt: int, ordinal: int) -> bool:
    there = sa.select(EligibilitySnapshot.id).where(
        EligibilitySnapshot.attempt_id == attempt, EligibilitySnapshot.ordinal == ordinal
    )
    return store.scalar(there) is not None


def _opened(file: Path, key: bytes) -> Iterator[Frozen]:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        said = canonical({name: found[name] for name in ("kind", "first", "last")})
        box = AESGCM(key).decrypt(bytes.fromhex(found["nonce"]), base64.b64decode(found["sealed"]), said)
        yield from (Frozen(**each) for each in json.loads(box))
    except (InvalidTag, KeyError, TypeError, ValueError):
        raise NotReady(
            f"{file.name} cannot be read with this installation's seed key, or was changed.",
            remedy="Set QBANK_SEED_KEY to the one that was in use. Without the file its sets are drawn "
            "with the eligibility of the day.",
            rule="L6",
        ) from None
