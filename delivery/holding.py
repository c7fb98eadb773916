"""The frontier whose states hold side requirements too: bands of time and demand, the cap on a KSB, enemies.

Where lawful sets are rare among the sets that cover every required KSB, passing over the others no longer serves. Then
a state also counts the time and the demand so far, how often a KSB that may still come too often came, and which
questions are barred because an enemy was taken; a question with enemies is a layer of its own. Every set of such a walk
keeps the requirements that are held. What can no longer matter is forgotten at once, and a set that is full has one
state, so that few states stay different.

Source: `docs/engine.md`, "The law".
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.apart import gathered
from delivery.completing import Hopes, Spending
from delivery.errors import TooManyStates
from delivery.frontier import (
    Frontier,
    Group,
    Ints,
    Layer,
    Outlook,
    Ways,
    bits_scarcest_first,
    fresh_of,
    frontier_of,
    living,
    outlooks_of,
    spending,
)
from delivery.lawfulness import BANDS, ENEMIES, MOST_PER_KSB
from delivery.ordering import arranged
from delivery.pool import Pool
from delivery.specification import Specification

Flags = NDArray[np.bool_]
Name = tuple[str, int]
Columns = dict[Name, Ints]
"""States: of each what is left, which KSBs are covered, and what is counted; a column that is not there is all 0."""

LEFT: Final = ("left", 0)
COVERED: Final = ("covered", 0)
SUM: Final = "sum"
OFTEN: Final = "often"
BARRED: Final = "barred"
MOST_HELD_STATES: Final = 4_000_000
"""Of all layers together, before those that lead nowhere are dropped: the second program sums states one by one, and
beyond this that would take more than some minutes and gigabytes."""
WORD: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Kind(Group):
    """Questions that do the same for a set and for the requirements that are held.

    Attributes:
        amounts: what each adds to every sum that is counted.
        enemies: positions of the questions that must not meet it; then it is the only member.
    """

    amounts: tuple[int, ...] = ()
    enemies: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What comes after a layer.

    Attributes:
        outlook: on KSBs and on what is left to spend.
        carriers: of each KSB's bit, how many later questions carry it.
        members: positions of the later questions.
    """

    outlook: Outlook
    carriers: Counter[int]
    members: frozenset[int]

    @property
    def live(self) -> int:
        """The KSBs that later questions carry, as bits."""
        return sum(bit for bit, count in self.carriers.items() if count)


def laid_out(
    pool: Pool,
    specification: Specification,
    held: Collection[str] = (),
    *,
    order: Sequence[Sequence[int]] | None = None,
) -> Frontier:
    """Every state on a way to a full set that keeps the requirements that are held.

    Args:
        pool: the questions.
        specification: what is asked of sets.
        held: names of side requirements that the states hold; none gives `frontier_of`.
        order: the members of the layers, to be taken in this order; those of a layer differ in nothing that is held.
            A question that is not among them is left out.

    Raises:
        TooManyStates: there would be too many.
    """
    if not held:
        return frontier_of(pool, specification, order=order)
    return _Layout(pool, specification, frozenset(held), order).frontier()


