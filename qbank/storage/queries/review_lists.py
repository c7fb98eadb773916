"""Lists of reviews, and the revisions that signed ones asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from qbank.domain.approving import Verdict
from qbank.domain.lifecycle import Change, State
from qbank.storage.models import (
    Approval,
    Move,
    Person,
    PlanVersion,
    Question,
    Review,
    ReviewDecision,
    ReviewMember,
    ReviewQuestion,
    ReviewSignOff,
    ReviewTaskEnd,
    ReviewWithdrawal,
    Standard,
)
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One review in a list."""

    reference: str
    standard: str
    plan_version_id: int
    method: str
    chair: str
    opened_at: datetime
    questions: int
    decided: int
    signed_at: datetime | None
    withdrawn_at: datetime | None
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Task:
    """A revision that a signed review asked of an author.

    Args:
        done_at: when a newer version went live; None before.
        ended: why it is no longer followed; empty while it is.
    """

    review: str
    review_id: int
    question_id: int
    reference: str
    author_id: int
    author: str
    reason: str
    revised_by: date
    given_at: datetime
    done_at: datetime | None
    ended: str

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None and not self.ended


def reviews(store: Session) -> list[ReviewLine]:
    """Every review, the open ones first, then the latest."""
    questions = _count(ReviewQuestion)
    decided = _count(ReviewDecision)
    asked = (
        sa.select(Review, Standard.code, Person.name, questions, decided, ReviewSignOff.at, ReviewWithdrawal.at)
        .join(PlanVersion, PlanVersion.id == Review.plan_version_id)
        .join(Standard, Standard.id == PlanVersion.standard_id)
        .join(Person, Person.id == Review.chair_id)
        .outerjoin(ReviewSignOff, ReviewSignOff.review_id == Review.id)
        .outerjoin(ReviewWithdrawal, ReviewWithdrawal.review_id == Review.id)
        .order_by(sa.func.coalesce(ReviewSignOff.at, ReviewWithdrawal.at).is_not(None), Review.id.desc())
    )
    members: dict[int, set[int]] = defaultdict(set)
    for key, person in rows(store, sa.select(ReviewMember.review_id, ReviewMember.person_id)):
        members[key].add(person)
    return [
        ReviewLine(
            row.reference,
            code,
            row.plan_version_id,
            row.method,
            chair,
            row.at,
            many,
            done,
            signed,
            ended,
            frozenset(members[row.id]),
        )
        for row, code, chair, many, done, signed, ended in rows(store, asked)
    ]


def open_review(store: Session, standard_id: int, method: str) -> str | None:
    """The reference of the open review of a method, by any version of its plan; None where there is none."""
    ended = sa.union(sa.select(ReviewSignOff.review_id), sa.select(ReviewWithdrawal.review_id))
    asked = (
        sa.select(Review.reference)
        .join(PlanVersion, PlanVersion.id == Review.plan_version_id)
        .where(PlanVersion.standard_id == standard_id, Review.method == method, Review.id.not_in(ended))
    )
    return store.scalar(asked.limit(1))


def tasks(store: Session) -> list[Task]:
    """Every revision that a signed review asked for, the open ones that are due first."""
    author, done_at = aliased(Person), _later_version()
    same = sa.and_(
        ReviewQuestion.review_id == ReviewDecision.review_id, ReviewQuestion.question_id == ReviewDecision.question_id
    )
    ended = sa.and_(
        ReviewTaskEnd.review_id == ReviewDecision.review_id, ReviewTaskEnd.question_id == ReviewDecision.question_id
    )
    asked = (
        sa.select(ReviewDecision, Review.reference, Question.reference, author.name, done_at, ReviewTaskEnd.reason)
        .join(Review, Review.id == ReviewDecision.review_id)
        .join(ReviewSignOff, ReviewSignOff.review_id == Review.id)
        .join(ReviewQuestion, same)
        .join(Question, Question.id == ReviewDecision.question_id)
        .join(author, author.id == ReviewDecision.author_id)
        .outerjoin(ReviewTaskEnd, ended)
        .order_by(ReviewDecision.revised_by, Question.reference)
    )
    found = [
        Task(
            review=review_reference,
            review_id=row.review_id,
            question_id=row.question_id,
            reference=reference,
            author_id=row.author_id or 0,
            author=name,
            reason=row.reason,
            revised_by=row.revised_by or row.at.date(),
            given_at=row.at,
            done_at=done,
            ended=reason or "",
        )
        for row, review_reference, reference, name, done, reason in rows(store, asked)
    ]
    return sorted(found, key=lambda task: not task.is_open)


def _count(model: type[ReviewQuestion | ReviewDecision]) -> sa.ScalarSelect[int]:
    counted = sa.select(sa.func.count()).select_from(model).where(model.review_id == Review.id)
    return counted.correlate(Review).scalar_subquery()


def _later_version() -> sa.ScalarSelect[datetime]:
    """When a newer version than the one that the panel read went live: of another text, or after the decision."""
    material = sa.exists().where(
        Approval.question_version_id == Move.question_version_id,
        Approval.decision == Verdict.APPROVED,
        Approval.change == Change.MATERIAL,
    )
    asked = (
        sa.select(sa.func.min(Move.at))
        .where(
            sa.or_(Move.at > ReviewDecision.at, material),
            Move.question_id == ReviewDecision.question_id,
            Move.to_state == State.LIVE,
            Move.question_version_id > ReviewQuestion.question_version_id,
        )
        .correlate(ReviewDecision, ReviewQuestion)
    )
    return asked.scalar_subquery()
