"""The order in which a walk goes through the kinds of questions: the fewer KSBs are open at once, the fewer states.

A KSB is open from the first kind that carries it to the last. An order of KSBs says in which order they open and, the
same way round, in which they close; a kind is taken where that costs less, as soon as its last KSB opens or just before
its first one closes. The order of KSBs is then changed, one moved at a time, while the sum over all kinds of
2 to the number of open KSBs falls.

Source: `docs/engine.md`, "The law"; the measure is that of frontier methods, Sekine, Imai and Tani (1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SWEEPS: Final = 8
"""Over all moves of one KSB, at most; three to five find nothing better any more."""


def arranged(masks: Sequence[int], ksbs: int) -> list[int]:
    """An order of kinds of questions with few KSBs open at once.

    Args:
        masks: the KSBs of each kind as bits, scarcest KSB lowest; no two alike.
        ksbs: how many bits there are.

    Returns:
        Places in `masks`; a kind without KSBs comes last.
    """
    if not masks or not ksbs:
        return list(range(len(masks)))
    carried = np.array([[mask >> bit & 1 for bit in range(ksbs)] for mask in masks], dtype=bool)
    order = np.arange(ksbs)
    found = _by_order(carried, order)
    least = _open(carried[found])
    for _ in range(SWEEPS):
        before = least
        for moved in range(ksbs):
            for place in range(ksbs):
                other = np.insert(np.delete(order, moved), place, order[moved])
                trial = _by_order(carried, other)
                cost = _open(carried[trial])
                if cost < least:
                    least, order, found = cost, other, trial
        if least == before:
            break
    return [int(at) for at in found]


def _by_order(carried: Flags, order: Ints) -> Ints:
    """The kinds, each where its last KSB opens or where its first one closes."""
    ranked = carried[:, order]
    ksbs = len(order)
    first = np.where(ranked.any(axis=1), ranked.argmax(axis=1), ksbs)
    last = ksbs - 1 - ranked[:, ::-1].argmax(axis=1)
    early = last + 1 < ksbs - first
    return np.lexsort((np.where(early, first, last), np.where(early, last, first), ~early, first == ksbs))


def _open(carried: Flags) -> float:
    """Sum over the kinds, in this order, of 2 to the number of KSBs that are open after each."""
    kinds = len(carried)
    used = carried.any(axis=0)
    opens = np.where(used, carried.argmax(axis=0), kinds)
    closes = np.where(used, kinds - 1 - carried[::-1].argmax(axis=0), kinds)
    change = np.bincount(opens, minlength=kinds + 1) - np.bincount(closes, minlength=kinds + 1)
    return float(np.exp2(np.cumsum(change[:kinds])).sum())
