"""Certified bounds: what no law on a pool's lawful sets can go below, each with the prices that prove it.

A certificate holds a whole number of points for every question. Whoever checks it needs one minimisation: that no
lawful set comes to fewer than `least` points. Everything else is arithmetic on whole numbers:

* *largest exposure, best guess*: with points w, 0 ≤ w ≤ t, that add up to g·t, the g largest exposures of any law add
  up to Σ w π / t at least, and so to least / t;
* *overlap*: for any u = w / t, Σ π² ≥ 2 Σ u π − Σ u² ≥ 2 least / t − Σ u².

Where the time decides the length, a law of short sets has a low floor that says little; so each floor is given twice:
for any law, and for laws whose sets have as many questions on average as the plan's. Then `per_question` points are
taken off for every question of a set, and given back for the mean length.

Source: duality of linear programs, for the prices; `docs/engine.md`, "Certified bounds".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final, Self

import numpy as np

from delivery.canonical import canonical, decimals, digest
from delivery.columns import Cheapest, Floats, Kinds
from delivery.errors import BadEvidence
from delivery.floors import Floor, Laws, guessing_floor, overlap_floor
from delivery.plan import DrawPlan
from delivery.pool import Pool
from delivery.saying import count_of
from delivery.shapes import every, figure, mapping, named, parts, text, whole
from delivery.specification import Specification

FORMAT: Final = "qbank bounds 1"
LARGEST_EXPOSURE: Final = "largest exposure"
BEST_GUESS: Final = "best guess"
OVERLAP: Final = "overlap"
FIGURE: Final = {LARGEST_EXPOSURE: "largest_exposure", BEST_GUESS: "best_guess", OVERLAP: "overlap"}
"""The figure of a plan that a bound holds for."""
COLUMNS: Final = 2_000
"""Sets of the plan's recorded run with which the linear programs begin."""
EVEN_ENOUGH: Final = 1.002
"""An overlap this near to a bound that one division proves needs no better bound."""
_FINE: Final = 10**9
_COARSE: Final = 2_520
_MOST_POINTS: Final = 1 << 53
_MILLION: Final = 10**6

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Bound:
    """One certified floor.

    Attributes:
        what: "largest exposure", "best guess" or "overlap".
        guesses: how many questions the best guess names; 1 for the largest exposure; None for the overlap.
        length: mean number of questions that the laws it holds for have at least, six decimals; None for any law.
        weights: points of each question, in the pool's order.
        total: how many points are one.
        per_question: points taken off for every question of a set.
        least: what no lawful set comes to less than.
        pulls: millionths of a point that a search without bands and caps may take off for each second, each demand
            and each question on a KSB, and give back at an end of the band; any will do, these make it short.
        reached: what some law comes to, six decimals, rounded up: the true floor lies between; None where it was not
            looked for.
    """

    what: str
    guesses: int | None
    length: str | None
    weights: tuple[int, ...]
    total: int
    per_question: int
    least: int
    pulls: Mapping[str, int]
    reached: str | None

    @property
    def value(self) -> Fraction:
        """The floor, exactly: a share of sets, or a number of questions."""
        cost = self.least + self.per_question * Fraction(self.length or 0)
        if self.what == OVERLAP:
            square = Fraction(sum(weight * weight for weight in self.weights), self.total * self.total)
            return 2 * cost / self.total - square
        return cost / self.total

    @property
    def printed(self) -> str:
        """The floor with six decimals, rounded down."""
        return _decimals(max(self.value, Fraction(0)), ROUND_FLOOR)

    def ratio(self, figures: Mapping[str, Any]) -> float:
        """A plan's figure as a multiple of the floor; 1 is the best that any law can do."""
        return float(figures[FIGURE[self.what]]) / max(float(self.value), 1e-9)

    def because(self, pool: Pool, specification: Specification) -> str:
        """What proves it, as people say it: a scarce KSB, the number of questions, or prices of many."""
        having = {at for at, weight in enumerate(self.weights) if weight}
        if len({self.weights[at] for at in having}) > 1:
            return f"prices of {count_of(len(having), 'question')}"
        if len(having) == len(pool):
            return f"{count_of(len(pool), 'question')} in all"
        for code in specification.required:
            if having == {at for at, each in enumerate(pool.candidates) if code in each.ksbs}:
                return f"{code} is carried by {count_of(len(having), 'question')}"
        return f"{count_of(len(having), 'question')}, of which every set holds some"

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {
            "what": self.what,
            "guesses": self.guesses,
            "length": self.length,
            "weights": list(self.weights),
            "total": self.total,
            "per_question": self.per_question,
            "least": self.least,
            "pulls": dict(self.pulls),
            "bound": self.printed,
            "reached": self.reached,
        }

    @classmethod
    def of_shape(cls, data: object, what: str) -> Self:
        """The bound behind `to_dict`; its printed value follows from the rest.

        Raises:
            ValueError: it is of another shape.
        """
        names = ("what", "guesses", "length", "weights", "total", "per_question", "least", "pulls", "bound", "reached")
        found = parts(data, what, frozenset(names))
        return cls(
            what=text(found["what"], "what a bound is of"),
            guesses=None if found["guesses"] is None else whole(found["guesses"], "the guesses", 1),
            length=None if found["length"] is None else figure(found["length"], "the mean length"),
            weights=tuple(every(found["weights"], "the points", _points)),
            total=whole(found["total"], "the points of one", 1, _MOST_POINTS),
            per_question=_points(found["per_question"], "the points of a question"),
            least=whole(found["least"], "the least points", -_MOST_POINTS, _MOST_POINTS),
            pulls={
                text(name, "a pull"): whole(points, "a pull", -_MILLION * _MOST_POINTS, _MILLION * _MOST_POINTS)
                for name, points in mapping(found["pulls"], "the pulls").items()
            },
            reached=None if found["reached"] is None else figure(found["reached"], "what is reached"),
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """Every certified floor of one pool and specification: a document with a name of its own, beside the plan.

    Attributes:
        pool: its digest.
        specification: its digest.
        plan: digest of the plan whose guesses and mean length they speak of, or empty.
        bounds: first those that hold for any law.
    """

    pool: str
    specification: str
    plan: str
    bounds: tuple[Bound, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return digest(self.to_dict())

    def of(self, what: str, *, at_length: bool = False) -> Bound:
        """The floor of one figure: for any law, or for laws of the plan's mean length where the length is free."""
        fitting = [each for each in self.bounds if each.what == what]
        return fitting[-1] if at_length else fitting[0]

    def to_dict(self) -> dict[str, Any]:
        """As plain data for canonical JSON."""
        return {
            "format": FORMAT,
            "pool": self.pool,
            "specification": self.specification,
            "plan": self.plan,
            "bounds": [each.to_dict() for each in self.bounds],
        }

    def to_bytes(self) -> bytes:
        """The canonical JSON."""
        return canonical(self.to_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The bounds behind `to_dict`.

        Raises:
            BadEvidence: they are of another shape or format.
        """
        try:
            found = parts(data, "the bounds", frozenset({"format", "pool", "specification", "plan", "bounds"}))
            named(found["format"], "the bounds", FORMAT)
            return cls(
                pool=text(found["pool"], "the pool's digest"),
                specification=text(found["specification"], "the specification's digest"),
                plan=text(found["plan"], "the plan's digest"),
                bounds=tuple(every(found["bounds"], "a bound", Bound.of_shape)),
            )
        except (TypeError, ValueError) as error:
            raise BadEvidence(str(error)[:120]) from error


def bounds_of(plan: DrawPlan, progress: Progress = lambda _step, _share: None) -> Bounds:
    """The floors of a plan's pool: for as many guesses as its sets usually have questions.

    Args:
        plan: its recorded sets are the first columns of the linear programs.
        progress: is told what is being done and how far the whole is, 0 to 1.
    """
    mean = None if plan.specification.length is not None else str(plan.figures["length"])
    return bounds_on(
        plan.pool,
        plan.specification,
        guesses=math.ceil(float(plan.figures["length"]) - 1e-9),
        length=mean,
        columns=plan.rehearsal.lawful_sets[:COLUMNS],
        overlap=float(plan.figures["overlap"]),
        plan=plan.digest,
        progress=progress,
    )


def bounds_on(
    pool: Pool,
    specification: Specification,
    *,
    guesses: int,
    length: str | None = None,
    columns: Iterable[int] = (),
    overlap: float = math.inf,
    plan: str = "",
    progress: Progress = lambda _step, _share: None,
) -> Bounds:
    """The floors of a pool.

    Args:
        pool: with a lawful set.
        specification: what sets meet.
        guesses: how many questions the best guess names.
        length: a mean length, six decimals, for which the floors are given as well.
        columns: lawful sets to begin with, as bits of positions.
        overlap: what a law has; where one division proves a floor that is near enough to it, none better is sought.
        plan: digest of the plan they speak of.
        progress: is told what is being done and how far the whole is, 0 to 1.
    """
    kinds = Kinds.of(pool, specification)
    cheapest = Cheapest(pool, specification, kinds)
    laws = Laws(kinds, cheapest, kinds.counted(columns))
    found = []
    for at, mean in enumerate((None,) if length is None else (None, length)):
        among = Laws(kinds, cheapest, laws.columns, None if mean is None else float(mean))
        proving = _Proving(pool, specification, among, mean)
        for place, asked in enumerate((1, guesses, None)):
            progress("Proving what no law can go below", (3 * at + place) / (3 if length is None else 6))
            found.append(proving.guessing(asked, at_most_one=place == 0) if asked else proving.overlap(overlap))
    return Bounds(pool.digest, specification.digest, plan, tuple(found))


class _Proving:
    """Writes floors of floats as certificates of whole numbers, the plainest that proves as much."""

    def __init__(self, pool: Pool, specification: Specification, laws: Laws, length: str | None) -> None:
        self._pool, self._asked, self._laws, self._length = pool, specification, laws, length

    def guessing(self, guesses: int, *, at_most_one: bool) -> Bound:
        """The floor of the largest exposure or of the best guess."""
        floor = guessing_floor(self._laws, guesses)
        what = LARGEST_EXPOSURE if at_most_one else BEST_GUESS
        best: Bound | None = None
        for weights, total, per_question in self._plainest_first(floor, guesses):
            bound = self._certified(what, guesses, weights, total, per_question, floor.reached)
            best = bound if best is None or bound.value > best.value else best
            if float(best.value) >= floor.value - 1e-9:
                break
        if best is None:
            raise AssertionError("the prices of the floor itself are always tried")
        return best

    def overlap(self, known: float) -> Bound:
        """The floor of the overlap: by one division where that is as near as makes no difference to a known law."""
        even = self._even_overlap()
        if even is not None and known <= EVEN_ENOUGH * float(even.value):
            return even
        floor = overlap_floor(self._laws)
        tried = [self._of_prices(floor, scale) for scale in self._scales(floor)]
        bounds = [self._certified(OVERLAP, None, *each, floor.reached) for each in tried]
        best = max(([even] if even else []) + bounds, key=lambda each: each.value)
        return replace(best, reached=bounds[0].reached)

    def _even_overlap(self) -> Bound | None:
        """k² / N, from as many points for every question."""
        mean = Fraction(self._asked.length or self._length or 0)
        if not mean:
            return None
        total = mean.denominator * len(self._pool)
        each = mean.numerator
        taken_off = 0 if self._asked.length else each
        return self._certified(OVERLAP, None, [each] * len(self._pool), total, taken_off, None)

    def _plainest_first(self, floor: Floor, guesses: int) -> Iterable[tuple[Sequence[int], int, int]]:
        """The carriers of a scarce KSB alike; all questions alike; the dual of the linear program, coarse and fine."""
        for code in self._asked.required:
            carrying = [int(code in each.ksbs) for each in self._pool.candidates]
            if guesses <= sum(carrying) and guesses / sum(carrying) >= floor.value - 1e-9:
                yield [guesses * each for each in carrying], sum(carrying), 0
        if self._asked.length or self._length:
            yield [guesses] * len(self._pool), len(self._pool), guesses if self._length else 0
        for scale in self._scales(floor):
            weights, _, per_question = self._of_prices(floor, scale)
            yield _adding_up(weights, guesses * scale, scale), scale, per_question

    def _scales(self, floor: Floor) -> list[int]:
        """How many points are one: few where all prices are simple fractions, and a fine scale in any case."""
        prices = np.append(floor.prices, floor.per_question)
        scales = np.arange(1, _COARSE + 1)
        points = prices[None] * scales[:, None]
        whole_there = np.abs(points - np.round(points)).max(axis=1) < 1e-7 * np.sqrt(scales)
        return [*(int(scale) for scale in scales[whole_there][:1]), _FINE]

    def _of_prices(self, floor: Floor, scale: int) -> tuple[list[int], int, int]:
        points = np.floor(floor.prices * scale + (1e-3 if scale < _FINE else 0.0))
        kind_of = self._laws.kinds.kind_of
        per_question = math.floor(floor.per_question * scale + 1e-3)
        return [int(points[kind]) for kind in kind_of], scale, per_question

    def _certified(
        self,
        what: str,
        guesses: int | None,
        weights: Sequence[int],
        total: int,
        per_question: int,
        reached: float | None,
    ) -> Bound:
        """With what the integer program proves; within a kind the smallest weight counts for all."""
        members = self._laws.kinds.members
        prices = [min(weights[at] for at in each) - per_question for each in members]
        return Bound(
            what=what,
            guesses=guesses,
            length=self._length,
            weights=tuple(weights),
            total=total,
            per_question=per_question,
            least=least_points(self._laws.cheapest, prices),
            pulls={
                name: round(_MILLION * pull)
                for name, pull in self._laws.cheapest.pulls(np.array(prices, float)).items()
            },
            reached=decimals(Decimal(reached), ROUND_CEILING) if reached is not None and reached < math.inf else None,
        )


def least_points(cheapest: Cheapest, points: Sequence[int]) -> int:
    """What no lawful set comes to less than, when a question of each kind has so many points.

    Points are whole numbers, so the proven bound may be rounded up; what floats may have lost is taken off first.
    """
    prices: Floats = np.array(points, dtype=np.float64)
    priced = cheapest.at(prices)
    lost = 1e-6 + 1e-8 * float(np.abs(prices).max())
    found = sum(int(count) * point for count, point in zip(priced.counts, points, strict=True))
    return min(found, math.ceil(priced.least - lost))


def _adding_up(weights: list[int], wanted: int, most: int) -> list[int]:
    """The same weights, changed so that they add up, and none above the most; raised where that is possible."""
    found = list(weights)
    missing = wanted - sum(found)
    for at, weight in enumerate(found):
        change = max(-weight, min(most - weight, missing))
        found[at] += change
        missing -= change
    return found


def _points(value: object, what: str) -> int:
    return whole(value, what, 0, _MOST_POINTS)


def _decimals(value: Fraction, rounding: str) -> str:
    with localcontext(Context(prec=60, rounding=rounding)):
        return decimals(Decimal(value.numerator) / Decimal(value.denominator), rounding)
