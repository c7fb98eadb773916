"""Brings a whole installation back from a backup, into an empty place: all of it, verified, or nothing.

The trail of the backup is held to every checkpoint there is, its own and newer ones from elsewhere: so what is lost is
said by number. The restored trail then goes on with an entry that says so itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, backup_files, checkpointing, frozen_eligibility, sealed_files
from qbank.services.backup_files import Manifest
from qbank.services.checkpointing import Signer
from qbank.services.proving import TrailBroken
from qbank.storage import db, dumps, migrating, units
from qbank.storage.queries import trail
from qbank.verify.checkpoints import BadCheckpoint, opened
from qbank.verify.trail import TrailVerdict, Vouchers, judge

Tell = Callable[[str, float], None]
RESTORED: Final = "database restored"


@dataclass(frozen=True, slots=True)
class Lost:
    """What happened after the backup and left a checkpoint.

    Args:
        since: the time of the last entry that is there.
        last: its number.
        vouched: the number of the newest entry that a checkpoint vouches for.
        digest: of that entry.
        at: when that checkpoint was written, as it says.
    """

    since: str
    last: int
    vouched: int
    digest: str
    at: str

    def __str__(self) -> str:
        count = self.vouched - self.last
        acts = "1 act is" if count == 1 else f"{count:,} acts are"
        return (
            f"The trail ends at entry {self.last:,} of {self.since}; a checkpoint of {self.at} vouches for "
            f"{self.vouched:,}: {acts} lost."
        )


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup is restored to.

    Args:
        url: of the database; nothing may be in it.
        checkpoints: the folder in which its checkpoints go on.
        outside: checkpoints that were kept elsewhere, perhaps newer; None for those in `checkpoints`.
        signer: of this installation; its key must be that of the backup's checkpoints.
        workplace: a folder on the database's own disk.
    """

    url: str
    checkpoints: Path
    outside: Path | None
    signer: Signer
    workplace: Path


