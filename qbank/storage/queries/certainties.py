"""How sure each person can be of the next set: of questions they wrote, and of any they met, by the plan in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.harvest import Met
from qbank.storage import draw_plans
from qbank.storage.models import PlanVersion, Question
from qbank.storage.queries import harvest
from qbank.storage.queries.rows import rows
from review.certainty import Certainty, Prospect


@dataclass(frozen=True, slots=True)
class Sure:
    """What one person can expect of a set that is drawn next.

    Attributes:
        person: a name.
        written: of questions that they wrote or edited.
        met: of questions that they met by any way.
    """

    person: str
    written: Certainty
    met: Certainty


def certainties(store: Session, version: PlanVersion, method: str, met: Iterable[Met]) -> tuple[Sure, ...] | None:
    """Of each person who met a live question of the method, in the order given; None where no plan is in use."""
    row = draw_plans.adopted(store, version.id, method)
    if row is None:
        return None
    plan, approved = draw_plans.plan(store, row.id), draw_plans.standard_sets(store, row.id)
    places = plan.pool.places
    if approved is None:
        prospect = Prospect.of_plan(plan)
    else:
        sets = [sum(1 << places[reference] for reference, _, _ in each) for each in approved.sets]
        prospect = Prospect.of_sets(sets, len(plan.pool))
    asked = sa.select(Question.id, Question.reference).where(
        Question.standard_id == version.standard_id, Question.method == method
    )
    at = {key: places[reference] for key, reference in rows(store, asked) if reference in places}
    wrote = harvest.written_of_method(store, version.standard_id, method)
    return tuple(
        Sure(each.person, prospect.to(_placed(wrote.get(each.key, ()), at)), prospect.to(_placed(each.questions, at)))
        for each in met
    )


def _placed(questions: Collection[int], at: Mapping[int, int]) -> frozenset[int]:
    return frozenset(at[key] for key in questions if key in at)
