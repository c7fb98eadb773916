"""Backs a running installation up into one file, and says how old the newest backup is.

A backup leaves no entry in the audit trail: every five minutes one would drown the others. What it holds is said by its
manifest, and the checkpoint that is written first vouches for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.services import backup_files, checkpointing, sealed_files
from qbank.services.audit import written_time
from qbank.services.backup_files import Manifest, part_of
from qbank.services.checkpointing import Signer
from qbank.services.sealed_files import Lock
from qbank.storage import dumps

Tell = Callable[[str, float], None]
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up.

    Args:
        engine: of the database.
        checkpoints: the folder of the audit trail's checkpoints.
        signer: writes a checkpoint first, so that every entry of the backup is vouched for.
        workplace: a folder on the database's own disk: what is not yet encrypted lies there, and nowhere else.
    """

    engine: sa.Engine
    checkpoints: Path
    signer: Signer
    workplace: Path


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was made.

    Args:
        advice: why no checkpoint could be written first; None where that went well.
        removed: older backups that made room.
    """

    file: Path
    bytes: int
    manifest: Manifest
    advice: str | None
    removed: tuple[Path, ...]


def back_up(source: Source, out: Path, *, lock: Lock, keep: int | None, at: datetime, tell: Tell) -> BackedUp:
    """Write one backup of what is committed now, read it again, and then let older ones go.

    Args:
        source: what is backed up, while others use it.
        out: a folder, where it gets a name of its own, or a file that is not there yet.
        lock: for whom it is encrypted; an empty lock leaves it plain.
        keep: how many backups stay in that folder, this one among them; None: all.
        at: now.
        tell: is told how far it is, 0 to 1.

    Raises:
        NotReady: there is no database, it is damaged, a tool is missing, or the file cannot be written.
        RuleBroken: the file is there already, or a key is none.
    """
    lock.must_fit()
    place = out / name_at(at, sealed=bool(lock)) if out.is_dir() else out
    backup_files.must_be_new(place)
    tell("Writing a checkpoint", 0.0)
    advice = _vouched(source, at)
    with backup_files.working(source.workplace) as folder:
        manifest = _gather(source, folder, at, tell)
        tell("Packing", 0.5)
        made = folder / "backup.zip"
        backup_files.pack(folder, manifest, made)
        tell("Reading it again", 0.7)
        backup_files.must_hold(made)
        if lock:
            tell("Encrypting", 0.8)
            sealed_files.seal(made, folder / "backup.age", lock)
            made = folder / "backup.age"
        tell("Writing", 0.9)
        backup_files.put(made, place)
        size = _must_be_the_same(made, place)
    removed = _let_go(place, keep) if out.is_dir() and keep is not None else ()
    tell("Backed up", 1.0)
    return BackedUp(place, size, manifest, advice, removed)


def name_at(at: datetime, *, sealed: bool) -> str:
    """What a backup made then is called in a folder."""
    suffix = sealed_files.SUFFIX if sealed else ""
    return f"qbank-backup-{at.astimezone(UTC).strftime(_STAMP)}.zip{suffix}"


def newest_in(folder: Path) -> datetime | None:
    """When the newest backup in a folder was made, by its name; None without one."""
    found = backup_files.kept_in(folder)
    if not found:
        return None
    stamp = found[0].name.removeprefix("qbank-backup-").partition(".")[0]
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def how_old(folder: Path | None, *, at: datetime, most: timedelta) -> str:
    """A sentence: how old the newest backup is, and whether that keeps the restore point that was promised (L12)."""
    promised = f"{most.total_seconds() / 60:.0f} minutes"
    if folder is None:
        return "Backups: QBANK_BACKUP_FOLDER is not set, so nobody here knows of any."
    newest = newest_in(folder)
    if newest is None:
        return f"Backups: NONE in {folder}; the restore point is meant to be {promised}."
    age = f"{(at - newest).total_seconds() / 60:,.0f} minutes old"
    if at - newest > most:
        return f"Backups: the newest is {age}, OLDER than the {promised} that are meant."
    return f"Backups: the newest is {age}; the restore point is meant to be {promised}."


def _vouched(source: Source, at: datetime) -> str | None:
    """Write a checkpoint; a backup is made all the same where that is refused, for then it may be needed most."""
    try:
        checkpointing.write_checkpoints(source.engine, source.checkpoints, source.signer, at=at)
    except NotReady as refused:
        return str(refused)
    except sa.exc.DBAPIError:
        return "No checkpoint was written: the tables are of an older revision."
    return None


def _gather(source: Source, folder: Path, at: datetime, tell: Tell) -> Manifest:
    """Put the parts into the folder. Checkpoints first: none of them then vouches for more than the dump holds."""
    kept = folder / backup_files.CHECKPOINTS
    vouched = 0
    with kept.open("w", encoding="utf-8", newline="\n") as lines:
        for file in sorted(source.checkpoints.glob(checkpointing.PATTERN)):
            if checkpointing.is_one(file.name):
                lines.write(json.dumps({"name": file.name, "text": file.read_text(encoding="utf-8")}) + "\n")
                vouched = int(file.name.split("-")[1])
    tell("Reading the database", 0.1)
    name = dumps.SUFFIXES[source.engine.dialect.name]
    dumped = dumps.dump(source.engine, folder / name)
    return Manifest(
        qbank=version("qbank"),
        revision=dumped.revision,
        database=dumped.kind,
        at=written_time(at),
        last=dumped.last,
        digest=dumped.digest,
        vouched=vouched,
        parts=tuple(part_of(folder / each, each) for each in (name, backup_files.CHECKPOINTS)),
    )


def _must_be_the_same(made: Path, place: Path) -> int:
    """The size of the written file, once it was read again."""
    written, meant = part_of(place, ""), part_of(made, "")
    if written != meant:
        raise NotReady(
            f"{place} does not hold what was written to it; older backups were kept.", remedy="Look at its disk."
        )
    return written.bytes


def _let_go(place: Path, keep: int) -> tuple[Path, ...]:
    older = [file for file in backup_files.kept_in(place.parent) if file != place][max(keep, 1) - 1 :]
    for file in older:
        file.unlink()
    return tuple(older)
