"""Walks side by side, each layer's whole numbers worked out only in the states that some of them come to.

A law that one draw is conditioned on is used for a few thousand sets and never again: writing its whole walk down would
take longer than everything else. The numbers that are worked out are the same bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from delivery.frontier import Frontier, Layer, Ways
from delivery.sampling import Membership, Streams, take
from delivery.tables import LayerTable, Tables
from delivery.thresholds import layer_of
from delivery.walk import WalkLayer

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crossed:
    """Where some walks went.

    Attributes:
        membership: which questions are in which sets; shape (walks, questions).
        layers: of the walk, each with the states only that some walk came to.
        numbers: of each layer, and of the endings, what the states were before they were so few.
        paths: of each layer, and of the endings, the state of each walk.
    """

    membership: Membership
    layers: tuple[WalkLayer, ...]
    numbers: tuple[Ints, ...]
    paths: tuple[Ints, ...]

    def met(self, walks: int) -> tuple[list[WalkLayer], int]:
        """The layers cut down to the states that the first so many walks came to, and how many endings those have."""
        kept = [np.unique(states[:walks]) for states in self.paths]
        renumbered = [
            {int(number): at for at, number in enumerate(numbers[states])}
            for numbers, states in zip(self.numbers, kept, strict=True)
        ]
        triples = zip(self.layers, kept, renumbered[1:], strict=False)
        return [layer.cut_down(states.tolist(), onward) for layer, states, onward in triples], len(kept[-1])


def crossed(frontier: Frontier, tables: Tables, columns: list[int], streams: Streams, questions: int) -> Crossed:
    """The walks of some streams.

    Args:
        frontier: the states; at least one layer.
        tables: of the law, in the machine's longest floats.
        columns: of each layer, how many numbers of `include` a member has at least.
        streams: of each walk.
        questions: in the pool.
    """
    membership: Membership = np.zeros((len(streams.at), questions), dtype=bool)
    state = np.zeros(len(streams.at), dtype=np.int64)
    layers, numbers, paths = [], [], []
    for number, layer in enumerate(frontier.layers):
        met = np.zeros(layer.states, dtype=bool)
        met[state] = True
        states = np.flatnonzero(met)
        place = np.empty(layer.states, dtype=np.int64)
        place[states] = np.arange(len(states))
        few, table = _few(layer, tables.layers[number], states)
        found = layer_of(few, table, tables.beyond(number), columns[number], in_logarithms=tables.in_logarithms)
        layers.append(found)
        numbers.append(states)
        paths.append(place[state])
        state = take(found, paths[-1], membership, streams.next_of)
    endings, ended = np.unique(state, return_inverse=True)
    numbers.append(endings)
    paths.append(ended)
    return Crossed(membership, tuple(layers), tuple(numbers), tuple(paths))


def _few(layer: Layer, table: LayerTable, states: Ints) -> tuple[Layer, LayerTable]:
    """The layer and its table with these states only, in ascending order."""
    begins = [int(np.searchsorted(states, way.begin)) for way in layer.ways]
    ways = tuple(
        Ways(begin, way.following[states[begin:] - way.begin]) for begin, way in zip(begins, layer.ways, strict=True)
    )
    fresh = layer.fresh[states] if layer.fresh.size else layer.fresh
    rewards = table.rewards[states] if table.rewards.size else table.rewards
    few = replace(layer, states=len(states), ways=ways, fresh=fresh)
    return few, replace(table, rewards=rewards, behind=table.behind[np.append(states, layer.states)])
