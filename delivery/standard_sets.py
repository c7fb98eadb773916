"""Standard sets: several parallel sets assembled at once, approved by people, one of which a session gets by lot.

For an organisation that wants fixed sets rather than a draw from the bank. An integer program makes each set lawful,
and all of them together, in this order of importance: with as few common questions as possible; every KSB that is not
required in as equal a number of sets, and as many of them in each, as possible; demand as alike as possible; planned
time as alike as possible.

What it costs is unpredictability: F sets hold log2 F bits, and somebody who has seen m sessions knows the whole next
set with a chance of 1 - (1 - 1/F)^m. So F is as large as the bank allows without a common question, unless a number is
asked for.

Source: van der Linden (2005), Linear Models for Optimal Test Design, chapter 6 (sets assembled at once).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any, Final

import highspy

from delivery.attempts import most_attempts
from delivery.errors import Infeasible
from delivery.feasibility import must_be_feasible
from delivery.frontier import unit_of
from delivery.pool import Candidate, Pool
from delivery.program import Solver
from delivery.saying import count_of
from delivery.specification import Band, Specification

A_COMMON_QUESTION: Final = 10_000
"""What a second use of a question costs; then a set of a KSB's spread, a KSB left out of a set, and a step of demand.

A unit of time costs 1.
"""
A_SET_OF_SPREAD: Final = 30
A_KSB_LEFT_OUT: Final = 15
A_STEP_OF_DEMAND: Final = 3
PATIENCE: Final = 30.0
"""Seconds that the solver is given."""

Sets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """How parallel sets are.

    Attributes:
        common: uses of questions beyond their first.
        spread: sets that hold the KSB in most sets, less those that hold the one in fewest; of those not required.
        left_out: over all sets, the KSBs that are not required and that the set does not explore.
        demand: of the most demanding set, less that of the least demanding.
        seconds: of the longest set, less those of the shortest.
    """

    common: int
    spread: int
    left_out: int
    demand: int
    seconds: int

    def cost(self, unit: int) -> int:
        """What the integer program makes as small as it can; `unit` divides every question's seconds."""
        return (
            A_COMMON_QUESTION * self.common
            + A_SET_OF_SPREAD * self.spread
            + A_KSB_LEFT_OUT * self.left_out
            + A_STEP_OF_DEMAND * self.demand
            + self.seconds // unit
        )


@dataclass(frozen=True, slots=True)
class StandardSets:
    """Sets assembled at once.

    Attributes:
        sets: references of each, in the pool's order; no two sets are the same.
        parallel: how parallel they are.
        proven: whether no other sets, as many, could be better: False where the solver ran out of time.
        most_apart: proven: no more sets than this share no question.
        gap: by how much another assembly could be cheaper at most, as a share of the cost; 0 where it is proven.
    """

    sets: Sets
    parallel: Parallel
    proven: bool
    gap: float
    most_apart: int


def assembled(
    pool: Pool, specification: Specification, count: int | None = None, *, patience: float = PATIENCE
) -> StandardSets:
    """Parallel sets.

    Args:
        pool: the questions that they may hold.
        specification: what each of them must meet.
        count: how many; None for as many as were found without a common question.
        patience: seconds that the solver is given; what it gave after them is returned and not called proven.

    Raises:
        Infeasible: there is no lawful set, or there are not so many different ones.
    """
    must_be_feasible(pool, specification)
    attempts = most_attempts(pool, specification)
    apart = attempts.found
    many = count or len(apart)
    found = _Assembly(pool, specification, many).solved(apart, patience)
    if found is None or len(set(found.sets)) < many:
        raise Infeasible(
            f"{count_of(many, 'different set')}",
            f"{count_of(len(set(found.sets)) if found else 0, 'lawful set')} could be assembled",
            f"assemble {len(apart)}, which share no question, or write more questions",
        )
    return replace(found, most_apart=attempts.most)


def parallel_of(pool: Pool, specification: Specification, sets: Sequence[Sequence[str]]) -> Parallel:
    """How parallel some sets are."""
    by_reference = {each.reference: each for each in pool.candidates}
    chosen = [[by_reference[name] for name in each] for each in sets]
    held = [sum(any(code in each.ksbs for each in one) for one in chosen) for code in specification.optional]
    demand = [sum(each.demand for each in one) for one in chosen]
    seconds = [sum(each.seconds for each in one) for one in chosen]
    return Parallel(
        common=sum(map(len, sets)) - len(set().union(*sets)),
        spread=max(held, default=0) - min(held, default=0),
        left_out=len(sets) * len(held) - sum(held),
        demand=max(demand) - min(demand),
        seconds=max(seconds) - min(seconds),
    )


