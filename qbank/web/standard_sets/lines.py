"""What the pages of standard sets say: the sets side by side, how alike they are, what fits in the place of what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from delivery.plan import DrawPlan
from delivery.pool import Candidate
from delivery.saying import clock, listed
from delivery.standard_sets import Parallel, bits_of, parallel_of, sessions_until_known
from qbank.domain.lifecycle import State
from qbank.services.standard_sets import first_broken, suspended
from qbank.storage import draw_plans
from qbank.storage.queries.families import Family, states_of, stems_of
from qbank.web import saying

PRICED: Final = (4, 8, 12, 16, 24)
"""The numbers of sets whose price stands beside the choice."""
HALF: Final = 0.5
NINE_IN_TEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question of a set.

    Args:
        also_in: numbers of the other sets that hold it.
        state: why it is not asked today; empty where it is.
    """

    reference: str
    stem: str
    ksbs: str
    minutes: str
    demand: int
    also_in: tuple[int, ...]
    state: str


@dataclass(frozen=True, slots=True)
class SetLine:
    """One set.

    Args:
        optional: of the KSBs that no set must cover, how many it explores.
        shared: what it shares with which other sets, in words.
        suspended: why it is not drawn today, in a sentence; empty where it is.
    """

    number: int
    questions: tuple[QuestionLine, ...]
    minutes: str
    demand: int
    optional: int
    shared: str
    suspended: str


@dataclass(frozen=True, slots=True)
class Side:
    """A family with its sets side by side.

    Args:
        parallel: how alike they are.
        coverage: by KSB in the specification's order, how many sets explore it, and whether every set must.
        optional_count: how many KSBs no set must cover.
    """

    family: Family
    sets: tuple[SetLine, ...]
    parallel: Parallel
    coverage: tuple[tuple[str, int, bool], ...]
    optional_count: int
    newer: tuple[str, ...]

    @property
    def suspended(self) -> list[str]:
        """A sentence for each set that is not drawn today."""
        return [each.suspended for each in self.sets if each.suspended]

    @property
    def alike(self) -> list[tuple[str, str]]:
        """How alike the sets are, a line each."""
        common, spread = self.parallel.common, [count for _, count, required in self.coverage if not required]
        times, demand = [each.minutes for each in self.sets], [each.demand for each in self.sets]
        explored = [each.optional for each in self.sets]
        shared = "none: no question is in two sets" if not common else saying.counted(common, "question")
        return [
            ("Questions that sets have in common", shared),
            ("Planned minutes", f"{min(times)} to {max(times)}"),
            ("Demand of the questions together", f"{min(demand)} to {max(demand)}"),
            ("Other KSBs that a set explores", f"{min(explored)} to {max(explored)} of {self.optional_count}"),
            ("Sets that explore a KSB which not all must", f"{min(spread, default=0)} to {max(spread, default=0)}"),
        ]


def side_of(store: Session, family: Family) -> Side:
    """The family as it stands now."""
    plan, states = draw_plans.plan(store, family.fitted_plan_id), states_of(store, family.fitted_plan_id)
    known = {each.reference: each for each in plan.pool.candidates}
    tags = [frozenset[str]().union(*(known[name].ksbs for name in names)) for names in family.sets]
    asked, used = plan.specification, {name for each in family.sets for name in each}
    return Side(
        family=family,
        sets=tuple(_set_lines(family, plan, stems_of(store, family.fitted_plan_id), suspended(family.sets, states))),
        parallel=parallel_of(plan.pool, asked, family.sets),
        coverage=tuple((code, sum(code in each for each in tags), code in asked.required) for code in asked.ksbs),
        optional_count=len(asked.optional),
        newer=tuple(sorted(name for name in used if states[name] == (State.LIVE, False))),
    )


def _set_lines(
    family: Family, plan: DrawPlan, stems: dict[str, str], out: dict[int, dict[str, str]]
) -> Iterator[SetLine]:
    known = {each.reference: each for each in plan.pool.candidates}
    for number, names in enumerate(family.sets, start=1):
        chosen, why = [known[name] for name in names], out.get(number, {})
        covered = frozenset[str]().union(*(each.ksbs for each in chosen))
        yield SetLine(
            number=number,
            questions=tuple(
                _question(plan, each, stems, _others(family, number, each.reference), state=why.get(each.reference, ""))
                for each in chosen
            ),
            minutes=clock(sum(each.seconds for each in chosen)),
            demand=sum(each.demand for each in chosen),
            optional=len(covered.intersection(plan.specification.optional)),
            shared=_shared(family, number),
            suspended=_suspended(number, why),
        )


