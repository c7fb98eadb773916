"""Which questions were in the sets of a method, in order of time, and at whose provider: for a bank’s figures."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import State
from qbank.storage.models import Apprentice, Move, PlanVersion, Question, QuestionSet, SetQuestion
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class HeardSets:
    """Sets that were drawn since a day, with what came into them later.

    Args:
        providers: key of the provider of each, in order of time.
        held: (place of the set in that order, reference of the question), for each question of each set.
        live_from: place of the first set that was drawn when the question was live, by reference.
    """

    providers: Sequence[int]
    held: Sequence[tuple[int, str]]
    live_from: Mapping[str, int]


def sets_heard(store: Session, standard_id: int, method: str, *, since: datetime) -> HeardSets:
    """The sets of a standard's method that were drawn since then: three queries, however many there are."""
    which = (QuestionSet.method == method, QuestionSet.drawn_at >= since, PlanVersion.standard_id == standard_id)
    drawn = (
        sa.select(QuestionSet.id, Apprentice.provider_id, QuestionSet.drawn_at)
        .join(Apprentice, Apprentice.id == QuestionSet.apprentice_id)
        .join(PlanVersion, PlanVersion.id == Apprentice.plan_version_id)
        .where(*which)
        .order_by(QuestionSet.drawn_at, QuestionSet.id)
    )
    found = rows(store, drawn)
    place = {key: at for at, (key, *_) in enumerate(found)}
    asked = (
        sa.select(SetQuestion.question_set_id, Question.reference)
        .join(QuestionSet, QuestionSet.id == SetQuestion.question_set_id)
        .join(Apprentice, Apprentice.id == QuestionSet.apprentice_id)
        .join(PlanVersion, PlanVersion.id == Apprentice.plan_version_id)
        .join(Question, Question.id == SetQuestion.question_id)
        .where(*which)
    )
    held = [(place[key], reference) for key, reference in rows(store, asked) if key in place]
    first_live = (
        sa.select(Question.reference, sa.func.min(Move.at))
        .join(Question, Question.id == Move.question_id)
        .where(Question.standard_id == standard_id, Question.method == method, Move.to_state == State.LIVE)
        .group_by(Question.reference)
    )
    times = [at for *_, at in found]
    live_from = {reference: bisect_left(times, at) for reference, at in rows(store, first_live)}
    return HeardSets([provider for _, provider, _ in found], held, live_from)