def bits_of(count: int) -> float:
    """What so many rotating sets hold: log2 of their number."""
    return math.log2(count)


def known_after(count: int, sessions: int) -> float:
    """The chance that the next of so many rotating sets was drawn in one of these sessions, whole."""
    return 1 - (1 - 1 / count) ** sessions


def sessions_until_known(count: int, chance: float) -> int:
    """After how many sessions the next of so many rotating sets is known whole with at least this chance."""
    return 1 if count == 1 else math.ceil(math.log(1 - chance) / math.log(1 - 1 / count))


def price(count: int) -> str:
    """What rotating so many sets costs in unpredictability, as a sentence."""
    if count == 1:
        return "One set holds no chance at all: whoever has seen one session knows the next set whole."
    half, most = sessions_until_known(count, 0.5), sessions_until_known(count, 0.9)
    return (
        f"{count} sets in rotation hold {bits_of(count):.1f} bits of chance: whoever has seen "
        f"{count_of(half, 'session')} knows the next set whole in half of cases, "
        f"and after {count_of(most, 'session')} in nine of ten."
    )


class _Assembly:
    """The integer program of several sets at once."""

    def __init__(self, pool: Pool, specification: Specification, many: int) -> None:
        self._pool, self._asked = pool, specification
        self._unit = unit_of(pool)
        self._again: list[Any] = []
        self._held: dict[str, list[Any]] = {}
        self._ends: dict[str, tuple[Any, Any]] = {}
        self._solver: Any = Solver()  # type: ignore[no-untyped-call]  # the library has no annotation here
        self._sets = [[self._solver.addBinary() for _ in pool.candidates] for _ in range(many)]
        for chosen in self._sets:
            self._lawful(chosen)
        self._in_order()
        self._cost = (
            A_COMMON_QUESTION * self._common()
            + A_SET_OF_SPREAD * self._spread()
            + A_KSB_LEFT_OUT * self._left_out()
            + A_STEP_OF_DEMAND * self._alike("demand", 1)
            + self._alike("seconds", self._unit)
        )

    def solved(self, start: Sets, patience: float) -> StandardSets | None:
        """The best sets that were found in the time; None where there are none.

        Args:
            start: lawful sets to begin with, any number.
            patience: seconds.
        """
        self._solver.setOptionValue("time_limit", patience)
        self._begin_with(start)
        self._solver.minimize(self._cost)
        sets = min(
            (each for each in (self._found(), self._begun(start)) if each),
            key=lambda each: parallel_of(self._pool, self._asked, each).cost(self._unit),
            default=None,
        )
        if sets is None:
            return None
        proven = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        parallel = parallel_of(self._pool, self._asked, sets)
        cost = parallel.cost(self._unit)
        least = max(0.0, float(self._solver.getInfo().mip_dual_bound))
        gap = 0.0 if proven or not cost else max(0.0, 1 - least / cost)
        return StandardSets(sets, parallel, bool(proven), gap, most_apart=0)

    def _found(self) -> Sets | None:
        """The solver's best."""
        status = self._solver.getInfo().primal_solution_status
        if status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        names, value = self._pool.references, self._solver.val
        return tuple(
            tuple(name for name, each in zip(names, chosen, strict=True) if round(value(each))) for chosen in self._sets
        )

    def _begun(self, start: Sets) -> Sets | None:
        """As many of the sets to begin with as are asked for, the shortest first; None where they are too few."""
        time = {each.reference: each.seconds for each in self._pool.candidates}
        in_order = sorted(start, key=lambda each: sum(map(time.__getitem__, each)))
        return tuple(in_order[: len(self._sets)]) if len(start) >= len(self._sets) else None

    def _begin_with(self, start: Sets) -> None:
        """Let the solver begin with these sets, and with what follows from them."""
        begun = self._begun(start)
        if begun is not None:
            pairs = list(self._following(begun))
            columns = [variable.index for variable, _ in pairs]
            self._solver.setSolution(len(columns), columns, [float(value) for _, value in pairs])

    def _following(self, begun: Sets) -> Iterator[tuple[Any, int]]:
        """Every variable's value when these are the sets."""
        questions = self._pool.candidates
        for chosen, named in zip(self._sets, begun, strict=True):
            for variable, each in zip(chosen, questions, strict=True):
                yield variable, each.reference in named
        for variable, each in zip(self._again, questions, strict=True):
            yield variable, max(0, sum(each.reference in named for named in begun) - 1)
        tags = [frozenset(code for q in questions if q.reference in named for code in q.ksbs) for named in begun]
        for code, held in self._held.items():
            yield from zip(held, (code in each for each in tags), strict=True)
        totals = {"spread": [sum(code in each for each in tags) for code in self._held]}
        for what, unit in (("demand", 1), ("seconds", self._unit)):
            totals[what] = [sum(_amount(q, what) // unit for q in questions if q.reference in named) for named in begun]
        for what, (highest, lowest) in self._ends.items():
            yield highest, max(totals[what], default=0)
            yield lowest, min(totals[what], default=0)

    def _lawful(self, chosen: list[Any]) -> None:
        """Every requirement on one set."""
        asked, add = self._asked, self._solver.addConstr
        count = self._solver.qsum(chosen)
        add(count >= 1 if asked.length is None else count == asked.length)
        for code in asked.required:
            add(self._carriers(chosen, code) >= 1)
        self._within(self._total(chosen, "seconds", 1), asked.seconds)
        self._within(self._total(chosen, "demand", 1), asked.demand)
        if asked.most_per_ksb is not None:
            for code in asked.ksbs:
                add(self._carriers(chosen, code) <= asked.most_per_ksb)
        for (one, x), (other, y) in combinations(zip(self._pool.candidates, chosen, strict=True), 2):
            if other.reference in one.enemies:
                add(x + y <= 1)

    def _in_order(self) -> None:
        """The shortest set first: else the solver would look at every order of the same sets."""
        for one, other in pairwise(self._sets):
            self._solver.addConstr(self._total(one, "seconds", 1) <= self._total(other, "seconds", 1))

    def _common(self) -> Any:
        """Uses beyond the first, of all questions."""
        for uses in zip(*self._sets, strict=True):
            self._again.append(self._solver.addVariable(lb=0))
            self._solver.addConstr(self._again[-1] >= self._solver.qsum(uses) - 1)
        return self._solver.qsum(self._again)

    def _spread(self) -> Any:
        """Over the KSBs that are not required: in how many sets each is."""
        for code in self._asked.optional:
            self._held[code] = [self._solver.addBinary() for _ in self._sets]
            carrying = [at for at, each in enumerate(self._pool.candidates) if code in each.ksbs]
            for held, chosen in zip(self._held[code], self._sets, strict=True):
                self._solver.addConstr(held <= self._solver.qsum([chosen[at] for at in carrying]))
                for at in carrying:
                    self._solver.addConstr(held >= chosen[at])
        return self._range("spread", [self._solver.qsum(each) for each in self._held.values()])

    def _left_out(self) -> Any:
        """KSBs that are not required and that a set does not explore, over all sets."""
        held = [each for one in self._held.values() for each in one]
        return len(held) - self._solver.qsum(held)

    def _alike(self, what: str, unit: int) -> Any:
        """How far sets are from each other in time, in units, or in demand."""
        return self._range(what, [self._total(each, what, unit) for each in self._sets])

    def _range(self, what: str, totals: list[Any]) -> Any:
        """The largest of some totals, less the smallest."""
        highest, lowest = self._solver.addVariable(lb=0), self._solver.addVariable(lb=0)
        for each in totals:
            self._solver.addConstr(highest >= each)
            self._solver.addConstr(lowest <= each)
        if not totals:
            self._solver.addConstr(highest == lowest)
        self._ends[what] = highest, lowest
        return highest - lowest

    def _carriers(self, chosen: Sequence[Any], code: str) -> Any:
        pairs = zip(chosen, self._pool.candidates, strict=True)
        return self._solver.qsum([each for each, question in pairs if code in question.ksbs])

    def _total(self, chosen: Sequence[Any], what: str, unit: int) -> Any:
        pairs = zip(chosen, self._pool.candidates, strict=True)
        return self._solver.qsum([_amount(question, what) // unit * each for each, question in pairs])

    def _within(self, expression: Any, band: Band | None) -> None:
        if band is not None:
            self._solver.addConstr(expression >= band.lowest)
            self._solver.addConstr(expression <= band.highest)


def _amount(question: Candidate, what: str) -> int:
    return question.seconds if what == "seconds" else question.demand
