"""The sparse frontier: which partial sets can still become a set that covers every required KSB.

Questions with the same KSBs and the same cost form a layer. Layers are taken in an order that keeps few KSBs open at
once; at each layer a set takes some number of its questions. The state is what is left to spend and which KSBs are
covered; once every layer that could cover a KSB is past, its bit leaves the state, and a required one must be covered
by then. Only states that lie on some way from the start to a full set are kept.

What is spent is questions where the length is given, and time in units of the pool's common divisor where it is not.

Source: `docs/engine.md`, "The law" (sparse dynamic programme), after Belov (2008) and Chen, Dempster and Liu (1994).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.errors import TooManyStates
from delivery.ordering import arranged
from delivery.pool import Pool
from delivery.specification import Specification

Ints = NDArray[np.int64]
Indices = NDArray[np.integer]

NOWHERE = -1
MOST_STATES: Final = 10_000_000
"""Of all layers together: beyond ten million the tables no longer fit into the memory of an ordinary machine."""
MOST_BITS: Final = 62
"""A state is one whole number: what is left to spend, then a bit for each KSB."""
SPARSE: Final = 64
"""A table of all states that could be written is quicker than sorting up to this many times those that are reached."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a layer's states go when a certain number of its members is taken.

    Attributes:
        begin: the first state that allows the number; states are in order of what is left, so those before it do not.
        following: state of the next layer, of each state from `begin` on; the number of the next layer's states, which
            none of them has, where the state does not allow it. A place more at the end of a table stands for it.
    """

    begin: int
    following: Indices


@dataclass(frozen=True, slots=True)
class Layer:
    """Questions that do the same for a set, and what taking some of them leads to.

    Attributes:
        members: positions in the pool, ascending.
        states: how many the layer has.
        following: how many the next layer has, or the endings after the last.
        ways: of taking 0, 1, 2 … members.
        fresh: which optional KSBs the layer newly covers in each state, as rows of `fresh_sets`; shape (states,).
        fresh_sets: shape (rows, optional KSBs), 0 or 1.
    """

    members: Ints
    states: int
    following: int
    ways: tuple[Ways, ...]
    fresh: Ints
    fresh_sets: Ints


@dataclass(frozen=True, slots=True)
class Frontier:
    """All layers; the first has one state, the start. Empty of layers where no full set can be reached.

    Attributes:
        layers: in the order in which a set is put together.
        endings: states after the last layer.
        optional: KSBs that a set need not cover.
        longest: no full set has more questions.
    """

    layers: tuple[Layer, ...]
    endings: int
    optional: tuple[str, ...]
    longest: int

    @property
    def states(self) -> int:
        """Of all layers together."""
        return sum(layer.states for layer in self.layers)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that do the same for a set: they become a layer.

    Attributes:
        mask: the KSBs that they carry, as bits.
        cost: what one of them spends.
        members: positions in the pool.
    """

    mask: int
    cost: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the layers after this one can still do: the pruning of the forward pass."""

    closing_required: int
    closing: int
    live_required: int
    cheapest: int
    most_tags: int
    spendable: int


def frontier_of(pool: Pool, specification: Specification, *, order: Sequence[Sequence[int]] | None = None) -> Frontier:
    """Every state on a way to a full set, from which tables for any weights are worked out.

    Args:
        pool: the questions.
        specification: what is asked of sets.
        order: the members of the layers of an earlier frontier of the same two, to be taken in the same order; a walk
            that is kept must be found again by a program that would order its layers otherwise. Who is not a member of
            any layer is left out.

    Raises:
        TooManyStates: there would be too many, found before they are laid out.
    """
    bits = bits_scarcest_first(pool, specification)
    budget, slack, costs = spending(pool, specification)
    groups = _groups(pool, bits, costs) if order is None else _groups_again(pool, bits, costs, order)
    required = sum(bits[code] for code in specification.required)
    optional = [bits[code] for code in specification.optional]
    width = len(bits)
    if budget.bit_length() + width > MOST_BITS:
        raise TooManyStates(width, None)
    codes: Ints = np.array([budget << width], dtype=np.int64)
    written = _Codes(width, slack, optional)
    states = 0
    layers: list[Layer] = []
    for group, outlook in zip(groups, outlooks_of(groups, required), strict=True):
        states += len(codes)
        if states > MOST_STATES:
            raise TooManyStates(width, MOST_STATES)
        layer, codes = _advance(group, outlook, codes, written)
        layers.append(layer)
    endings = len(codes) if layers else 0
    return Frontier(living(layers, endings), endings, specification.optional, budget // min(costs, default=1))


def unit_of(pool: Pool) -> int:
    """The largest number of seconds that divides every question's time."""
    return math.gcd(*(candidate.seconds for candidate in pool.candidates)) or 1


