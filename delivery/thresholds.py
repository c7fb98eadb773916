"""From tables of probabilities to the whole numbers of a walk."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from delivery.frontier import NOWHERE, Frontier, Layer
from delivery.randomness import TOP
from delivery.tables import Floats, LayerTable, Tables, tables_of
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
    return Walk(tuple(map(_layer, frontier.layers, tables.layers)))


def _layer(layer: Layer, table: LayerTable) -> WalkLayer:
    ends, kept = _options(layer, table.chances)
    first = np.append(0, np.cumsum(kept.sum(axis=0)))
    states, counts = kept.T.nonzero()  # state by state, ascending counts
    return WalkLayer(
        members=table.members,
        first=_column(first, "I", np.uint32),
        count=_column(counts, "H", np.uint16),
        following=_column(layer.following[counts, states], "I", np.uint32),
        upper=_column(ends[counts, states] - np.uint64(1), "Q", np.uint64),
        include=_column(_includes(table.includes), "Q", np.uint64),
    )


def _options(layer: Layer, chances: Floats) -> tuple[Words, NDArray[np.bool_]]:
    """One past the last word of each option, and which options have a word at all; both of shape (counts, states).

    The last option ends at 2^64, which wraps to 0, so that one less is the largest word. The options before it end at
    2^64 - 1 at the latest: every option that is kept can be chosen.
    """
    possible = (layer.following != NOWHERE) & (chances > 0)
    ends = _words(np.cumsum(chances, axis=0))
    starts = np.concatenate([np.zeros_like(ends[:1]), ends[:-1]])
    last = possible & (np.cumsum(possible[::-1], axis=0)[::-1] == 1)
    kept = possible & (last | (ends > starts))
    ends[last] = 0
    return ends, kept


def _includes(chances: Floats) -> Words:
    """What a word must stay below to take a member; where a choice exists, neither answer is impossible."""
    return np.maximum(_words(chances[:, 1:]), np.uint64(1))


def _words(chances: Floats) -> Words:
    """Probabilities in units of 2^-64, at most 2^64 - 1; in two halves, because no float need hold 64 bits."""
    scaled = np.clip(chances, 0, 1) * 2.0**32
    high = np.floor(scaled)
    low = np.floor((scaled - high) * 2.0**32)
    words = (high.astype(np.uint64) << np.uint64(32)) + low.astype(np.uint64)
    return np.where(high >= 2.0**32, np.uint64(TOP), words)


def _column(numbers: NDArray[np.integer], kind: str, width: type[np.unsignedinteger]) -> array[int]:
    column: array[int] = array(kind)
    column.frombytes(np.ascontiguousarray(numbers, dtype=width).tobytes())
    return column
