"""Chance from a seed: a stream of 64-bit words whose definition cannot change under us.

The words of stream `number` of a seed are the output of SHAKE-256 over three length-prefixed fields (the label of the
purpose, the seed, the number as 8 bytes), read eight bytes at a time, big-endian. Nothing else turns a seed into
choices. Test vectors: `tests/delivery/vectors/randomness.json`.

Source: FIPS 202 (2015), section 6.2; unbiased choice by rejection, Fisher and Yates' shuffle after Durstenfeld (1964).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

WORD: Final = 1 << 64
TOP: Final = WORD - 1
DRAW: Final = "qbank draw 1"
_FIRST_READ: Final = 1088  # eight blocks of SHAKE-256: enough for most sets of ten


def prefixed(*fields: bytes) -> bytes:
    """The fields one after another, each behind its length as 8 bytes, big-endian: no two lists give the same bytes."""
    return b"".join(len(content).to_bytes(8, "big") + content for content in fields)


class Stream:
    """An endless sequence of random words, the same for the same label, seed and number.

    Args:
        seed: any bytes; a draw's has 32 from the operating system.
        number: which of the seed's streams; each set drawn has one of its own, counted from 0.
        label: what the words are for.
    """

    __slots__ = ("_at", "_buffer", "_source")

    def __init__(self, seed: bytes, number: int = 0, *, label: str = DRAW) -> None:
        self._source = hashlib.shake_256(prefixed(label.encode(), seed, number.to_bytes(8, "big")))
        self._buffer = self._source.digest(_FIRST_READ)
        self._at = 0

    def word(self) -> int:
        """The next word, uniform on 0 to 2^64 - 1."""
        if self._at == len(self._buffer):
            self._buffer = self._source.digest(2 * len(self._buffer))
        start = self._at
        self._at = start + 8
        return int.from_bytes(self._buffer[start : self._at], "big")

    def below(self, bound: int) -> int:
        """A whole number uniform on 0 to `bound` - 1, without bias: words above the last full multiple are passed over.

        Raises:
            ValueError: the bound is not between 1 and 2^64.
        """
        if not 1 <= bound <= WORD:
            raise ValueError(f"A bound between 1 and 2^64 is needed, not {bound}.")
        fair = WORD - WORD % bound
        while (word := self.word()) >= fair:
            pass
        return word % bound

    def below_any(self, bound: int) -> int:
        """A whole number uniform on 0 to `bound` - 1, of any size from 1.

        As many words as needed make one number, the first word first; numbers at or above the largest multiple of the
        bound are passed over whole. Up to 2^64 it is what `below` gives.
        """
        words = max(1, -(-(bound - 1).bit_length() // 64))
        fair = (1 << 64 * words) // bound * bound
        while True:
            number = 0
            for _ in range(words):
                number = number << 64 | self.word()
            if number < fair:
                return number % bound

    def shuffled(self, things: Sequence[T]) -> tuple[T, ...]:
        """The things in an order uniform over all orders."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return tuple(order)


class Begun:
    """A label and a seed, taken in once, whose streams then only differ in their number: for runs of thousands."""

    __slots__ = ("_head",)

    def __init__(self, seed: bytes, *, label: str) -> None:
        self._head = hashlib.shake_256(prefixed(label.encode(), seed) + (8).to_bytes(8, "big"))

    def words(self, number: int, count: int) -> bytes:
        """The first `count` words of a stream, as big-endian bytes."""
        stream = self._head.copy()
        stream.update(number.to_bytes(8, "big"))
        return stream.digest(8 * count)


def many_words(seed: bytes, count: int, *, number: int = 0, label: str) -> bytes:
    """The first `count` words of a stream at once, as big-endian bytes, for simulations with arrays."""
    return Begun(seed, label=label).words(number, count)
