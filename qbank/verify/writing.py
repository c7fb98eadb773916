"""Canonical JSON, written by hand: UTF-8, keys by code point, no blanks, whole numbers only; and its SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_FIRST_PRINTABLE: Final = 0x20


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical form."""
    return hashlib.sha256(written(value).encode("utf-8")).hexdigest()


def written(value: Any) -> str:
    """The canonical form of plain JSON data.

    Raises:
        ValueError: a number that is not whole, or something that JSON does not have.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_quoted(key)}:{written(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(written, value)) + "]"
    raise ValueError(f"evidence holds {value!r}, which canonical JSON cannot")


def _quoted(text: str) -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{ord(character):04x}" if ord(character) < _FIRST_PRINTABLE else character
