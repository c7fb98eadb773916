"""One backup as one file: a ZIP with a manifest, the dump of the database, and the checkpoints of its audit trail.

Keys are never in it: neither the one that signs cookies nor the one that seeds of draws are encrypted with. A part is
believed by its SHA-256 in the manifest; the whole is believed by the audit trail and its signed checkpoints.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from delivery.canonical import canonical
from qbank.domain.errors import NotFound, NotReady, Refusal, RuleBroken

KIND: Final = "qbank backup 1"
MANIFEST: Final = "manifest.json"
CHECKPOINTS: Final = "checkpoints.jsonl"
"""Every checkpoint on a line: there are thousands in a year."""
MOST_MANIFEST: Final = 1 << 20
NAME: Final = re.compile(r"qbank-backup-(?P<at>\d{8}T\d{6}Z)\.zip(\.age)?")
_PARTS: Final = frozenset({"database.sqlite", "database.pgdump", CHECKPOINTS})
_BLOCK: Final = 1 << 20
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""`RuntimeError` of a member under a password, `ValueError` of a name or a place that is none."""
HELD_FOR: Final = timedelta(days=1)
"""A working folder that is older, and that no process holds, is what a process that was killed left behind."""
_PREFIX: Final = ".qbank-"
_NO_LOCKS: Final = frozenset({errno.EBADF, errno.ENOLCK, errno.ENOTSUP, errno.EINVAL})
"""What a file system answers that locks no folders."""
_CHANGED: Final = "It was changed or cut short since it was made: take another backup, and keep this one to look into."


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a backup.

    Args:
        name: as it stands in the ZIP.
        bytes: its size.
        sha256: of its content, in hexadecimal.
    """

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Args:
        qbank: the version of the program that made it.
        revision: of its tables.
        database: "sqlite" or "postgresql".
        at: when, as audit entries write a time.
        last: the number of the newest entry of its audit trail; 0 without one.
        digest: of that entry.
        vouched: up to which entry its checkpoints vouch; 0 without one.
        parts: every other file in it.
    """

    qbank: str
    revision: str
    database: str
    at: str
    last: int
    digest: str
    vouched: int
    parts: tuple[Part, ...]

    def to_bytes(self) -> bytes:
        """As it is kept: canonical JSON."""
        return canonical({"kind": KIND, **asdict(self), "parts": [asdict(part) for part in self.parts]})

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """The manifest behind its bytes.

        Raises:
            ValueError: it is none, or names a part that no backup has.
        """
        try:
            said: Any = json.loads(data)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(said, dict) or said.pop("kind", None) != KIND:
            raise ValueError("of another kind")
        try:
            made = cls(**{**said, "parts": tuple(Part(**part) for part in said["parts"])})
        except (KeyError, TypeError) as error:
            raise ValueError("of another shape") from error
        if not _PARTS.issuperset(part.name for part in made.parts):
            raise ValueError("a part that no backup has")
        return made


def part_of(file: Path, name: str) -> Part:
    """What a manifest says of a file."""
    with file.open("rb") as found:
        return Part(name, file.stat().st_size, hashlib.file_digest(found, "sha256").hexdigest())


