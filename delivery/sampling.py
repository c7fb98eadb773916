"""Many sets at once: simulations, which leap and use floats, and recorded runs, which are walks word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.leaping import Chance, Leaps
from delivery.randomness import TOP, Begun
from delivery.walk import Walk, WalkLayer

Membership = NDArray[np.bool_]
Words = Callable[[NDArray[np.int64]], NDArray[np.uint64]]
"""The next word for each of some rows."""

AT_ONCE: Final = 1 << 24  # cells of the membership table held at one time
BYTES_AT_ONCE: Final = 1 << 22  # of streams
MEMBERS_LOOKED_AT: Final = 64
"""Words of a stream that are worked out at first, beyond one for each layer; streams that need more are lengthened."""


def sampled(walk: Walk, questions: int, sets: int, seed: bytes) -> Iterator[Membership]:
    """Independent sets of the walk's law.

    Args:
        walk: with at least one layer.
        questions: in the pool.
        sets: how many in all.
        seed: of the simulation; the same seed gives the same sets.

    Yields:
        Which questions are in which sets, shape (some sets, questions), until all were given.
    """
    chance, leaps = Chance(seed), Leaps(walk)
    rows = max(1, min(sets, AT_ONCE // questions))
    for begin in range(0, sets, rows):
        yield leaps.drawn(min(rows, sets - begin), questions, chance)


def streamed(walk: Walk, questions: int, sets: int, seed: bytes, *, label: str) -> Iterator[Membership]:
    """The sets of a recorded run: set i is the walk of stream i of the label, as one walk after another would give.

    Args:
        walk: with at least one layer.
        questions: in the pool.
        sets: how many in all.
        seed: of the run.
        label: of its streams.

    Yields:
        Which questions are in which sets, shape (some sets, questions), in order, until all were given.
    """
    usual = len(walk.layers) + MEMBERS_LOOKED_AT
    rows = max(1, min(sets, AT_ONCE // questions, BYTES_AT_ONCE // (8 * usual)))
    for begin in range(0, sets, rows):
        sources = [(label, seed, number) for number in range(begin, min(begin + rows, sets))]
        yield walked(walk, Streams(sources, usual), questions)


def walked(walk: Walk, streams: Streams, questions: int) -> Membership:
    """The sets of one walk on each of these streams; shape (streams, questions)."""
    return _walked(walk, len(streams.at), questions, streams.next_of)


def _walked(walk: Walk, sets: int, questions: int, words: Words) -> Membership:
    membership: Membership = np.zeros((sets, questions), dtype=bool)
    state = np.zeros(sets, dtype=np.int64)
    for layer in walk.layers:
        state = take(layer, state, membership, words)
    return membership


class Streams:
    """A stream for each row, read word by word.

    Args:
        sources: label, seed and number of each stream.
        words: of each that are worked out at first; a row that reads further gets twice as many.
    """

    def __init__(self, sources: Sequence[tuple[str, bytes, int]], words: int) -> None:
        self._sources = sources
        self._begun = {(label, seed): Begun(seed, label=label) for label, seed, _ in sources}
        self._known = np.full(len(sources), words)
        self._table = self._worked_out(range(len(sources)), words)
        self.at = np.zeros(len(sources), dtype=np.int64)

    def below(self, rows: NDArray[np.int64], bound: int) -> NDArray[np.int64]:
        """A whole number from 0 to `bound` - 1 from each of some rows, as `Stream.below` gives it."""
        found = self.next_of(rows)
        fair = TOP - (TOP + 1) % bound  # the largest word that is not passed over
        while (unfair := np.flatnonzero(found > np.uint64(fair))).size:
            found[unfair] = self.next_of(rows[unfair])
        return (found % np.uint64(bound)).astype(np.int64)

    def next_of(self, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The next word of each of some rows."""
        at = self.at[rows]
        short = rows[at >= self._known[rows]]
        if short.size:
            self._lengthen(short)
        self.at[rows] += 1
        found: NDArray[np.uint64] = self._table.take(rows * self._table.shape[1] + at)
        return found

    def _lengthen(self, rows: NDArray[np.int64]) -> None:
        """Twice as many words for these rows."""
        words = 2 * int(self._known[rows].max())
        if words > self._table.shape[1]:
            self._table = np.concatenate([self._table, np.zeros_like(self._table)], axis=1)
        self._table[rows, :words] = self._worked_out(rows.tolist(), words)
        self._known[rows] = words

    def _worked_out(self, rows: Sequence[int], words: int) -> NDArray[np.uint64]:
        found = bytearray(8 * words * len(rows))
        for place, row in enumerate(rows):
            label, seed, number = self._sources[row]
            found[8 * words * place : 8 * words * (place + 1)] = self._begun[label, seed].words(number, words)
        return np.frombuffer(found, dtype=">u8").reshape(len(rows), words).astype(np.uint64)


def take(layer: WalkLayer, state: NDArray[np.int64], membership: Membership, words: Words) -> NDArray[np.int64]:
    """Mark what walks in these states take of a layer; returns the states that follow."""
    first = np.asarray(layer.first, dtype=np.int64)
    upper = np.asarray(layer.upper, dtype=np.uint64)
    option = first[state]
    undecided = np.flatnonzero(upper[option] != TOP)
    word = words(undecided)
    while undecided.size:
        beyond = word > upper[option[undecided]]
        undecided, word = undecided[beyond], word[beyond]
        option[undecided] += 1
    _pick(layer, np.asarray(layer.count, dtype=np.int64)[option], membership, words)
    return np.asarray(layer.following, dtype=np.int64)[option]


def _pick(layer: WalkLayer, count: NDArray[np.int64], membership: Membership, words: Words) -> None:
    rows = np.flatnonzero(count)
    wanted = count[rows]
    size = len(layer.members)
    include = np.asarray(layer.include, dtype=np.uint64).reshape(size, -1) if size else np.zeros((0, 1), np.uint64)
    for at, member in enumerate(layer.members):
        rows, wanted = rows[wanted > 0], wanted[wanted > 0]
        if not rows.size:
            break
        taken = wanted == size - at
        free = np.flatnonzero(~taken)
        taken[free] = words(rows[free]) < include[at, wanted[free] - 1]
        membership[rows[taken], member] = True
        wanted = wanted - taken
