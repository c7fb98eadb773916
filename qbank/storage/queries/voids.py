"""Voids: those that stand, those that are asked for, and who had a hand in a sitting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from qbank.domain.voiding import Answered
from qbank.storage.models import (
    AssessmentSession,
    FormerAssessor,
    OfflineCopy,
    Person,
    QuestionSet,
    RecordEntry,
    SetView,
    SetVoid,
    VoidAnswer,
    VoidRequest,
    VoidRequestSet,
)
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class Void:
    """A set that two people voided.

    Args:
        ordinal: which set of its attempt, from 1.
        asked_by, agreed_by: their names.
        marks: of the copies that were printed or saved; they are void too.
    """

    question_set_id: int
    ordinal: int
    drawn_at: datetime
    at: datetime
    asked_by: str
    agreed_by: str
    reason: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedSet:
    """One set that is asked to be voided.

    Args:
        answer: None while it waits.
        because, answered_by: empty while it waits.
        copies: how many copies of it were printed or saved.
        saved: how many of them are offline copies, in which notes may be kept.
    """

    question_set_id: int
    session_id: int
    public_id: str
    reference: str
    method: str
    assessor: str
    starts_at: datetime
    answer: Answered | None
    because: str
    answered_by: str
    answered_at: datetime | None
    copies: int
    saved: int


@dataclass(frozen=True, slots=True)
class AskedVoid:
    """A request: sets to be voided for one reason."""

    id: int
    reason: str
    at: datetime
    by_id: int
    by: str
    sets: tuple[AskedSet, ...]

    @property
    def waiting(self) -> tuple[AskedSet, ...]:
        """Those that nobody has answered."""
        return tuple(each for each in self.sets if each.answer is None)


def voids_of(store: Session, attempt_id: int) -> Sequence[Void]:
    """The voided sets of an attempt, in order."""
    found = rows(store, _voids(), {"attempt": attempt_id})
    marks = _marks(store, [row.question_set_id for row, *_ in found]) if found else {}
    return tuple(
        Void(
            row.question_set_id, ordinal, drawn_at, row.at, asked_by, agreed_by, row.reason, marks[row.question_set_id]
        )
        for row, ordinal, drawn_at, asked_by, agreed_by in found
    )


@cache
def _voids() -> sa.Select[SetVoid, int, datetime, str, str]:
    """Those of one attempt, with the names of both persons; built once, for every session's page asks it."""
    one, other = aliased(Person), aliased(Person)
    return (
        sa.select(SetVoid, QuestionSet.ordinal, QuestionSet.drawn_at, one.name, other.name)
        .join(QuestionSet, QuestionSet.id == SetVoid.question_set_id)
        .join(one, one.id == SetVoid.by_id)
        .join(other, other.id == SetVoid.second_id)
        .where(QuestionSet.attempt_id == sa.bindparam("attempt"))
        .order_by(QuestionSet.ordinal)
    )


def offline_copies_of(store: Session, question_set_id: int) -> frozenset[str]:
    """The marks of the offline copies of a set."""
    return frozenset(store.scalars(sa.select(OfflineCopy.mark).where(OfflineCopy.question_set_id == question_set_id)))


def had_a_hand(store: Session, question_set: QuestionSet) -> frozenset[int]:
    """Keys of everybody who is or was the assessor of the sitting, pulled its set or looked into it."""
    assessors = sa.select(AssessmentSession.assessor_id).where(AssessmentSession.attempt_id == question_set.attempt_id)
    former = (
        sa.select(FormerAssessor.person_id)
        .join(AssessmentSession, AssessmentSession.id == FormerAssessor.assessment_session_id)
        .where(AssessmentSession.attempt_id == question_set.attempt_id)
    )
    viewers = sa.select(SetView.person_id).where(SetView.question_set_id == question_set.id)
    found = {*store.scalars(assessors), *store.scalars(former), *store.scalars(viewers), question_set.drawn_by_id}
    return frozenset(key for key in found if key is not None)


def has_begun(store: Session, attempt_id: int) -> bool:
    """Whether anything is on the record of a session of the attempt."""
    asked = (
        sa.select(RecordEntry.id)
        .join(AssessmentSession, AssessmentSession.id == RecordEntry.assessment_session_id)
        .where(AssessmentSession.attempt_id == attempt_id)
    )
    return store.scalar(asked.limit(1)) is not None


def is_asked(store: Session, question_set_id: int) -> bool:
    """Whether a request for the void of this set waits for an answer."""
    return store.scalar(_waiting().where(VoidRequestSet.question_set_id == question_set_id).limit(1)) is not None


def asked_of_session(store: Session, attempt_id: int) -> AskedVoid | None:
    """The request that waits for an answer about the set of an attempt."""
    key = store.scalar(_waiting_of_attempt(), {"attempt": attempt_id})
    return None if key is None else asked_void(store, key)


@cache
def _waiting_of_attempt() -> sa.Select[int]:
    asked = _waiting().join(QuestionSet, QuestionSet.id == VoidRequestSet.question_set_id)
    return asked.where(QuestionSet.attempt_id == sa.bindparam("attempt")).limit(1)


