"""Reading TOML that people write by hand: values, and faults that carry their line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from qbank.domain.faults import Fault, Faults

_AT_LINE: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\s*$")


def read_toml(text: str, file: str, *, first_line: int = 1) -> Mapping[str, Any]:
    """The values of a TOML text.

    Args:
        text: the TOML.
        file: its name, for the fault.
        first_line: the line in the file on which the text begins, from 1.

    Raises:
        Faults: the text is not TOML; the one fault carries the line in the file.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Faults([_fault(str(error), text, file, first_line)]) from None


def _fault(message: str, text: str, file: str, first_line: int) -> Fault:
    place = _AT_LINE.search(message)
    last = text.count("\n") + 1
    line = int(place.group(1)) if place and place.group(1) else last
    reason = _AT_LINE.sub("", message)
    return Fault(
        file,
        first_line + min(line, last) - 1,
        f"This is not TOML: {reason[:1].lower()}{reason[1:]}.",
        'Write key = value, with text between double quotes and lists as ["K1", "S16"].',
    )
