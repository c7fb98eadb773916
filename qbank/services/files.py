"""Taking a file from a disk that may hold anything under its name: a folder, a pipe, a link to nothing, a giant."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import decoded, visible

_NO_FILE = "Put a file there, or take it away."


def name_of(path: Path) -> str:
    """The path as faults name it: forward slashes, and every byte that is no character visible."""
    return visible(path.as_posix())


def text_of(path: Path, *, most_bytes: int) -> str:
    """The text of a file, as `decoded` gives it.

    Raises:
        Faults: it is no file, cannot be read, is too large, or is not plain text.
    """
    return decoded(bytes_of(path, most_bytes=most_bytes), name_of(path), most_bytes=most_bytes)


def bytes_of(path: Path, *, most_bytes: int) -> bytes:
    """The bytes of a file, or one more than `most_bytes` of them: enough to know that it is too large.

    Raises:
        Faults: it is no file, or it cannot be read.
    """
    try:
        kind = _refused_kind(path.stat().st_mode)  # before it is opened: a pipe would keep whoever opens it waiting
        if kind is None:
            with path.open("rb") as file:
                return file.read(most_bytes + 1)
    except OSError as error:
        remedy = _NO_FILE if isinstance(error, FileNotFoundError) else "See who may read it, and whether it is whole."
        problem = f"It cannot be read: {(error.strerror or type(error).__name__).lower()}."
        raise Faults([Fault(name_of(path), 0, problem, remedy)]) from None
    raise Faults([Fault(name_of(path), 0, f"This is {kind}, not a file.", _NO_FILE)])


def _refused_kind(mode: int) -> str | None:
    """What stands there instead of a file; None when it is one."""
    if stat.S_ISREG(mode):
        return None
    return "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device or a socket"


def files_in(folder: Path, ending: str, faults: list[Fault], *, most: int, deep: bool = False) -> list[Path]:
    """Whatever has that ending in a folder, by name; links to folders are not followed.

    Args:
        folder: where to look.
        ending: ".md", in lower case; what differs from it in case only is a fault, for nobody would miss it.
        faults: what cannot be looked into, or bears its ending in another case, is added here.
        most: how many there may be.
        deep: whether to look into the folders below it too.

    Raises:
        Faults: there are more than `most`.
    """

    def unreadable(error: OSError) -> None:
        problem = f"The folder cannot be read: {(error.strerror or type(error).__name__).lower()}."
        faults.append(Fault(name_of(Path(error.filename or folder)), 0, problem, "See who may read it."))

    found: list[Path] = []
    for where, folders, files in os.walk(folder, onerror=unreadable):
        for name in (*folders, *files):
            path = Path(where, name)
            if path.suffix == ending:
                found.append(path)
            elif path.suffix.lower() == ending:
                remedy = f"Rename it to {visible(path.stem)}{ending}."
                faults.append(Fault(name_of(path), 0, f"The name ends in {path.suffix}, so it is not read.", remedy))
        if len(found) > most:
            remedy = "Name a standard's folder, which holds nothing else."
            raise Faults([Fault(name_of(folder), 0, f"There are more than {most:,} files.", remedy)])
        if not deep:
            folders.clear()
    return sorted(found)