def asked_void(store: Session, request_id: int) -> AskedVoid | None:
    """The request of that number."""
    return next(iter(_requests(store, VoidRequest.id == request_id)), None)


def waiting_voids(store: Session) -> Sequence[AskedVoid]:
    """Requests with a set that waits for an answer, the oldest first."""
    return _requests(store, VoidRequest.id.in_(_waiting()))


def answered_voids(store: Session, *, most: int) -> Sequence[AskedVoid]:
    """Requests of which everything is answered, the latest first."""
    done = sa.select(VoidRequest.id).where(VoidRequest.id.not_in(_waiting())).order_by(VoidRequest.id.desc())
    keys = list(store.scalars(done.limit(most)))
    return _requests(store, VoidRequest.id.in_(keys))[::-1]


def _waiting() -> sa.Select[int]:
    """Keys of requests with a set that nobody has answered."""
    answered = sa.exists().where(
        VoidAnswer.void_request_id == VoidRequestSet.void_request_id,
        VoidAnswer.question_set_id == VoidRequestSet.question_set_id,
    )
    return sa.select(VoidRequestSet.void_request_id).where(~answered)


def _requests(store: Session, which: sa.ColumnElement[bool]) -> Sequence[AskedVoid]:
    asked = sa.select(VoidRequest, Person.name).join(Person, Person.id == VoidRequest.by_id).where(which)
    found = rows(store, asked.order_by(VoidRequest.id))
    sets = _sets(store, [row.id for row, _ in found])
    return tuple(AskedVoid(row.id, row.reason, row.at, row.by_id, name, tuple(sets[row.id])) for row, name in found)


def _sets(store: Session, request_ids: Sequence[int]) -> Mapping[int, list[AskedSet]]:
    assessor, answerer = aliased(Person), aliased(Person)
    asked = (
        sa.select(VoidRequestSet, AssessmentSession, assessor.name, VoidAnswer, answerer.name)
        .join(QuestionSet, QuestionSet.id == VoidRequestSet.question_set_id)
        .join(AssessmentSession, AssessmentSession.id == _latest_session())
        .join(assessor, assessor.id == AssessmentSession.assessor_id)
        .outerjoin(
            VoidAnswer,
            sa.and_(
                VoidAnswer.void_request_id == VoidRequestSet.void_request_id,
                VoidAnswer.question_set_id == VoidRequestSet.question_set_id,
            ),
        )
        .outerjoin(answerer, answerer.id == VoidAnswer.by_id)
        .where(VoidRequestSet.void_request_id.in_(request_ids))
        .order_by(AssessmentSession.starts_at, AssessmentSession.id)
    )
    every = rows(store, asked)
    copies = _copies(store, [row.question_set_id for row, *_ in every])
    found: dict[int, list[AskedSet]] = defaultdict(list)
    for row, session, name, answer, answered_by in every:
        printed, saved = copies.get(row.question_set_id, (0, 0))
        found[row.void_request_id].append(_asked_set(row, session, name, answer, answered_by, printed, saved))
    return found


def _asked_set(
    row: VoidRequestSet,
    session: AssessmentSession,
    assessor: str,
    answer: VoidAnswer | None,
    answered_by: str | None,
    copies: int,
    saved: int,
) -> AskedSet:
    return AskedSet(
        question_set_id=row.question_set_id,
        session_id=session.id,
        public_id=session.public_id,
        reference=session.reference,
        method=session.method,
        assessor=assessor,
        starts_at=session.starts_at,
        answer=None if answer is None else Answered(answer.answer),
        because="" if answer is None else answer.reason,
        answered_by=answered_by or "",
        answered_at=None if answer is None else answer.at,
        copies=copies,
        saved=saved,
    )


def _latest_session() -> sa.ScalarSelect[Any]:
    """The key of the latest session of a set's attempt: the one that stands, where one does."""
    mine = aliased(AssessmentSession)
    asked = sa.select(sa.func.max(mine.id)).where(mine.attempt_id == QuestionSet.attempt_id)
    return asked.correlate(QuestionSet).scalar_subquery()


def _copies(store: Session, set_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
    """How many marked copies were made of each set, and how many of them are offline ones."""
    saved = sa.func.sum(sa.case((SetView.how == "exported", 1), else_=0))
    asked = sa.select(SetView.question_set_id, sa.func.count(), saved)
    asked = asked.where(SetView.question_set_id.in_(list(set_ids)), SetView.copy_mark.is_not(None))
    return {key: (count, int(offline)) for key, count, offline in rows(store, asked.group_by(SetView.question_set_id))}


def _marks(store: Session, set_ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    asked = sa.select(SetView.question_set_id, SetView.copy_mark).where(
        SetView.question_set_id.in_(list(set_ids)), SetView.copy_mark.is_not(None)
    )
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for key, mark in rows(store, asked.order_by(SetView.id)):
        found[key] = (*found[key], str(mark))
    return found
