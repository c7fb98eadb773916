"""The integer program of one question set: which questions, which might be returned, which would have to be written.

Each requirement can be added by itself, so that whoever asks learns which one cannot be met.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import highspy

from delivery.lawfulness import Lawfulness
from delivery.pool import Pool
from delivery.specification import Band, Specification

WRITING: Final = 1000
"""What a new question costs in the search for the smallest change."""
RETURNING: Final = 990
"""Returning a question costs a little less: it is already written."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would have to be different.

    Attributes:
        written: questions to write.
        carrying: how many of them must carry which KSB.
        seconds: their planned time together, None where any will do.
        demand: their demand together, None where any will do.
        returned: references to return from rest or review.
    """

    written: int
    carrying: Mapping[str, int]
    seconds: int | None
    demand: int | None
    returned: tuple[str, ...]


class Program:
    """An integer program over the questions of a pool.

    Args:
        pool: every question, excluded ones too.
        specification: what a set must meet.
        available: positions that may be drawn.
        returnable: positions that are out but could be returned.
        writing: whether new questions may be assumed; typical ones, or of any time and demand.
        most_nodes: of the solver's tree, after which a question stays open and counts as answered with no; None for as
            many as it takes.
    """

    def __init__(
        self,
        pool: Pool,
        specification: Specification,
        available: Sequence[int],
        *,
        returnable: Sequence[int] = (),
        writing: str = "none",
        most_nodes: int | None = None,
    ) -> None:
        self._asked = specification
        self._pool = pool
        self._facts = Lawfulness(pool, specification)
        self._solver: Any = Solver()  # type: ignore[no-untyped-call]  # the library has no annotation here
        if most_nodes is not None:
            self._solver.setOptionValue("mip_max_nodes", most_nodes)
        self._questions: dict[int, Any] = {at: self._solver.addBinary() for at in (*available, *returnable)}
        self._returnable = tuple(returnable)
        most = 0 if writing == "none" else specification.length or max(1, len(specification.ksbs))
        self._written = self._solver.addIntegral(lb=0, ub=most)
        self._carrying = {code: self._solver.addIntegral(lb=0, ub=most) for code in specification.ksbs}
        self._new: dict[str, Any] = {}
        self._shape_new_questions(writing)

    def length(self) -> None:
        """As many questions as asked for; at least one where the time decides."""
        count = self._solver.qsum(self._questions.values()) + self._written
        self._solver.addConstr(count >= 1 if self._asked.length is None else count == self._asked.length)

    def coverage(self) -> None:
        """Every required KSB."""
        for code in self._asked.required:
            self._solver.addConstr(self._carriers(code) >= 1)

    def seconds(self, band: Band | None) -> None:
        """The planned time, inside a band."""
        self._within(self.total_seconds(), band)

    def demand(self, band: Band | None) -> None:
        """The demand, inside a band."""
        self._within(self.total_demand(), band)

    def most_per_ksb(self) -> None:
        """No KSB in too many questions."""
        if self._asked.most_per_ksb is not None:
            for code in self._asked.ksbs:
                self._solver.addConstr(self._carriers(code) <= self._asked.most_per_ksb)

    def enemies(self) -> None:
        """No two enemies."""
        for one, other in self._hostile():
            self._solver.addConstr(self._questions[one] + self._questions[other] <= 1)

    def total_seconds(self) -> Any:
        """The planned time as an expression."""
        return self._total("seconds", self._facts.seconds)

    def total_demand(self) -> Any:
        """The demand as an expression."""
        return self._total("demand", self._facts.demand)

    def count(self) -> Any:
        """The number of questions as an expression."""
        return self._solver.qsum(self._questions.values()) + self._written

    def feasible(self) -> bool:
        """Whether the requirements added so far can be met together."""
        self._solver.minimize(0 * self._written)
        return self._solved()

    def least(self, expression: Any) -> int | None:
        """The smallest value of an expression, proven; None where the requirements cannot be met."""
        self._solver.minimize(expression)
        return round(self._solver.getObjectiveValue()) if self._solved() else None

    def most(self, expression: Any) -> int | None:
        """The largest value of an expression, proven; None where the requirements cannot be met."""
        self._solver.maximize(expression)
        return round(self._solver.getObjectiveValue()) if self._solved() else None

    def nearest(self, expression: Any, lowest: int, highest: int) -> int | None:
        """The value of an expression outside a band that is nearest to it; None where there is none."""
        below, above = (
            self._kept_to(expression <= lowest - 1, self.most, expression),
            self.nearest_above(expression, highest),
        )
        if below is None or above is None:
            return above if below is None else below
        return below if lowest - below <= above - highest else above

    def nearest_above(self, expression: Any, bound: int) -> int | None:
        """The smallest value of an expression above a bound; None where there is none."""
        return self._kept_to(expression >= bound + 1, self.least, expression)

    def _kept_to(self, side: Any, wanted: Callable[[Any], int | None], expression: Any) -> int | None:
        """The wanted value with one requirement more, which is then taken back."""
        row = self._solver.addConstr(side)
        found = wanted(expression)
        self._solver.deleteRows(1, [row.index])
        return found

    def most_carried(self) -> Any:
        """How many questions carry the KSB that most of them carry, as an expression to be made small."""
        most = self._solver.addIntegral(lb=0)
        for code in self._asked.ksbs:
            self._solver.addConstr(self._carriers(code) <= most)
        return most

    def fewest_enemies(self) -> list[tuple[str, str]]:
        """The enemies that meet in a set where the fewest do; none where the requirements cannot be met."""
        names, meets = self._pool.references, {}
        for one, other in self._hostile():
            meets[one, other] = self._solver.addBinary()
            self._solver.addConstr(self._questions[one] + self._questions[other] <= 1 + meets[one, other])
        self._solver.minimize(self._solver.qsum(meets.values()) if meets else 0 * self._written)
        if not self._solved():
            return []
        return [(names[one], names[other]) for (one, other), met in meets.items() if round(self._solver.val(met))]

    def smallest_change(self) -> Change | None:
        """The fewest questions to write or return; None where no such change is enough."""
        returning = self._solver.qsum(self._questions[at] for at in self._returnable) if self._returnable else 0
        cost = WRITING * self._written + RETURNING * returning + self._solver.qsum(self._carrying.values())
        self._solver.minimize(cost)
        if not self._solved():
            return None
        value = self._solver.val
        return Change(
            written=round(value(self._written)),
            carrying={code: round(value(each)) for code, each in self._carrying.items() if round(value(each))},
            seconds=round(value(self._new["seconds"])) if self._asked.seconds else None,
            demand=round(value(self._new["demand"])) if self._asked.demand else None,
            returned=tuple(
                self._pool.candidates[at].reference for at in self._returnable if round(value(self._questions[at]))
            ),
        )

    def _hostile(self) -> list[tuple[int, int]]:
        """Pairs of enemies, as positions."""
        some = [at for at in sorted(self._questions) if self._facts.enemies[at]]
        return [(one, other) for one, other in combinations(some, 2) if self._facts.enemies[one] >> other & 1]

    def _shape_new_questions(self, writing: str) -> None:
        """New questions are like the pool's: its KSBs a question, its times, its demands; or of any time and demand."""
        tags = max([mask.bit_count() for mask in self._facts.ksbs] + [self._fewest_tags()])
        if self._carrying:
            self._solver.addConstr(self._solver.qsum(self._carrying.values()) <= tags * self._written)
        for code in self._carrying.values():
            self._solver.addConstr(code <= self._written)
        for what, each, band in (
            ("seconds", self._facts.seconds, self._asked.seconds),
            ("demand", self._facts.demand, self._asked.demand),
        ):
            highest = band.highest if band else max(each, default=1)
            lowest, top = (min(each), max(each)) if writing == "typical" and each else (1, max(1, highest))
            total = self._solver.addIntegral(lb=0)
            self._solver.addConstr(total >= lowest * self._written)
            self._solver.addConstr(total <= top * self._written)
            self._new[what] = total

    def _fewest_tags(self) -> int:
        """KSBs that some question of any set must carry, whatever the pool."""
        return math.ceil(len(self._asked.required) / (self._asked.length or 1)) if self._asked.length else 1

    def _carriers(self, code: str) -> Any:
        holders = [variable for at, variable in self._questions.items() if code in self._pool.candidates[at].ksbs]
        return self._solver.qsum([*holders, self._carrying[code]])

    def _total(self, what: str, each: Sequence[int]) -> Any:
        return self._solver.qsum([each[at] * variable for at, variable in self._questions.items()]) + self._new[what]

    def _within(self, expression: Any, band: Band | None) -> None:
        if band is not None:
            self._solver.addConstr(expression >= band.lowest)
            self._solver.addConstr(expression <= band.highest)

    def _solved(self) -> bool:
        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


class Solver(highspy.Highs):
    """HiGHS without a word on the terminal, on one thread, to the proven optimum."""

    def enableCallbacks(self) -> None:  # noqa: D102, N802 - the library's method, by the library's name
        # Its constructor calls this before anybody could set an option, and this prints a banner unless told not to.
        self.setOptionValue("output_flag", False)  # noqa: FBT003 - the library's own signature
        self.setOptionValue("threads", 1)
        self.setOptionValue("mip_rel_gap", 0.0)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # likewise
