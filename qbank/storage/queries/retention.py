"""Whose personal data is still kept, since when nothing has happened, and what holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from qbank.domain.retention import Retained
from qbank.storage.models import (
    Apprentice,
    ApprenticeDetails,
    Assessment,
    AssessmentSession,
    AssessmentStart,
    Attempt,
    CapException,
    Confirmation,
    DevelopmentGiven,
    Moderation,
    OverallGrade,
    QuestionSet,
    RecordEntry,
    RepeatException,
    RetentionHold,
    SessionNote,
    VoidAnswer,
    VoidRequestSet,
)
from qbank.storage.queries.rows import rows


def retained(store: Session, *, at: datetime, among: Collection[str] | None = None) -> list[Retained]:
    """Every apprentice whose personal data is kept, the longest still first.

    Args:
        store: in any unit.
        at: now.
        among: only those of these references; None for all.
    """
    asked = sa.select(Apprentice.id, Apprentice.reference, ApprenticeDetails.name, Apprentice.registered_at).join(
        ApprenticeDetails, ApprenticeDetails.apprentice_id == Apprentice.id
    )
    if among is not None:
        asked = asked.where(Apprentice.reference.in_(among))
    people = rows(store, asked)
    only = None if among is None else [key for key, *_ in people]
    lasts, holds = _last_acts(store, only), _holds(store, at, only)
    found = [
        Retained(key, reference, name, max(registered, lasts.get(key, registered)), tuple(holds[key]))
        for key, reference, name, registered in people
    ]
    return sorted(found, key=lambda one: (one.last, one.reference))


def last_hold(store: Session, apprentice: int) -> RetentionHold | None:
    """The last word on whether the apprentice's data is held by somebody's decision."""
    asked = sa.select(RetentionHold).where(RetentionHold.apprentice_id == apprentice)
    return store.scalar(asked.order_by(RetentionHold.id.desc()).limit(1))


def _last_acts(store: Session, only: Collection[int] | None) -> Mapping[int, datetime]:
    """The time of the last thing that was recorded of each apprentice's assessment, a cancelled session included."""
    attempt, session = Attempt.apprentice_id, AssessmentSession.apprentice_id
    owners: tuple[tuple[Any, Any, sa.FromClause | None], ...] = (
        (attempt, Attempt.opened_at, None),
        (session, AssessmentSession.starts_at, None),
        (session, AssessmentSession.cancelled_at, None),
        *((each.apprentice_id, each.at, None) for each in (AssessmentStart, OverallGrade, RepeatException)),
        *((attempt, each.at, _of(each, Attempt)) for each in (CapException, DevelopmentGiven)),
        *((session, each.at, _of(each, AssessmentSession)) for each in (Assessment, RecordEntry, SessionNote)),
        *((session, each.at, _of(each, Assessment, AssessmentSession)) for each in (Confirmation, Moderation)),
    )
    parts = []
    for owner, at, joined in owners:
        part = sa.select(owner.label("apprentice_id"), at.label("at"))
        part = part if joined is None else part.select_from(joined)
        parts.append(part if only is None else part.where(owner.in_(only)))
    acts = sa.union_all(*parts).subquery()
    return dict(rows(store, sa.select(acts.c.apprentice_id, sa.func.max(acts.c.at)).group_by(acts.c.apprentice_id)))


def _of(*models: Any) -> sa.FromClause:
    """The tables of models that lead to one another, joined by their references in turn."""
    first, *others = (model.__table__ for model in models)
    joined: sa.FromClause = first
    before = first
    for table in others:
        key = next(key for key in before.foreign_keys if key.column.table is table and key.column.name == "id")
        joined, before = joined.join(table, key.parent == table.c.id), table
    return joined


def _holds(store: Session, at: datetime, only: Collection[int] | None) -> defaultdict[int, list[str]]:
    """What holds the data of each apprentice back: somebody's decision, or an assessment that is not finished."""
    held: defaultdict[int, list[str]] = defaultdict(list)
    newer = aliased(RetentionHold)
    last = ~sa.exists().where(newer.apprentice_id == RetentionHold.apprentice_id, newer.id > RetentionHold.id)
    asked = sa.select(RetentionHold.apprentice_id, RetentionHold.words).where(RetentionHold.holds, last)
    asked = asked if only is None else asked.where(RetentionHold.apprentice_id.in_(only))
    for apprentice, words in rows(store, asked):
        held[apprentice].append(f"“{words}”")
    session = sa.select(AssessmentSession.apprentice_id, AssessmentSession.reference)
    session = session if only is None else session.where(AssessmentSession.apprentice_id.in_(only))
    stands = AssessmentSession.cancelled_at.is_(None)
    assessed = sa.exists().where(Assessment.assessment_session_id == AssessmentSession.id)
    begun = sa.exists().where(RecordEntry.assessment_session_id == AssessmentSession.id)
    later = aliased(Assessment)
    corrected = sa.exists().where(
        later.assessment_session_id == Assessment.assessment_session_id, later.number > Assessment.number
    )
    confirmed = sa.exists().where(Confirmation.assessment_id == Assessment.id)
    open_one = session.join(Assessment, Assessment.assessment_session_id == AssessmentSession.id)
    answered = sa.exists().where(
        VoidAnswer.void_request_id == VoidRequestSet.void_request_id,
        VoidAnswer.question_set_id == VoidRequestSet.question_set_id,
    )
    asked_of = session.join(QuestionSet, QuestionSet.assessment_session_id == AssessmentSession.id).join(
        VoidRequestSet, VoidRequestSet.question_set_id == QuestionSet.id
    )
    for words, wanted in (
        ("the void of the set of {} waits for an answer", asked_of.where(~answered)),
        ("{} is to come", session.where(stands, AssessmentSession.starts_at > at)),
        ("{} was begun and is not assessed", session.where(stands, begun, ~assessed)),
        ("the assessment of {} is not confirmed", open_one.where(~corrected, ~confirmed)),
    ):
        for apprentice, reference in rows(store, wanted.order_by(AssessmentSession.reference)):
            held[apprentice].append(words.format(reference))
    return held
