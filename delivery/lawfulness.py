"""Whether one set of questions is lawful: every requirement of the specification, looked at one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from delivery.pool import Pool
from delivery.specification import Specification

BANDS: Final = ("seconds", "demand")
MOST_PER_KSB: Final = "most_per_ksb"
ENEMIES: Final = "enemies"
SIDES: Final = (*BANDS, MOST_PER_KSB, ENEMIES)
"""Side requirements, by name: what a set that covers every required KSB in the right length can still break."""


class Lawfulness:
    """The requirements on a set from one pool, ready to be asked of many sets.

    Sets are given as positions in the pool; sets of positions and of KSBs are held as bits of whole numbers.

    Args:
        pool: the questions.
        specification: what is asked of sets.
        held: names of the side requirements that every set of the walk keeps, because its states hold them.
    """

    def __init__(self, pool: Pool, specification: Specification, held: Collection[str] = ()) -> None:
        self.specification = specification
        self.held = tuple(name for name in SIDES if name in held)
        position = {reference: at for at, reference in enumerate(pool.references)}
        bit = {code: 1 << at for at, code in enumerate(specification.ksbs)}
        self.ksb_count = len(bit)
        self.required = sum(bit[code] for code in specification.required)
        self.ksbs = tuple(sum(bit.get(code, 0) for code in each.ksbs) for each in pool.candidates)
        self.seconds = tuple(each.seconds for each in pool.candidates)
        self.demand = tuple(each.demand for each in pool.candidates)
        self.enemies = tuple(sum(1 << position[name] for name in each.enemies) for each in pool.candidates)

    def breach(self, positions: Sequence[int], excluded: int = 0) -> str | None:  # noqa: PLR0911 - a line a rule
        """The first requirement that the set breaks, by name, or None when it is lawful.

        Args:
            positions: of the questions in the pool.
            excluded: bits of the positions that may not be drawn.
        """
        together = 0
        covered = 0
        for at in positions:
            together |= 1 << at
            covered |= self.ksbs[at]
        asked = self.specification
        if together & excluded:
            return "excluded"
        if together.bit_count() != len(positions) or asked.length not in (None, len(positions)):
            return "length"
        if covered & self.required != self.required:
            return "coverage"
        if asked.seconds is not None and self.seconds_of(positions) not in asked.seconds:
            return "seconds"
        if asked.demand is not None and self.demand_of(positions) not in asked.demand:
            return "demand"
        if any(self.enemies[at] & together for at in positions):
            return "enemies"
        if asked.most_per_ksb is not None and self.busiest(positions) > asked.most_per_ksb:
            return "most_per_ksb"
        return None

    def seconds_of(self, positions: Collection[int]) -> int:
        """Planned time of the set."""
        return sum(self.seconds[at] for at in positions)

    def demand_of(self, positions: Collection[int]) -> int:
        """Sum of the questions' demand."""
        return sum(self.demand[at] for at in positions)

    def busiest(self, positions: Collection[int]) -> int:
        """Questions of the set on the KSB that has most of them."""
        return max(
            (sum(self.ksbs[at] >> bit & 1 for at in positions) for bit in range(self.ksb_count)),
            default=0,
        )

    @property
    def sides(self) -> tuple[str, ...]:
        """The side requirements that there are.

        Where the time decides the length it is counted while a set is drawn, so it cannot be broken.
        """
        asked = self.specification
        there = {
            "seconds": asked.seconds is not None and asked.length is not None,
            "demand": asked.demand is not None,
            MOST_PER_KSB: asked.most_per_ksb is not None,
            ENEMIES: any(self.enemies),
        }
        return tuple(name for name in SIDES if there[name])

    @property
    def rejects(self) -> bool:
        """Whether sets of the walk can still break a requirement."""
        return not set(self.held).issuperset(self.sides)
