"""Which questions are most worth writing: by how much one more of them lets the floors of a bank fall.

The dual prices of the floors say what a KSB is worth: how much cheaper the cheapest set becomes when a question of no
price carries it. The KSBs of the highest price are combined, and what a combination brings is not taken from the
prices, which are true for the first grain of a question only: the question is added and the floor is found anew.

Source: shadow prices of linear programs; van der Linden (2005), Linear Models for Optimal Test Design, chapter 11 (what
to write for a pool of questions).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median_low
from typing import Any, Final

import numpy as np

from delivery.bounds import LARGEST_EXPOSURE, OVERLAP, Bounds
from delivery.canonical import decimals
from delivery.columns import Cheapest, Floats, Kinds
from delivery.floors import Laws, guessing_floor
from delivery.plan import DrawPlan
from delivery.pool import Candidate, Pool
from delivery.saying import clock, count_of, listed
from delivery.specification import Specification, in_plan_order

MOST_KSBS: Final = 3
"""Of one new question; fewer where no question of the pool has so many."""
COMBINED: Final = 6
"""KSBs of the highest price whose combinations are tried."""
COLUMNS: Final = 500
"""Recorded sets to begin with."""
MOST_WRITTEN: Final = 60
"""Beyond it only what counting proves is said."""
SAME: Final = 1e-7
"""Exposures this near are the same."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One more question, and what the bank could then do.

    Attributes:
        ksbs: the required KSBs that it carries; none: any question of usual minutes and demand.
        largest_exposure: the floor with it.
        price: how much cheaper it makes the cheapest set, as a share; what tells combinations apart that lower alike.
    """

    ksbs: tuple[str, ...]
    largest_exposure: float
    price: float

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "ksbs": list(self.ksbs),
            "largest_exposure": decimals(self.largest_exposure),
            "price": round(self.price, 6),
        }


@dataclass(frozen=True, slots=True)
class Needed:
    """How many questions bring the largest exposure that some law has down to a target.

    Attributes:
        target: a share of sets.
        questions: the KSBs of each; None where more than `MOST_WRITTEN` are missing and nobody looked which.
        reached: what a law has with them; at most the target. None where it was not looked for.
        fewest: what counting proves: no fewer questions do.
        tags: of questions with at most so many KSBs; None where of any.
    """

    target: float
    questions: tuple[tuple[str, ...], ...] | None
    reached: float | None
    fewest: int
    tags: int | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "target": decimals(self.target),
            "questions": None if self.questions is None else [list(each) for each in self.questions],
            "reached": None if self.reached is None else decimals(self.reached),
            "fewest": self.fewest,
            "ksbs_each": self.tags,
        }


@dataclass(frozen=True, slots=True)
class Worth:
    """What to write next.

    Attributes:
        now: the largest exposure that no law goes below today.
        seconds, demand: of a usual question; new ones are taken to be so.
        wanted: most worth first.
        needed: for the target.
    """

    now: float
    seconds: int
    demand: int
    wanted: tuple[Wanted, ...]
    needed: Needed

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "now": decimals(self.now),
            "seconds": self.seconds,
            "demand": self.demand,
            "wanted": [each.to_dict() for each in self.wanted],
            "needed": self.needed.to_dict(),
        }


def worth_of(
    plan: DrawPlan, bounds: Bounds, *, target: float | None = None, progress: Progress = lambda _step, _share: None
) -> Worth:
    """What to write next for a plan's pool.

    Args:
        plan: its recorded sets are where the linear programs begin.
        bounds: of that plan.
        target: the largest exposure to come down to; a tenth below today's floor where none is given.
        progress: is told what is being done and how far the whole is, 0 to 1.
    """
    length = bounds.of(LARGEST_EXPOSURE, at_length=True).length
    extending = Extending(plan.pool, plan.specification, plan.rehearsal.lawful_sets[:COLUMNS], length)
    return extending.worth(bounds, target, progress)


class Extending:
    """A pool to which questions may be added.

    Args:
        pool: with a lawful set.
        specification: what sets meet.
        columns: lawful sets, as bits of positions.
        length: mean number of questions of the laws that are looked at; None for any.
    """

    def __init__(
        self, pool: Pool, specification: Specification, columns: Iterable[int] = (), length: str | None = None
    ) -> None:
        self._pool, self._asked, self._columns = pool, specification, tuple(columns)
        self._length = None if length is None else float(length)
        self.seconds = median_low(each.seconds for each in pool.candidates)
        self.demand = median_low(each.demand for each in pool.candidates)
        self._carriers = {code: sum(code in each.ksbs for each in pool.candidates) for code in specification.required}
        most = max(sum(code in self._carriers for code in each.ksbs) for each in pool.candidates)
        self._tags = max(1, min(MOST_KSBS, most))

    def with_questions(self, written: Sequence[tuple[str, ...]]) -> Pool:
        """The pool with new questions of usual minutes and demand, behind all others."""
        new = (
            Candidate(f"\U0010fffd{number:04d}", 1, frozenset(ksbs), self.seconds, self.demand)
            for number, ksbs in enumerate(written)
        )
        return Pool.of((*self._pool.candidates, *new))

    def floor_with(self, written: Sequence[tuple[str, ...]]) -> tuple[float, float]:
        """The largest exposure that no law goes below with these questions, and one that some law has."""
        pool = self.with_questions(written)
        kinds = Kinds.of(pool, self._asked)
        laws = Laws(kinds, Cheapest(pool, self._asked, kinds), kinds.counted(self._columns), self._length)
        floor = guessing_floor(laws, 1)
        return floor.value, floor.reached

    def worth(self, bounds: Bounds, target: float | None, progress: Progress) -> Worth:
        """The combinations, most worth first, and what reaches the target."""
        now = float(bounds.of(LARGEST_EXPOSURE, at_length=True).value)
        plain = min(now, self.floor_with([()])[0])
        found = [Wanted((), plain, 0.0)]
        if plain > self._even(1) + SAME:  # else no combination can do better than any question does
            prices = _Prices(self, bounds)
            tried = self._combinations(prices)
            for number, ksbs in enumerate(tried):
                progress("Finding the questions most worth writing", number / len(tried))
                hopeless = self._counted([ksbs]) >= now - SAME
                value = now if hopeless else min(now, self.floor_with([ksbs])[0])
                found.append(Wanted(ksbs, value, prices.of(ksbs)))
        found.sort(key=self._merit)
        return Worth(now, self.seconds, self.demand, tuple(found), self.needed(target or 0.9 * now))

    def needed(self, target: float) -> Needed:
        """The fewest questions that were found to do; where that is more than `MOST_WRITTEN`, how many it is at least.

        What counting proves to be missing is written first; where that is not enough, more on the scarcest KSBs.
        """
        short = {code: max(0, math.ceil(1 / target - SAME) - count) for code, count in self._carriers.items()}
        usual = self._length or self._asked.length or 0
        counted = max(0, math.ceil(usual / target - SAME) - len(self._pool), *short.values())
        fewest = max(counted, -(-sum(short.values()) // self._tags))
        written: list[tuple[str, ...]] = []
        tags = self._tags if fewest > counted else None
        while max(fewest, len(written)) <= MOST_WRITTEN:
            if len(written) >= fewest:
                reached = self.floor_with(written)[1]
                if reached <= target + SAME:
                    return Needed(target, tuple(written), reached, fewest, tags)
            scarcest = sorted(short, key=lambda code: (-short[code], self._carriers[code], in_plan_order(code)))
            missing = [code for code in scarcest if short[code] > 0 or len(written) >= fewest]
            chosen = tuple(sorted(missing[: self._tags], key=in_plan_order))
            for code in chosen:
                short[code] -= 1
            written.append(chosen)
        return Needed(target, None, None, fewest, tags)

    def priced(self, prices: Floats, ksbs: tuple[str, ...]) -> float:
        """What the cheapest set with one more question costs, the question itself nothing; prices by question."""
        kinds = Kinds((*Kinds.of(self._pool, self._asked).members, (len(self._pool),)))
        cost = np.array([min([*prices, 0.0][at] for at in members) for members in kinds.members])
        return Cheapest(self.with_questions([ksbs]), self._asked, kinds).at(cost).least

    def _combinations(self, prices: _Prices) -> list[tuple[str, ...]]:
        """Each KSB alone, and two or three of those that are worth most."""
        codes = list(self._asked.required)
        dearest = sorted(codes, key=lambda code: (-prices.of((code,)), self._carriers[code], in_plan_order(code)))
        together = sorted(dearest[:COMBINED], key=in_plan_order)
        more = (each for many in range(2, self._tags + 1) for each in combinations(together, many))
        return [*((code,) for code in codes), *more]

    def _counted(self, written: Sequence[tuple[str, ...]]) -> float:
        """What counting proves of the largest exposure with these questions."""
        carriers = (count + sum(code in each for each in written) for code, count in self._carriers.items())
        return max([self._even(len(written)), *(1 / count for count in carriers)])

    def _even(self, written: int) -> float:
        """The largest exposure if all questions, the new ones too, were asked equally often."""
        return (self._length or self._asked.length or 0) / (len(self._pool) + written)

    def _merit(self, wanted: Wanted) -> tuple[float, int, float, tuple[int, ...]]:
        """Lowest floor first; among equals fewer KSBs, but one at least, then the higher price, then the scarcer."""
        scarcity = tuple(sorted(self._carriers[code] for code in wanted.ksbs))
        return (round(wanted.largest_exposure / SAME), max(1, len(wanted.ksbs)), -round(wanted.price, 6), scarcity)


class _Prices:
    """What combinations are worth at the prices of all floors together, each as a share of its own."""

    def __init__(self, extending: Extending, bounds: Bounds) -> None:
        self._extending = extending
        self._known: dict[tuple[str, ...], float] = {}
        self._prices: Floats = np.zeros(len(bounds.bounds[0].weights))
        for bound in bounds.bounds:
            points = np.array(bound.weights, dtype=np.float64) - bound.per_question
            scale = max(1, abs(bound.least)) if bound.what != OVERLAP else max(1, bound.total)
            self._prices += points / scale

    def of(self, ksbs: tuple[str, ...]) -> float:
        """How much cheaper the cheapest set becomes with one more question on these."""
        for each in ((), ksbs):
            if each not in self._known:
                self._known[each] = self._extending.priced(self._prices, each)
        return self._known[()] - self._known[ksbs]


def in_words(worth: Worth) -> list[str]:
    """What to write, in plain sentences; first the one most worth writing."""
    best = worth.wanted[0]
    what = f"a question on {listed(best.ksbs)}" if best.ksbs else "any question"
    said = []
    if best.largest_exposure > worth.now - SAME:
        said.append(f"No single question lowers the largest exposure that no law goes below, {worth.now:.2%}.")
    else:
        said.append(
            f"Most worth writing: {what}, of about {clock(worth.seconds)} minutes. With it the question asked most "
            f"could be in {best.largest_exposure:.2%} of sets instead of {worth.now:.2%}."
        )
    said.append(_needed(worth.needed))
    return said


def _needed(needed: Needed) -> str:
    with_tags = "" if needed.tags is None else f" with at most {count_of(needed.tags, 'KSB')} each"
    if needed.questions is None:
        least = count_of(max(needed.fewest, 1), "more question")
        return f"To bring it to {needed.target:.2%} or less takes at least {least}{with_tags}."
    if not needed.questions:
        return f"It is {needed.target:.2%} or less already: some law has {needed.reached:.2%}."
    codes = [code for each in needed.questions for code in each]
    often = {code: codes.count(code) for code in sorted(set(codes), key=in_plan_order)}
    carried = listed([f"{code} ({many} times)" if many > 1 else code for code, many in often.items()]) if often else ""
    many = len(needed.questions)
    what = count_of(many, "question")
    if carried:
        what += f" {'that carries' if many == 1 else 'that between them carry'} {carried}"
    fewer = f"; no fewer would do{with_tags}" if many == needed.fewest else ""
    return f"To bring it to {needed.target:.2%} or less, write {what}: some law then has {needed.reached:.2%}{fewer}."
