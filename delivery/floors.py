"""What no law on lawful sets can go below: of its largest exposure, its best guess and its overlap.

Each is a smallest value over all laws; a law is a mixture of columns, and columns are priced by an integer program
until none is worth adding. What is kept is the dual: prices of questions under which every lawful set costs so much.

Source: Dantzig and Wolfe (1960), Operations Research 8(1), 101-111 (the linear programs); Wolfe (1976), Mathematical
Programming 11, 128-149 (the nearest point of a polytope); Rockafellar and Uryasev (2000), Journal of Risk 2(3), 21-41
(the sum of the largest as a linear program).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from delivery.columns import Cheapest, Floats, Kinds
from delivery.program import Solver

CLOSE: Final = 1e-9
"""A floor is found when a law comes as near to it as this, as a share of the floor."""
ROUNDS: Final = 400
"""Columns priced at most; where that does not do, the floor is proven but a higher one may be."""

Telling = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor as the solver found it.

    Attributes:
        prices: of a question of each kind; shape (kinds,).
        per_question: taken off for every question of a set; above 0 only where laws have a least mean length.
        value: what no law goes below.
        reached: the smallest value of the laws that were looked at.
    """

    prices: Floats
    per_question: float
    value: float
    reached: float


@dataclass(frozen=True, slots=True)
class Laws:
    """The laws a floor speaks of.

    Attributes:
        kinds: of the questions.
        cheapest: the lawful sets.
        columns: lawful sets to begin with; shape (sets, kinds).
        length: the mean number of questions that laws must have at least; None where any will do.
    """

    kinds: Kinds
    cheapest: Cheapest
    columns: Floats
    length: float | None = None


def guessing_floor(laws: Laws, guesses: int, tell: Telling = lambda _: None) -> Floor:
    """What the sum of a law's largest exposures, so many of them, is at least; of one guess: the largest exposure."""
    master = _Master(laws, guesses)
    best: Floor | None = None
    for number in range(ROUNDS):
        reached, prices, per_question = master.solved()
        priced = laws.cheapest.at(prices - per_question)
        value = priced.least + per_question * (laws.length or 0.0)
        if best is None or value > best.value:
            best = Floor(prices, per_question, value, reached)
        best = Floor(best.prices, best.per_question, best.value, min(best.reached, reached))
        if reached - best.value <= CLOSE * max(1.0, reached):
            break
        master.add(priced.counts)
        tell(number / ROUNDS)
    if best is None:
        raise AssertionError("at least one round was made")
    return best


class _Master:
    """The linear program over the columns found so far: least `guesses · level + Σ excess` over their mixtures."""

    def __init__(self, laws: Laws, guesses: int) -> None:
        self._laws, self._sizes = laws, laws.kinds.sizes
        many = len(self._sizes)
        self._solver: Any = Solver()  # type: ignore[no-untyped-call]  # the library has no annotation here
        self._solver.addVars(many + 1, np.array([-highspy.kHighsInf, *np.zeros(many)]), np.full(many + 1, np.inf))
        costs = np.array([guesses, *self._sizes], dtype=np.float64)
        self._solver.changeColsCost(many + 1, np.arange(many + 1, dtype=np.int32), costs)
        for kind in range(many):
            self._solver.addRow(0.0, np.inf, 2, np.array([0, kind + 1], dtype=np.int32), np.ones(2))
        nothing = np.zeros(0, dtype=np.int32)
        self._solver.addRow(1.0, 1.0, 0, nothing, np.zeros(0))
        self._solver.addRow(-np.inf if laws.length is None else laws.length, np.inf, 0, nothing, np.zeros(0))
        for counts in laws.columns:
            self.add(counts)
        self.add(laws.cheapest.at(-np.ones(many)).counts)  # the longest set: with it, laws of that length exist

    def add(self, counts: Floats) -> None:
        """One more set that laws may mix in."""
        many = len(self._sizes)
        held = np.flatnonzero(counts)
        rows = np.array([*held, many, many + 1], dtype=np.int32)
        values = np.array([*(-counts[held] / self._sizes[held]), 1.0, counts.sum()])
        self._solver.addCol(0.0, 0.0, np.inf, len(rows), rows, values)

    def solved(self) -> tuple[float, Floats, float]:
        """The best mixture's value, the price of a question of each kind, and what a question takes off."""
        self._solver.run()
        dual = np.array(self._solver.getSolution().row_dual, dtype=np.float64)
        many = len(self._sizes)
        prices = np.clip(dual[:many] / self._sizes, 0.0, 1.0)
        return float(self._solver.getObjectiveValue()), prices, max(0.0, float(dual[many + 1]))


