"""Whether some lawful set comes to fewer points than a number: in whole numbers, by building sets group by group.

Questions are gone through in groups of the same required KSBs, scarcest KSB first. Two passes: the first forgets bands,
enemies and caps and finds what each partial set must still come to at least; only where that leaves room below the
number does the second build sets with everything that makes them lawful, and drops whatever cannot stay below.

It shares nothing with the integer program whose bounds it checks, and needs no floats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import accumulate, islice
from typing import Any, Final, NamedTuple

MOST_PARTIAL_SETS: Final = 1_000_000
"""Of both passes: some ten seconds, and a few hundred megabytes."""


MILLION: Final = 10**6
"""Inside, a point has a million parts, so that pulls can be fine."""
_ROOM: Final = 1_000
"""Parts of a point above the least that is possible, to begin with."""
_KEPT: Final = 200
"""Partial sets after each group, where few are kept; of each, so many ways on for every number of members:"""
_CHOICES: Final = 10
NO_PULLS: Final[Mapping[str, int]] = {}


class UnsettledError(ArithmeticError):
    """The question could not be settled within the most partial sets."""


class Place(NamedTuple):
    """How far a set is built: what is left to spend, and which required KSBs it still needs, as bits."""

    left: int
    need: int


class Built(NamedTuple):
    """A partial set of the second pass: what decides whether it can become lawful."""

    place: Place
    seconds: int
    demand: int
    hostile: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions with the same required KSBs and the same cost of space, cheapest in points first.

    Attributes:
        members: positions in the pool.
        upto: points of the cheapest none, one, two … of them.
        mask: their required KSBs, as bits.
        cost: what one takes of what is left.
        closing: KSBs that no later group carries, as bits.
    """

    members: tuple[int, ...]
    upto: tuple[int, ...]
    mask: int
    cost: int
    closing: int


