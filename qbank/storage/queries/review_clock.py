"""The clock of the annual review, from what is kept: texts approved, panels’ decisions, events that called one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import Change, State
from qbank.domain.reviewing import CallKind, Continuation
from qbank.domain.standards import Plan
from qbank.storage.models import (
    Approval,
    BankContinuation,
    BankContinuationSignature,
    InService,
    Move,
    Person,
    PlanVersion,
    Question,
    QuestionVersion,
    Review,
    ReviewBankDecision,
    ReviewCall,
    ReviewDecision,
    ReviewQuestion,
    ReviewSignOff,
)
from qbank.storage.queries.rows import rows
from review.clock import Clock, Rhythm, Text, clock, same_text
from review.days import day_in_uk, month_of
from review.panel import Choice

_SHORTEST_MONTH: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class QuestionClock:
    """One question in service, and when its review is due.

    Args:
        number: of the version in service.
    """

    id: int
    reference: str
    method: str
    number: int
    state: State
    clock: Clock


@dataclass(frozen=True, slots=True)
class Called:
    """An event that called the review of a question.

    Args:
        by: a name.
    """

    reference: str
    kind: CallKind
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptContinuation:
    """A continuation as it stands.

    Args:
        names: of everybody who signed it, the one who asked for it first.
    """

    id: int
    standard_id: int
    method: str
    reason: str
    at: datetime
    names: tuple[str, ...]
    given: Continuation


def rhythm_of(plan: Plan) -> Rhythm:
    """How often a plan has its questions and banks reviewed."""
    return Rhythm(plan.review_months, plan.review_opens_month)


def clocks_of(store: Session, standard_id: int, method: str, rhythm: Rhythm) -> list[QuestionClock]:
    """The clock of every question of a method that is in service, by reference."""
    asked = (
        sa.select(Question.id, Question.reference, QuestionVersion.number, InService.state)
        .join(InService, InService.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == InService.question_version_id)
        .where(Question.standard_id == standard_id, Question.method == method)
        .order_by(Question.reference)
    )
    found = rows(store, asked)
    known = _Known.of(store, [key for key, *_ in found])
    return [
        QuestionClock(key, reference, method, number, State(state), known.clock(key, number, rhythm))
        for key, reference, number, state in found
    ]


def clock_of(store: Session, question_id: int, number: int, rhythm: Rhythm) -> Clock | None:
    """The clock of one version of a question; None where its text has never been live."""
    known = _Known.of(store, [question_id])
    return known.clock(question_id, number, rhythm) if known.was_live(question_id, number) else None


def live_since(store: Session, question_id: int, number: int) -> date | None:
    """Since when the text of that version has been live, editorial changes apart; None where it has never been."""
    texts = same_text(_texts(store, [question_id]).get(question_id, ()), number)
    return min((text.live_on for text in texts), default=None)


def is_same_text(store: Session, question_id: int, number: int, other: int) -> bool:
    """Whether two versions of a question, of which the first was live, are one text but for editorial changes."""
    return other in {text.number for text in same_text(_texts(store, [question_id])[question_id], number)}


def overdue(store: Session, versions: Mapping[int, int], rhythm: Rhythm, *, at: datetime) -> set[int]:
    """The questions that are not drawn on the day of `at`, because their review is overdue.

    Args:
        store: in any unit.
        versions: key of the version that would be asked, by key of the question.
        rhythm: of their standard.
        at: when the set is drawn; the day is that of the United Kingdom.
    """
    long_ago = sa.select(Move.question_id).where(
        Move.to_state == State.LIVE, Move.at <= at - rhythm.months * _SHORTEST_MONTH
    )
    suspects = sorted(set(store.scalars(long_ago.distinct())) & versions.keys())
    if not suspects:
        return set()
    known, today = _Known.of(store, suspects), day_in_uk(at)
    numbers = _numbers(store, [versions[key] for key in suspects])
    return {key for key in suspects if known.clock(key, numbers[versions[key]], rhythm).due_on <= today}


def bank_clock(store: Session, standard_id: int, method: str, rhythm: Rhythm) -> Clock | None:
    """The clock of the bank of a method; None where none of its questions was ever live."""
    first = (
        sa.select(sa.func.min(Move.at))
        .join(Question, Question.id == Move.question_id)
        .where(Question.standard_id == standard_id, Question.method == method, Move.to_state == State.LIVE)
    )
    begun = store.scalar(first)
    if begun is None:
        return None
    decided = (
        sa.select(ReviewSignOff.at)
        .join(Review, Review.id == ReviewSignOff.review_id)
        .join(ReviewBankDecision, ReviewBankDecision.review_id == Review.id)
        .join(PlanVersion, PlanVersion.id == Review.plan_version_id)
        .where(PlanVersion.standard_id == standard_id, Review.method == method, ReviewBankDecision.is_sufficient)
    )
    return clock(day_in_uk(begun), [day_in_uk(at) for at in store.scalars(decided)], rhythm)


def decided_in_month(store: Session, standard_id: int, method: str, today: date) -> int:
    """How many questions of a method panels have decided on in the present month, as far as they stay in service."""
    asked = (
        sa.select(ReviewSignOff.at)
        .join(ReviewDecision, ReviewDecision.review_id == ReviewSignOff.review_id)
        .join(Question, Question.id == ReviewDecision.question_id)
        .where(
            Question.standard_id == standard_id,
            Question.method == method,
            ReviewDecision.choice != Choice.RETIRE,
            ReviewSignOff.at > datetime.combine(month_of(today), time(), UTC) - timedelta(days=1),
        )
    )
    return sum(month_of(day_in_uk(at)) == month_of(today) for at in store.scalars(asked))


def calls_of(store: Session, question_ids: Iterable[int]) -> list[Called]:
    """Every event that called the review of one of the questions, the latest first."""
    asked = (
        sa.select(Question.reference, ReviewCall, Person.name)
        .join(Question, Question.id == ReviewCall.question_id)
        .join(Person, Person.id == ReviewCall.by_id)
        .where(ReviewCall.question_id.in_(list(question_ids)))
        .order_by(ReviewCall.at.desc(), ReviewCall.id.desc())
    )
    return [
        Called(reference, CallKind(row.kind), row.reason, name, row.at) for reference, row, name in rows(store, asked)
    ]


def continuations(store: Session, standard_id: int, method: str) -> list[KeptContinuation]:
    """Every continuation of the bank of a method, the latest first."""
    asked = (
        sa.select(BankContinuation, Person.name)
        .join(Person, Person.id == BankContinuation.by_id)
        .where(BankContinuation.standard_id == standard_id, BankContinuation.method == method)
        .order_by(BankContinuation.id.desc())
    )
    found = rows(store, asked)
    signed = _signatures(store, [row.id for row, _ in found])
    return [
        KeptContinuation(
            id=row.id,
            standard_id=row.standard_id,
            method=row.method,
            reason=row.reason,
            at=row.at,
            names=(name, *(each for _, each in signed[row.id])),
            given=Continuation(row.until, frozenset({row.by_id, *(key for key, _ in signed[row.id])})),
        )
        for row, name in found
    ]


def _signatures(store: Session, continuation_ids: Sequence[int]) -> Mapping[int, list[tuple[int, str]]]:
    """(key, name) of those who signed, in order, by key of the continuation."""
    asked = (
        sa.select(BankContinuationSignature, Person.name)
        .join(Person, Person.id == BankContinuationSignature.by_id)
        .where(BankContinuationSignature.continuation_id.in_(continuation_ids))
        .order_by(BankContinuationSignature.at)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row, name in rows(store, asked):
        found[row.continuation_id].append((row.by_id, name))
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of some questions, by their keys."""

    texts: Mapping[int, list[Text]]
    decided: Mapping[int, list[tuple[int, date, datetime]]]
    called: Mapping[int, list[datetime]]

    @classmethod
    def of(cls, store: Session, question_ids: Sequence[int]) -> _Known:
        """Read it, in a number of questions to the database that does not depend on how many there are."""
        return cls(_texts(store, question_ids), _decided(store, question_ids), _called(store, question_ids))

    def was_live(self, question: int, number: int) -> bool:
        """Whether the text of that version, or one of which it is an editorial change, has been live."""
        return bool(same_text(self.texts.get(question, ()), number))

    def clock(self, question: int, number: int, rhythm: Rhythm) -> Clock:
        """The clock of that version of the question, which was live."""
        texts = same_text(self.texts[question], number)
        numbers = {text.number for text in texts}
        decided = [(day, at) for each, day, at in self.decided.get(question, ()) if each in numbers]
        return clock(
            min(text.live_on for text in texts),
            [day for day, _ in decided],
            rhythm,
            called_at=self.called.get(question, ()),
            answered_at=max((at for _, at in decided), default=None),
        )


