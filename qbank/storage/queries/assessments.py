"""Assessment decisions as they are kept: flat values for pages and services."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from qbank.domain.grading import Grade
from qbank.domain.moderating import Assessed, Outcome, Standing
from qbank.storage.models import (
    Assessment,
    AssessmentSession,
    AssessorRelease,
    Attempt,
    CapException,
    Confirmation,
    JudgementRow,
    Moderation,
    ModerationSample,
    QuestionSet,
    RecordEntry,
    SetExtension,
)
from qbank.storage.queries.rows import rows

ERASED = "Erased with the apprentice’s data."


@dataclass(frozen=True, slots=True)
class Decision:
    """One submitted assessment with what became of it.

    Args:
        number: 1, or that of a correction.
        grade: None for an incomplete assessment.
        because: why it is incomplete or a correction; empty otherwise.
        whys: why it is in the sample; empty where it is not.
        outcome: of its moderation; None before.
        found: the moderator's words.
    """

    id: int
    session_id: int
    attempt_id: int
    number: int
    assessor_id: int
    question_set_id: int
    grade: Grade | None
    derived_grade: Grade | None
    capped: bool
    incomplete: bool
    because: str
    at: datetime
    whys: tuple[str, ...]
    outcome: Outcome | None
    moderator_id: int | None
    moderated_at: datetime | None
    found: str
    confirmed_at: datetime | None

    @property
    def standing(self) -> Standing:
        """Where it stands, if it is the latest of its session."""
        if self.confirmed_at is not None:
            return Standing.CONFIRMED
        if self.outcome is not None:
            return Standing.UPHELD if self.outcome is Outcome.UPHELD else Standing.RETURNED
        return Standing.AWAITS_MODERATION if self.whys else Standing.HELD


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided of one criterion; `met` is None for a fail indicator, which was seen."""

    criterion: str
    met: bool | None
    sources: str
    words: str


def is_submitted(store: Session, session_id: int) -> bool:
    """Whether an assessment of the session was submitted."""
    asked = sa.select(Assessment.id).where(Assessment.assessment_session_id == session_id).limit(1)
    return store.scalar(asked) is not None


def decisions_of(store: Session, session_id: int) -> Sequence[Decision]:
    """Every assessment of a session, corrections after what they correct."""
    return _decisions(store, Assessment.assessment_session_id == session_id)


def latest(store: Session, session_id: int) -> Decision | None:
    """The assessment of a session that stands; None before one was submitted."""
    found = decisions_of(store, session_id)
    return found[-1] if found else None


def standing_decisions(store: Session, *, confirmed: bool, most: int | None = None) -> Sequence[Decision]:
    """The latest assessment of every session, latest submitted first; confirmed ones, or those that are not."""
    which = Confirmation.id.is_not(None) if confirmed else Confirmation.id.is_(None)
    found = _decisions(store, _is_latest(), which, most=most)
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)


def judgements_of(store: Session, assessment_id: int) -> Mapping[str, Judged]:
    """What was decided, by the code of the criterion."""
    asked = sa.select(JudgementRow).where(JudgementRow.assessment_id == assessment_id).order_by(JudgementRow.id)
    return {
        row.criterion: Judged(row.criterion, row.met, row.sources, text_of(row.words)) for row in store.scalars(asked)
    }


def grades_before(store: Session, attempt: Attempt) -> Mapping[int, Grade | None]:
    """The grades that stand of the apprentice's earlier attempts at the method that were assessed, by attempt."""
    return _grades(
        store,
        Attempt.apprentice_id == attempt.apprentice_id,
        Attempt.method == attempt.method,
        Attempt.number < attempt.number,
    )


def is_graded_later(store: Session, attempt: Attempt) -> bool:
    """Whether a grade stands of a later attempt of the apprentice at the method."""
    later = _grades(
        store,
        Attempt.apprentice_id == attempt.apprentice_id,
        Attempt.method == attempt.method,
        Attempt.number > attempt.number,
    )
    return any(grade is not None for grade in later.values())


def grade_of_attempt(store: Session, attempt_id: int) -> Grade | None:
    """The grade that stands of an attempt; None before, and for an incomplete assessment."""
    return _grades(store, Attempt.id == attempt_id).get(attempt_id)


def confirmed_grades(store: Session, apprentice_id: int, plan_version_id: int) -> Mapping[str, Grade | None]:
    """The confirmed grade of each method that has one: that of the latest attempt."""
    asked = (
        sa.select(Attempt.method, Assessment.grade)
        .join(Assessment, Assessment.attempt_id == Attempt.id)
        .join(Confirmation, Confirmation.assessment_id == Assessment.id)
        .where(Attempt.apprentice_id == apprentice_id, Attempt.plan_version_id == plan_version_id)
        .order_by(Attempt.number)
    )
    return {method: None if grade is None else Grade(grade) for method, grade in rows(store, asked)}


def has_exception(store: Session, attempt_id: int) -> bool:
    """Whether exceptional circumstances are recorded for an attempt."""
    return store.scalar(sa.select(CapException.id).where(CapException.attempt_id == attempt_id)) is not None