def overlap_floor(laws: Laws, tell: Telling = lambda _: None, *, near: float = CLOSE) -> Floor:
    """What the expected overlap of two sets is at least; `near` is the share of it that may be missing."""
    pull = _PULL if laws.length is not None else 0.0
    aim, best = laws.length or 0.0, None
    for _ in range(_AIMS if pull else 1):
        found, shortfall = _nearest(laws, pull, aim, tell, near)
        reached = min(found.reached, best.reached if best else np.inf)
        best = found if best is None or found.value > best.value else best
        best = Floor(best.prices, best.per_question, best.value, reached)
        aim = (laws.length or 0.0) + shortfall
    if best is None:
        raise AssertionError("at least one aim was taken")
    return best


_PULL: Final = 100.0
"""How strongly mixtures are pulled to the least mean length; what they fall short by is aimed beyond it next time."""
_AIMS: Final = 6
_SHORT: Final = 1e-6
"""Questions by which a mixture may miss the least mean length and still count as having it."""


def _nearest(laws: Laws, pull: float, aim: float, tell: Telling, near: float) -> tuple[Floor, float]:
    """Wolfe's algorithm on columns, each divided by the root of its kind's size; one more place holds the length."""
    roots = np.sqrt(laws.kinds.sizes)

    def placed(counts: Floats) -> Floats:
        off = np.sqrt(pull) * (aim - counts.sum(axis=1))
        return np.hstack([counts / roots, off[:, None]])

    known = placed(laws.columns) if len(laws.columns) else placed(laws.cheapest.at(np.ones(len(roots))).counts[None])
    hull = _Hull(known[int(np.argmin((known**2).sum(axis=1)))])
    best = Floor(np.zeros(len(roots)), 0.0, 0.0, np.inf)
    for number in range(_CYCLES):
        point = hull.point
        worth = known @ point
        cheap = int(np.argmin(worth))
        if point @ point - worth[cheap] > max(near, CLOSE) * (point @ point) / 2 and not hull.holds(known[cheap]):
            hull.add(known[cheap])
            continue
        prices, per_question = point[:-1] / roots, float(np.sqrt(pull) * point[-1])
        priced = laws.cheapest.at(prices - per_question)
        square = float(point[:-1] @ point[:-1])
        value = 2 * (priced.least + per_question * (laws.length or 0.0)) - square
        if value > best.value and per_question >= 0:
            best = Floor(prices, per_question, value, best.reached)
        if not pull or aim - point[-1] / np.sqrt(pull) >= (laws.length or 0.0) - _SHORT:
            best = Floor(best.prices, best.per_question, best.value, min(best.reached, square))
        new = placed(priced.counts[None])
        if point @ point - float(new[0] @ point) <= near * (point @ point) or hull.holds(new[0]):
            break
        known = np.vstack([known, new])
        hull.add(new[0])
        tell(number / _CYCLES)
    return best, float(hull.point[-1] / np.sqrt(pull)) if pull else 0.0


_CYCLES: Final = 5_000
_TINY: Final = 1e-12


class _Hull:
    """A few points, affinely independent, and the point of their hull that is nearest to the origin."""

    def __init__(self, first: Floats) -> None:
        self._points = first[None]
        self._shares = np.ones(1)

    @property
    def point(self) -> Floats:
        """The nearest point so far."""
        found: Floats = self._shares @ self._points
        return found

    def holds(self, point: Floats) -> bool:
        """Whether the point is already one of them."""
        return bool((np.abs(self._points - point).max(axis=1) < _TINY).any())

    def add(self, point: Floats) -> None:
        """Take one more point and move to the nearest point of the new hull, dropping those that it does not need."""
        self._points = np.vstack([self._points, point])
        self._shares = np.append(self._shares, 0.0)
        while True:
            free = self._free_shares()
            if (free > _TINY).all():
                self._shares = free
                return
            down = free <= _TINY
            ratios = self._shares[down] / np.maximum(self._shares[down] - free[down], _TINY)
            step = min(1.0, float(ratios.min()))
            self._shares = (1 - step) * self._shares + step * free
            kept = self._shares > _TINY
            self._points, self._shares = self._points[kept], self._shares[kept] / self._shares[kept].sum()

    def _free_shares(self) -> Floats:
        """Shares of the nearest point of the flat through the points, which may be negative."""
        products = self._points @ self._points.T + 1.0
        shares = np.linalg.lstsq(products, np.ones(len(products)), rcond=None)[0]
        found: Floats = shares / shares.sum()
        return found