def _texts(store: Session, question_ids: Sequence[int]) -> Mapping[int, list[Text]]:
    material = sa.exists().where(
        Approval.question_version_id == QuestionVersion.id,
        Approval.decision == "approved",
        Approval.change == Change.MATERIAL,
    )
    asked = (
        sa.select(QuestionVersion.question_id, QuestionVersion.number, sa.func.min(Move.at), material)
        .join(Move, Move.question_version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id.in_(question_ids), Move.to_state == State.LIVE)
        .group_by(QuestionVersion.question_id, QuestionVersion.number, QuestionVersion.id)
    )
    found: dict[int, list[Text]] = defaultdict(list)
    for question, number, live_at, is_material in rows(store, asked):
        found[question].append(Text(number, day_in_uk(live_at), bool(is_material)))
    return found


def _decided(store: Session, question_ids: Sequence[int]) -> Mapping[int, list[tuple[int, date, datetime]]]:
    """(number of the version, day of the sign-off, when it was decided) of what signed reviews did not retire."""
    same = sa.and_(
        ReviewQuestion.review_id == ReviewDecision.review_id, ReviewQuestion.question_id == ReviewDecision.question_id
    )
    asked = (
        sa.select(ReviewDecision.question_id, QuestionVersion.number, ReviewSignOff.at, ReviewDecision.at)
        .join(ReviewSignOff, ReviewSignOff.review_id == ReviewDecision.review_id)
        .join(ReviewQuestion, same)
        .join(QuestionVersion, QuestionVersion.id == ReviewQuestion.question_version_id)
        .where(ReviewDecision.question_id.in_(question_ids), ReviewDecision.choice != Choice.RETIRE)
    )
    found: dict[int, list[tuple[int, date, datetime]]] = defaultdict(list)
    for question, number, signed_at, decided_at in rows(store, asked):
        found[question].append((number, day_in_uk(signed_at), decided_at))
    return found


def _called(store: Session, question_ids: Sequence[int]) -> Mapping[int, list[datetime]]:
    """When each was called; a quarantine calls by itself, for only a review ends it."""
    called = sa.select(ReviewCall.question_id, ReviewCall.at).where(ReviewCall.question_id.in_(question_ids))
    quarantined = sa.select(Move.question_id, Move.at).where(
        Move.question_id.in_(question_ids), Move.to_state == State.QUARANTINED
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for question, at in (*rows(store, called), *rows(store, quarantined)):
        found[question].append(at)
    return found


def _numbers(store: Session, version_ids: Sequence[int]) -> Mapping[int, int]:
    asked = sa.select(QuestionVersion.id, QuestionVersion.number).where(QuestionVersion.id.in_(version_ids))
    return dict(rows(store, asked))