class Search:
    """The lawful sets of a pool with points.

    Args:
        pool: the questions as a plan has them.
        asked: the specification.
        points: of each question, whole numbers of any sign.
        pulls: millionths of a point, taken off for every second, every demand and every question on a KSB, and given
            back where the band ends that pulls the other way: a lawful set never comes to more by it. Whatever these
            numbers are, what is found is right; good ones make the second pass short.
        most: partial sets that are looked at, before it is given up.
    """

    def __init__(
        self,
        pool: Sequence[Mapping[str, Any]],
        asked: Mapping[str, Any],
        points: Sequence[int],
        pulls: Mapping[str, int] = NO_PULLS,
        *,
        most: int = MOST_PARTIAL_SETS,
    ) -> None:
        self._pool, self._asked, self._own, self._most = pool, asked, points, most
        carriers = {code: sum(code in each["ksbs"] for each in pool) for code in asked["required"]}
        scarcest_first = sorted(carriers, key=lambda code: carriers[code])
        self._bit = {code: 1 << at for at, code in enumerate(scarcest_first)}
        self._timed = asked["length"] is None
        self._points, self._given_back = self._pulled(pulls)
        self._slack = asked["seconds"][1] - asked["seconds"][0] if self._timed else 0
        self._groups = self._grouped()
        self._cheap = _Outlook(self._points, self._groups, self._slack)
        self._looked_at = 0

    def below(self, number: int) -> tuple[int, ...] | None:
        """A lawful set of fewer points, as positions in the pool; None where there is none.

        Raises:
            UnsettledError: it was not settled.
        """
        pulled = MILLION * number - self._given_back
        try:
            found, _ = self._under(pulled)
        except UnsettledError:
            found = self._nearer(number, pulled)
            if found is None:
                raise
        return found if found is not None and self._comes_to(found) < number else None

    def _under(self, pulled: int, *, few: bool = False) -> tuple[tuple[int, ...] | None, int]:
        """The cheapest lawful set of fewer pulled points, and what none comes to less than, bands forgotten."""
        start = self._start
        remaining = self._remaining(self._reached(start, pulled))
        least = remaining[0].get(start, pulled)
        return (None if least >= pulled else self._lawful(start, remaining, pulled, few=few)), least

    def _nearer(self, number: int, pulled: int) -> tuple[int, ...] | None:
        """A lawful set of fewer points among a few partial sets: those a little above the least possible, then further.

        Where a number is too high, there may be too many sets below it to look at them all, and any of them refutes it.
        """
        least, room = self._cheap.least(0, self._start), _ROOM
        while least + room < pulled:
            self._looked_at = 0
            try:
                found, least = self._under(least + room, few=True)
            except UnsettledError:
                return None
            if found is not None and self._comes_to(found) < number:
                return found
            room *= 4
        return None

    @property
    def _start(self) -> Place:
        return Place(self._asked["seconds"][1] if self._timed else self._asked["length"], sum(self._bit.values()))

    def _comes_to(self, chosen: tuple[int, ...]) -> int:
        return sum(self._own[at] for at in chosen)

    def _pulled(self, pulls: Mapping[str, int]) -> tuple[list[int], int]:
        """The points with the pulls taken off, and what is given back for all questions of a set together."""
        bands = {
            name: (self._asked[name], [each[name] for each in self._pool])
            for name in ("seconds", "demand")
            if self._asked[name] is not None and not (self._timed and name == "seconds")
        }
        for code in self._capped:
            bands[code] = ((0, self._asked["most_per_ksb"]), [int(code in each["ksbs"]) for each in self._pool])
        points, given_back = [MILLION * point for point in self._own], 0
        for name, (band, amounts) in bands.items():
            pull = int(pulls.get(name, 0))
            points = [point - pull * amount for point, amount in zip(points, amounts, strict=True)]
            given_back += pull * band[0 if pull > 0 else 1]
        return points, given_back

    def _grouped(self) -> list[Group]:
        found: dict[tuple[int, int], list[int]] = {}
        for at, each in enumerate(self._pool):
            mask = sum(self._bit.get(code, 0) for code in set(each["ksbs"]))
            found.setdefault((mask, each["seconds"] if self._timed else 1), []).append(at)
        last = len(self._bit)
        order = sorted(found, key=lambda key: ((key[0] & -key[0]).bit_length() or last + 1, key))
        later = [0, *accumulate((mask for mask, _ in reversed(order)), int.__or__)][::-1]
        groups = []
        for at, (mask, cost) in enumerate(order):
            members = sorted(found[mask, cost], key=lambda each: self._points[each])
            upto = tuple(accumulate((self._points[each] for each in members), initial=0))
            groups.append(Group(tuple(members), upto, mask, cost, mask & ~later[at + 1]))
        return groups

    def _reached(self, start: Place, number: int) -> list[dict[Place, int]]:
        """The places before each group and after the last, with the fewest points on a way there."""
        layers = [{start: 0}]
        for at, group in enumerate(self._groups):
            onward: dict[Place, int] = {}
            for place, points in layers[-1].items():
                for count, then in _taking(group, place):
                    so_far = points + group.upto[count]
                    if so_far + self._cheap.least(at + 1, then) < number and so_far < onward.get(then, so_far + 1):
                        onward[then] = so_far
            layers.append(onward)
            self._count(len(onward))
        return layers

    def _remaining(self, layers: Sequence[Mapping[Place, int]]) -> list[dict[Place, int]]:
        """What a set must still come to from each place, bands, enemies and caps forgotten; absent where it cannot."""
        ends = {place: 0 for place in layers[-1] if place.left <= self._slack and not place.need}
        found = [ends]
        for at in range(len(self._groups) - 1, -1, -1):
            group, after = self._groups[at], found[-1]
            before: dict[Place, int] = {}
            for place in layers[at]:
                ways = [group.upto[count] + after[then] for count, then in _taking(group, place) if then in after]
                if ways:
                    before[place] = min(ways)
            found.append(before)
        return found[::-1]

    def _lawful(
        self, start: Place, remaining: list[dict[Place, int]], number: int, *, few: bool
    ) -> tuple[int, ...] | None:
        """The cheapest lawful set of fewer points; where `few` partial sets are kept, perhaps none though there is."""
        nothing = Built(start, 0, 0, 0, (0,) * len(self._capped))
        layer: dict[Built, tuple[int, tuple[int, ...]]] = {nothing: (0, ())}
        for at, group in enumerate(self._groups):
            onward: dict[Built, tuple[int, tuple[int, ...]]] = {}
            for built, (points, chosen) in layer.items():
                room = [
                    (count, then, number - points - remaining[at + 1][then])
                    for count, then in _taking(group, built.place)
                    if then in remaining[at + 1]
                ]
                for count, then, under in room:
                    for cost, added, became in islice(
                        self._chosen(group, built, count, under), _CHOICES if few else None
                    ):
                        ended = became._replace(place=then)
                        if ended not in onward or points + cost < onward[ended][0]:
                            onward[ended] = (points + cost, chosen + added)
            layer = _promising(onward, remaining[at + 1]) if few else onward
            self._count(len(layer))
        ends = [chosen for built, (_, chosen) in layer.items() if self._is_lawful(built)]
        return min(ends, key=lambda chosen: sum(self._own[at] for at in chosen), default=None)

    def _chosen(
        self, group: Group, built: Built, count: int, under: int
    ) -> Iterator[tuple[int, tuple[int, ...], Built]]:
        """Every choice of so many members that comes to fewer points than `under` and breaks nothing yet."""
        waiting: list[tuple[int, int, tuple[int, ...], Built]] = [(0, 0, (), built)]
        while waiting:
            at, points, added, so_far = waiting.pop()
            missing = count - len(added)
            if not missing:
                if points < under:
                    yield points, added, so_far
                continue
            self._count(1)
            for place in range(at, len(group.members) - missing + 1):
                if points + group.upto[place + missing] - group.upto[place] >= under:
                    break
                member = group.members[place]
                then = self._with(so_far, member)
                if then is not None:
                    waiting.append((place + 1, points + self._points[member], (*added, member), then))

    def _with(self, built: Built, member: int) -> Built | None:
        """The partial set with one more question; None where that cannot become lawful."""
        question = self._pool[member]
        if built.hostile >> member & 1:
            return None
        counts = tuple(
            count + (code in question["ksbs"]) for code, count in zip(self._capped, built.counts, strict=True)
        )
        seconds = built.seconds + question["seconds"] * (self._asked["seconds"] is not None and not self._timed)
        demand = built.demand + question["demand"] * (self._asked["demand"] is not None)
        over = any(
            band is not None and value > band[1]
            for value, band in ((seconds, self._asked["seconds"]), (demand, self._asked["demand"]))
        )
        if over or (counts and max(counts) > self._asked["most_per_ksb"]):
            return None
        hostile = built.hostile | sum(1 << at for at in self._enemies(member))
        return Built(built.place, seconds, demand, hostile, counts)

    def _enemies(self, member: int) -> Iterator[int]:
        names = set(self._pool[member]["enemies"])
        return (at for at, each in enumerate(self._pool) if each["reference"] in names) if names else iter(())

    def _is_lawful(self, built: Built) -> bool:
        """Whether a whole set reaches the lower ends of its bands; the rest was seen to on the way."""
        seconds, demand = self._asked["seconds"], self._asked["demand"]
        long_enough = self._timed or seconds is None or built.seconds >= seconds[0]
        return long_enough and (demand is None or built.demand >= demand[0])

    @property
    def _capped(self) -> tuple[str, ...]:
        asked = self._asked
        return (*asked["required"], *asked["optional"]) if asked["most_per_ksb"] is not None else ()

    def _count(self, more: int) -> None:
        self._looked_at += more
        if self._looked_at > self._most:
            raise UnsettledError(f"more than {self._most:,} partial sets")


