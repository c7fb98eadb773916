"""Sets by the million, for estimates: a walk that leaps over the layers of which a set takes nothing.

A set of ten among hundreds of layers takes nothing in most of them, and while it takes nothing its state only moves on.
Such states form chains. The chance of coming to each place of a chain without taking anything is worked out once; one
number between 0 and 1 then finds the place where the next questions are taken. The law is the walk's, in floats.

Never used for a draw that somebody receives: those come from a seed's own streams and compare whole numbers.

Source: inversion of a discrete distribution, Devroye (1986), Non-Uniform Random Variate Generation, section III.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.randomness import many_words
from delivery.walk import Walk, WalkLayer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.int32]

SIMULATION: Final = "qbank simulation 1"
WORD: Final = 2.0**64
NOT_YET: Final = -1


@dataclass(frozen=True, slots=True)
class Taking:
    """What some of the sets take next.

    Attributes:
        sets: which of the sets, each at most once.
        layers: of which layer each takes.
        counts: how many of its members, from 1.
    """

    sets: Ints
    layers: Ints
    counts: Ints


class Chance:
    """Random numbers for a simulation: the same for the same seed.

    The generator's raw words are what NumPy promises to keep from release to release.
    """

    def __init__(self, seed: bytes) -> None:
        start = int.from_bytes(many_words(seed, 2, label=SIMULATION), "big")
        self._words = np.random.PCG64(start)  # noqa: TID251 - a simulation, and raw words are kept stable

    def numbers(self, count: int) -> Floats:
        """So many numbers above 0 and below 1."""
        words: NDArray[np.uint64] = self._words.random_raw(count)
        return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


class Leaps:
    """A walk as chains.

    Places stand chain after chain, and behind the last state of each chain is one place more: where it leads on.
    """

    def __init__(self, walk: Walk) -> None:
        chains = _chained(walk)
        places = int(chains.starts[-1])
        self._survival = np.zeros(places)
        self._end = np.repeat(chains.starts[1:] - 1, np.diff(chains.starts)).astype(np.int32)
        self._onward = np.full(places, NOT_YET, dtype=np.int32)
        self._layer = np.zeros(places, dtype=np.int16 if len(walk.layers) < 1 << 15 else np.int32)
        self._option = np.zeros(places, dtype=np.int32)
        upto, counts, following = [np.zeros(0)], [np.zeros(0, dtype=np.uint16)], [np.zeros(0, dtype=np.int32)]
        options = 0
        for number, layer in enumerate(walk.layers):
            here = chains.places(number)
            there = chains.places(number + 1) if number + 1 < len(walk.layers) else None
            options += self._lay_out(layer, number, here, there, options, (upto, counts, following))
        self._upto, self._count = np.concatenate(upto), np.concatenate(counts)
        self._following = np.concatenate(following)
        _accumulate(self._survival, chains.starts)
        self._members = _Members(walk)

    def _lay_out(
        self,
        layer: WalkLayer,
        number: int,
        here: Indices,
        there: Indices | None,
        options: int,
        columns: tuple[list[Floats], list[NDArray[np.uint16]], list[Indices]],
    ) -> int:
        """Fill in the places of a layer's states; returns how many options the layer adds."""
        first = np.asarray(layer.first, dtype=np.int64)
        count = np.asarray(layer.count, dtype=np.uint16)
        upper = np.asarray(layer.upper, dtype=np.uint64)
        onward = np.asarray(layer.following, dtype=np.int64)
        reached = np.full(len(onward), NOT_YET, dtype=np.int32) if there is None else there[onward]
        begin = first[:-1]
        skips = count[begin] == 0
        none = np.where(skips, (upper[begin].astype(np.float64) + 1) / WORD, 0.0)
        with np.errstate(divide="ignore"):
            self._survival[here + 1] = np.log(none)
        last = here + 1 == self._end[here]
        self._onward[here[last] + 1] = reached[begin[last]]
        self._layer[here] = number
        takes = count > 0
        self._option[here] = options + np.cumsum(np.append(0, takes))[begin]
        state = np.repeat(np.arange(len(here)), np.diff(first))[takes]
        passed = np.where(skips, upper[begin] + np.uint64(1), np.uint64(0))
        width = (upper[first[1:] - 1] - passed).astype(np.float64) + 1
        columns[0].append(((upper[takes] - passed[state]).astype(np.float64) + 1) / width[state])
        columns[1].append(count[takes])
        columns[2].append(reached[takes])
        return int(takes.sum())

    def takings(self, sets: int, chance: Chance) -> Iterator[Taking]:
        """What so many independent sets take, until all are full."""
        rows = np.arange(sets)
        place = np.zeros(sets, dtype=np.int64)
        while len(rows):
            place = self._leap(place, chance.numbers(len(rows)))
            beyond = place == self._end[place]
            here = place[~beyond]
            option = self._option[here].astype(np.int64)
            number = chance.numbers(len(here))
            undecided = np.flatnonzero(self._upto[option] < number)
            while undecided.size:
                option[undecided] += 1
                undecided = undecided[self._upto[option[undecided]] < number[undecided]]
            yield Taking(rows[~beyond], self._layer[here].astype(np.int64), self._count[option].astype(np.int64))
            place[beyond] = self._onward[place[beyond]]
            place[~beyond] = self._following[option]
            rows, place = rows[place != NOT_YET], place[place != NOT_YET]

    def pairs(self, sets: int, chance: Chance) -> tuple[Ints, Ints]:
        """Which set holds which question, of so many independent sets: two columns, in no order."""
        found = [pair for taking in self.takings(sets, chance) for pair in self._members.picked(taking, chance)]
        return np.concatenate([rows for rows, _ in found]), np.concatenate([members for _, members in found])

    def drawn(self, sets: int, questions: int, chance: Chance) -> NDArray[np.bool_]:
        """Which questions are in which of so many independent sets; shape (sets, questions)."""
        membership: NDArray[np.bool_] = np.zeros((sets, questions), dtype=bool)
        for taking in self.takings(sets, chance):
            for rows, members in self._members.picked(taking, chance):
                membership[rows, members] = True
        return membership

    def _leap(self, place: Ints, number: Floats) -> Ints:
        """The last place of each chain to which a walk comes that takes nothing before it."""
        least = self._survival[place] + np.log(number)
        low, high = place.copy(), self._end[place].astype(np.int64)
        while True:
            middle = (low + high + 1) >> 1
            reaches = self._survival[middle] >= least
            np.copyto(low, middle, where=reaches)
            np.copyto(high, middle - 1, where=~reaches)
            if (low >= high).all():
                return low


