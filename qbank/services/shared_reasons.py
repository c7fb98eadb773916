"""Reasons that several apprentices share: a void is asked for and answered with one reason for up to fifty sessions.

The copies that stand with an apprentice's own sets go with them, as every word about them does. The words of the others
go where they name the apprentice, and the request's own with the last apprentice of it: else the erasure of one would
take from forty-nine why their sets were voided.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.voiding import names
from qbank.storage.erasure import ERASED
from qbank.storage.models import (
    Apprentice,
    ApprenticeDetails,
    AssessmentSession,
    Erasure,
    QuestionSet,
    SetVoid,
    VoidAnswer,
    VoidRequest,
    VoidRequestSet,
)


def erase(store: Session, apprentice: int) -> int:
    """Erase what must go of the reasons that this apprentice shares with others; how many rows were changed.

    Args:
        store: in a unit that writes, in which the erasure is recorded and the name still stands.
        apprentice: the key.
    """
    known = _known_as(store, apprentice)
    joined = sa.select(VoidRequest).distinct().join(VoidRequestSet, VoidRequestSet.void_request_id == VoidRequest.id)
    asked = joined.join(QuestionSet, QuestionSet.id == VoidRequestSet.question_set_id)
    found = store.scalars(asked.where(QuestionSet.apprentice_id == apprentice).order_by(VoidRequest.id)).all()
    return sum(_erase(store, request, known) for request in found)


def _erase(store: Session, request: VoidRequest, known: Sequence[str]) -> int:
    sets = sa.select(VoidRequestSet.question_set_id).where(VoidRequestSet.void_request_id == request.id)
    answers = sa.select(VoidAnswer).where(VoidAnswer.void_request_id == request.id)
    said: list[VoidAnswer | SetVoid | VoidRequest] = [row for row in store.scalars(answers) if names(row.reason, known)]
    if names(request.reason, known):
        said += store.scalars(sa.select(SetVoid).where(SetVoid.question_set_id.in_(sets), _same(request))).all()
        said.append(request)
    elif _is_last(store, request):
        said.append(request)
    told = [row for row in said if row.reason != ERASED]
    for row in told:
        row.reason = ERASED
    store.flush()
    return len(told)


def _same(request: VoidRequest) -> sa.ColumnElement[bool]:
    """Of a void: agreed to on this request, whose reason it repeats."""
    return SetVoid.reason == request.reason


def _is_last(store: Session, request: VoidRequest) -> bool:
    """Whether every apprentice of the request is erased."""
    left = (
        sa.select(QuestionSet.id)
        .join(VoidRequestSet, VoidRequestSet.question_set_id == QuestionSet.id)
        .where(VoidRequestSet.void_request_id == request.id)
        .where(~sa.exists().where(Erasure.apprentice_id == QuestionSet.apprentice_id))
    )
    return store.scalar(left.limit(1)) is None


def _known_as(store: Session, apprentice: int) -> list[str]:
    """What a reason may call the apprentice: the name, their reference, those of their sessions."""
    name = sa.select(ApprenticeDetails.name).where(ApprenticeDetails.apprentice_id == apprentice)
    own = sa.select(Apprentice.reference).where(Apprentice.id == apprentice)
    sessions = sa.select(AssessmentSession.reference).where(AssessmentSession.apprentice_id == apprentice)
    return [*store.scalars(name), *store.scalars(own), *store.scalars(sessions)]
