"""What is recorded before a session's set opens, and what an approved adjustment alters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.deadlines import Deadlines, deadlines
from qbank.domain.lifecycle import Sitting
from qbank.domain.preparation import VARIANTS, Adjusted, Begun, Checked, Interest, Needed, Outcome, needed
from qbank.domain.sitting_times import bands_of
from qbank.storage.models import (
    Adjustment,
    AssessmentSession,
    AssessmentStart,
    Attempt,
    Competence,
    Declaration,
    DevelopmentGiven,
    Person,
    ProjectSubject,
    SittingCheck,
    Submission,
)
from qbank.storage.queries import standards
from qbank.storage.queries.rows import rows
from qbank.storage.queries.sessions import SessionLine
from review.days import day_in_uk

Booked = AssessmentSession | SessionLine
"""A session, as a row or as pages hold it: only its key is read."""


@dataclass(frozen=True, slots=True)
class Said:
    """That somebody recorded something: who, when, and the word or day of it."""

    what: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything that is recorded before a session; None where nothing is.

    Args:
        interest: what the session's present assessor declared.
        checks: the last outcome of each check, with how it was made.
        subject: the project's subject, its words erased or not, and who agreed it.
        subject_on: the day on which it was agreed.
        submission: what was handed in last.
        adjustments: those that stand, the last of each kind, with who approved them.
        deadlines: the days around the session.
        competent_until: of the session's present assessor (I1); None where it is not on record.
        booked: when each method of the apprentice starts first that is booked, by code.
    """

    interest: Said | None
    checks: Mapping[Checked, tuple[SittingCheck, str]]
    subject: Said | None
    subject_on: date | None
    submission: Submission | None
    adjustments: Sequence[tuple[Adjustment, str]]
    deadlines: Deadlines
    competent_until: date | None = None
    booked: Mapping[str, datetime] = field(default_factory=dict)


def preparation_of(store: Session, session: Booked) -> Preparation:
    """What is recorded for the session so far."""
    both = sa.select(AssessmentSession, Attempt).join(Attempt, Attempt.id == AssessmentSession.attempt_id)
    ((row, attempt),) = rows(store, both.where(AssessmentSession.id == session.id))
    subject = _subject(store, row)
    return Preparation(
        interest=_interest(store, row),
        checks=_checks(store, row.id),
        subject=None if subject is None else Said(subject[0].words or "", subject[1] or "", subject[0].at),
        subject_on=None if subject is None else subject[0].agreed_on,
        submission=submission_of(store, row.attempt_id),
        adjustments=adjustments_of(store, row),
        deadlines=_deadlines(store, row, attempt),
        competent_until=competent_until(store, row.assessor_id),
        booked=_first_times(store, row.apprentice_id),
    )


def _first_times(store: Session, apprentice_id: int) -> dict[str, datetime]:
    asked = sa.select(AssessmentSession.method, AssessmentSession.starts_at).where(
        AssessmentSession.apprentice_id == apprentice_id, AssessmentSession.cancelled_at.is_(None)
    )
    return dict(rows(store, asked.order_by(AssessmentSession.starts_at.desc())))


def outstanding(store: Session, session: Booked, at: datetime) -> list[Needed]:  # noqa: ARG001 - says as of when
    """What must be recorded before the set of the session opens, in the order of doing it; empty when it may.

    Source: assessment plan, rules I2 and X1.
    """
    row = store.get_one(AssessmentSession, session.id)
    declared = _interest(store, row)
    checks = _checks(store, row.id) if row.remote else {}
    return needed(
        interest=None if declared is None else Interest(declared.what),
        remote=row.remote,
        in_order=frozenset(what for what, (check, _) in checks.items() if check.outcome == Outcome.SATISFIED),
    )


def extra_minutes(store: Session, session: Booked) -> int:
    """The minutes that an approved adjustment adds to the session; 0 without one."""
    return next((each.extra_minutes or 0 for each, _ in adjustments_of(store, session)), 0)


