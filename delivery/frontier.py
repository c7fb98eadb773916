"""The sparse frontier: which partial sets can still become a set that covers every required KSB.

Questions with the same KSBs and the same cost form a layer. Layers are taken in order of their scarcest KSB; at each
layer a set takes some number of its questions. The state is what is left to spend and which KSBs are covered; once
every layer that could cover a KSB is past, its bit leaves the state, and a required one must be covered by then. Only
states that lie on some way from the start to a full set are kept.

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
from delivery.pool import Pool
from delivery.specification import Specification

Ints = NDArray[np.int64]

NOWHERE = -1
MOST_STATES: Final = 10_000_000
"""Of all layers together: beyond ten million the tables no longer fit into the memory of an ordinary machine."""
MOST_BITS: Final = 62
"""A state is one whole number: what is left to spend, then a bit for each KSB."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Questions that do the same for a set, and what taking some of them leads to.

    Attributes:
        members: positions in the pool, ascending.
        following: state of the next layer after taking 0, 1, 2 … members; shape (counts, states), NOWHERE where that
            cannot become a lawful set.
        fresh: which optional KSBs the layer newly covers in each state, as rows of `fresh_sets`; shape (states,).
        fresh_sets: shape (rows, optional KSBs), 0 or 1.
    """

    members: tuple[int, ...]
    following: Ints
    fresh: Ints
    fresh_sets: Ints

    @property
    def states(self) -> int:
        """How many states the layer has."""
        return int(self.following.shape[1])


@dataclass(frozen=True, slots=True)
class Frontier:
    """All layers; the first has one state, the start. Empty of layers where no full set can be reached."""

    layers: tuple[Layer, ...]
    endings: int
    optional: tuple[str, ...]

    @property
    def states(self) -> int:
        """Of all layers together."""
        return sum(layer.states for layer in self.layers)


@dataclass(frozen=True, slots=True)
class _Group:
    mask: int
    cost: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What the layers after this one can still do: the pruning of the forward pass."""

    closing_required: int
    closing: int
    live_required: int
    cheapest: int
    most_tags: int
    spendable: int


def frontier_of(pool: Pool, specification: Specification) -> Frontier:
    """Every state on a way to a full set, from which tables for any weights are worked out.

    Raises:
        TooManyStates: there would be too many, found before they are laid out.
    """
    bits = _bits_scarcest_first(pool, specification)
    budget, slack, costs = _spending(pool, specification)
    groups = _groups(pool, bits, costs)
    required = sum(bits[code] for code in specification.required)
    optional = [bits[code] for code in specification.optional]
    width = len(bits)
    if budget.bit_length() + width > MOST_BITS:
        raise TooManyStates(width, None)
    codes: Ints = np.array([budget << width], dtype=np.int64)
    states = 0
    layers = []
    for group, outlook in zip(groups, _outlooks(groups, required), strict=True):
        states += len(codes)
        if states > MOST_STATES:
            raise TooManyStates(width, MOST_STATES)
        layer, codes = _advance(group, outlook, codes, width, slack, optional)
        layers.append(layer)
    endings = len(codes) if layers else 0
    return Frontier(_living(layers, endings), endings, specification.optional)


def unit_of(pool: Pool) -> int:
    """The largest number of seconds that divides every question's time."""
    return math.gcd(*(candidate.seconds for candidate in pool.candidates)) or 1


def _bits_scarcest_first(pool: Pool, specification: Specification) -> dict[str, int]:
    carriers = {code: sum(code in each.ksbs for each in pool.candidates) for code in specification.ksbs}
    order = sorted(specification.ksbs, key=lambda code: carriers[code])
    return {code: 1 << at for at, code in enumerate(order)}