class _Outlook:
    """What the groups from one on must add at least, whatever KSBs are needed: so many of their cheapest questions."""

    def __init__(self, points: Sequence[int], groups: Sequence[Group], slack: int) -> None:
        self._slack = slack
        self._upto: list[list[int]] = []
        self._costs: list[tuple[int, int]] = []
        self._tags: list[int] = []
        members: list[int] = []
        for at in range(len(groups), -1, -1):
            if at < len(groups):
                members.extend(groups[at].members)
            rest = groups[at:]
            self._upto.append(list(accumulate(sorted(points[each] for each in members), initial=0)))
            self._costs.append(
                (min((each.cost for each in rest), default=1), max((each.cost for each in rest), default=1))
            )
            self._tags.append(max((each.mask.bit_count() for each in rest), default=0))
        for column in (self._upto, self._costs, self._tags):
            column.reverse()
        self._never = 1 + sum(map(abs, points)) * 2
        self._known: dict[tuple[int, int], int] = {}

    def least(self, at: int, place: Place) -> int:
        """Points that must still come at least; more than any set has where no set can come."""
        upto, (shortest, longest) = self._upto[at], self._costs[at]
        most = min(place.left // shortest, len(upto) - 1)
        if place.need.bit_count() > most * self._tags[at]:
            return self._never
        if (at, place.left) not in self._known:
            fewest = max(0, -(-(place.left - self._slack) // longest))
            self._known[at, place.left] = min(upto[fewest : most + 1], default=self._never)
        return self._known[at, place.left]


def _promising(
    layer: Mapping[Built, tuple[int, tuple[int, ...]]], remaining: Mapping[Place, int]
) -> dict[Built, tuple[int, tuple[int, ...]]]:
    """The partial sets that can come to the fewest points, so many."""
    return dict(nsmallest(_KEPT, layer.items(), key=lambda each: each[1][0] + remaining[each[0].place]))


def _taking(group: Group, place: Place) -> Iterator[tuple[int, Place]]:
    """How many members may be taken, and where that leads."""
    most = min(len(group.members), place.left // group.cost)
    if not place.need & group.closing:
        yield 0, place
    after = place.need & ~group.mask
    if not after & group.closing:
        for count in range(1, most + 1):
            yield count, Place(place.left - count * group.cost, after)