def pack(folder: Path, manifest: Manifest, archive: Path) -> None:
    """Write manifest and parts, which lie in the folder under their names, into a new ZIP."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.writestr(MANIFEST, manifest.to_bytes())
        for part in manifest.parts:
            already = zipfile.ZIP_STORED if part.name.endswith(".pgdump") else zipfile.ZIP_DEFLATED  # compressed once
            out.write(folder / part.name, part.name, compress_type=already)


def manifest_of(archive: Path) -> Manifest:
    """What the backup says that it holds.

    Raises:
        Refusal: it is none.
    """
    with _opened(archive) as found:
        return _manifest(found)


def unpack(archive: Path, folder: Path) -> Manifest:
    """Put every part into the folder, each held to its SHA-256.

    Raises:
        Refusal: it is no backup, or a part is not the one that the manifest names.
    """
    with _opened(archive) as found:
        manifest = _manifest(found)
        for part in manifest.parts:
            with (folder / part.name).open("wb") as out:
                _must_be(part, found, out)
    return manifest


def must_hold(archive: Path) -> Manifest:
    """Read the whole backup again, every part held to its SHA-256; what it holds.

    Raises:
        Refusal: a part is not the one that the manifest names.
    """
    with _opened(archive) as found, open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a file
        manifest = _manifest(found)
        for part in manifest.parts:
            _must_be(part, found, nowhere)
    return manifest


def put(made: Path, place: Path) -> None:
    """Move a finished file to its place, whole or not at all, safe on the disk, readable by its owner only.

    Raises:
        RuleBroken: a file is there already.
        NotReady: it cannot be written.
    """
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        beside.unlink(missing_ok=True)
        with made.open("rb") as source, os.fdopen(_new(beside), "wb") as out:
            shutil.copyfileobj(source, out, _BLOCK)
            out.flush()
            os.fsync(out.fileno())
        must_be_new(place)
        beside.replace(place)
        _settle(place.parent)
    except OSError as error:
        raise NotReady(
            f"{place} cannot be written: {(error.strerror or str(error)).lower()}.",
            remedy="Name a folder that is there, that has room, and that you may write to.",
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def must_be_new(place: Path) -> None:
    """Refuse to write over a file.

    Raises:
        RuleBroken: it is there already.
    """
    if place.exists():
        raise RuleBroken(f"{place} is there already.", remedy="Name another file, or a folder.")


def kept_in(folder: Path) -> list[Path]:
    """Backups in a folder, by their names, newest first."""
    if not folder.is_dir():
        return []
    return sorted((file for file in folder.iterdir() if NAME.fullmatch(file.name)), key=lambda file: file.name)[::-1]


@contextmanager
def working(workplace: Path) -> Iterator[Path]:
    """A folder that only its owner can look into, and that is gone afterwards; others that were left there go too."""
    workplace.mkdir(parents=True, exist_ok=True)
    _sweep(workplace)
    with TemporaryDirectory(prefix=_PREFIX, dir=workplace) as folder, _held(Path(folder)):
        yield Path(folder)


def _sweep(workplace: Path) -> None:
    """Remove working folders that are older than a day and that nobody holds: they hold a database in the clear.

    What cannot be removed, another's or just gone, stays: it is no reason to go without a backup.
    """
    for folder in workplace.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            age = datetime.now(UTC) - datetime.fromtimestamp(folder.lstat().st_mtime, UTC)
            if age > HELD_FOR and folder.is_dir() and not folder.is_symlink():
                with _held(folder):
                    shutil.rmtree(folder)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder until this process lets go of it or ends, where the system can lock one: network disks may not.

    Raises:
        BlockingIOError: another holds it.
    """
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(handle)


def _new(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _settle(folder: Path) -> None:
    """See the folder's new entry safe too, where the system lets a folder be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    if not archive.is_file():
        raise NotFound(f"There is no file {archive}.", remedy="Name a file made with: qbank backup.")
    with _whole(archive.name):
        opened = zipfile.ZipFile(archive)
    with opened as found:
        yield found


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Around the library's reading alone: what it says of bytes that are no ZIP, or no whole one, is a refusal."""
    try:
        yield
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # a place before the start, in a file
            raise
        raise Refusal(f"{name} is no whole backup of qbank.", remedy=_CHANGED) from None


def _member(found: zipfile.ZipFile, name: str) -> IO[bytes]:
    with _whole(Path(str(found.filename)).name):
        if name not in found.namelist():
            raise zipfile.BadZipFile(name)
        return found.open(name)


def _manifest(found: zipfile.ZipFile) -> Manifest:
    with _member(found, MANIFEST) as out, _whole(Path(str(found.filename)).name):
        return Manifest.read(out.read(MOST_MANIFEST))


def _must_be(part: Part, found: zipfile.ZipFile, out: IO[bytes]) -> None:
    """Pass a part on; read no further than the size that the manifest gives it."""
    seen, left = hashlib.sha256(), part.bytes + 1
    with _member(found, part.name) as source:
        while left > 0:
            with _whole(Path(str(found.filename)).name):
                block = source.read(min(_BLOCK, left))
            if not block:
                break
            seen.update(block)
            out.write(block)
            left -= len(block)
    if left != 1 or seen.hexdigest() != part.sha256:
        raise Refusal(f"In the backup, {part.name} is not what the manifest names.", remedy=_CHANGED)
