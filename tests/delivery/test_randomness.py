"""The stream of words: its definition, its vectors, and that choices made with it are fair."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.randomness import TOP, Stream, many_words, prefixed

VECTORS = json.loads((Path(__file__).parent / "vectors" / "randomness.json").read_text(encoding="utf-8"))


class Told(Stream):
    """A stream that says what it is told to."""

    __slots__ = ("_words",)

    def __init__(self, *words):
        super().__init__(b"")
        self._words = iter(words)

    def word(self):
        return next(self._words)


@pytest.mark.parametrize("vector", VECTORS["words"], ids=lambda vector: vector["seed"][:8] or "empty")
def test_the_words_of_a_seed_are_those_that_were_published(vector):
    stream = Stream(bytes.fromhex(vector["seed"]), vector["number"], label=vector["label"])

    assert [f"{stream.word():016x}" for _ in vector["words"]] == vector["words"]


def test_the_words_are_the_plain_output_of_shake_256_over_the_prefixed_fields():
    stream = Stream(b"seed", 7, label="a label")
    message = b"\0" * 7 + b"\7a label" + b"\0" * 7 + b"\4seed" + b"\0" * 7 + b"\x08" + b"\0" * 7 + b"\7"

    words = b"".join(stream.word().to_bytes(8, "big") for _ in range(1000))

    assert words == hashlib.shake_256(message).digest(8000)


def test_shake_256_is_the_one_of_the_standard():
    nothing = hashlib.shake_256(b"").hexdigest(32)

    assert nothing == "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"  # FIPS 202, empty message


def test_many_words_at_once_are_the_words_of_the_stream():
    stream = Stream(b"seed", 3, label="x")

    at_once = many_words(b"seed", 500, number=3, label="x")

    assert at_once == b"".join(stream.word().to_bytes(8, "big") for _ in range(500))


@given(st.lists(st.binary(max_size=4), max_size=3), st.lists(st.binary(max_size=4), max_size=3))
def test_no_two_lists_of_fields_are_prefixed_to_the_same_bytes(one, other):
    assert (prefixed(*one) == prefixed(*other)) == (one == other)


@pytest.mark.parametrize("vector", VECTORS["shuffles"], ids=lambda vector: vector["seed"][:8])
def test_shuffles_are_those_that_were_published(vector):
    stream = Stream(bytes.fromhex(vector["seed"]), vector["number"])

    assert list(stream.shuffled(list(range(len(vector["order"]))))) == vector["order"]


def test_a_choice_passes_over_the_words_that_would_favour_small_numbers():
    stream = Told(TOP, TOP - 1, 5)  # 2^64 is 1 above a multiple of 3: only the largest word is passed over

    assert stream.below(3) == (TOP - 1) % 3
    assert Told(TOP, 5).below(3) == 2


@pytest.mark.parametrize("bound", [0, -1, TOP + 2])
def test_a_choice_among_none_or_too_many_is_refused(bound):
    with pytest.raises(ValueError, match="between 1 and"):
        Stream(b"").below(bound)


def test_a_shuffle_gives_every_order_equally_often():
    sets = 24_000
    orders = Counter(Stream(b"shuffle", number).shuffled("abcd") for number in range(sets))

    expected = sets / math.factorial(4)
    statistic = sum((count - expected) ** 2 / expected for count in orders.values())

    assert len(orders) == 24
    assert statistic < 49.7  # chi-square, 23 degrees of freedom: exceeded once in 1,000 seeds; this seed is fixed


def test_bits_of_the_words_are_balanced():
    stream = Stream(b"bits")
    words = [stream.word() for _ in range(10_000)]

    ones = [sum(word >> bit & 1 for word in words) for bit in range(64)]

    assert max(abs(count - 5_000) for count in ones) < 225  # 4.5 standard deviations of 50: 64 bits, 1 seed in 2,000
