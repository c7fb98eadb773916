"""What a suspected leak touches: versions that were shown, copies that left, sessions that hold a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.leaks import Told
from qbank.domain.lifecycle import State
from qbank.domain.record_entries import Kind
from qbank.storage.models import (
    Assessment,
    AssessmentSession,
    InService,
    Move,
    Person,
    Question,
    QuestionSet,
    QuestionVersion,
    RecordEntry,
    SetQuestion,
    SetView,
    SetVoid,
    VersionHistory,
)
from qbank.storage.queries.rows import rows

MOST_COPIES: Final = 20
MOST_SAT: Final = 100
"""Sittings that are listed: the latest."""


@dataclass(frozen=True, slots=True)
class CopyLine:
    """A copy of a set that left the system with a mark.

    Args:
        how: "printed" or "exported".
        by: the name of whoever made it; empty for the command line.
        session: the reference of the session.
        holds: how many of the questions asked about its set holds; 0 where none was asked about.
    """

    mark: str
    how: str
    by: str
    at: datetime
    session: str
    holds: int


@dataclass(frozen=True, slots=True)
class Holding:
    """A session whose set holds one of the questions.

    Args:
        holds: references of those that it holds, in order.
        sat: whether the sitting began or was assessed.
    """

    question_set_id: int
    session_id: int
    public_id: str
    reference: str
    method: str
    assessor: str
    starts_at: datetime
    holds: tuple[str, ...]
    sat: bool


def versions_shown(store: Session) -> list[Told]:
    """Every version that was ever live, here or where a restored bank comes from, by question and number.

    Of a restored bank every version is among them: what was live there is retired here, and a draft can leak too.
    """
    live = sa.exists().where(Move.question_version_id == QuestionVersion.id, Move.to_state == State.LIVE)
    restored = sa.exists().where(VersionHistory.question_version_id == QuestionVersion.id)
    asked = (
        sa.select(Question.reference, QuestionVersion.number, QuestionVersion.stem)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(sa.or_(live, restored))
        .order_by(Question.reference, QuestionVersion.number)
    )
    return [Told(*each) for each in rows(store, asked)]


def quarantined(store: Session) -> list[str]:
    """References of the questions in quarantine, in order."""
    asked = sa.select(Question.reference).join(InService, InService.question_id == Question.id)
    return list(store.scalars(asked.where(InService.state == State.QUARANTINED).order_by(Question.reference)))


def copies_marked(store: Session, marks: Collection[str]) -> list[CopyLine]:
    """The copies that bear one of these marks, the latest first."""
    found = rows(store, _copies(sa.literal(0)).where(SetView.copy_mark.in_(marks)))
    return [_copy(each) for each in found]


def copies_holding(store: Session, references: Collection[str]) -> list[CopyLine]:
    """The copies of sets that hold most of these questions: those with most first, then the latest."""
    held = (
        sa.select(SetQuestion.question_set_id, sa.func.count().label("held"))
        .join(Question, Question.id == SetQuestion.question_id)
        .where(Question.reference.in_(references))
        .group_by(SetQuestion.question_set_id)
        .subquery()
    )
    asked = (
        _copies(held.c.held)
        .join(held, held.c.question_set_id == SetView.question_set_id)
        .where(SetView.copy_mark.is_not(None))
        .order_by(None)
        .order_by(held.c.held.desc(), SetView.at.desc(), SetView.id.desc())
        .limit(MOST_COPIES)
    )
    return [_copy(each) for each in rows(store, asked)]


def sessions_waiting(store: Session, references: Collection[str]) -> list[Holding]:
    """Sessions whose set stands, holds one of these questions and has not sat, the latest first.

    Cancelled ones are left out: whoever books again gets the same set, which then stands for that session.
    """
    return _holdings(store, references, _holding(references).where(~_has_sat()))


def sessions_sat(store: Session, references: Collection[str]) -> tuple[list[Holding], int]:
    """The latest sittings that held one of these questions, and how many there were in all."""
    asked = _holding(references).where(_has_sat())
    count = store.scalar(sa.select(sa.func.count()).select_from(asked.order_by(None).subquery())) or 0
    return _holdings(store, references, asked.limit(MOST_SAT)), count


def _has_sat() -> sa.ColumnElement[bool]:
    began = sa.exists().where(
        RecordEntry.assessment_session_id == AssessmentSession.id, RecordEntry.kind.in_([Kind.BEGAN, Kind.ASKED])
    )
    return sa.or_(began, sa.exists().where(Assessment.assessment_session_id == AssessmentSession.id))


def _holding(references: Collection[str]) -> sa.Select[*tuple[Any, ...]]:
    """What `Holding` is made of, less the questions."""
    voided = sa.exists().where(SetVoid.question_set_id == QuestionSet.id)
    holding = (
        sa.select(SetQuestion.question_set_id)
        .join(Question, Question.id == SetQuestion.question_id)
        .where(Question.reference.in_(references))
    )
    return (
        sa.select(
            QuestionSet.id,
            AssessmentSession.id,
            AssessmentSession.public_id,
            AssessmentSession.reference,
            AssessmentSession.method,
            Person.name,
            AssessmentSession.starts_at,
            _has_sat(),
        )
        .join(AssessmentSession, AssessmentSession.attempt_id == QuestionSet.attempt_id)
        .join(Person, Person.id == AssessmentSession.assessor_id)
        .where(QuestionSet.id.in_(holding), ~voided, AssessmentSession.cancelled_at.is_(None))
        .order_by(AssessmentSession.starts_at.desc(), AssessmentSession.id.desc())
    )


def _holdings(store: Session, references: Collection[str], asked: sa.Select[*tuple[Any, ...]]) -> list[Holding]:
    found = rows(store, asked)
    held = _held(store, [key for key, *_ in found], references)
    return [
        Holding(
            question_set_id=key,
            session_id=session,
            public_id=public_id,
            reference=reference,
            method=method,
            assessor=assessor,
            starts_at=starts_at,
            holds=tuple(held[key]),
            sat=bool(sat),
        )
        for key, session, public_id, reference, method, assessor, starts_at, sat in found
    ]


def _copies(holds: sa.ColumnElement[int]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(SetView.copy_mark, SetView.how, Person.name, SetView.at, AssessmentSession.reference, holds)
        .join(QuestionSet, QuestionSet.id == SetView.question_set_id)
        .join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
        .outerjoin(Person, Person.id == SetView.person_id)
        .order_by(SetView.at.desc(), SetView.id.desc())
    )


def _copy(row: tuple[Any, ...]) -> CopyLine:
    mark, how, by, at, session, holds = row
    return CopyLine(mark, how, by or "", at, session, holds)


def _held(store: Session, set_ids: Sequence[int], references: Collection[str]) -> Mapping[int, list[str]]:
    asked = (
        sa.select(SetQuestion.question_set_id, Question.reference)
        .join(Question, Question.id == SetQuestion.question_id)
        .where(SetQuestion.question_set_id.in_(set_ids), Question.reference.in_(references))
        .order_by(Question.reference)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for key, reference in rows(store, asked):
        found[key].append(reference)
    return found
