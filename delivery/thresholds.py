"""From tables of probabilities to the whole numbers of a walk."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.frontier import Frontier, Layer
from delivery.randomness import TOP
from delivery.tables import Floats, LayerTable, TooFaintError, backwards, chances_of
from delivery.walk import Walk, WalkLayer

Words = NDArray[np.uint64]

WIDTHS: Final = (("B", np.uint8), ("H", np.uint16), ("I", np.uint32), ("Q", np.uint64))


def walk_of(frontier: Frontier, log_weights: Floats, log_rewards: Floats, columns: Sequence[int] | None = None) -> Walk:
    """The walk of the law under these weights; -inf keeps a question out.

    Its tables are worked out in the machine's longest floats, so that each threshold is within 2^-50 of its exact
    value where those have 64 bits.

    Args:
        frontier: the states.
        log_weights: of each question of the pool.
        log_rewards: of each optional KSB.
        columns: of each layer, how many numbers of `include` a member has at least.
    """
    columns = columns or [0] * len(frontier.layers)
    try:
        return _walk(frontier, log_weights, log_rewards, columns, in_logarithms=False)
    except TooFaintError:
        return _walk(frontier, log_weights, log_rewards, columns, in_logarithms=True)


def _walk(
    frontier: Frontier, log_weights: Floats, log_rewards: Floats, columns: Sequence[int], *, in_logarithms: bool
) -> Walk:
    """Layer by layer as the tables are worked out, so that they are never there as a whole."""
    steps = backwards(frontier, log_weights, log_rewards, np.longdouble, in_logarithms=in_logarithms)
    found: list[WalkLayer] = []
    for layer, least, (table, beyond) in zip(reversed(frontier.layers), reversed(columns), steps, strict=True):
        found.append(layer_of(layer, table, beyond, least, in_logarithms=in_logarithms))
        if len(found) == len(frontier.layers) and table.behind[0] == -np.inf:
            return Walk(())
    return Walk(tuple(found[::-1]))


def layer_of(layer: Layer, table: LayerTable, beyond: Floats, columns: int, *, in_logarithms: bool) -> WalkLayer:
    """One layer of a walk.

    Args:
        layer: of the frontier, with all its states or some.
        table: of those states.
        beyond: weight behind the states that follow.
        columns: how many numbers of `include` a member has at least.
        in_logarithms: whether the weights behind are.
    """
    ends, kept = _options(layer, chances_of(layer, table, beyond, in_logarithms=in_logarithms))
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
    return WalkLayer(
        members=tuple(table.choice.members.tolist()),
        first=_column(first),
        count=_column(counts),
        following=_column(following),
        upper=_column(upper),
        include=_column(_includes(table.choice.includes(max(len(layer.ways), columns + 1)))),
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


def _column(numbers: NDArray[np.integer]) -> array[int]:
    """The numbers, none negative, as narrow as they fit: the walk of a large bank is most of what its fit holds."""
    largest = int(numbers.max(initial=0))
    kind, width = next((kind, width) for kind, width in WIDTHS if largest <= np.iinfo(width).max)
    column: array[int] = array(kind)
    column.frombytes(np.ascontiguousarray(numbers, dtype=width).tobytes())
    return column
