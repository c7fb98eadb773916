"""Sets as columns of a linear program: questions that nothing tells apart as one, and the cheapest lawful set.

Source: van der Linden (2005), Linear Models for Optimal Test Design, chapter 4 (the integer program); Gilmore and
Gomory (1961), Operations Research 9(6), 849-859 (columns by price).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from delivery.pool import Pool
from delivery.program import Solver
from delivery.specification import Specification

Floats = NDArray[np.float64]

ACCURACY: Final = 1e-9
"""How far the solver may let a row be broken."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Questions that no requirement tells apart: in a lawful set each may take the place of another of its kind.

    Attributes:
        members: positions in the pool, of each kind; every question is in exactly one.
    """

    members: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, pool: Pool, specification: Specification) -> Kinds:
        """The kinds of a pool; a question with enemies is a kind of its own."""
        telling = frozenset(specification.required if specification.most_per_ksb is None else specification.ksbs)
        found: dict[object, list[int]] = {}
        for at, each in enumerate(pool.candidates):
            seconds = each.seconds if specification.seconds else None
            demand = each.demand if specification.demand else None
            kind = each.reference if each.enemies else (each.ksbs & telling, seconds, demand)
            found.setdefault(kind, []).append(at)
        return cls(tuple(map(tuple, found.values())))

    @property
    def sizes(self) -> Floats:
        """How many questions each kind has; shape (kinds,)."""
        return np.array([len(each) for each in self.members], dtype=np.float64)

    @property
    def kind_of(self) -> NDArray[np.int64]:
        """The kind of each question; shape (questions,)."""
        found = np.zeros(sum(map(len, self.members)), dtype=np.int64)
        for kind, members in enumerate(self.members):
            found[list(members)] = kind
        return found

    def counted(self, sets: Iterable[int]) -> Floats:
        """Questions of each kind in sets that are given as bits of positions; shape (sets, kinds)."""
        kind_of = self.kind_of
        rows = [
            np.bincount(kind_of[[at for at in range(len(kind_of)) if each >> at & 1]], minlength=len(self.members))
            for each in sets
        ]
        return np.array(rows, dtype=np.float64).reshape(-1, len(self.members))


@dataclass(frozen=True, slots=True)
class Priced:
    """The cheapest lawful set at some prices.

    Attributes:
        counts: its questions of each kind; shape (kinds,).
        least: what no lawful set costs less than: the solver's proven bound.
    """

    counts: Floats
    least: float


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of the integer program: a weighted count of questions inside a band.

    Attributes:
        lowest, highest: of the sum.
        places: of the kinds that count.
        weights: of a question of each of them.
        pulled: "seconds", "demand" or the KSB of a cap; empty for the other requirements.
    """

    lowest: float
    highest: float
    places: NDArray[np.int32]
    weights: Floats
    pulled: str = ""


def requirements(pool: Pool, asked: Specification, kinds: Kinds) -> Iterator[Requirement]:
    """What makes a set lawful, a row each: length, coverage, bands, the cap on a KSB, enemies."""
    first = [pool.candidates[members[0]] for members in kinds.members]

    def row(
        weights: Iterable[float], lowest: float, highest: float = highspy.kHighsInf, pulled: str = ""
    ) -> Requirement:
        found = np.array([*weights], dtype=np.float64)
        places = np.flatnonzero(found).astype(np.int32)
        return Requirement(lowest, highest, places, found[places], pulled)

    yield row((1 for _ in first), asked.length or 1, asked.length or highspy.kHighsInf)
    for code in asked.required:
        yield row((code in each.ksbs for each in first), 1)
    if asked.seconds is not None:
        yield row((each.seconds for each in first), asked.seconds.lowest, asked.seconds.highest, "seconds")
    if asked.demand is not None:
        yield row((each.demand for each in first), asked.demand.lowest, asked.demand.highest, "demand")
    if asked.most_per_ksb is not None:
        for code in asked.ksbs:
            yield row((code in each.ksbs for each in first), 0, asked.most_per_ksb, code)
    alone = {each.reference: kind for kind, each in enumerate(first) if each.enemies}
    for name, kind in alone.items():
        for other in (alone[enemy] for enemy in first[kind].enemies if enemy > name):
            yield row((at in {kind, other} for at in range(len(first))), 0, 1)


class Cheapest:
    """The integer program of one lawful set, to be solved again and again at other prices.

    Args:
        pool: with a lawful set.
        specification: what a set must meet.
        kinds: of that pool and specification.
    """

    def __init__(self, pool: Pool, specification: Specification, kinds: Kinds) -> None:
        self._solver: Any = Solver()  # type: ignore[no-untyped-call]  # the library has no annotation here
        for option in ("mip_feasibility_tolerance", "primal_feasibility_tolerance"):
            self._solver.setOptionValue(option, ACCURACY)
        self._solver.setOptionValue("mip_abs_gap", 0.0)
        many = len(kinds.members)
        self._places = np.arange(many, dtype=np.int32)
        self._solver.addVars(many, np.zeros(many), kinds.sizes)
        self._whole(highspy.HighsVarType.kInteger)
        self._pulled = []
        for row in requirements(pool, specification, kinds):
            self._pulled.append(row.pulled)
            self._solver.addRow(row.lowest, row.highest, len(row.places), row.places, row.weights)

    def at(self, prices: Floats) -> Priced:
        """The cheapest lawful set when a question of each kind has this price; shape (kinds,).

        Raises:
            ArithmeticError: the solver gave up; on the programs of one set it does not.
        """
        scale = float(np.abs(prices).max()) or 1.0
        self._solver.changeColsCost(len(prices), self._places, prices / scale)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the cheapest set was not found: {self._solver.getModelStatus()}")
        counts: Floats = np.rint(np.array(self._solver.getSolution().col_value, dtype=np.float64))
        return Priced(counts, scale * float(self._solver.getInfo().mip_dual_bound))

    def pulls(self, prices: Floats) -> dict[str, float]:
        """What bands and caps are worth at these prices: duals of the linear relaxation, those that are not 0.

        Taken off the prices they leave little for the bands to do, which helps whoever searches without them.
        """
        self._whole(highspy.HighsVarType.kContinuous)
        self._solver.changeColsCost(len(prices), self._places, prices)
        self._solver.run()
        dual = list(self._solver.getSolution().row_dual)
        self._whole(highspy.HighsVarType.kInteger)
        return {name: value for name, value in zip(self._pulled, dual, strict=True) if name and value}

    def _whole(self, kind: highspy.HighsVarType) -> None:
        self._solver.changeColsIntegrality(len(self._places), self._places, np.full(len(self._places), kind))