def band_of(store: Session, session: Booked) -> tuple[int, int]:
    """The shortest and the longest lawful sitting of the session, in seconds: the plan's, or as adjusted."""
    row = store.get_one(AssessmentSession, session.id)
    plan = standards.as_loaded(store, store.get_one(Attempt, row.attempt_id).plan_version_id)
    bands = bands_of(plan.method(row.method), extra_minutes=extra_minutes(store, session))
    return bands.shortest, bands.longest


def pack_variant(store: Session, session: Booked) -> str:
    """How the session's pack is set unless somebody asks otherwise: "standard", "large" or "contrast"."""
    found = (each.variant for each, _ in adjustments_of(store, session) if each.variant)
    return next(found, VARIANTS[0])


def needs_interpreter(store: Session, session: Booked) -> bool:
    """Whether an interpreter is approved for the session."""
    return any(each.interpreter for each, _ in adjustments_of(store, session))


def adjustments_of(store: Session, session: Booked) -> Sequence[tuple[Adjustment, str]]:
    """The adjustments that stand, with who approved each: the last of each kind, and every other one.

    Time comes first, then format, interpreter, and the others in the order of their approval.
    """
    asked = (
        sa.select(Adjustment, Person.name)
        .join(Person, Person.id == Adjustment.approved_by_id)
        .where(Adjustment.assessment_session_id == session.id)
        .order_by(Adjustment.id)
    )
    every: Sequence[tuple[Adjustment, str]] = rows(store, asked)
    last = {each.kind: (each, who) for each, who in every if each.kind != Adjusted.OTHER}
    kept = [last[kind] for kind in (Adjusted.TIME, Adjusted.FORMAT, Adjusted.INTERPRETER) if kind in last]
    return [*kept, *((each, who) for each, who in every if each.kind == Adjusted.OTHER)]


def deadlines_of(store: Session, session: Booked) -> Deadlines:
    """The days around the session, by the plan that its apprentice is on."""
    row = store.get_one(AssessmentSession, session.id)
    return _deadlines(store, row, store.get_one(Attempt, row.attempt_id))


def _deadlines(store: Session, row: AssessmentSession, attempt: Attempt) -> Deadlines:
    plan = standards.as_loaded(store, attempt.plan_version_id)
    return deadlines(
        plan,
        plan.method(row.method),
        kind=Sitting(attempt.kind),
        starts_at=row.starts_at,
        started_on=started_on(store, row.apprentice_id, booked_at=row.booked_at),
        developed_on=developed_on(store, attempt),
        first_sat_on=_first_sat_on(store, attempt),
    )


def last_start(store: Session, apprentice_id: int) -> AssessmentStart | None:
    """The last start of the apprentice's assessment that is on record."""
    return store.scalar(
        sa.select(AssessmentStart)
        .where(AssessmentStart.apprentice_id == apprentice_id)
        .order_by(AssessmentStart.number.desc())
        .limit(1)
    )


def started_on(store: Session, apprentice_id: int, *, booked_at: datetime) -> date | None:
    """The day from which the assessment counts for a session that was booked then: of its own period, as corrected."""
    every = store.scalars(
        sa.select(AssessmentStart)
        .where(AssessmentStart.apprentice_id == apprentice_id)
        .order_by(AssessmentStart.number)
    ).all()
    begun = [each.period for each in every if each.kind == Begun.RE_TAKE and each.at <= booked_at]
    period = max(begun, default=1)
    return next((each.started_on for each in reversed(every) if each.period == period), None)


def developed_on(store: Session, attempt: Attempt) -> date | None:
    """When further development was last given after the attempt before this one (R12); None for the first."""
    if attempt.number == 1:
        return None
    earlier = sa.and_(
        Attempt.apprentice_id == attempt.apprentice_id,
        Attempt.method == attempt.method,
        Attempt.number == attempt.number - 1,
    )
    return store.scalar(
        sa.select(DevelopmentGiven.given_on)
        .join(Attempt, Attempt.id == DevelopmentGiven.attempt_id)
        .where(earlier)
        .order_by(DevelopmentGiven.id.desc())
        .limit(1)
    )


