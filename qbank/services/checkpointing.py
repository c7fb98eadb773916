"""Signed checkpoints of the audit trail, written outside the database: what an older backup cannot take back.

A checkpoint holds the digest of every entry since the one before it, so that a trail which was rewritten whole is not
only found out but found out at the entry where it begins to differ. One file each, written whole or not at all, never
changed; its name says up to which entry and when.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from qbank.domain.errors import NotReady
from qbank.services import frozen_eligibility
from qbank.services.audit import written_time
from qbank.storage import units
from qbank.storage.queries import trail
from qbank.verify.checkpoints import BadCheckpoint, Checkpoint, opened, signed_bytes
from qbank.verify.writing import written

PURPOSE: Final = b"qbank checkpoints 1"
MOST: Final = 5_000
"""Digests in one checkpoint, about 340 kB: a long trail without checkpoints gets several."""
PATTERN: Final = "checkpoint-*.json"
_NAME: Final = re.compile(r"checkpoint-\d{12}-(?P<at>\d{8}T\d{6}\.\d{6}Z)\.json")


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Signs checkpoints with Ed25519; the key follows from the installation's seed key, under a purpose of its own."""

    private: Ed25519PrivateKey

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """The signer whose key follows from a secret text (HKDF with SHA-256)."""
        seed = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> str:
        """What a verifier needs, 64 hexadecimal digits."""
        return self.private.public_key().public_bytes_raw().hex()

    @property
    def frozen_key(self) -> bytes:
        """What encrypts frozen eligibility beside the checkpoints: 32 bytes that follow from the private key."""
        info = frozen_eligibility.PURPOSE
        return HKDF(SHA256(), length=32, salt=None, info=info).derive(self.private.private_bytes_raw())

    def sealed(self, checkpoint: Checkpoint) -> dict[str, Any]:
        """The checkpoint with key and signature, as it is kept."""
        body = checkpoint.body()
        return {"body": body, "key": self.public_key, "signature": self.private.sign(signed_bytes(body)).hex()}


@dataclass(frozen=True, slots=True)
class Latest:
    """How far the checkpoints in a folder reach.

    Args:
        at: when the newest was written; None without any.
    """

    last: int
    digest: str
    at: datetime | None


def write_checkpoints(engine: sa.Engine, folder: Path, signer: Signer, *, at: datetime) -> list[Path]:
    """Vouch for every entry that no checkpoint in the folder vouches for yet; the new files, none when there is none.

    Raises:
        NotReady: the trail is not the one that the newest checkpoint vouches for, the newest cannot be believed, or
            the folder cannot be written to; nothing was written.
    """
    made: list[Path] = []
    try:
        before = latest(folder, signer.public_key)
        with units.read_unit(engine) as store:
            _must_continue(store, before)
            for checkpoint in _new(store, before.last, at):
                _keep_frozen(store, folder, signer, checkpoint)
                made.append(_keep(folder, signer.sealed(checkpoint), checkpoint))
    except OSError as error:
        raise NotReady(
            f"A checkpoint cannot be written: {(error.strerror or str(error)).lower()}.",
            remedy="Make room in the folder of QBANK_CHECKPOINT_FOLDER, or let qbank write there.",
            rule="L7",
        ) from None
    return made


def is_due(folder: Path, *, at: datetime, every: timedelta) -> bool:
    """Whether the newest checkpoint is as old as that, or there is none; read from the names alone."""
    newest = _newest(folder)
    if newest is None:
        return True
    return at - _time_in(newest) >= every


def latest(folder: Path, key: str) -> Latest:
    """How far the checkpoints in the folder reach.

    Raises:
        NotReady: the newest cannot be believed.
    """
    newest = _newest(folder)
    if newest is None:
        return Latest(0, "", None)
    try:
        checkpoint = opened(_read(newest), key=key)
    except BadCheckpoint as fault:
        raise NotReady(
            f"The newest checkpoint, {newest.name}, cannot be believed: {fault}",
            remedy="Put the folder aside, keep it, and find out who wrote there; qbank audit verify looks at all.",
            rule="L7",
        ) from None
    return Latest(checkpoint.last, checkpoint.digests[-1], _time_in(newest))