@dataclass(frozen=True, slots=True)
class Opening:
    """How an encrypted backup is opened."""

    identities: Sequence[str] = ()
    ask: Callable[[], str] = field(default=str)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was restored.

    Args:
        verdict: on its audit trail, as the backup has it.
        lost: what is known to have happened after it; None where nothing is.
        aside: where checkpoints of the lost time were put; None where there were none.
        recalled: lost sets that will be drawn again, the same, with the eligibility that was frozen for them.
        mended: triggers that were missing or changed in the backup, and are whole now.
    """

    manifest: Manifest
    verdict: TrailVerdict
    lost: Lost | None
    aside: Path | None
    mended: tuple[str, ...]
    recalled: int


def recover(file: Path, target: Target, opening: Opening, *, at: datetime, tell: Tell) -> Recovered:
    """Restore the backup, verify it, bring it to the newest revision, and continue its trail and its checkpoints.

    Raises:
        NotFound: there is no such file, or the key's file has no key.
        RuleBroken: the place is not empty, the backup is of the other kind of database, or it cannot be opened.
        NotReady: it is of a newer qbank, it is damaged, a tool is missing, or no checkpoint can be written.
        TrailBroken: its trail does not follow, or is not the one that checkpoints vouch for.
        Refusal: it is no backup, or was changed. In each case nothing was restored.
    """
    tell("Reading the backup", 0.0)
    checkpointing.must_be_writable(target.checkpoints)
    with backup_files.working(target.workplace) as folder:
        plain = _opened(file, folder, opening)
        manifest = backup_files.unpack(plain, folder)
        digest = backup_files.part_of(file, file.name).sha256
        _must_suit(manifest, target)
        kept = _kept(folder)
        _must_be_ours(kept, target.signer)
        sealed = [*(each.sealed for each in kept), *checkpointing.kept_in(target.outside or target.checkpoints)]
        tell("Restoring the database", 0.2)
        with _restored(manifest, folder, target) as engine:
            mended = _upgraded(engine, manifest)
            tell("Verifying", 0.6)
            with engine.connect() as connection:
                dumps.must_be_sound(connection)
            verdict, lost = _judged(engine, manifest, sealed, target.signer.public_key)
            recalled = _tell_the_trail(engine, target, manifest, digest, lost, at=at)
            checkpointing.must_be_writable(target.checkpoints)  # again: verifying takes minutes, and this is the last
        tell("Continuing the checkpoints", 0.9)
        aside = _continue(target, kept, manifest, at)
    tell("Restored", 1.0)
    return Recovered(manifest, verdict, lost, aside, mended, recalled)


def _opened(file: Path, folder: Path, opening: Opening) -> Path:
    if not file.is_file() or not sealed_files.is_sealed(file):
        return file
    plain = folder / "backup.zip"
    sealed_files.open_sealed(file, plain, identities=opening.identities, ask=opening.ask)
    return plain


def _must_suit(manifest: Manifest, target: Target) -> None:
    there = db.address(target.url).get_backend_name()
    if manifest.database != there:
        raise RuleBroken(
            f"The backup is of a database of {manifest.database}, and this installation's is of {there}.",
            remedy="Set QBANK_DATABASE_URL to an empty database of that kind.",
        )
    if manifest.revision not in migrating.revisions():
        raise NotReady(
            f"The backup is at revision {manifest.revision}, made by qbank {manifest.qbank}, which is newer than this.",
            remedy="Install that version.",
        )


@contextmanager
def _restored(manifest: Manifest, folder: Path, target: Target) -> Iterator[sa.Engine]:
    """The database as it was; where the block refuses it, nothing of it stays."""
    work = _into_file if manifest.database == dumps.SQLITE else _into_server
    with work(folder / dumps.SUFFIXES[manifest.database], target) as engine:
        yield engine


@contextmanager
def _into_file(dump: Path, target: Target) -> Iterator[sa.Engine]:
    """Made ready beside its place, and moved there at the end."""
    place = Path(str(db.address(target.url).database))
    _empty(target.url)
    _not_in_use(place)
    engine = db.engine(f"sqlite:///{dump}")
    try:
        yield engine
    finally:
        engine.dispose()  # the last connection to go brings the file beside it in
    if dump.with_name(f"{dump.name}-wal").exists():
        raise NotReady("The restored database is still in use; nothing was restored.", remedy="Try again.")
    place.parent.mkdir(parents=True, exist_ok=True)
    _empty(target.url)  # again: verifying takes minutes, and somebody may have begun there
    _not_in_use(place)
    dump.chmod(0o600)
    dump.replace(place)


@contextmanager
def _into_server(dump: Path, target: Target) -> Iterator[sa.Engine]:
    """Put there in one transaction, and taken away again where it is refused."""
    _empty(target.url)
    engine = db.engine(target.url)
    try:
        dumps.sweep(engine)
        dumps.load(target.url, dump)
        yield engine
    except BaseException:
        dumps.sweep(engine)
        raise
    finally:
        engine.dispose()


def _upgraded(engine: sa.Engine, manifest: Manifest) -> tuple[str, ...]:
    """Bring the database to the newest revision; the triggers that were not whole, which a migration makes anew."""
    with engine.connect() as connection:
        known = manifest.revision == migrating.latest()  # of older tables nobody knows here what triggers they had
        mended = migrating.wrong_triggers(connection) if known else []
    if mended or not known:
        migrating.upgrade(engine.url.render_as_string(hide_password=False))
    return tuple(mended)


def _empty(url: str) -> None:
    engine = db.engine(url)
    try:
        dumps.must_be_empty(engine)
    except (sa.exc.DBAPIError, sqlite3.Error):
        raise NotReady("The database does not answer.", remedy="Start it, or check QBANK_DATABASE_URL.") from None
    finally:
        engine.dispose()


def _not_in_use(place: Path) -> None:
    """Ensure that nobody has the empty file open, and that nothing lies beside it or where it will be.

    A log that is left there of a database that was moved away would be replayed over the restored one.
    """
    if not place.exists():
        for ending in ("-wal", "-shm", "-journal"):
            left = place.with_name(f"{place.name}{ending}")
            if left.exists():
                raise RuleBroken(
                    f"{left.name} of another database lies where this one is to be; nothing was restored.",
                    remedy="Move it to where its database went: the last acts are in it.",
                )
        return
    try:
        with closing(sqlite3.connect(place, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error:
        raise NotReady("The database is in use; nothing was restored.", remedy="Stop qbank serve first.") from None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A checkpoint of the backup: the name of its file, and its text."""

    name: str
    text: str

    @property
    def sealed(self) -> Mapping[str, Any]:
        """As it is judged."""
        return {**json.loads(self.text), "name": self.name}


