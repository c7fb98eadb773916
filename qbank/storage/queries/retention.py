"""Whose personal data is still kept, since when nothing has happened, and what holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

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
    Confirmation,
    Moderation,
    OverallGrade,
    RecordEntry,
    RetentionHold,
)
from qbank.storage.queries.rows import rows


def retained(store: Session, *, at: datetime) -> list[Retained]:
    """Every apprentice whose personal data is kept, the longest still first."""
    lasts, holds = _last_acts(store), _holds(store, at)
    asked = sa.select(Apprentice.id, Apprentice.reference, ApprenticeDetails.name, Apprentice.registered_at).join(
        ApprenticeDetails, ApprenticeDetails.apprentice_id == Apprentice.id
    )
    found = [
        Retained(key, reference, name, max(registered, lasts.get(key, registered)), tuple(holds[key]))
        for key, reference, name, registered in rows(store, asked)
    ]
    return sorted(found, key=lambda one: (one.last, one.reference))


def last_hold(store: Session, apprentice: int) -> RetentionHold | None:
    """The last word on whether the apprentice's data is held by somebody's decision."""
    asked = sa.select(RetentionHold).where(RetentionHold.apprentice_id == apprentice)
    return store.scalar(asked.order_by(RetentionHold.id.desc()).limit(1))


def _last_acts(store: Session) -> Mapping[int, datetime]:
    """The time of the last thing that was recorded of each apprentice's assessment, a cancelled session included."""
    of_attempt = sa.select(Attempt.apprentice_id, Attempt.opened_at.label("at"))
    of_session = sa.select(AssessmentSession.apprentice_id, AssessmentSession.starts_at.label("at"))
    of_cancelled = sa.select(AssessmentSession.apprentice_id, AssessmentSession.cancelled_at.label("at"))
    session = AssessmentSession.id == Assessment.assessment_session_id
    of_assessment = sa.select(AssessmentSession.apprentice_id, Assessment.at.label("at")).join(Assessment, session)
    of_confirmation = (
        sa.select(AssessmentSession.apprentice_id, Confirmation.at.label("at"))
        .join(Assessment, session)
        .join(Confirmation, Confirmation.assessment_id == Assessment.id)
    )
    of_moderation = (
        sa.select(AssessmentSession.apprentice_id, Moderation.at.label("at"))
        .join(Assessment, session)
        .join(Moderation, Moderation.assessment_id == Assessment.id)
    )
    of_start = sa.select(AssessmentStart.apprentice_id, AssessmentStart.at.label("at"))
    of_whole = sa.select(OverallGrade.apprentice_id, OverallGrade.at.label("at"))
    acts = sa.union_all(
        of_attempt, of_session, of_cancelled, of_assessment, of_confirmation, of_moderation, of_start, of_whole
    ).subquery()
    return dict(rows(store, sa.select(acts.c.apprentice_id, sa.func.max(acts.c.at)).group_by(acts.c.apprentice_id)))


def _holds(store: Session, at: datetime) -> defaultdict[int, list[str]]:
    """What holds the data of each apprentice back: somebody's decision, or an assessment that is not finished."""
    held: defaultdict[int, list[str]] = defaultdict(list)
    newer = aliased(RetentionHold)
    last = ~sa.exists().where(newer.apprentice_id == RetentionHold.apprentice_id, newer.id > RetentionHold.id)
    asked = sa.select(RetentionHold.apprentice_id, RetentionHold.words).where(RetentionHold.holds, last)
    for apprentice, words in rows(store, asked):
        held[apprentice].append(f"“{words}”")
    session = sa.select(AssessmentSession.apprentice_id, AssessmentSession.reference)
    stands = AssessmentSession.cancelled_at.is_(None)
    assessed = sa.exists().where(Assessment.assessment_session_id == AssessmentSession.id)
    begun = sa.exists().where(RecordEntry.assessment_session_id == AssessmentSession.id)
    later = aliased(Assessment)
    corrected = sa.exists().where(
        later.assessment_session_id == Assessment.assessment_session_id, later.number > Assessment.number
    )
    confirmed = sa.exists().where(Confirmation.assessment_id == Assessment.id)
    open_one = session.join(Assessment, Assessment.assessment_session_id == AssessmentSession.id)
    for words, wanted in (
        ("{} is to come", session.where(stands, AssessmentSession.starts_at > at)),
        ("{} was begun and is not assessed", session.where(stands, begun, ~assessed)),
        ("the assessment of {} is not confirmed", open_one.where(~corrected, ~confirmed)),
    ):
        for apprentice, reference in rows(store, wanted.order_by(AssessmentSession.reference)):
            held[apprentice].append(words.format(reference))
    return held
