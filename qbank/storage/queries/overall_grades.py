"""The confirmed assessments that an overall grade combines, and the one that was signed last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.grading import Grade
from qbank.domain.preparation import Interest
from qbank.storage.models import (
    Assessment,
    AssessmentSession,
    Attempt,
    Confirmation,
    Declaration,
    OverallGrade,
    OverallGradePart,
    Person,
)
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class Part:
    """What stands of one method: its latest attempt that was assessed.

    Args:
        grade: None for an incomplete assessment.
        confirmation_id: None until it is confirmed.
    """

    method: str
    kind: str
    session: str
    grade: Grade | None
    assessor_id: int
    assessor: str
    confirmation_id: int | None
    confirmed_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it can be combined: graded and confirmed (R10)."""
        return self.grade is not None and self.confirmation_id is not None


@dataclass(frozen=True, slots=True)
class Signed:
    """An overall grade that was signed.

    Args:
        confirmations: keys of what it rests on.
    """

    number: int
    grade: Grade
    by: str
    at: datetime
    confirmations: frozenset[int]


def parts_of(store: Session, apprentice_id: int) -> Mapping[str, Part]:
    """What stands of each method that was assessed, by the method's code; corrections instead of what they correct."""
    asked = (
        sa.select(
            Attempt.method,
            Attempt.kind,
            AssessmentSession.reference,
            Assessment.grade,
            Assessment.by_id,
            Person.name,
            Confirmation.id,
            Confirmation.at,
        )
        .join(Attempt, Attempt.id == Assessment.attempt_id)
        .join(AssessmentSession, AssessmentSession.id == Assessment.assessment_session_id)
        .join(Person, Person.id == Assessment.by_id)
        .outerjoin(Confirmation, Confirmation.assessment_id == Assessment.id)
        .where(Attempt.apprentice_id == apprentice_id)
        .order_by(Attempt.number, Assessment.number)
    )
    return {
        method: Part(method, kind, session, None if grade is None else Grade(grade), by_id, by, confirmed, at)
        for method, kind, session, grade, by_id, by, confirmed, at in rows(store, asked)
    }


def last_signed(store: Session, apprentice_id: int) -> Signed | None:
    """The overall grade of the apprentice that was signed last, which counts."""
    asked = (
        sa.select(OverallGrade, Person.name)
        .join(Person, Person.id == OverallGrade.by_id)
        .where(OverallGrade.apprentice_id == apprentice_id)
        .order_by(OverallGrade.number.desc())
        .limit(1)
    )
    found = rows(store, asked)
    return next(
        (Signed(row.number, Grade(row.grade), by, row.at, _confirmations(store, row.id)) for row, by in found), None
    )


def has_interest(store: Session, apprentice_id: int, person_id: int) -> bool:
    """Whether the person declared an interest in any session of the apprentice (I2)."""
    asked = (
        sa.select(Declaration.id)
        .join(AssessmentSession, AssessmentSession.id == Declaration.assessment_session_id)
        .where(
            AssessmentSession.apprentice_id == apprentice_id,
            Declaration.person_id == person_id,
            Declaration.interest == Interest.DECLARED,
        )
    )
    return store.scalar(asked.limit(1)) is not None


def _confirmations(store: Session, key: int) -> frozenset[int]:
    asked = sa.select(OverallGradePart.confirmation_id).where(OverallGradePart.overall_grade_id == key)
    return frozenset(store.scalars(asked))