def _spending(pool: Pool, specification: Specification) -> tuple[int, int, list[int]]:
    """The budget, how much of it may be left over, and what each question costs."""
    if specification.length is not None:
        return specification.length, 0, [1] * len(pool)
    if specification.seconds is None:
        raise AssertionError("a specification without a length has a band of seconds: its constructor saw to it")
    unit = unit_of(pool)
    budget = specification.seconds.highest // unit
    slack = budget - math.ceil(specification.seconds.lowest / unit)
    return budget, slack, [candidate.seconds // unit for candidate in pool.candidates]


def _groups(pool: Pool, bits: dict[str, int], costs: Sequence[int]) -> list[_Group]:
    members: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, candidate in enumerate(pool.candidates):
        members[sum(bits.get(code, 0) for code in candidate.ksbs), costs[at]].append(at)
    groups = [_Group(mask, cost, tuple(at)) for (mask, cost), at in members.items()]
    beyond = 1 << 62
    return sorted(groups, key=lambda group: ((group.mask & -group.mask) or beyond, group.mask, group.cost))


def _outlooks(groups: Sequence[_Group], required: int) -> list[_Outlook]:
    outlooks: list[_Outlook] = []
    later = 0
    cheapest, most_tags, spendable = 1, 0, 0
    for group in reversed(groups):
        closing = group.mask & ~later
        outlooks.append(_Outlook(closing & required, closing, later & required, cheapest, most_tags, spendable))
        later |= group.mask
        cheapest = group.cost if not spendable else min(cheapest, group.cost)
        most_tags = max(most_tags, (group.mask & required).bit_count())
        spendable += group.cost * len(group.members)
    if outlooks and required & ~later:
        outlooks[-1] = _Outlook(required, outlooks[-1].closing, 0, 1, 0, 0)  # a KSB that nobody carries: no way out
    return outlooks[::-1]


def _advance(
    group: _Group, outlook: _Outlook, codes: Ints, width: int, slack: int, optional: Sequence[int]
) -> tuple[Layer, Ints]:
    left = codes >> width
    covered = codes & ((1 << width) - 1)
    most = min(len(group.members), int(left.max(initial=0)) // group.cost)
    reached = np.full((most + 1, len(codes)), NOWHERE, dtype=np.int64)
    for count in range(most + 1):
        now = covered | group.mask if count else covered
        then = left - count * group.cost
        open_required = np.bitwise_count(outlook.live_required & ~now)
        possible = (
            (then >= 0)
            & (then - outlook.spendable <= slack)
            & (now & outlook.closing_required == outlook.closing_required)
            & (open_required <= then // outlook.cheapest * outlook.most_tags)
        )
        code = (then << width) | (now & ~outlook.closing)
        reached[count, possible] = code[possible]
    following_codes = np.unique(reached[reached != NOWHERE])
    following = np.where(reached == NOWHERE, NOWHERE, np.searchsorted(following_codes, reached))
    carried = np.array([bool(group.mask & bit) for bit in optional], dtype=bool)
    missing = np.array([covered & bit == 0 for bit in optional], dtype=bool).reshape(len(optional), len(codes))
    fresh_sets, fresh = np.unique((missing & carried[:, None]).T.astype(np.int64), axis=0, return_inverse=True)
    return Layer(group.members, following, fresh.reshape(-1), fresh_sets), following_codes


def _living(layers: Sequence[Layer], endings: int) -> tuple[Layer, ...]:
    """The layers without the states that lead nowhere."""
    alive = np.ones(endings, dtype=bool)
    kept: list[Layer] = []
    for layer in reversed(layers):
        renumbered = np.append(np.where(alive, np.cumsum(alive) - 1, NOWHERE), NOWHERE)
        following = renumbered[layer.following]
        alive = (following != NOWHERE).any(axis=0)
        following = following[:, alive]
        counts = int((following != NOWHERE).any(axis=1).nonzero()[0].max(initial=-1)) + 1
        kept.append(Layer(layer.members, following[:counts], layer.fresh[alive], layer.fresh_sets))
    return tuple(kept[::-1]) if alive.all() and len(alive) == 1 else ()
