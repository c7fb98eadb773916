"""From tables of probabilities to the whole numbers of a walk."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from delivery.frontier import Frontier, Layer
from delivery.randomness import TOP
from delivery.tables import Floats, Tables, tables_of
from delivery.walk import Walk, WalkLayer

Words = NDArray[np.uint64]


def walk_of(frontier: Frontier, log_weights: Floats, log_rewards: Floats) -> Walk:
    """The walk of the law under these weights; -inf keeps a question out.

    Its tables are worked out in the machine's longest floats, so that each threshold is within 2^-50 of its exact
    value where those have 64 bits.
    """
    return walk_from(frontier, tables_of(frontier, log_weights, log_rewards, np.longdouble))


def walk_from(frontier: Frontier, tables: Tables) -> Walk:
    """The walk of these tables; without layers where no set can be drawn."""
    if tables.log_total == -np.inf:
        return Walk(())
    return Walk(tuple(_layer(layer, number, tables) for number, layer in enumerate(frontier.layers)))


def _layer(layer: Layer, number: int, tables: Tables) -> WalkLayer:
    ends, kept = _options(layer, tables.chances(layer, number))
    allowed = np.zeros(layer.states, dtype=np.int64)
    for way, each in zip(layer.ways, kept, strict=True):
        allowed[way.begin :] += each
    first = np.append(0, np.cumsum(allowed))
    place = first[:-1].copy()
    counts = np.zeros(first[-1], dtype=np.uint16)
    following = np.zeros(first[-1], dtype=np.uint32)
    upper = np.zeros(first[-1], dtype=np.uint64)
    for count, way in enumerate(layer.ways):
        at = place[way.begin :][kept[count]]
        counts[at] = count
        following[at] = way.following[kept[count]]
        upper[at] = ends[count][kept[count]] - np.uint64(1)
        place[way.begin :] += kept[count]
    choice = tables.layers[number].choice
    return WalkLayer(
        members=tuple(choice.members.tolist()),
        first=_column(first, "I", np.uint32),
        count=_column(counts, "H", np.uint16),
        following=_column(following, "I", np.uint32),
        upper=_column(upper, "Q", np.uint64),
        include=_column(_includes(choice.includes(len(layer.ways))), "Q", np.uint64),
    )


def _options(layer: Layer, chances: list[Floats]) -> tuple[list[Words], list[NDArray[np.bool_]]]:
    """One past the last word of each option, and which options have a word at all, of each count.

    The last option ends at 2^64, which wraps to 0, so that one less is the largest word. The options before it end at
    2^64 - 1 at the latest: every option that is kept can be chosen.
    """
    last = np.full(layer.states, -1, dtype=np.int64)
    for count, way in enumerate(layer.ways):
        last[way.begin :][chances[count] > 0] = count
    upto = np.zeros(layer.states, dtype=chances[0].dtype)
    start = np.zeros(layer.states, dtype=np.uint64)
    ends, kept = [], []
    for count, way in enumerate(layer.ways):
        upto[way.begin :] += chances[count]
        end = _words(upto[way.begin :])
        final = last[way.begin :] == count
        kept.append((chances[count] > 0) & (final | (end > start[way.begin :])))
        start[way.begin :] = end
        end[final] = 0
        ends.append(end)
    return ends, kept


def _includes(chances: Floats) -> Words:
    """What a word must stay below to take a member; where a choice exists, neither answer is impossible."""
    return np.maximum(_words(chances[:, 1:]), np.uint64(1))


def _words(chances: Floats) -> Words:
    """Probabilities in units of 2^-64, rounded down, at most 2^64 - 1."""
    scaled = chances * chances.dtype.type(2.0**64)
    whole = scaled >= chances.dtype.type(2.0**64)
    scaled[whole] = 0
    words = scaled.astype(np.uint64)
    words[whole] = np.uint64(TOP)
    return words


def _column(numbers: NDArray[np.integer], kind: str, width: type[np.unsignedinteger]) -> array[int]:
    column: array[int] = array(kind)
    column.frombytes(np.ascontiguousarray(numbers, dtype=width).tobytes())
    return column
