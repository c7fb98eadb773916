"""ZIP archives that people send: looked at before anything of them is unpacked, and unpacked with a bound."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from qbank.domain.faults import Fault, Faults

MOST_BYTES: Final = 10_000_000
MOST_UNPACKED: Final = 50_000_000
MOST_RATIO: Final = 100
SMALL: Final = 100_000
"""Bytes unpacked up to which the ratio means nothing: a short file of blanks."""

CHUNK: Final = 1 << 18
_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)
"""What the library says of bytes that are no archive: `ValueError` of a bad name or place.

Nothing of ours runs where these are caught.
"""


class Archive:
    """An archive that has passed the look from outside: names, number, and sizes as it declares them.

    Args:
        data: its bytes.
        file: its name, for faults.
        most_members: how many files it may hold.

    Raises:
        Faults: it is no archive, or cut off, or more than it should be.
    """

    def __init__(self, data: bytes, file: str, *, most_members: int) -> None:
        self.file = file
        if len(data) > MOST_BYTES:
            raise self.refused(f"The file has more than {MOST_BYTES // 1_000_000} MB.", "Split it.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            what = "The file cannot be opened: it may be half-written, or protected by a password."
            raise self.refused(what, "Save it anew and send it again.") from None
        self.members = {each.filename: each for each in self._zip.infolist() if not each.filename.endswith("/")}
        self._look(most_members)

    def refused(self, what: str, remedy: str) -> Faults:
        """The refusal of the archive as a whole."""
        return Faults([Fault(self.file, 0, what, remedy)])

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes, piece by piece, never more than it declared.

        Raises:
            Faults: it is not what it declared.
        """
        try:
            with self._zip.open(self.members[name]) as member:
                while piece := member.read(CHUNK):
                    yield piece
        except _BROKEN:
            what = f"{name[:80]} in the file cannot be unpacked: it may be half-written."
            raise self.refused(what, "Save it anew and send it again.") from None

    def bytes_of(self, name: str) -> bytes:
        """All of a member."""
        return b"".join(self.chunks(name))

    def _look(self, most_members: int) -> None:
        entries = self._zip.infolist()
        if len(entries) > most_members:
            raise self.refused(f"The file holds more than {most_members:,} files.", "Split it.")
        if not all(each.filename for each in entries):
            raise self.refused("A file in it has no name.", "Make it anew.")
        if len({each.filename for each in entries}) < len(entries):
            raise self.refused("The file holds two files of one name.", "Make it anew.")
        if any(each.flag_bits & _ENCRYPTED for each in entries):
            raise self.refused("The file is protected by a password.", "Save it without one.")
        if any(each.compress_type not in _METHODS for each in entries):
            raise self.refused("The file is packed in an unusual way.", "Make it anew as an ordinary ZIP file.")
        if any(_leads_out(each.filename) for each in entries):
            raise self.refused("A file in it has a name that leads out of its folder.", "Make it anew.")
        most = [each for each in entries if each.file_size > max(SMALL, MOST_RATIO * each.compress_size)]
        if most or sum(each.file_size for each in entries) > MOST_UNPACKED:
            what = f"The file would unpack to more than {MOST_UNPACKED // 1_000_000} MB, or is packed far too tightly."
            raise self.refused(what, "Send a smaller one.")


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return "\\" in name or path.is_absolute() or ".." in path.parts or name[1:2] == ":"
