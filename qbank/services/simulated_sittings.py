"""The sittings of a simulated history, worked out whole before any row is written: first ones, then re-sits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from delivery.leaping import Chance
from delivery.plan import DrawPlan
from delivery.randomness import many_words
from qbank.domain import simulated_draws, simulated_outcomes, simulated_years
from qbank.domain.simulated_draws import NOTHING, Law
from qbank.domain.simulated_outcomes import Facets, Outcomes
from qbank.domain.simulated_years import Cohort
from qbank.domain.standards import Criterion, Level, Plan
from qbank.storage import draw_plans
from qbank.storage.models import PlanVersion
from qbank.storage.queries import standards
from qbank.storage.queries.criteria import criteria_of

Moments = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LABEL: Final = "qbank simulated history 1"
SUBSTITUTED_RATE: Final = 0.02
RE_SIT_RATE: Final = 0.85
FIRST, AGAIN = 1, 2


@dataclass(frozen=True, slots=True)
class MethodBank:
    """What a method's sittings are drawn and judged with.

    Attributes:
        draw_plan_id: of the fitted plan.
        pinned: key of the question and of its version, by position in the plan's pool.
        criteria: those of a pass and of a distinction, in the plan's order.
        evidences: which question claims which criterion; shape (questions, criteria).
        counted: whether the method asks for a number of questions (W6).
    """

    code: str
    place: int
    draw_plan_id: int
    plan: DrawPlan
    pinned: Sequence[tuple[int, int]]
    criteria: Sequence[Criterion]
    evidences: Bools
    counted: bool

    @property
    def is_pass(self) -> Bools:
        """Of each criterion, whether it is one for a pass."""
        return np.array([each.level is Level.PASS for each in self.criteria], dtype=bool)


@dataclass(frozen=True, slots=True)
class Sittings:
    """Sittings of one method and attempt, one place of each array for each.

    Attributes:
        apprentice: numbers from 0.
        starts: UTC, to the second.
        assessor: numbers from 0.
        order: positions in the pool, in the order in which the set was to be asked; `NOTHING` behind the last.
        replaced: the place, from 0, of the question that was replaced, or `NOTHING`.
        substitute: the position in the pool of what came for it, or `NOTHING`.
    """

    bank: MethodBank
    attempt: int
    apprentice: Ints
    starts: Moments
    assessor: Ints
    order: Ints
    replaced: Ints
    substitute: Ints
    outcomes: Outcomes


def banks_of(store: Session, row: PlanVersion) -> list[MethodBank]:
    """The methods of the standard for which a draw plan is adopted, with their questions as the plan pins them."""
    plan = standards.plan(store, row.id)
    found = []
    for place, method in enumerate(plan.methods):
        adopted = draw_plans.adopted(store, row.id, method.code)
        if adopted is not None:
            key = adopted.fitted_plan_id or adopted.id
            found.append(_bank(store, plan, method.code, place, key))
    return found


def _bank(store: Session, standard: Plan, code: str, place: int, draw_plan_id: int) -> MethodBank:
    plan = draw_plans.plan(store, draw_plan_id)
    by_reference = draw_plans.pinned(store, draw_plan_id)
    pinned = [by_reference[reference] for reference in plan.pool.references]
    claimed = criteria_of(store, [version for _, version in pinned])
    criteria = standard.criteria_of(code, Level.PASS, Level.DISTINCTION)
    evidences = [[each.code in claimed.get(version, ()) for each in criteria] for _, version in pinned]
    return MethodBank(
        code=code,
        place=place,
        draw_plan_id=draw_plan_id,
        plan=plan,
        pinned=pinned,
        criteria=criteria,
        evidences=np.array(evidences, dtype=bool),
        counted=plan.specification.length is not None,
    )


def sittings_of(bank: MethodBank, methods: int, cohort: Cohort, *, seed: bytes, until: datetime) -> list[Sittings]:
    """Every first sitting of a method before `until`, and the re-sits of those who failed it.

    A re-sit for which the bank gave no lawful set among those looked at is left out.
    """
    chance = Chance(many_words(seed, 4, number=bank.place, label=LABEL))
    law = Law.of(bank.plan)
    facets = Facets.of(
        questions=len(bank.pinned), assessors=simulated_years.ASSESSORS, is_pass=bank.is_pass, chance=chance
    )
    end = np.datetime64(until.replace(tzinfo=None), "s")
    starts = simulated_years.first_sittings(cohort.gateway, bank.place, methods, chance)
    everybody = np.flatnonzero(starts < end)
    sets = law.sets(len(everybody), chance)
    first = _sat(bank, law, facets, cohort, FIRST, everybody, starts[everybody], sets, ~sets & False, chance)

    failed = np.flatnonzero(first.outcomes.failed & ~first.outcomes.unfinished)
    failed = failed[chance.numbers(len(failed)) < RE_SIT_RATE]
    again = simulated_years.re_sittings(first.starts[failed], chance)
    failed, again = failed[again < end], again[again < end]
    if not len(failed):
        return [first]
    barred = law.met_by(_met(first, sets)[failed])
    others, there = law.sets_without(barred, chance)
    failed, again = failed[there], again[there]
    if not len(failed):
        return [first]
    who = first.apprentice[failed]
    second = _sat(bank, law, facets, cohort, AGAIN, who, again, others[there], barred[there], chance)
    return [first, second]


def _sat(  # noqa: PLR0913, PLR0917 - one array beside the other
    bank: MethodBank,
    law: Law,
    facets: Facets,
    cohort: Cohort,
    attempt: int,
    who: Ints,
    starts: Moments,
    sets: Bools,
    barred: Bools,
    chance: Chance,
) -> Sittings:
    order = simulated_draws.in_asking_order(sets, chance)
    replaced, substitute = np.full(len(who), NOTHING), np.full(len(who), NOTHING)
    for row, place, question in simulated_draws.substitutes(law, order, barred, chance, rate=SUBSTITUTED_RATE):
        replaced[row], substitute[row] = place, question
    asked = order.copy()
    changed = np.flatnonzero(replaced != NOTHING)
    asked[changed, replaced[changed]] = substitute[changed]
    assessor = simulated_years.assessors(len(who), chance)
    found = simulated_outcomes.outcomes(
        facets,
        asked,
        evidences=bank.evidences,
        is_pass=bank.is_pass,
        abilities=cohort.ability[who],
        assessors=assessor,
        counted=bank.counted,
        chance=chance,
    )
    return Sittings(bank, attempt, who, starts, assessor, order, replaced, substitute, found)


def _met(sittings: Sittings, sets: Bools) -> Bools:
    """What each of them met: the set and what came into it."""
    met = sets.copy()
    changed = np.flatnonzero(sittings.substitute != NOTHING)
    met[changed, sittings.substitute[changed]] = True
    return met


def in_order_of_time(found: Sequence[Sittings]) -> list[tuple[Sittings, int]]:
    """Every sitting with its place among its own, earliest first; of two at a time the first attempt comes first."""
    every = [
        (each.starts[at], each.attempt, number, at)
        for number, each in enumerate(found)
        for at in range(len(each.starts))
    ]
    return [(found[number], at) for _, _, number, at in sorted(every)]
