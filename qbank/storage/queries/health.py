"""Which questions were in the sets of a method, in order of time, and at whose provider: for a bank’s figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.storage.models import Apprentice, PlanVersion, Question, QuestionSet, SetQuestion
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class HeardSets:
    """Sets that were drawn since a day, with what came into them later.

    Args:
        providers: key of the provider of each, in order of time.
        held: (place of the set in that order, reference of the question), for each question of each set.
    """

    providers: Sequence[int]
    held: Sequence[tuple[int, str]]


def sets_heard(store: Session, standard_id: int, method: str, *, since: datetime) -> HeardSets:
    """The sets of a standard's method that were drawn since then: two queries, however many there are."""
    which = (QuestionSet.method == method, QuestionSet.drawn_at >= since, PlanVersion.standard_id == standard_id)
    drawn = (
        sa.select(QuestionSet.id, Apprentice.provider_id)
        .join(Apprentice, Apprentice.id == QuestionSet.apprentice_id)
        .join(PlanVersion, PlanVersion.id == Apprentice.plan_version_id)
        .where(*which)
        .order_by(QuestionSet.drawn_at, QuestionSet.id)
    )
    found = rows(store, drawn)
    place = {key: at for at, (key, _) in enumerate(found)}
    asked = (
        sa.select(SetQuestion.question_set_id, Question.reference)
        .join(QuestionSet, QuestionSet.id == SetQuestion.question_set_id)
        .join(Apprentice, Apprentice.id == QuestionSet.apprentice_id)
        .join(PlanVersion, PlanVersion.id == Apprentice.plan_version_id)
        .join(Question, Question.id == SetQuestion.question_id)
        .where(*which)
    )
    held = [(place[key], reference) for key, reference in rows(store, asked) if key in place]
    return HeardSets([provider for _, provider in found], held)