@dataclass(frozen=True, slots=True)
class _Chains:
    """Which states follow one another without taking anything.

    Attributes:
        chain: of each state of each layer.
        depth: how many states of the chain come before it.
        starts: the first place of each chain, and the end of the last.
    """

    chain: list[Indices]
    depth: list[Indices]
    starts: Ints

    def places(self, layer: int) -> Indices:
        return (self.starts[self.chain[layer]] + self.depth[layer]).astype(np.int32)


def _chained(walk: Walk) -> _Chains:
    chains = 1
    chain, depth = [np.zeros(1, dtype=np.int32)], [np.zeros(1, dtype=np.int32)]
    for layer, after in zip(walk.layers, walk.layers[1:], strict=False):
        first = np.asarray(layer.first, dtype=np.int64)[:-1]
        skips = np.flatnonzero(np.asarray(layer.count, dtype=np.uint16)[first] == 0)
        onward = np.asarray(layer.following, dtype=np.int64)[first[skips]]
        owner = np.full(len(after.first) - 1, NOT_YET, dtype=np.int64)
        owner[onward] = skips  # of two that meet, one goes on
        new = np.flatnonzero(owner == NOT_YET)
        following, deeper = chain[-1][owner], depth[-1][owner] + np.int32(1)
        following[new] = np.arange(chains, chains + len(new), dtype=np.int32)
        deeper[new] = 0
        chains += len(new)
        chain.append(following)
        depth.append(deeper)
    lengths = np.ones(chains, dtype=np.int64)
    for which, states in zip(chain, depth, strict=True):
        lengths[which] = states + 2
    return _Chains(chain, depth, np.append(0, np.cumsum(lengths)))


def _accumulate(survival: Floats, starts: Ints) -> None:
    """Sums from the start of each chain, whose own place holds 0; deeper and deeper, all chains at once."""
    lengths = np.diff(starts)
    order = np.argsort(-lengths, kind="stable")
    begins, lengths = starts[:-1][order], lengths[order]
    for depth in range(1, int(lengths[0])):
        begins = begins[: int(np.searchsorted(-lengths, -depth))]
        survival[begins + depth] += survival[begins + depth - 1]


class _Members:
    """Which members a layer's count stands for, of all layers in one table."""

    def __init__(self, walk: Walk) -> None:
        sizes = np.array([len(layer.members) for layer in walk.layers], dtype=np.int64)
        includes = [np.asarray(layer.include, dtype=np.uint64).astype(np.float64) / WORD for layer in walk.layers]
        self._sizes = sizes
        self._columns = np.array([len(each) for each in includes]) // np.maximum(sizes, 1)
        self._members = np.concatenate([np.array(layer.members, dtype=np.int64) for layer in walk.layers])
        self._includes = np.concatenate(includes)
        self._first_member = np.append(0, np.cumsum(sizes))
        self._first_include = np.append(0, np.cumsum([len(each) for each in includes]))

    def picked(self, taking: Taking, chance: Chance) -> Iterator[tuple[Ints, Ints]]:
        """Sets and the members they take, looking at one member after another of each layer."""
        rows, layers, wanted = taking.sets, taking.layers, taking.counts.copy()
        left = self._sizes[layers]
        member, include = self._first_member[layers], self._first_include[layers]
        columns = self._columns[layers]
        while rows.size:
            taken = chance.numbers(len(rows)) < self._includes[include + wanted - 1]
            taken |= wanted == left
            yield rows[taken], self._members[member[taken]]
            wanted = wanted - taken
            on = wanted > 0
            rows, wanted, left, columns = rows[on], wanted[on], left[on] - 1, columns[on]
            member, include = member[on] + 1, include[on] + columns