class _Layout:
    """One layout, for one pool and the requirements that are held."""

    def __init__(
        self, pool: Pool, specification: Specification, held: frozenset[str], order: Sequence[Sequence[int]] | None
    ) -> None:
        self._pool = pool
        self._asked = specification
        self._held = held
        self._order = order
        self._open = frozenset(range(len(pool)) if order is None else (at for members in order for at in members))
        self._position = {reference: at for at, reference in enumerate(pool.references)}
        self._bits = bits_scarcest_first(pool, specification)
        self._budget, self._slack, self._costs = spending(pool, specification)
        self._cap = specification.most_per_ksb if MOST_PER_KSB in held else None
        self._amounts, self._bands = _counted(pool, specification, held)

    def frontier(self) -> Frontier:
        """The layers one after another, then those of their states that lead somewhere."""
        kinds = self._kinds() if self._order is None else [self._kind(members) for members in self._order]
        every = [Spending(len(kind.members), kind.cost, kind.amounts) for kind in kinds]
        hopes = Hopes(every, self._budget, self._slack, self._bands, len(self._bits))
        columns: Columns = {LEFT: np.array([self._budget]), COVERED: np.array([0])}
        states = 0
        layers: list[Layer] = []
        for number, (kind, ahead) in enumerate(zip(kinds, self._ahead(kinds), strict=True)):
            states += len(columns[LEFT])
            if states > MOST_HELD_STATES:
                raise TooManyStates(len(self._bits), MOST_HELD_STATES)
            layer, columns = self._advance(kind, ahead, columns, hopes, number)
            layers.append(layer)
        endings = len(columns[LEFT]) if layers else 0
        longest = self._budget // min(self._costs, default=1)
        return Frontier(living(layers, endings), endings, self._asked.optional, longest)

    def _kinds(self) -> list[Kind]:
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for at in sorted(self._open):
            kind = self._kind((at,))
            alike[kind.mask, kind.cost, kind.amounts, at if kind.enemies else -1].append(at)
        masks = sorted({self._mask(members[0]) for members in alike.values()})
        place = {masks[at]: place for place, at in enumerate(arranged(masks, len(self._bits)))}
        kinds = sorted(
            map(self._kind, alike.values()), key=lambda kind: (place[kind.mask], kind.cost, kind.amounts, kind.members)
        )
        own = {kind.members[0]: number for number, kind in enumerate(kinds) if kind.enemies}
        enemies = {own[kind.members[0]]: [own[at] for at in sorted(kind.enemies)] for kind in kinds if kind.enemies}
        return [kinds[at] for at in gathered([kind.mask for kind in kinds], enemies, len(self._bits))]

    def _kind(self, members: Sequence[int]) -> Kind:
        first = members[0]
        hostile = self._pool.candidates[first].enemies if ENEMIES in self._held else frozenset[str]()
        enemies = self._open.intersection(map(self._position.__getitem__, hostile))
        amounts = tuple(each[first] for each in self._amounts)
        return Kind(self._mask(first), self._costs[first], tuple(members), amounts, enemies)

    def _mask(self, at: int) -> int:
        return sum(self._bits.get(code, 0) for code in self._pool.candidates[at].ksbs)

    def _ahead(self, kinds: Sequence[Kind]) -> list[_Ahead]:
        required = sum(self._bits[code] for code in self._asked.required)
        found: list[_Ahead] = []
        carriers: Counter[int] = Counter()
        members: frozenset[int] = frozenset()
        for kind, outlook in zip(reversed(kinds), reversed(outlooks_of(kinds, required)), strict=True):
            found.append(_Ahead(outlook, carriers.copy(), members))
            carriers.update({bit: len(kind.members) for bit in self._bits.values() if kind.mask & bit})
            members = members.union(kind.members)
        return found[::-1]

    def _advance(self, kind: Kind, ahead: _Ahead, columns: Columns, hopes: Hopes, number: int) -> tuple[Layer, Columns]:
        states = len(columns[LEFT])
        left = int(columns[LEFT].max(initial=0))
        most = min(len(kind.members), left // kind.cost)
        reached, possible = [], []
        for count in range(most + 1):
            then, allowed = self._taking(kind, ahead, columns, count)
            sums = [_column(then, (SUM, at), states) for at in range(len(self._bands))]
            allowed &= hopes.hold(number, then[LEFT], sums)
            reached.append({name: column[allowed] for name, column in self._forgotten(then, ahead).items()})
            possible.append(allowed)
        following, numbered = _numbered(reached)
        ways = []
        for allowed, numbers in zip(possible, numbered, strict=True):
            onward = np.full(states, len(following[LEFT]), dtype=np.int32)
            onward[allowed] = numbers
            ways.append(Ways(0, onward))
        fresh, fresh_sets = fresh_of(kind, columns[COVERED], [self._bits[code] for code in self._asked.optional])
        members = np.array(kind.members, dtype=np.int64)
        return Layer(members, states, len(following[LEFT]), tuple(ways), fresh, fresh_sets), following

    def _taking(self, kind: Kind, ahead: _Ahead, columns: Columns, count: int) -> tuple[Columns, Flags]:
        """Every state after taking so many members, and whether that breaks nothing that is held or required."""
        outlook = ahead.outlook
        then = dict(columns)
        states = len(columns[LEFT])
        then[LEFT] = columns[LEFT] - count * kind.cost
        covered = columns[COVERED] | (kind.mask if count else 0)
        allowed: Flags = covered & outlook.closing_required == outlook.closing_required
        open_required = np.bitwise_count(outlook.live_required & ~covered)
        allowed &= open_required <= then[LEFT] // outlook.cheapest * outlook.most_tags
        then[COVERED] = covered & ~outlook.closing
        barred = then.pop((BARRED, kind.members[0]), None) if kind.enemies else None
        if not count:
            return then, allowed
        for at, amount in enumerate(kind.amounts):
            then[SUM, at] = _column(columns, (SUM, at), states) + count * amount
        if self._cap is not None:
            for bit in self._bits.values():
                if kind.mask & bit:
                    then[OFTEN, bit] = _column(columns, (OFTEN, bit), states) + count
                    allowed &= then[OFTEN, bit] <= self._cap
        if barred is not None:
            allowed &= barred == 0
        then |= {(BARRED, enemy): np.ones(states, dtype=np.int64) for enemy in kind.enemies & ahead.members}
        return then, allowed

    def _forgotten(self, columns: Columns, ahead: _Ahead) -> Columns:
        """The states without what can no longer matter.

        Where nothing more can be taken all is as if the set had come to its end in one way. A KSB that can no longer
        come too often need not be counted.
        """
        left = columns[LEFT]
        cheapest, live = ahead.outlook.cheapest, ahead.live
        finished = left < cheapest if ahead.members else np.ones(len(left), dtype=bool)
        kept: Columns = {
            LEFT: np.where(finished, 0, left),
            COVERED: np.where(finished, live, columns[COVERED]),
        }
        for name, column in columns.items():
            kind, which = name
            if kind == SUM:
                kept[name] = np.where(finished, self._bands[which][0], column)
            elif kind == BARRED:
                kept[name] = np.where(finished, 0, column)
            elif kind == OFTEN and self._cap is not None:
                more = np.minimum(left // cheapest, ahead.carriers[which])
                kept[name] = np.where(finished | (column + more <= self._cap), 0, column)
        return kept


def _counted(
    pool: Pool, specification: Specification, held: frozenset[str]
) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Of each band that is held: every question's amount, and lowest and highest sum, in the largest common unit."""
    amounts, bands = [], []
    for name in BANDS:
        band = getattr(specification, name)
        if name in held and band is not None:
            every = [getattr(candidate, name) for candidate in pool.candidates]
            unit = math.gcd(*every) or 1
            amounts.append([each // unit for each in every])
            bands.append((max(0, math.ceil(band.lowest / unit)), band.highest // unit))
    return amounts, bands


def _column(columns: Columns, name: Name, states: int) -> Ints:
    return columns[name] if name in columns else np.zeros(states, dtype=np.int64)


def _numbered(reached: Sequence[Columns]) -> tuple[Columns, list[Ints]]:
    """The distinct states, those with least left first, and the number of each state that was reached."""
    others = sorted({name for columns in reached for name in columns} - {LEFT, COVERED})
    sizes = [len(columns[LEFT]) for columns in reached]
    joined = {
        name: np.concatenate([_column(columns, name, size) for columns, size in zip(reached, sizes, strict=True)])
        for name in (LEFT, COVERED, *others)
    }
    code: Ints = np.zeros(sum(sizes), dtype=np.int64)
    range_so_far = 1
    for column in joined.values():
        span = int(column.max(initial=0)) + 1
        if range_so_far * span >= WORD:  # numbered among themselves, in the same order, both fit again
            code, column = (np.unique(each, return_inverse=True)[1] for each in (code, column))  # noqa: PLW2901
            range_so_far, span = (int(each.max(initial=0)) + 1 for each in (code, column))
        code = code * span + column
        range_so_far *= span
    _, first, numbers = np.unique(code, return_index=True, return_inverse=True)
    distinct = {name: column[first] for name, column in joined.items()}
    kept = {name: column for name, column in distinct.items() if name in (LEFT, COVERED) or column.any()}
    return kept, np.split(numbers, np.cumsum(sizes)[:-1])
