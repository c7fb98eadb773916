"""What keeps questions out of sets, or apart: rests with their days, and pairs that hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Session

from qbank.domain.keeping import PairKind
from qbank.domain.lifecycle import State
from qbank.storage.models import (
    InService,
    Move,
    Person,
    Question,
    QuestionPair,
    QuestionPairRevocation,
    QuestionVersion,
    Rest,
)
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class Standing:
    """A question that may be rested, brought back or retired.

    Args:
        number, stem: of the version in service; of the newest where none is.
        state: of the version in service; None where none is.
        until: the day on which its rest ends; None where it does not rest, or has no day.
        plan_version_id: of the version.
    """

    question_id: int
    reference: str
    method: str
    number: int
    stem: str
    state: State | None
    until: date | None
    plan_version_id: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair that holds, seen from one of its questions.

    Args:
        other: the reference of the other.
        stem: of the other's version in service, else its newest.
        state: of the other's version in service; None where none is.
        by: a name; empty for the command line.
        reason: empty where a load of files declared it.
    """

    id: int
    kind: PairKind
    other: str
    stem: str
    state: State | None
    by: str
    at: datetime
    reason: str


def rests_due(store: Session, today: date) -> list[tuple[str, date]]:
    """(reference, day) of every resting question whose rest ends today or has ended, in order."""
    return [(reference, until) for reference, until in _rests(store) if until <= today]


def rest_of(store: Session, question_id: int) -> date | None:
    """The day on which a question's rest ends; None where it does not rest, or has no day."""
    found = _rests(store, Question.id == question_id)
    return found[0][1] if found else None


def _rests(store: Session, *which: sa.ColumnElement[bool]) -> list[tuple[str, date]]:
    each = orm.aliased(Move)
    last = sa.select(sa.func.max(each.number)).where(each.question_version_id == InService.question_version_id)
    asked = (
        sa.select(Question.reference, Rest.until)
        .join(InService, InService.question_id == Question.id)
        .join(Move, Move.question_version_id == InService.question_version_id)
        .join(Rest, Rest.move_id == Move.id)
        .where(InService.state == State.RESTING, Move.number == last.correlate(InService).scalar_subquery(), *which)
        .order_by(Question.reference)
    )
    return [(reference, until) for reference, until in rows(store, asked)]


def shown_version() -> sa.ScalarSelect[int]:
    """The key of the version that stands for a question: the one in service, else the newest."""
    newest = orm.aliased(QuestionVersion)
    return (
        sa.select(newest.id)
        .where(newest.question_id == Question.id)
        .order_by(newest.number.desc())
        .limit(1)
        .correlate(Question)
        .scalar_subquery()
    )


def standings(store: Session, references: Iterable[str]) -> dict[str, Standing]:
    """How these questions stand, by reference; those that do not exist are left out."""
    named = tuple(each for each in references if "\0" not in each)  # which no database is asked for
    shown = sa.func.coalesce(InService.question_version_id, shown_version())
    asked = (
        sa.select(Question, QuestionVersion, InService.state)
        .outerjoin(InService, InService.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == shown)
        .where(Question.reference.in_(named))
        .order_by(Question.reference)
    )
    days: Mapping[str, date] = dict(_rests(store))
    return {
        question.reference: Standing(
            question.id,
            question.reference,
            question.method,
            version.number,
            version.stem,
            None if state is None else State(state),
            days.get(question.reference),
            version.plan_version_id,
        )
        for question, version, state in rows(store, asked)
    }


def pairs_of(store: Session, question_id: int) -> list[Pair]:
    """The pairs that hold of a question, in order of the other."""
    revoked = sa.select(QuestionPairRevocation.question_pair_id)
    others = sa.case((QuestionPair.first_id == question_id, QuestionPair.second_id), else_=QuestionPair.first_id)
    asked = (
        sa.select(QuestionPair, Question.reference, QuestionVersion.stem, InService.state, Person.name)
        .join(Question, Question.id == others)
        .outerjoin(InService, InService.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == sa.func.coalesce(InService.question_version_id, shown_version()))
        .outerjoin(Person, Person.id == QuestionPair.by_id)
        .where(
            sa.or_(QuestionPair.first_id == question_id, QuestionPair.second_id == question_id),
            QuestionPair.id.not_in(revoked),
        )
        .order_by(Question.reference, QuestionPair.kind)
    )
    return [
        Pair(
            id=pair.id,
            kind=PairKind(pair.kind),
            other=other,
            stem=stem,
            state=None if state is None else State(state),
            by=by or "",
            at=pair.at,
            reason=pair.reason,
        )
        for pair, other, stem, state, by in rows(store, asked)
    ]
