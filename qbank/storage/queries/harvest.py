"""Who met which questions, who pulled how many sets in a day, and what was pulled for sittings that never were."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from qbank.domain.harvest import Met, Way, met_by_each
from qbank.domain.lifecycle import State
from qbank.storage.models import (
    Approval,
    Assessment,
    AssessmentSession,
    AuditEntry,
    InService,
    Person,
    Question,
    QuestionSet,
    QuestionVersion,
    RecordEntry,
    ReviewMember,
    ReviewQuestion,
    SetQuestion,
    SetView,
    SetVoid,
    VersionAuthor,
)
from qbank.storage.queries.rows import rows
from review.days import day_in_uk

DAY: Final = timedelta(days=1)
DAYS_PULLS: Final = "a day's pulls"
"""Of what an entry is that tells of a refused pull: all of them are found by it, and quickly."""
MOST_UNSAT: Final = 50
"""Sets of sittings that never were that are listed: the latest."""


_WRITTEN: Final = (
    sa.select(QuestionVersion.author_id.label("person"), QuestionVersion.question_id.label("question")).where(
        QuestionVersion.author_id.is_not(None)
    ),
    sa.select(VersionAuthor.person_id, QuestionVersion.question_id).join(
        QuestionVersion, QuestionVersion.id == VersionAuthor.question_version_id
    ),
)
_written: Final = sa.union(*_WRITTEN).subquery("written")
_hands: Final = sa.union(
    *_WRITTEN,
    sa.select(Approval.approver_id, QuestionVersion.question_id).join(
        QuestionVersion, QuestionVersion.id == Approval.question_version_id
    ),
).subquery("hands")
_WAYS: Final[Mapping[Way, tuple[sa.Select[Any, int], sa.ColumnElement[int]]]] = {
    Way.SETS: (
        sa.select(SetView.person_id, SetQuestion.question_id)
        .join(SetQuestion, SetQuestion.question_set_id == SetView.question_set_id)
        .where(SetView.person_id.is_not(None))
        .distinct(),
        SetQuestion.question_id.expression,
    ),
    Way.HANDS: (sa.select(_hands.c.person, _hands.c.question), _hands.c.question),
    Way.PANELS: (
        sa.select(ReviewMember.person_id, ReviewQuestion.question_id).join(
            ReviewQuestion, ReviewQuestion.review_id == ReviewMember.review_id
        ),
        ReviewQuestion.question_id.expression,
    ),
}
"""(person, question), and the column of the question, by the way in which they met."""


@dataclass(frozen=True, slots=True)
class PulledMuch:
    """A day on which somebody pulled many sets."""

    person: str
    day: date
    sets: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A pull that was refused because the person had pulled as many sets as one may in a day.

    Args:
        session: its reference.
    """

    person: str
    session: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NeverSat:
    """A session whose set was pulled, whose time has gone by, and of which nothing was recorded."""

    reference: str
    method: str
    assessor: str
    pulled_at: datetime
    starts_at: datetime


def met_of_method(store: Session, standard_id: int, method: str) -> tuple[Met, ...]:
    """What each person met of the live questions of a method: five queries, however many sets were drawn."""
    asked = _live(standard_id, method)
    names = dict(rows(store, sa.select(Person.id, Person.name)))
    found = {way: rows(store, pairs.where(question.in_(asked))) for way, (pairs, question) in _WAYS.items()}
    return met_by_each(names, found, frozenset(store.scalars(asked)))


def written_of_method(store: Session, standard_id: int, method: str) -> dict[int, frozenset[int]]:
    """Keys of the live questions of a method that each person wrote or edited, by key of the person."""
    asked = sa.select(_written.c.person, _written.c.question).where(_written.c.question.in_(_live(standard_id, method)))
    found: dict[int, set[int]] = {}
    for person, question in rows(store, asked):
        found.setdefault(person, set()).add(question)
    return {person: frozenset(questions) for person, questions in found.items()}


def _live(standard_id: int, method: str) -> sa.Select[int]:
    return (
        sa.select(InService.question_id)
        .join(Question, Question.id == InService.question_id)
        .where(Question.standard_id == standard_id, Question.method == method, InService.state == State.LIVE)
    )


def pulled_since(store: Session, person_id: int, since: datetime) -> int:
    """How many sets the person pulled since then: drawn by their press, not opened again."""
    asked = sa.select(sa.func.count()).where(QuestionSet.drawn_by_id == person_id, QuestionSet.drawn_at > since)
    return store.scalar(asked) or 0


def pulled_much(store: Session, *, since: datetime, least: int) -> list[PulledMuch]:
    """The days since then on which somebody pulled at least so many sets, the latest first; days of the UK."""
    asked = (
        sa.select(Person.id, Person.name, QuestionSet.drawn_at)
        .join(Person, Person.id == QuestionSet.drawn_by_id)
        .where(QuestionSet.drawn_at > since)
    )
    counts = Counter((key, name, day_in_uk(at)) for key, name, at in rows(store, asked))
    much = [PulledMuch(name, day, sets) for (_, name, day), sets in counts.items() if sets >= least]
    return sorted(much, key=lambda each: (-each.day.toordinal(), -each.sets, each.person))


def refused(store: Session, *, since: datetime, by: int | None = None) -> list[Refused]:
    """The pulls that were refused since then, of one person or of all, the latest first; read from the audit trail."""
    asked = (
        sa.select(Person.name, AuditEntry.facts, AuditEntry.at)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == DAYS_PULLS, AuditEntry.at > since)
        .order_by(AuditEntry.seq.desc())
    )
    if by is not None:
        asked = asked.where(AuditEntry.actor_id == by)
    return [Refused(name, str(json.loads(facts)["session"]), at) for name, facts, at in rows(store, asked)]


def never_sat(store: Session, *, since: datetime, at: datetime) -> tuple[list[NeverSat], int]:
    """Sessions that were to be since then, whose set was pulled and which nobody sat; the latest, and how many in all.

    A day is given to record what was conducted on paper.
    """
    other = aliased(AssessmentSession)  # who books again gets the same set
    same = other.attempt_id == AssessmentSession.attempt_id
    recorded = sa.exists().where(RecordEntry.assessment_session_id == other.id, same)
    assessed = sa.exists().where(Assessment.assessment_session_id == other.id, same)
    to_come = sa.exists().where(same, other.cancelled_at.is_(None), other.starts_at >= at - DAY)
    voided = sa.exists().where(SetVoid.question_set_id == QuestionSet.id)
    asked = (
        sa.select(
            AssessmentSession.reference,
            AssessmentSession.method,
            Person.name,
            QuestionSet.drawn_at,
            AssessmentSession.starts_at,
        )
        .join(QuestionSet, QuestionSet.assessment_session_id == AssessmentSession.id)
        .join(Person, Person.id == AssessmentSession.assessor_id)
        .where(
            AssessmentSession.starts_at > since,
            AssessmentSession.starts_at < at - DAY,
            ~recorded,
            ~assessed,
            ~to_come,
            ~voided,
        )
        .order_by(AssessmentSession.starts_at.desc(), AssessmentSession.reference)
    )
    found = [NeverSat(*each) for each in rows(store, asked)]
    return found[:MOST_UNSAT], len(found)
