"""Assessment sessions and their sets, as pages and services need them: flat values, one query each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.preparation import Adjusted
from qbank.storage.models import (
    Adjustment,
    Apprentice,
    ApprenticeDetails,
    Assessment,
    AssessmentSession,
    Attempt,
    Employer,
    Person,
    PlanVersion,
    Provider,
    QuestionSet,
    SessionNote,
    SetVoid,
    Standard,
)
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as lists and its own page show it.

    Args:
        apprentice: their name, or their reference once the name was erased.
        remote: whether it is by video.
        extra_minutes: that an approved adjustment adds.
        pack_variant: how an approved adjustment has the pack set; None without one.
        interpreter: whether an interpreter is approved.
        drawn_at: when its set was drawn; None before.
        submitted_at: when its assessment was submitted for the first time; None before.
    """

    id: int
    reference: str
    public_id: str
    standard: str
    plan_version_id: int
    method: str
    kind: str
    attempt: str
    attempt_id: int
    attempt_number: int
    apprentice: str
    apprentice_reference: str
    employer: str
    provider: str
    assessor_id: int
    assessor: str
    starts_at: datetime
    place: str
    cancelled_at: datetime | None
    drawn_at: datetime | None
    submitted_at: datetime | None
    remote: bool = False
    extra_minutes: int = 0
    pack_variant: str | None = None
    interpreter: bool = False


def sessions_of(store: Session, assessor_id: int | None) -> Sequence[SessionLine]:
    """The sessions of one assessor that are not cancelled, by time; of everybody for None (the command line)."""
    asked = _lines().where(AssessmentSession.cancelled_at.is_(None)).order_by(AssessmentSession.starts_at)
    if assessor_id is not None:
        asked = asked.where(AssessmentSession.assessor_id == assessor_id)
    return tuple(SessionLine(**row) for row in store.execute(asked).mappings())


def within_a_day(store: Session, line: SessionLine) -> Sequence[SessionLine]:
    """The assessor's other sessions that begin less than a day before or after this one, by time; none cancelled."""
    begins = AssessmentSession.starts_at
    asked = _lines().where(
        AssessmentSession.assessor_id == line.assessor_id,
        AssessmentSession.id != line.id,
        AssessmentSession.cancelled_at.is_(None),
        begins > line.starts_at - timedelta(days=1),
        begins < line.starts_at + timedelta(days=1),
    )
    return tuple(SessionLine(**row) for row in store.execute(asked.order_by(begins)).mappings())


def lines_of(store: Session, keys: Iterable[int]) -> Mapping[int, SessionLine]:
    """The sessions of those keys, whosever they are."""
    asked = _lines().where(AssessmentSession.id.in_(list(keys)))
    return {row["id"]: SessionLine(**row) for row in store.execute(asked).mappings()}


def to_come(store: Session, at: datetime, *, most: int, after: int = 0) -> Sequence[SessionLine]:
    """Sessions from that time on that are not cancelled, soonest first; `after` so many of them."""
    asked = _lines().where(AssessmentSession.cancelled_at.is_(None), AssessmentSession.starts_at >= at)
    asked = asked.order_by(AssessmentSession.starts_at, AssessmentSession.id).offset(after).limit(most)
    return tuple(SessionLine(**row) for row in store.execute(asked).mappings())


def gone_by(store: Session, at: datetime, *, most: int, after: int = 0) -> Sequence[SessionLine]:
    """Sessions before that time, and cancelled ones, latest first; `after` so many of them."""
    asked = _lines().where(sa.or_(AssessmentSession.cancelled_at.is_not(None), AssessmentSession.starts_at < at))
    asked = asked.order_by(AssessmentSession.starts_at.desc(), AssessmentSession.id.desc()).offset(after).limit(most)
    return tuple(SessionLine(**row) for row in store.execute(asked).mappings())


def how_many(store: Session, at: datetime) -> tuple[int, int]:
    """How many sessions `to_come` and `gone_by` list."""
    every = store.scalar(sa.select(sa.func.count()).select_from(AssessmentSession)) or 0
    ahead = sa.select(sa.func.count()).where(
        AssessmentSession.cancelled_at.is_(None), AssessmentSession.starts_at >= at
    )
    coming = store.scalar(ahead) or 0
    return coming, every - coming


def reasons_of(store: Session, session_id: int) -> Sequence[tuple[str, str, datetime, str | None]]:
    """The reasons given for a session, in order: what each explains, its words, when, and who gave it."""
    asked = (
        sa.select(SessionNote.kind, SessionNote.words, SessionNote.at, Person.name)
        .outerjoin(Person, Person.id == SessionNote.by_id)
        .where(SessionNote.assessment_session_id == session_id)
        .order_by(SessionNote.id)
    )
    return rows(store, asked)


def session_by_public_id(store: Session, public_id: str, assessor_id: int | None) -> SessionLine | None:
    """The session of that address, if it is this assessor's: to anybody else it does not exist."""
    return _one(store, AssessmentSession.public_id == public_id, assessor_id)