def _kept(folder: Path) -> list[_Kept]:
    lines = (folder / backup_files.CHECKPOINTS).read_text(encoding="utf-8").splitlines()
    return [each for each in (_Kept(**json.loads(line)) for line in lines) if checkpointing.is_one(each.name)]


def _must_be_ours(kept: Sequence[_Kept], signer: Signer) -> None:
    if kept and kept[-1].sealed.get("key") != signer.public_key:
        raise NotReady(
            "The backup's checkpoints are signed with another key than this installation's.",
            remedy="Set QBANK_SEED_KEY to the one that was in use there: without it no kept seed can be opened either.",
            rule="L7",
        )


def _judged(
    engine: sa.Engine, manifest: Manifest, sealed: Sequence[Mapping[str, Any]], key: str
) -> tuple[TrailVerdict, Lost | None]:
    """The verdict on the trail, and what is lost: a trail that only ends too early is what an older backup is.

    Raises:
        TrailBroken: anything else is wrong with it.
    """
    vouchers = Vouchers.of(sealed, key=key)
    with units.read_unit(engine) as store:
        verdict = judge(audit.published(store), vouchers)
        newest = next(iter(trail.newest_first(store, before=None, most=1)), None)
    last = 0 if newest is None else newest.seq
    whole = (verdict.entries, last) == (manifest.last, manifest.last) and not verdict.bad_checkpoints
    if not whole:
        raise TrailBroken(verdict)
    if verdict.holds:
        return verdict, None
    digest, *others = vouchers.digests[vouchers.last]
    if others:
        raise TrailBroken(verdict)
    since = "no time" if newest is None else audit.written_time(newest.at)
    return verdict, Lost(since, last, vouchers.last, digest, _time_of(sealed, vouchers.last))


def _time_of(sealed: Sequence[Mapping[str, Any]], last: int) -> str:
    """When the checkpoint up to that entry was written."""
    for each in sealed:
        try:
            checkpoint = opened(each, key=None)
        except BadCheckpoint:  # told already
            continue
        if checkpoint.last == last:
            return checkpoint.at
    return ""


def _tell_the_trail(
    engine: sa.Engine, target: Target, manifest: Manifest, digest: str, lost: Lost | None, *, at: datetime
) -> int:
    """Record the restore, with what is lost, and recall what was frozen for lost sets; returns for how many."""
    facts: dict[str, Any] = {"backup": digest, "made": manifest.at, "entries": manifest.last}
    if lost is not None:
        facts |= {"lost": lost.vouched - lost.last, "vouched": lost.vouched, "vouched digest": lost.digest}
    folder = target.outside or target.checkpoints
    frozen = frozen_eligibility.kept_after(folder, target.signer.frozen_key, after=manifest.last)

    def tell(store: Session) -> int:
        entry = audit.record(store, act=RESTORED, subject="database", by=COMMAND_LINE, at=at, facts=facts)
        return frozen_eligibility.recall(store, frozen, entry=entry.seq, at=at)

    return units.in_write_unit(engine, tell)


def _continue(target: Target, kept: Sequence[_Kept], manifest: Manifest, at: datetime) -> Path | None:
    """Put checkpoints of the lost time aside, bring the backup's own back, and vouch for the restored trail."""
    aside = checkpointing.put_aside(target.checkpoints, after=manifest.last, at=at)
    target.checkpoints.mkdir(parents=True, exist_ok=True)
    for each in kept:
        if not (target.checkpoints / each.name).exists():
            (target.checkpoints / each.name).write_text(each.text, encoding="utf-8")
    engine = db.engine(target.url)
    try:
        checkpointing.write_checkpoints(engine, target.checkpoints, target.signer, at=at)
    finally:
        engine.dispose()
    return aside
