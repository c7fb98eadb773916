"""Canonical JSON and its digest: the same facts give the same bytes, in ten years and in another language.

The form: UTF-8, keys sorted by code point, no blanks, no floats. A number that is not whole is written as a decimal
string, because programs disagree on how to print a float.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

SIX_DECIMALS: Final = Decimal("0.000001")
PIECE: Final = 1 << 16


def canonical(value: object) -> bytes:
    """The one byte string that stands for `value`.

    Args:
        value: text, whole numbers, booleans, None, and lists and string-keyed mappings of these.

    Raises:
        TypeError: something else is in it, a float for example.
    """
    _refuse_what_has_no_one_form(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def hashed(pieces: Iterable[bytes]) -> str:
    """SHA-256 of what these pieces are together, 64 hexadecimal digits."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What these pieces are together, compressed, piece by piece."""
    packing = zlib.compressobj(6)
    yield from map(packing.compress, pieces)
    yield packing.flush()


def pieces_of(content: bytes) -> Iterator[memoryview]:
    """The content in pieces of a convenient size."""
    whole = memoryview(content)
    for begin in range(0, len(whole), PIECE):
        yield whole[begin : begin + PIECE]


def decimals(value: float | Decimal, rounding: str = ROUND_HALF_EVEN) -> str:
    """`value` with six decimals, as text; never a negative zero. Floors are rounded down, what holds at most is up."""
    return str(Decimal(value).quantize(SIX_DECIMALS, rounding) + 0)


def packed(numbers: Iterable[int], kind: str) -> str:
    """Whole numbers as base64 text of big-endian integers.

    Args:
        numbers: none negative.
        kind: an `array` type code: "H" (16 bits), "I" (32) or "Q" (64).
    """
    column = array(kind, numbers)
    if sys.byteorder == "little":
        column.byteswap()
    return base64.b64encode(column.tobytes()).decode("ascii")


def unpacked(text: str, kind: str) -> array[int]:
    """The numbers behind `packed` text.

    Raises:
        ValueError: the text is not base64 or holds a broken number.
    """
    column: array[int] = array(kind)
    column.frombytes(base64.b64decode(text, validate=True))
    if sys.byteorder == "little":
        column.byteswap()
    return column


def _refuse_what_has_no_one_form(value: object) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"A key of canonical JSON must be text, not {key!r}.")
            _refuse_what_has_no_one_form(inner)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for inner in value:
            _refuse_what_has_no_one_form(inner)
    else:
        raise TypeError(f"Canonical JSON cannot hold {value!r}: write a number that is not whole as text.")