def was_replaced(store: Session, question_set_id: int) -> bool:
    """Whether a question of the set was replaced by another."""
    asked = sa.select(SetExtension.id).where(
        SetExtension.question_set_id == question_set_id, SetExtension.replaced_position.is_not(None)
    )
    return store.scalar(asked.limit(1)) is not None


def took_part(store: Session, decision_id: int, person_id: int) -> bool:
    """Whether a person delivered or assessed what was decided (Q2): as its assessor, in its record, or by its draw."""
    row = store.get_one(Assessment, decision_id)
    session = store.get_one(AssessmentSession, row.assessment_session_id)
    wrote = sa.exists().where(RecordEntry.assessment_session_id == session.id, RecordEntry.by_id == person_id)
    drew = sa.exists().where(QuestionSet.attempt_id == row.attempt_id, QuestionSet.drawn_by_id == person_id)
    return person_id in {row.by_id, session.assessor_id} or bool(store.scalar(sa.select(sa.or_(wrote, drew))))


def is_released(store: Session, assessor_id: int) -> bool:
    """Whether the assessor is new no longer."""
    return store.scalar(sa.select(AssessorRelease.id).where(AssessorRelease.assessor_id == assessor_id)) is not None


def window_of(store: Session, assessor_id: int, *, after: datetime) -> Sequence[tuple[int, Assessed]]:
    """Every session that an assessor assessed for the first time after that moment, in the order of submission.

    Each is the key of its latest assessment, and how the sample sees the session.
    """
    sampled = (
        sa.exists().where(
            ModerationSample.assessment_id == _other.id,
            _other.assessment_session_id == Assessment.assessment_session_id,
        )
    ).correlate(Assessment)
    open_still = ~sa.exists().where(Confirmation.assessment_session_id == Assessment.assessment_session_id)
    first = sa.exists().where(
        _other.assessment_session_id == Assessment.assessment_session_id, _other.number == 1, _other.at > after
    )
    asked = (
        sa.select(Assessment.id, AssessmentSession.reference, sampled, open_still)
        .join(AssessmentSession, AssessmentSession.id == Assessment.assessment_session_id)
        .where(Assessment.by_id == assessor_id, _is_latest(), first)
        .order_by(Assessment.id)
    )
    return [
        (key, Assessed(reference, sampled=bool(in_it), open=bool(still)))
        for key, reference, in_it, still in rows(store, asked)
    ]


def text_of(words: str | None) -> str:
    """The words of a row as people read them."""
    return ERASED if words is None else str(json.loads(words))


_other = aliased(Assessment)
_later = aliased(Assessment)


def _is_latest() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(
        _later.assessment_session_id == Assessment.assessment_session_id, _later.number > Assessment.number
    )


def _grades(store: Session, *which: sa.ColumnElement[bool]) -> dict[int, Grade | None]:
    asked = (
        sa.select(Attempt.id, Assessment.grade)
        .join(Assessment, Assessment.attempt_id == Attempt.id)
        .where(*which, _is_latest())
        .order_by(Attempt.number)
    )
    return {attempt: None if grade is None else Grade(grade) for attempt, grade in rows(store, asked)}


def _decisions(store: Session, *which: sa.ColumnElement[bool], most: int | None = None) -> Sequence[Decision]:
    asked = (
        sa.select(Assessment, Moderation, Confirmation.at)
        .outerjoin(Moderation, Moderation.assessment_id == Assessment.id)
        .outerjoin(Confirmation, Confirmation.assessment_id == Assessment.id)
        .where(*which)
    )
    ordered = asked.order_by(Assessment.id) if most is None else asked.order_by(Assessment.id.desc()).limit(most)
    found = store.execute(ordered).all()
    whys = _whys(store, [row.id for row, _, _ in found])
    return [_decision(row, moderated, confirmed, whys[row.id]) for row, moderated, confirmed in found]


def _whys(store: Session, keys: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    asked = sa.select(ModerationSample.assessment_id, ModerationSample.why).where(
        ModerationSample.assessment_id.in_(keys)
    )
    for key, why in rows(store, asked.order_by(ModerationSample.id)):
        found[key].append(why)
    return found


def _decision(
    row: Assessment, moderated: Moderation | None, confirmed_at: datetime | None, whys: Sequence[str]
) -> Decision:
    return Decision(
        id=row.id,
        session_id=row.assessment_session_id,
        attempt_id=row.attempt_id,
        number=row.number,
        assessor_id=row.by_id,
        question_set_id=row.question_set_id,
        grade=None if row.grade is None else Grade(row.grade),
        derived_grade=None if row.derived_grade is None else Grade(row.derived_grade),
        capped=row.capped,
        incomplete=row.incomplete,
        because=text_of(row.words),
        at=row.at,
        whys=tuple(whys),
        outcome=None if moderated is None else Outcome(moderated.outcome),
        moderator_id=None if moderated is None else moderated.moderator_id,
        moderated_at=None if moderated is None else moderated.at,
        found="" if moderated is None else text_of(moderated.words),
        confirmed_at=confirmed_at,
    )