@dataclass(frozen=True, slots=True)
class Fitting:
    """A question that could take a place."""

    reference: str
    stem: str
    says: str


def that_fit(store: Session, family: Family, number: int, out: str) -> list[Fitting]:
    """The questions that may take one's place, those in no set first; the set stays lawful with each of them."""
    plan = draw_plans.plan(store, family.fitted_plan_id)
    states, stems = states_of(store, family.fitted_plan_id), stems_of(store, family.fitted_plan_id)
    names = family.sets[number - 1]
    others = [set(each) for place, each in enumerate(family.sets, start=1) if place != number]
    found = []
    for each in plan.pool.candidates:
        chosen = [each.reference if name == out else name for name in names]
        if each.reference in names or states[each.reference] != (State.LIVE, True) or set(chosen) in others:
            continue
        if first_broken(plan, chosen) is None:
            also = _others(family, number, each.reference)
            found.append((len(also), Fitting(each.reference, stems[each.reference], _says(plan, each, also))))
    return [each for _, each in sorted(found, key=lambda pair: (pair[0], pair[1].reference))]


def question_of(store: Session, family: Family, number: int, reference: str) -> QuestionLine | None:
    """One question of one set; None where the set does not hold it."""
    if not 1 <= number <= len(family.sets) or reference not in family.sets[number - 1]:
        return None
    plan = draw_plans.plan(store, family.fitted_plan_id)
    found = next(each for each in plan.pool.candidates if each.reference == reference)
    return _question(plan, found, stems_of(store, family.fitted_plan_id), _others(family, number, reference))


def prices(plan: DrawPlan | None) -> list[tuple[str, str, str, str]]:
    """What rotating so many sets costs, beside the plan: how many, bits, sessions until the next is known whole."""
    found = [
        (
            saying.counted(count, "set"),
            f"{bits_of(count):.1f}",
            f"{sessions_until_known(count, HALF)}",
            f"{sessions_until_known(count, NINE_IN_TEN)}",
        )
        for count in PRICED
    ]
    if plan is not None:
        bits = float(plan.figures["entropy_bits"])
        found.append(("Drawn by plan", f"{bits:.1f}", _about(2**bits, HALF), _about(2**bits, NINE_IN_TEN)))
    return found


def _about(sets: float, chance: float) -> str:
    """As many sessions as it would take with so many sets in rotation, to two figures."""
    sessions = sessions_until_known(round(sets), chance)
    return f"about {round(sessions, 2 - len(str(sessions))):,}"


def _question(
    plan: DrawPlan, each: Candidate, stems: dict[str, str], also_in: tuple[int, ...], *, state: str = ""
) -> QuestionLine:
    return QuestionLine(
        reference=each.reference,
        stem=stems[each.reference],
        ksbs=_assessed(plan, each),
        minutes=clock(each.seconds),
        demand=each.demand,
        also_in=also_in,
        state=state,
    )


def _assessed(plan: DrawPlan, each: Candidate) -> str:
    """Its KSBs that the method assesses, in the plan's order."""
    return ", ".join(code for code in plan.specification.ksbs if code in each.ksbs)


def _says(plan: DrawPlan, each: Candidate, also: tuple[int, ...]) -> str:
    said = f"{_assessed(plan, each)}; {clock(each.seconds)} minutes; demand {each.demand}"
    return f"{said}; also in {_sets(also)}" if also else said


def _others(family: Family, number: int, reference: str) -> tuple[int, ...]:
    return tuple(place for place, each in enumerate(family.sets, start=1) if place != number and reference in each)


def _shared(family: Family, number: int) -> str:
    mine = [name for name in family.sets[number - 1] if _others(family, number, name)]
    if not mine:
        return "nothing"
    others = sorted({place for name in mine for place in _others(family, number, name)})
    return f"{saying.counted(len(mine), 'question')} with {_sets(others)}"


def _sets(numbers: Sequence[int]) -> str:
    word = "set" if len(numbers) == 1 else "sets"
    return f"{word} {listed([str(number) for number in numbers])}"


def _suspended(number: int, why: dict[str, str]) -> str:
    if not why:
        return ""
    said = listed([f"{name} is {state}" for name, state in why.items()])
    return f"Set {number} is suspended: {said}. It is not drawn until every question of it is live again."
