"""Standard sets as they stand: what they hold, who made them, what was decided, and which bookings follow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from qbank.domain.standard_sets import Decided, Standing, standing_of
from qbank.storage import draw_plans
from qbank.storage.models import (
    DrawPlanQuestion,
    FamilyDecision,
    FamilyRevision,
    FamilySubmission,
    InService,
    Person,
    PlanVersion,
    QuestionVersion,
    Standard,
    StandardFamily,
)
from qbank.storage.queries.rows import rows

Sets = tuple[tuple[str, ...], ...]
Act = TypeVar("Act", FamilyRevision, FamilySubmission)


@dataclass(frozen=True, slots=True)
class Family:
    """Standard sets that were assembled together, as their last revision has them.

    Args:
        standard: the standard's code.
        fitted_plan_id: key of the draw plan whose questions they are.
        most_apart: no more sets than this share no question.
        gap: by how much others could be better at most, as a share; 0 where none could.
        number: of the last revision; 1 where nothing was exchanged.
        digest: of the document that is approved.
        sets: the references of each, in asking order.
        makers: keys of everybody who assembled, adjusted or submitted them.
        made_by: their names, in the order of their first act.
        submitted_at: when the last revision was submitted; None where it was not.
        decided_by: the name of who decided about it; None where nobody did.
        reason: what they said.
        draw_plan_id: what bookings can follow; None before approval.
        in_use: whether bookings follow it now.
    """

    id: int
    standard: str
    method: str
    fitted_plan_id: int
    most_apart: int
    gap: float
    assembled_at: datetime
    number: int
    digest: str
    sets: Sets
    makers: frozenset[int]
    made_by: tuple[str, ...]
    submitted_at: datetime | None
    decided: Decided | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str
    draw_plan_id: int | None
    in_use: bool

    @property
    def standing(self) -> Standing:
        """Where they are on their way into use."""
        return standing_of(submitted=self.submitted_at is not None, decided=self.decided)

    @property
    def is_open(self) -> bool:
        """Whether a question of theirs may still be exchanged."""
        return self.standing is not Standing.APPROVED


def family(store: Session, family_id: int) -> Family | None:
    """The family of that key."""
    row = store.get(StandardFamily, family_id)
    return None if row is None else _as_it_stands(store, row)


def families(store: Session, plan_version_id: int, method: str) -> list[Family]:
    """Every family of a method, the newest first."""
    asked = (
        sa.select(StandardFamily)
        .where(StandardFamily.plan_version_id == plan_version_id, StandardFamily.method == method)
        .order_by(StandardFamily.id.desc())
    )
    return [_as_it_stands(store, row) for row in store.scalars(asked)]


def awaiting_approval(store: Session) -> list[Family]:
    """Every family whose last revision was submitted and not decided on, the longest waiting first."""
    later = aliased(FamilyRevision)
    asked = (
        sa.select(StandardFamily)
        .join(FamilySubmission, FamilySubmission.family_id == StandardFamily.id)
        .outerjoin(
            FamilyDecision,
            sa.and_(
                FamilyDecision.family_id == FamilySubmission.family_id,
                FamilyDecision.number == FamilySubmission.number,
            ),
        )
        .outerjoin(
            later, sa.and_(later.family_id == FamilySubmission.family_id, later.number > FamilySubmission.number)
        )
        .where(FamilyDecision.family_id.is_(None), later.family_id.is_(None))
        .order_by(FamilySubmission.at)
    )
    return [_as_it_stands(store, row) for row in store.scalars(asked)]


def states_of(store: Session, draw_plan_id: int) -> dict[str, tuple[str | None, bool]]:
    """Of each question that a draw plan pins: its state today (None: retired), and whether it is the pinned version."""
    references = {key: reference for reference, (key, _) in draw_plans.pinned(store, draw_plan_id).items()}
    asked = (
        sa.select(
            DrawPlanQuestion.question_id,
            InService.state,
            InService.question_version_id == DrawPlanQuestion.question_version_id,
        )
        .outerjoin(InService, InService.question_id == DrawPlanQuestion.question_id)
        .where(DrawPlanQuestion.draw_plan_id == draw_plan_id)
    )
    return {references[key]: (state, bool(same)) for key, state, same in rows(store, asked)}


def stems_of(store: Session, draw_plan_id: int) -> dict[str, str]:
    """The stem of each question that a draw plan pins, by reference."""
    references = {key: reference for reference, (key, _) in draw_plans.pinned(store, draw_plan_id).items()}
    asked = (
        sa.select(DrawPlanQuestion.question_id, QuestionVersion.stem)
        .join(QuestionVersion, QuestionVersion.id == DrawPlanQuestion.question_version_id)
        .where(DrawPlanQuestion.draw_plan_id == draw_plan_id)
    )
    return {references[key]: stem for key, stem in rows(store, asked)}


def _as_it_stands(store: Session, row: StandardFamily) -> Family:
    revisions, submissions = _acts(store, FamilyRevision, row.id), _acts(store, FamilySubmission, row.id)
    last = revisions[-1][0]
    submitted = next((each for each, _ in submissions if each.number == last.number), None)
    decision = store.get(FamilyDecision, (row.id, last.number))
    made = {each.by_id: name for each, name in revisions} | {each.by_id: name for each, name in submissions}
    draw_plan_id = decision.draw_plan_id if decision else None
    return Family(
        id=row.id,
        standard=_standard_of(store, row),
        method=row.method,
        fitted_plan_id=row.fitted_plan_id,
        most_apart=row.most_apart,
        gap=row.gap,
        assembled_at=row.at,
        number=last.number,
        digest=last.digest,
        sets=tuple(tuple(each) for each in json.loads(last.body)),
        makers=frozenset(made),
        made_by=tuple(made.values()),
        submitted_at=submitted.at if submitted else None,
        decided=Decided(decision.decision) if decision else None,
        decided_at=decision.at if decision else None,
        decided_by=store.get_one(Person, decision.by_id).name if decision else None,
        reason=decision.reason if decision else "",
        draw_plan_id=draw_plan_id,
        in_use=draw_plan_id is not None and draw_plan_id == _adopted(store, row),
    )


def _acts(store: Session, model: type[Act], family_id: int) -> Sequence[tuple[Act, str]]:
    """The family's rows of that kind, each with the name of who made it, in order."""
    asked = sa.select(model, Person.name).join(Person, Person.id == model.by_id)
    return rows(store, asked.where(model.family_id == family_id).order_by(model.number))


def _adopted(store: Session, row: StandardFamily) -> int | None:
    found = draw_plans.adopted(store, row.plan_version_id, row.method)
    return None if found is None else found.id


def _standard_of(store: Session, row: StandardFamily) -> str:
    asked = sa.select(Standard.code).join(PlanVersion, PlanVersion.standard_id == Standard.id)
    return store.scalars(asked.where(PlanVersion.id == row.plan_version_id)).one()