def key_by_public_id(store: Session, public_id: str, assessor_id: int) -> int | None:
    """The key of the assessor's session of that address; None where it is not theirs."""
    return store.scalar(
        sa.select(AssessmentSession.id).where(
            AssessmentSession.public_id == public_id, AssessmentSession.assessor_id == assessor_id
        )
    )


def session_by_reference(store: Session, reference: str, assessor_id: int | None = None) -> SessionLine | None:
    """The session of that reference, if it is this assessor's; anybody's for None (the command line)."""
    return _one(store, AssessmentSession.reference == reference, assessor_id)


def standing_set(store: Session, attempt_id: int) -> QuestionSet | None:
    """The set of an attempt that was drawn and not voided."""
    voided = sa.select(SetVoid.question_set_id)
    return store.scalar(
        sa.select(QuestionSet).where(QuestionSet.attempt_id == attempt_id, QuestionSet.id.not_in(voided))
    )


def last_attempt(store: Session, apprentice_id: int, method: str) -> Attempt | None:
    """The apprentice's latest attempt at a method."""
    return store.scalar(
        sa.select(Attempt)
        .where(Attempt.apprentice_id == apprentice_id, Attempt.method == method)
        .order_by(Attempt.number.desc())
        .limit(1)
    )


def booked_session(store: Session, attempt_id: int) -> AssessmentSession | None:
    """The session of an attempt that is not cancelled; there is at most one."""
    return store.scalar(
        sa.select(AssessmentSession).where(
            AssessmentSession.attempt_id == attempt_id, AssessmentSession.cancelled_at.is_(None)
        )
    )


def _one(store: Session, which: sa.ColumnElement[bool], assessor_id: int | None) -> SessionLine | None:
    asked = _lines().where(which)
    if assessor_id is not None:
        asked = asked.where(AssessmentSession.assessor_id == assessor_id)
    row = store.execute(asked).mappings().first()
    return None if row is None else SessionLine(**row)


def _adjusted(kind: Adjusted, column: Any) -> sa.ScalarSelect[Any]:
    """What the last approved adjustment of that kind gives; null without one."""
    return (
        sa.select(column)
        .where(Adjustment.assessment_session_id == AssessmentSession.id, Adjustment.kind == kind)
        .order_by(Adjustment.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _facts() -> sa.Select[*tuple[Any, ...]]:
    """What a line says, of tables that `_lines` joins."""
    return sa.select(
        AssessmentSession.id,
        AssessmentSession.reference,
        AssessmentSession.public_id,
        Standard.code.label("standard"),
        Attempt.plan_version_id,
        AssessmentSession.method,
        Attempt.kind,
        Attempt.reference.label("attempt"),
        AssessmentSession.attempt_id,
        Attempt.number.label("attempt_number"),
        sa.func.coalesce(ApprenticeDetails.name, Apprentice.reference).label("apprentice"),
        Apprentice.reference.label("apprentice_reference"),
        Employer.name.label("employer"),
        Provider.name.label("provider"),
        AssessmentSession.assessor_id,
        Person.name.label("assessor"),
        AssessmentSession.starts_at,
        AssessmentSession.place,
        AssessmentSession.cancelled_at,
        _drawn_at().label("drawn_at"),
        _first_submitted().label("submitted_at"),
        AssessmentSession.remote,
        sa.func.coalesce(_adjusted(Adjusted.TIME, Adjustment.extra_minutes), 0).label("extra_minutes"),
        _adjusted(Adjusted.FORMAT, Adjustment.variant).label("pack_variant"),
        sa.func.coalesce(_adjusted(Adjusted.INTERPRETER, Adjustment.interpreter), sa.false()).label("interpreter"),
    )


@cache
def _lines() -> sa.Select[*tuple[Any, ...]]:
    """Built once: putting so wide a query together takes longer than asking it."""
    return (
        _facts()
        .join(Attempt, Attempt.id == AssessmentSession.attempt_id)
        .join(PlanVersion, PlanVersion.id == Attempt.plan_version_id)
        .join(Standard, Standard.id == PlanVersion.standard_id)
        .join(Apprentice, Apprentice.id == AssessmentSession.apprentice_id)
        .join(Employer, Employer.id == Apprentice.employer_id)
        .join(Provider, Provider.id == Apprentice.provider_id)
        .join(Person, Person.id == AssessmentSession.assessor_id)
        .outerjoin(ApprenticeDetails, ApprenticeDetails.apprentice_id == Apprentice.id)
    )


def _drawn_at() -> sa.ScalarSelect[Any]:
    """When the set of the session's attempt was drawn; a voided one counts no more."""
    voided = sa.select(SetVoid.question_set_id)
    asked = sa.select(sa.func.max(QuestionSet.drawn_at)).where(
        QuestionSet.attempt_id == AssessmentSession.attempt_id, QuestionSet.id.not_in(voided)
    )
    return asked.scalar_subquery()


def _first_submitted() -> sa.ScalarSelect[Any]:
    """When the session's first assessment was submitted."""
    asked = sa.select(sa.func.min(Assessment.at)).where(Assessment.assessment_session_id == AssessmentSession.id)
    return asked.scalar_subquery()
