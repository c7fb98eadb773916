"""The stream of words, a second time: SHAKE-256 of three length-prefixed fields, eight bytes a word, big-endian."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator

FULL = 2**64


def words_of(label: str, seed: bytes, number: int) -> Iterator[int]:
    """The words of one of a seed's streams, without end."""
    message = b""
    for content in (label.encode("utf-8"), seed, struct.pack(">Q", number)):
        message += struct.pack(">Q", len(content)) + content
    given, size = 0, 512
    while True:
        output = hashlib.shake_256(message).digest(size)
        yield from struct.unpack(f">{(size - given) // 8}Q", output[given:])
        given, size = size, size * 4


def number_below(bound: int, words: Iterator[int]) -> int:
    """Uniform on 0 to bound - 1: words at or above the largest multiple of the bound are passed over."""
    limit = FULL // bound * bound
    return next(word for word in words if word < limit) % bound


def uniform_below(bound: int, words: Iterator[int]) -> int:
    """Uniform on 0 to bound - 1 for a bound of any size: as many words as it needs make one number, the first first."""
    count = max(1, -(-(bound - 1).bit_length() // 64))
    fair = 2 ** (64 * count) // bound * bound
    while True:
        number = int.from_bytes(struct.pack(f">{count}Q", *(next(words) for _ in range(count))), "big")
        if number < fair:
            return number % bound


def reordered(things: list[int], words: Iterator[int]) -> list[int]:
    """Shuffled from the last place to the second: each changes places with itself or an earlier one."""
    order = things[:]
    place = len(order)
    while place > 1:
        chosen = number_below(place, words)
        place -= 1
        order[place], order[chosen] = order[chosen], order[place]
    return order
