"""The text of a file that people wrote: UTF-8, of a bounded size, in lines, with no character that cannot be seen.

A mark of the byte order is dropped and CRLF becomes a line feed: editors put both there, and nobody sees them.
"""

from __future__ import annotations

import re
from typing import Final

from qbank.domain.faults import Fault, Faults

MOST_QUESTION_BYTES: Final = 1_000_000
"""For one question: five hundred times what one needs."""

MOST_DOCUMENT_BYTES: Final = 10_000_000
"""For one file of a standard, or of published wording."""

MOST_EVIDENCE_BYTES: Final = 100_000_000
"""For the evidence of a draw, with its plan: about 20 kB for each question of the bank."""

_MARK: Final = "\ufeff"
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MOST_REPORTED: Final = 20
"""Lines with such characters that are named: a picture that was saved as text has thousands."""


def decoded(data: bytes, file: str, *, most_bytes: int) -> str:
    """The text that a file's bytes are, as `plain` leaves it.

    Args:
        data: the bytes; one more than `most_bytes` is enough to show that a file is too large.
        file: its name, for the fault.
        most_bytes: the most that such a file may have.

    Raises:
        Faults: it is too large, or not UTF-8, or holds characters that cannot be seen; with its line.
    """
    if len(data) > most_bytes:
        problem = f"The file has more than {most_bytes // 1_000_000} MB."
        raise Faults([Fault(file, 0, problem, "Split it, or take out what is no text.")])
    try:
        return plain(data.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        remedy = "Save it with the encoding UTF-8 (spreadsheets call it CSV UTF-8)."
        raise Faults([Fault(file, line, "The file is not UTF-8.", remedy)]) from None


def plain(text: str, file: str) -> str:
    """The text without a byte-order mark, its lines ended by a line feed.

    Raises:
        Faults: it holds control characters other than line feed and tab, or halves of a character; by line.
    """
    text = text.removeprefix(_MARK).replace("\r\n", "\n")
    faults: list[Fault] = []
    line, counted_to = 1, 0
    for found in _UNSEEN.finditer(text):
        further = text.count("\n", counted_to, found.start())
        if faults and not further:
            continue
        line, counted_to = line + further, found.start()
        faults.append(Fault(file, line, f"The line holds {named(found.group())}.", "Remove it, or type it anew."))
        if len(faults) == _MOST_REPORTED:
            break
    if faults:
        raise Faults(faults)
    return text


def unseen_in(text: str) -> str | None:
    """The name of the first character of a value that cannot be seen; None when all can."""
    found = _UNSEEN.search(text)
    return named(found.group()) if found else None


def named(character: str) -> str:
    """A character that cannot be seen, in words."""
    if character == "\r":
        return "a carriage return without a line feed"
    return f"a control character, U+{ord(character):04X}"


def visible(text: str) -> str:
    """The text with each character that cannot be seen written as its code, so that it can be shown: file names."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
