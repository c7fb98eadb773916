"""What an act on questions would do to the draw, worked out before it is done: can a lawful set still be drawn?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.errors import Infeasible
from delivery.feasibility import must_be_feasible
from delivery.newly_apart import kept_out
from delivery.pool import Pool
from delivery.specification import Specification
from qbank.domain.lifecycle import State
from qbank.services import eligibility
from qbank.storage import draw_plans, pools
from qbank.storage.models import DrawPlanRow, PlanVersion, Question
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


def without(store: Session, chosen: Iterable[Standing], as_if: State, *, at: datetime) -> tuple[Foreseen, ...]:
    """What would become of the draw of each method if these questions were out of service.

    Args:
        store: in a unit.
        chosen: questions that are live.
        as_if: the state that they would be in: a rest can be ended again, and what is said may propose that.
        at: the day.
    """
    methods: dict[tuple[int, str], list[str]] = {}
    for each in chosen:
        methods.setdefault((each.plan_version_id, each.method), []).append(each.reference)
    return tuple(
        _without(store, store.get_one(PlanVersion, plan), method, dict.fromkeys(names, str(as_if)), at=at)
        for (plan, method), names in methods.items()
    )


def apart(store: Session, one: Question, other: Question, plan_version_id: int, *, at: datetime) -> Foreseen:
    """What would become of the draw if these two questions of a method were enemies."""
    basis = _Basis.of(store, store.get_one(PlanVersion, plan_version_id), one.method, at=at)
    return Foreseen(
        one.method, basis.refusal(store), basis.refusal(store, pairs=[(one.reference, other.reference)]), ()
    )


def as_it_is(store: Session, plan_version: PlanVersion, method: str, *, at: datetime) -> str:
    """Why no lawful set can be drawn in a method on a day, whether its bank is overdue or not; empty where one can."""
    return _Basis.of(store, plan_version, method, at=at).refusal(store)


def _without(store: Session, row: PlanVersion, method: str, gone: dict[str, str], *, at: datetime) -> Foreseen:
    basis = _Basis.of(store, row, method, at=at)
    carriers = _carriers(basis.live, basis.specification.required, gone)
    return Foreseen(method, basis.refusal(store), basis.refusal(store, gone=gone), carriers)


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a method's sets are drawn from on a day.

    Args:
        plan: the draw plan in use; before there is one, None: the live questions stand for it.
        live: the live questions.
    """

    specification: Specification
    plan_version_id: int
    plan: DrawPlanRow | None
    live: Pool
    at: datetime

    @classmethod
    def of(cls, store: Session, row: PlanVersion, method: str, *, at: datetime) -> _Basis:
        """For a method of a standard."""
        specification = standards.plan(store, row.id).specification(method)
        adopted = draw_plans.adopted(store, row.id, method)
        return cls(specification, row.id, adopted, pools.pool_of(store, row, method).pool, at)

    def refusal(
        self, store: Session, *, gone: Mapping[str, str] | None = None, pairs: Iterable[tuple[str, str]] = ()
    ) -> str:
        """Why no lawful set could be drawn, were these out of service and these kept apart; empty where one could.

        Everything is worked out anew: with an enemy out of service, the other of the two comes back.
        """
        if self.plan is None:
            pool, out = self.live, dict(gone or {})
            out |= kept_out(pool, pairs, out)
        else:
            pool = draw_plans.plan(store, self.plan.id).pool
            out = eligibility.of_plan(store, self.plan.id, self.plan_version_id, at=self.at, gone=gone, pairs=pairs)
        try:
            must_be_feasible(pool, self.specification, out)
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