def _first_sat_on(store: Session, attempt: Attempt) -> date | None:
    """The day of the apprentice's first sitting of the method; None for the first attempt itself (R4)."""
    if attempt.number == 1:
        return None
    starts_at = store.scalar(
        sa.select(AssessmentSession.starts_at)
        .join(Attempt, Attempt.id == AssessmentSession.attempt_id)
        .where(Attempt.apprentice_id == attempt.apprentice_id, Attempt.method == attempt.method, Attempt.number == 1)
        .where(AssessmentSession.cancelled_at.is_(None))
    )
    return None if starts_at is None else day_in_uk(starts_at)


def has_development(store: Session, attempt_id: int) -> bool:
    """Whether further development was recorded after the attempt."""
    return (
        store.scalar(sa.select(DevelopmentGiven.id).where(DevelopmentGiven.attempt_id == attempt_id).limit(1))
        is not None
    )


def has_begun_again(store: Session, attempt: Attempt) -> bool:
    """Whether the assessment started anew, for a re-take, since the attempt was opened (R6)."""
    asked = sa.select(AssessmentStart.id).where(
        AssessmentStart.apprentice_id == attempt.apprentice_id,
        AssessmentStart.kind == Begun.RE_TAKE,
        AssessmentStart.at > attempt.opened_at,
    )
    return store.scalar(asked.limit(1)) is not None


def submission_of(store: Session, attempt_id: int) -> Submission | None:
    """What was handed in last for the attempt."""
    return store.scalar(
        sa.select(Submission).where(Submission.attempt_id == attempt_id).order_by(Submission.id.desc()).limit(1)
    )


def pieces_received(store: Session, attempt_id: int) -> int:
    """How many pieces of the portfolio were handed in for the attempt, by the last that is recorded; 0 for none."""
    last = submission_of(store, attempt_id)
    return 0 if last is None else last.piece_count or 0


def competent_until(store: Session, person_id: int) -> date | None:
    """Until when the person's occupational competence is on record (I1); None if it is not."""
    return store.scalar(
        sa.select(Competence.holds_until)
        .where(Competence.person_id == person_id)
        .order_by(Competence.id.desc())
        .limit(1)
    )


def _interest(store: Session, row: AssessmentSession) -> Said | None:
    asked = (
        sa.select(Declaration, Person.name)
        .join(Person, Person.id == Declaration.person_id)
        .where(Declaration.assessment_session_id == row.id, Declaration.person_id == row.assessor_id)
        .order_by(Declaration.id.desc())
        .limit(1)
    )
    return next((Said(each.interest, who, each.at) for each, who in rows(store, asked)), None)


def _checks(store: Session, session_id: int) -> dict[Checked, tuple[SittingCheck, str]]:
    asked = (
        sa.select(SittingCheck, Person.name)
        .join(Person, Person.id == SittingCheck.by_id)
        .where(SittingCheck.assessment_session_id == session_id)
        .order_by(SittingCheck.id)
    )
    return {Checked(each.what): (each, who) for each, who in rows(store, asked)}


def _subject(store: Session, row: AssessmentSession) -> tuple[ProjectSubject, str | None] | None:
    """The subject agreed last, for this attempt or an earlier one: a reworked project keeps its subject."""
    asked = (
        sa.select(ProjectSubject, Person.name)
        .join(Attempt, Attempt.id == ProjectSubject.attempt_id)
        .outerjoin(Person, Person.id == ProjectSubject.by_id)
        .where(Attempt.apprentice_id == row.apprentice_id, Attempt.method == row.method)
        .order_by(ProjectSubject.id.desc())
        .limit(1)
    )
    return next(iter(rows(store, asked)), None)
