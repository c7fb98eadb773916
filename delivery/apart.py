"""Enemies near one another: the order of questions in which few of them are barred at once.

Where a walk itself keeps enemies apart, a question is barred from the moment an enemy of it is taken until its own turn
comes. Each question with enemies is therefore tried next to each of them, and stays where the sum over all layers of
2 to the number of open KSBs and 0.8 times the number of questions that may be barred is smallest.

Source: `docs/engine.md`, "The law"; the measure is that of `delivery.ordering`, with barred questions counted as less
than a KSB because most states bar none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BARRED: Final = 0.8
"""Measured on generated banks of 60 and 150 questions: from 0.6 to 0.9 none is best everywhere, 0.3 and 1 are worse."""
SWEEPS: Final = 2


def gathered(masks: Sequence[int], enemies: Mapping[int, Sequence[int]], ksbs: int) -> list[int]:
    """The order of layers with enemies near one another.

    Args:
        masks: the KSBs of each layer as bits, in the order that suits KSBs.
        enemies: of each layer that is one question with enemies, the layers of those.
        ksbs: how many bits there are.

    Returns:
        Places in `masks`.
    """
    order = np.arange(len(masks))
    if not enemies:
        return [int(at) for at in order]
    carried = np.array([[mask >> bit & 1 for bit in range(ksbs)] for mask in masks], dtype=bool)
    least = _open(carried, enemies, order)
    for _ in range(SWEEPS):
        before = least
        for moved, others in enemies.items():
            for other in others:
                for trial in _beside(order, moved, other):
                    cost = _open(carried, enemies, trial)
                    if cost < least:
                        least, order = cost, trial
        if least == before:
            break
    return [int(at) for at in order]


def _beside(order: Ints, moved: int, other: int) -> tuple[Ints, Ints]:
    """The order with a layer moved to just before, and to just after, another one."""
    rest = order[order != moved]
    place = int(np.flatnonzero(rest == other)[0])
    return np.insert(rest, place, moved), np.insert(rest, place + 1, moved)


def _open(carried: Flags, enemies: Mapping[int, Sequence[int]], order: Ints) -> float:
    """Sum over the layers of 2 to what is open after each."""
    layers = len(order)
    ranked = carried[order]
    used = ranked.any(axis=0)
    opens = np.where(used, ranked.argmax(axis=0), layers)
    closes = np.where(used, layers - 1 - ranked[::-1].argmax(axis=0), layers)
    change = np.bincount(opens, minlength=layers + 1) - np.bincount(closes, minlength=layers + 1).astype(float)
    place = np.empty(layers, dtype=np.int64)
    place[order] = np.arange(layers)
    for layer, others in enemies.items():
        first = min(int(place[other]) for other in others)
        if first < place[layer]:
            change[first] += BARRED
            change[place[layer]] -= BARRED
    return float(np.exp2(np.cumsum(change[:layers])).sum())