def unvouched_since(store: Session, folder: Path, key: str) -> datetime | None:
    """When the oldest entry was made that no checkpoint vouches for; None where each has one.

    Raises:
        NotReady: the newest checkpoint cannot be believed.
    """
    return trail.moment_of(store, latest(folder, key).last + 1)


def kept_in(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Every checkpoint in the folder as it is kept, each with the name of its file, oldest entries first."""
    return (_read(file) for file in sorted(folder.glob(PATTERN)))


def is_one(name: str) -> bool:
    """Whether a file of that name is a checkpoint."""
    return _NAME.fullmatch(name) is not None


def put_aside(folder: Path, *, after: int, at: datetime) -> Path | None:
    """Move checkpoints that vouch for entries after that number into a folder of their own inside; None without any.

    They contradict a trail that was restored from an older backup, rightly, and are kept: they say what is lost.
    """
    names = [file.name for pattern in (PATTERN, frozen_eligibility.PATTERN) for file in folder.glob(pattern)]
    later = [name for name in names if int(name.split("-")[1]) > after]
    if not later:
        return None
    aside = folder / f"{frozen_eligibility.ASIDE}{at.strftime('%Y%m%dT%H%M%S.%fZ')}"
    aside.mkdir()
    note = f"At {written_time(at)} a backup was restored that ends at entry {after}: what these vouch for is lost.\n"
    (aside / "note.txt").write_text(note, encoding="utf-8")
    for name in later:
        (folder / name).replace(aside / name)
    return aside


def must_be_writable(folder: Path) -> None:
    """Ensure that checkpoints can be written there; a folder that is made for the trial goes again.

    Raises:
        NotReady: they cannot.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"tried")
    except OSError as error:
        raise NotReady(
            f"No checkpoint can be written into the folder {folder.name}: {error.strerror}.",
            remedy="Let this person write there, or set QBANK_CHECKPOINT_FOLDER.",
        ) from None
    finally:
        for each in made:
            with suppress(OSError):
                each.rmdir()


def _must_continue(store: Session, before: Latest) -> None:
    if before.last and trail.digest_of(store, before.last) != before.digest:
        raise NotReady(
            f"The audit trail is not the one that was vouched for up to entry {before.last}.",
            remedy="An older backup was restored or the trail was rewritten: run qbank audit verify.",
            rule="L7",
        )


def _new(store: Session, last: int, at: datetime) -> Iterator[Checkpoint]:
    while digests := trail.digests_after(store, last, MOST):
        yield Checkpoint(written_time(at), last + 1, tuple(digests))
        last += len(digests)


def _keep_frozen(store: Session, folder: Path, signer: Signer, checkpoint: Checkpoint) -> None:
    """Beside the checkpoint, and before it: the eligibility of the sets that were drawn since the last one (L6)."""
    first, last = checkpoint.first, checkpoint.last
    if frozen := frozen_eligibility.frozen_in(store, first, last):
        name = frozen_eligibility.name_of(_name_of(checkpoint))
        _put(folder / name, frozen_eligibility.sealed(frozen, signer.frozen_key, first=first, last=last))


def _keep(folder: Path, sealed: Mapping[str, Any], checkpoint: Checkpoint) -> Path:
    return _put(folder / _name_of(checkpoint), written(sealed))


def _name_of(checkpoint: Checkpoint) -> str:
    stamp = checkpoint.at.replace("-", "").replace(":", "")
    return f"checkpoint-{checkpoint.last:012d}-{stamp}.json"


def _put(file: Path, text: str) -> Path:
    """Write the file beside its place, see it safe, then move it there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    making = file.with_name(f".{file.name}.{os.getpid()}")
    with making.open("w", encoding="utf-8") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    making.replace(file)
    return file


def _newest(folder: Path) -> Path | None:
    ours = (file for file in folder.glob(PATTERN) if _NAME.fullmatch(file.name))
    return max(ours, default=None, key=lambda file: file.name)


def _time_in(file: Path) -> datetime:
    """When the checkpoint was written, by its name, whose form was looked at."""
    return datetime.strptime(file.stem.rpartition("-")[2], "%Y%m%dT%H%M%S.%f%z")


def _read(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        found = {}
    return {**(found if isinstance(found, dict) else {}), "name": file.name}
