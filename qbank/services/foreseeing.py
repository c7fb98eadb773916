"""What an act on questions would do to the draw, worked out before it is done: can a lawful set still be drawn?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from delivery.errors import Infeasible
from delivery.feasibility import must_be_feasible
from delivery.newly_apart import kept_out
from delivery.pool import Pool
from delivery.specification import Specification
from qbank.domain.lifecycle import State
from qbank.services import eligibility
from qbank.storage import draw_plans, pools
from qbank.storage.models import PlanVersion, Question
from qbank.storage.queries import standards
from qbank.storage.queries.keeping import Standing


@dataclass(frozen=True, slots=True)
class Carriers:
    """How many live questions carry a KSB, before and after."""

    code: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one method's draw.

    Args:
        method: its code.
        before: why no lawful set can be drawn as it is; empty where one can.
        after: why none could be drawn after the act; empty where one could.
        carriers: of each KSB that the method's sets must cover and that the questions carry.
    """

    method: str
    before: str
    after: str
    carriers: tuple[Carriers, ...]


def without(store: Session, chosen: Iterable[Standing], as_if: State) -> tuple[Foreseen, ...]:
    """What would become of the draw of each method if these questions were out of service.

    Args:
        store: in a unit.
        chosen: questions that are live.
        as_if: the state that they would be in: a rest can be ended again, and what is said may propose that.
    """
    methods: dict[tuple[int, str], list[str]] = {}
    for each in chosen:
        methods.setdefault((each.plan_version_id, each.method), []).append(each.reference)
    return tuple(
        _without(store, store.get_one(PlanVersion, plan), method, dict.fromkeys(names, str(as_if)))
        for (plan, method), names in methods.items()
    )


def apart(store: Session, one: Question, other: Question, plan_version_id: int) -> Foreseen:
    """What would become of the draw if these two questions of a method were enemies."""
    row = store.get_one(PlanVersion, plan_version_id)
    pool, out, _ = _drawn_from(store, row, one.method)
    specification = standards.plan(store, row).specification(one.method)
    kept = kept_out(pool, [(one.reference, other.reference)], out)
    before = _refusal(pool, specification, out)
    return Foreseen(one.method, before, before or _refusal(pool, specification, out | kept), ())


def _without(store: Session, row: PlanVersion, method: str, gone: dict[str, str]) -> Foreseen:
    pool, out, live = _drawn_from(store, row, method)
    specification = standards.plan(store, row).specification(method)
    before = _refusal(pool, specification, out)
    return Foreseen(
        method,
        before,
        before or _refusal(pool, specification, out | gone),
        _carriers(live, specification.required, gone),
    )


def _drawn_from(store: Session, row: PlanVersion, method: str) -> tuple[Pool, dict[str, str], Pool]:
    """The questions of the draw plan in use, those of them that are out today, and the live questions.

    Before a plan is in use the live questions stand for it.
    """
    live = pools.pool_of(store, row, method).pool
    adopted = draw_plans.adopted(store, row.id, method)
    if adopted is None:
        return live, {}, live
    return draw_plans.plan(store, adopted.id).pool, eligibility.of_plan(store, adopted.id), live


def _refusal(pool: Pool, specification: Specification, out: Mapping[str, str]) -> str:
    try:
        must_be_feasible(pool, specification, out)
    except Infeasible as error:
        return str(error)
    return ""


def _carriers(live: Pool, required: Iterable[str], gone: Collection[str]) -> tuple[Carriers, ...]:
    touched = {code for each in live.candidates if each.reference in gone for code in each.ksbs}
    return tuple(
        Carriers(
            code,
            sum(code in each.ksbs for each in live.candidates),
            sum(code in each.ksbs and each.reference not in gone for each in live.candidates),
        )
        for code in required
        if code in touched
    )
