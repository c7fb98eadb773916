"""What the states of some walks count besides: time, demand, how often a KSB came, and which questions are barred.

Of a state all of it is one whole number, so that taking questions is an addition: 24 bits of seconds, 24 bits of
demand, eight bits for each KSB, then a bit for each question that may not come any more because an enemy was taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

from qbank.verify.walking import Step

PLACE: Final = 24
FIELD: Final = (1 << PLACE) - 1
COUNT: Final = 8
MANY: Final = (1 << COUNT) - 1
DONE: Final = -1
"""The number of a state to which nothing more can be added: all that was counted is as it must be."""
SIDES: Final = ("seconds", "demand", "most_per_ksb", "enemies")


def sides_of(plan: Mapping[str, Any]) -> tuple[str, ...]:
    """The requirements that a set can break which covers every required KSB in the right length (or time)."""
    asked = plan["specification"]
    there = (
        asked["seconds"] is not None and asked["length"] is not None,
        asked["demand"] is not None,
        asked["most_per_ksb"] is not None,
        any(each["enemies"] for each in plan["pool"]),
    )
    return tuple(name for name, is_there in zip(SIDES, there, strict=True) if is_there)


class Holding:
    """The side requirements that the states of one walk hold.

    Args:
        plan: the draw plan.
        held: their names.
        steps: the walk, of which only the questions count.

    Raises:
        ValueError: a layer holds questions that differ in what is held, or a requirement is held that there is not.
    """

    def __init__(self, plan: Mapping[str, Any], held: Collection[str], steps: Sequence[Step]) -> None:
        if not set(held) <= set(sides_of(plan)):
            raise ValueError("the walk holds a requirement that the specification does not have")
        self._pool, self._asked = plan["pool"], plan["specification"]
        self._bands = [(place * PLACE, self._asked[name]) for place, name in enumerate(SIDES[:2]) if name in held]
        self._codes = (*self._asked["required"], *self._asked["optional"])
        self._cap: int | None = self._asked["most_per_ksb"] if "most_per_ksb" in held else None
        self._floor = 2 * PLACE + COUNT * len(self._codes)
        self._apart = "enemies" in held
        self._position = {each["reference"]: at for at, each in enumerate(self._pool)}
        self._weighs = [self._adds(step) for step in steps]
        self._bars = [self._barred(step) for step in steps]
        self._reach = self._reaches(steps)
        self._later = self._what_follows(steps)

    def after(self, depth: int, more: int, count: int, room: int) -> int | None:
        """What is counted after taking so many of a step's questions; None where a requirement is broken for good.

        Args:
            depth: the step's number.
            more: what is counted before it.
            count: questions taken.
            room: how many more a set can take after it, at most.
        """
        if more == DONE:
            return None if count else DONE
        own, enemies = self._bars[depth]
        if count:
            if more & own:
                return None
            more += count * self._weighs[depth]
            if self._cap is not None and self._too_often(depth, more):
                return None
        for (shift, (lowest, highest)), (least, most) in zip(self._bands, self._reach[depth], strict=True):
            total = more >> shift & FIELD
            if total + least[min(room, len(least) - 1)] > highest or total + most[min(room, len(most) - 1)] < lowest:
                return None
        coming, carriers = self._later[depth]
        if not room or not coming:
            return DONE
        return self._kept(carriers, (more | enemies if count else more) & (coming | (1 << self._floor) - 1), room)

    def _too_often(self, depth: int, more: int) -> bool:
        added = self._weighs[depth] >> 2 * PLACE
        counts = more >> 2 * PLACE
        while added:
            if added & MANY and counts & MANY > (self._cap or 0):
                return True
            added, counts = added >> COUNT, counts >> COUNT
        return False

    def _kept(self, carriers: Sequence[int], more: int, room: int) -> int:
        """Without the counts of KSBs that cannot come too often any more."""
        if self._cap is None:
            return more
        for place, later in enumerate(carriers):
            shift = 2 * PLACE + COUNT * place
            count = more >> shift & MANY
            if count and count + min(later, room) <= self._cap:
                more -= count << shift
        return more

    def _adds(self, step: Step) -> int:
        """What one question of a step adds to the number."""
        kinds = {self._adds_one(at) for at in step.members}
        if len(kinds) > 1 or (len(step.members) > 1 and self._apart and any(map(self._hostile, step.members))):
            raise ValueError("a layer holds questions that differ in what the walk counts")
        return kinds.pop() if kinds else 0

    def _adds_one(self, at: int) -> int:
        each = self._pool[at]
        counted = {shift // PLACE for shift, _ in self._bands}
        amount = sum(int(each[SIDES[place]]) << place * PLACE for place in counted)
        if self._cap is not None:
            carried = [place for place, code in enumerate(self._codes) if code in each["ksbs"]]
            amount += sum(1 << 2 * PLACE + COUNT * place for place in carried)
        return amount

    def _hostile(self, at: int) -> bool:
        return bool(self._pool[at]["enemies"])

    def _barred(self, step: Step) -> tuple[int, int]:
        """Of a step: its own bit, and its enemies' bits; none where enemies are not kept apart here."""
        if not self._apart:
            return 0, 0
        enemies = {self._position[name] for at in step.members for name in self._pool[at]["enemies"]}
        return self._as_bits(step.members), self._as_bits(enemies)

    def _as_bits(self, positions: Collection[int]) -> int:
        return sum(1 << self._floor + at for at in positions)

    def _reaches(self, steps: Sequence[Step]) -> list[list[tuple[list[int], list[int]]]]:
        """After each step, of each sum: the least and the most that 0, 1, 2 … later questions add."""
        found: list[list[tuple[list[int], list[int]]]] = []
        amounts: list[list[int]] = [[] for _ in self._bands]
        exactly = self._asked["length"] is not None
        for step in reversed(steps):
            here = []
            for every in amounts:
                ordered = sorted(every)
                least = [0, *accumulate(ordered)] if exactly else [0]
                here.append((least, [0, *accumulate(reversed(ordered))]))
            found.append(here)
            for every, (shift, _) in zip(amounts, self._bands, strict=True):
                every.extend(int(self._pool[at][SIDES[shift // PLACE]]) for at in step.members)
        return found[::-1]

    def _what_follows(self, steps: Sequence[Step]) -> list[tuple[int, Sequence[int]]]:
        """After each step: the later questions as bits, and how many of them carry each KSB."""
        found: list[tuple[int, Sequence[int]]] = []
        coming, carriers = 0, [0] * len(self._codes)
        for step in reversed(steps):
            found.append((coming, tuple(carriers)))
            coming |= self._as_bits(step.members)
            for at in step.members:
                carriers = [
                    count + (code in self._pool[at]["ksbs"]) for count, code in zip(carriers, self._codes, strict=True)
                ]
        return found[::-1]