def bits_scarcest_first(pool: Pool, specification: Specification) -> dict[str, int]:
    """A bit for each KSB of the specification, the lowest for the one with fewest carriers."""
    carriers = {code: sum(code in each.ksbs for each in pool.candidates) for code in specification.ksbs}
    order = sorted(specification.ksbs, key=lambda code: carriers[code])
    return {code: 1 << at for at, code in enumerate(order)}


def spending(pool: Pool, specification: Specification) -> tuple[int, int, list[int]]:
    """The budget, how much of it may be left over, and what each question costs."""
    if specification.length is not None:
        return specification.length, 0, [1] * len(pool)
    if specification.seconds is None:
        raise AssertionError("a specification without a length has a band of seconds: its constructor saw to it")
    unit = unit_of(pool)
    budget = specification.seconds.highest // unit
    slack = budget - math.ceil(specification.seconds.lowest / unit)
    return budget, slack, [candidate.seconds // unit for candidate in pool.candidates]


def _groups(pool: Pool, bits: dict[str, int], costs: Sequence[int]) -> list[Group]:
    members: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, candidate in enumerate(pool.candidates):
        members[sum(bits.get(code, 0) for code in candidate.ksbs), costs[at]].append(at)
    masks = sorted({mask for mask, _ in members})
    place = {masks[at]: place for place, at in enumerate(arranged(masks, len(bits)))}
    groups = [Group(mask, cost, tuple(at)) for (mask, cost), at in members.items()]
    return sorted(groups, key=lambda group: (place[group.mask], group.cost))


def _groups_again(
    pool: Pool, bits: dict[str, int], costs: Sequence[int], order: Sequence[Sequence[int]]
) -> list[Group]:
    def mask_of(at: int) -> int:
        return sum(bits.get(code, 0) for code in pool.candidates[at].ksbs)

    return [Group(mask_of(members[0]), costs[members[0]], tuple(members)) for members in order]


def outlooks_of(groups: Sequence[Group], required: int) -> list[Outlook]:
    """What comes after each group; where nobody carries a required KSB, no state gets past the last."""
    outlooks: list[Outlook] = []
    later = 0
    cheapest, most_tags, spendable = 1, 0, 0
    for group in reversed(groups):
        closing = group.mask & ~later
        outlooks.append(Outlook(closing & required, closing, later & required, cheapest, most_tags, spendable))
        later |= group.mask
        cheapest = group.cost if not spendable else min(cheapest, group.cost)
        most_tags = max(most_tags, (group.mask & required).bit_count())
        spendable += group.cost * len(group.members)
    if outlooks and required & ~later:
        outlooks[-1] = Outlook(required, outlooks[-1].closing, 0, 1, 0, 0)  # a KSB that nobody carries: no way out
    return outlooks[::-1]


@dataclass(frozen=True, slots=True)
class _Codes:
    """How states are written: as whole numbers, what is left before the bits of the KSBs covered."""

    width: int
    slack: int
    optional: Sequence[int]


def _advance(group: Group, outlook: Outlook, codes: Ints, written: _Codes) -> tuple[Layer, Ints]:
    left = int(codes[-1]) >> written.width if len(codes) else 0
    most = min(len(group.members), left // group.cost)
    begins = [int(np.searchsorted(codes, count * group.cost << written.width)) for count in range(most + 1)]
    reached = [_reached(group, outlook, codes[begin:], count, written) for count, begin in enumerate(begins)]
    following, numbered = _numbered(reached, left, written.width)
    ways = tuple(map(Ways, begins, numbered))
    fresh, fresh_sets = fresh_of(group, codes, written.optional)
    members = np.array(group.members, dtype=np.int64)
    return Layer(members, len(codes), len(following), ways, fresh, fresh_sets), following


def _reached(group: Group, outlook: Outlook, codes: Ints, count: int, written: _Codes) -> Ints:
    """The state after taking this many in each of these states, NOWHERE where that cannot become a full set."""
    now = codes & ((1 << written.width) - 1)
    if count:
        now |= group.mask
    then = (codes >> written.width) - count * group.cost
    open_required = np.bitwise_count(outlook.live_required & ~now)
    possible = open_required <= then // outlook.cheapest * outlook.most_tags
    possible &= then <= outlook.spendable + written.slack
    if outlook.closing_required:
        possible &= now & outlook.closing_required == outlook.closing_required
    code: Ints = then << written.width
    code |= now & ~outlook.closing
    code[~possible] = NOWHERE
    return code


def _numbered(reached: Sequence[Ints], left: int, width: int) -> tuple[Ints, list[Indices]]:
    """The distinct states in order, and each state reached as its place among them; those of NOWHERE get their number.

    Marks in a table of all states that could be written, where that is not much larger than what was reached.
    """
    size = (left + 1) << width
    if size > SPARSE * max(map(len, reached)):
        codes = np.unique(np.concatenate(reached))
        codes = codes[np.searchsorted(codes, 0) :]
        places = [np.where(each == NOWHERE, len(codes), np.searchsorted(codes, each)) for each in reached]
        return codes, [each.astype(np.int32) for each in places]
    marks = np.zeros(size + 1, dtype=bool)  # NOWHERE marks the last
    for each in reached:
        marks[each] = True
    codes = np.flatnonzero(marks[:-1])
    number = np.empty(size + 1, dtype=np.int32)
    number[codes] = np.arange(len(codes), dtype=np.int32)
    number[-1] = len(codes)
    return codes, [number[each] for each in reached]


def fresh_of(group: Group, codes: Ints, optional: Sequence[int]) -> tuple[Ints, Ints]:
    """Of each state, which optional KSBs the group's questions newly cover: see `Layer`."""
    if not optional:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.int64)
    carried = np.array([bool(group.mask & bit) for bit in optional], dtype=bool)
    missing = np.array([codes & bit == 0 for bit in optional], dtype=bool).reshape(len(optional), len(codes))
    sets, fresh = np.unique((missing & carried[:, None]).T.astype(np.int64), axis=0, return_inverse=True)
    return fresh.reshape(-1), sets


def living(layers: list[Layer], endings: int) -> tuple[Layer, ...]:
    """The layers without the states that lead nowhere; the list is emptied on the way, for the room."""
    alive = np.ones(endings, dtype=bool)
    kept: list[Layer] = []
    while layers:
        layer = layers.pop()
        renumbered = np.full(len(alive) + 1, int(alive.sum()), dtype=np.int32)
        renumbered[:-1][alive] = np.arange(renumbered[-1], dtype=np.int32)
        ways = [Ways(each.begin, renumbered[each.following]) for each in layer.ways]
        alive = np.zeros(layer.states, dtype=bool)
        for each in ways:
            alive[each.begin :] |= each.following != renumbered[-1]
        kept.append(_kept(layer, ways, alive, int(renumbered[-1])))
    return tuple(kept[::-1]) if alive.all() and len(alive) == 1 else ()


def _kept(layer: Layer, ways: Sequence[Ways], alive: NDArray[np.bool_], following: int) -> Layer:
    """A layer with its living states only, its ways as short as can be."""
    found = []
    narrow = np.uint16 if following <= np.iinfo(np.uint16).max else np.int32  # half the room where it is enough
    for each in ways:
        there = each.following[alive[each.begin :]]
        possible = np.flatnonzero(there != following)
        skipped = int(possible[0]) if len(possible) else len(there)
        found.append(Ways(int(alive[: each.begin].sum()) + skipped, there[skipped:].astype(narrow)))
    while found and not len(found[-1].following):
        found.pop()
    fresh = layer.fresh[alive] if layer.fresh_sets.size else layer.fresh
    return Layer(layer.members, int(alive.sum()), following, tuple(found), fresh, layer.fresh_sets)
