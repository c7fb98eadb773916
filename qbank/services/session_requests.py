"""A booking as somebody asks for it: in the words of a form or a row of a file, looked up, checked, and booked whole.

A session whose set could not be drawn is found here: a set is drawn with a seed that is thrown away, under everything
that bars questions today. What is asked for and cannot be had is refused with the thing named, and nothing is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import Reason, Sitting
from qbank.domain.people import Actor
from qbank.domain.standards import Method, Plan
from qbank.services import booking, continuing, eligibility, people, reasons, starting
from qbank.services.laws import law_of
from qbank.services.reasons import ReasonNeeded
from qbank.services.seeds import SEED_BYTES, SeedCipher
from qbank.storage.models import (
    Apprentice,
    AssessmentSession,
    Attempt,
    Commitment,
    Employer,
    Person,
    PlanVersion,
    Provider,
)
from qbank.storage.queries import preparation, sessions, standards
from qbank.storage.queries.people import by_email
from review.days import day_in_uk, months_after


@dataclass(frozen=True, slots=True)
class Request:
    """A session that somebody wants booked.

    Args:
        standard: its code; of an apprentice who is registered, their own plan version counts.
        method: its code.
        apprentice: their reference.
        name, employer, provider: of an apprentice who is not registered yet; else empty, or as registered.
        assessor: their e-mail address.
        starts_at: with its time zone.
        place: where, or how to get there by video.
        remote: whether it is by video.
        kind: first sitting, re-sit or re-take.
        started: the day on which the assessment started; for a re-take, started anew. None where it is on record.
        developed: the day of further development before a re-sit or re-take; None where it is on record.
        development: what was given then.
        because: why a day of the plan is not kept; empty where all are.
        plan_version: the one that an apprentice who is not registered yet is assessed by; empty for the newest.
    """

    standard: str
    method: str
    apprentice: str
    assessor: str
    starts_at: datetime
    place: str
    name: str = ""
    employer: str = ""
    provider: str = ""
    kind: Sitting = Sitting.FIRST
    remote: bool = False
    started: date | None = None
    developed: date | None = None
    development: str = ""
    because: str = ""
    plan_version: str = ""


def book(store: Session, asked: Request, *, by: Actor, at: datetime, cipher: SeedCipher) -> AssessmentSession:
    """The booked session, whose set can be drawn.

    Args:
        store: in a unit that writes.
        asked: what is wanted.
        by: the person who books.
        at: now.
        cipher: seals the seed.

    Raises:
        NotFound: no such standard, method or assessor.
        NotReady: no draw plan is in use for the method.
        ReasonNeeded: a day of the plan is not kept (O7, W2, P2, G5, W5), and no reason is given.
        RuleBroken: the apprentice is registered otherwise, or the booking breaks a rule.
        DeliveryRefusal: no lawful set is left for this apprentice; says what is missing and the smallest change.
    """
    apprentice = _apprentice(store, asked, by=by, at=at)
    plan = standards.as_loaded(store, apprentice.plan_version_id)
    method = next((each for each in plan.methods if each.code == asked.method), None)
    if method is None:
        raise NotFound(f"There is no method {asked.method} in this apprentice's plan.", remedy="Choose one of its own.")
    _record_what_came_before(store, apprentice, asked, by=by, at=at)
    breaks = _breaks(plan, method, asked.kind, asked.starts_at, _started(store, apprentice), at)
    if breaks and not asked.because.strip():
        raise next(iter(breaks.values()))
    session = booking.book(
        store,
        apprentice=apprentice,
        method=asked.method,
        assessor=_assessor(store, asked.assessor),
        starts_at=asked.starts_at,
        place=asked.place,
        remote=asked.remote,
        kind=asked.kind,
        by=by,
        at=at,
        cipher=cipher,
    )
    for kind in breaks:
        reasons.keep(store, session, kind, asked.because, by=by, at=at)
    must_be_drawable(store, store.get_one(Attempt, session.attempt_id), at)
    return session


def move(
    store: Session,
    session: AssessmentSession,
    starts_at: datetime,
    *,
    because: str,
    not_kept: str,
    by: Actor,
    at: datetime,
) -> None:
    """Give the session another time. A day of the plan that the new one does not keep has a reason of its own.

    Args:
        store: in a unit that writes.
        session: what is moved.
        starts_at: when it takes place from now on.
        because: why it is moved (R8).
        not_kept: why a day of the plan is not kept; another hour of the same day gives no less notice.
        by: the person who moves it.
        at: now.

    Raises:
        ReasonNeeded: a day of the plan is not kept (O7, W2, P2, G5, W5), and no reason for that is given.
        RuleBroken: as `booking.move`.
    """
    attempt = store.get_one(Attempt, session.attempt_id)
    plan, apprentice = (
        standards.as_loaded(store, attempt.plan_version_id),
        store.get_one(Apprentice, session.apprentice_id),
    )
    method, started_on = plan.method(session.method), _started(store, apprentice)
    breaks = _breaks(plan, method, Sitting(attempt.kind), starts_at, started_on, at)
    if day_in_uk(starts_at) == day_in_uk(session.starts_at):
        breaks.pop(Reason.SHORT_NOTICE, None)
    if breaks and not not_kept.strip():
        raise next(iter(breaks.values()))
    booking.move(store, session, starts_at, because=because, by=by, at=at)
    for kind in breaks:
        reasons.keep(store, session, kind, not_kept, by=by, at=at)


def must_be_drawable(store: Session, attempt: Attempt, at: datetime) -> None:
    """Refuse an attempt for which no lawful set is left today. Nothing is kept of the set that is drawn to see.

    Raises:
        DeliveryRefusal: says what is missing and the smallest change.
        RuleBroken: the review of the bank is overdue (W8).
    """
    continuing.must_be_in_time(store, attempt, at=at)
    committed = store.scalars(
        sa.select(Commitment).where(Commitment.attempt_id == attempt.id).order_by(Commitment.number.desc()).limit(1)
    ).one()
    barred = eligibility.of_attempt(store, attempt, committed.draw_plan_id, at=at)
    law_of(store, committed.draw_plan_id).give(seed=secrets.token_bytes(SEED_BYTES), eligibility=barred)


def days_asked(method: Method) -> int:
    """How many days before a session the plan wants something done: the notice (O7), or what is handed in (W2, P2)."""
    return max(method.notice_days or 0, method.submission_days or 0)


def _breaks(
    plan: Plan, method: Method, kind: Sitting, starts_at: datetime, started_on: date | None, at: datetime
) -> dict[Reason, ReasonNeeded]:
    """The days of the plan that a session of that start does not keep, each with what is said when no reason is given.

    Source: assessment plan, rules O7, W2, P2, G5 and W5; a reason is kept (R8).
    """
    found, days = {}, days_asked(method)
    if starts_at - at < timedelta(days=days):
        found[Reason.SHORT_NOTICE] = ReasonNeeded(
            f"The plan asks for {days} days before the {method.short_title.lower()}, and there are fewer.",
            remedy="Choose a later day, or say why it cannot be later.",
            rule="O7" if method.notice_days else "W2" if method.report_words else "P2",
        )
    ends_on = None if started_on is None else months_after(started_on, plan.assessment_months)
    if ends_on is not None and kind is not Sitting.RE_SIT and day_in_uk(starts_at) > ends_on:
        found[Reason.AFTER_THE_END] = ReasonNeeded(
            f"The assessment ends on {ends_on.day} {ends_on:%B %Y}, {plan.assessment_months} months after its start.",
            remedy="Choose an earlier day, or say why it cannot be earlier.",
            rule="G5",
        )
    return found


def _started(store: Session, apprentice: Apprentice) -> date | None:
    """The day from which the assessment counts for what is booked now."""
    last = preparation.last_start(store, apprentice.id)
    return None if last is None else last.started_on


def _record_what_came_before(
    store: Session, apprentice: Apprentice, asked: Request, *, by: Actor, at: datetime
) -> None:
    """Record the start of the assessment, and further development after the last attempt, where they are given."""
    if asked.started is not None:
        start = starting.begin_again if asked.kind is Sitting.RE_TAKE else starting.begin
        start(store, apprentice, asked.started, by=by, at=at)
    last = sessions.last_attempt(store, apprentice.id, asked.method)
    if asked.developed is not None and asked.kind is not Sitting.FIRST and last is not None:
        starting.develop(store, last, asked.developed, words=asked.development, by=by, at=at)


def _assessor(store: Session, email: str) -> Person:
    person = by_email(store, email)
    if person is None:
        raise NotFound(f"Nobody has the e-mail address {email}.", remedy="Give that of an assessor.")
    return person


def _apprentice(store: Session, asked: Request, *, by: Actor, at: datetime) -> Apprentice:
    """The registered apprentice, or a new one on the plan version that is asked for, else on the standard's newest.

    Source: decision 21: people stay on the plan version they started on.
    """
    found = store.scalar(sa.select(Apprentice).where(Apprentice.reference == asked.apprentice))
    if found is not None:
        reasons.must_not_be_erased(store, found.id)
        _must_be_as_registered(store, found, asked)
        return found
    version = _plan_version(store, asked)
    missing = [what for what in ("name", "employer", "provider") if not getattr(asked, what).strip()]
    if missing:
        raise RuleBroken(
            f"{asked.apprentice} is not registered yet, and there is no {' and no '.join(missing)}.",
            remedy="Fill it in, or check the reference.",
        )
    return people.register(
        store,
        reference=asked.apprentice,
        name=asked.name.strip(),
        plan_version=version,
        employer=people.employer(store, asked.employer.strip()),
        provider=people.provider(store, asked.provider.strip()),
        by=by,
        at=at,
    )


def _plan_version(store: Session, asked: Request) -> PlanVersion:
    newest = standards.plan_version(store, asked.standard)
    if newest is None:
        raise NotFound(f"There is no standard {asked.standard}.", remedy="Choose one that is loaded.")
    if not (wanted := asked.plan_version.strip()):
        return newest
    found = standards.plan_version(store, asked.standard, wanted)
    if found is None:
        raise NotFound(
            f"The plan of {newest.title} has no version {wanted}.",
            remedy=f"Give one that is loaded, or nothing for the newest, {newest.version}.",
        )
    return found


def _must_be_as_registered(store: Session, apprentice: Apprentice, asked: Request) -> None:
    """Refuse words that contradict the register: one of the two is about somebody else."""
    kept = {
        "name": apprentice.details.name if apprentice.details else "",
        "employer": store.get_one(Employer, apprentice.employer_id).name,
        "provider": store.get_one(Provider, apprentice.provider_id).name,
        "plan_version": store.get_one(PlanVersion, apprentice.plan_version_id).version,
    }
    for what, known in kept.items():
        given = getattr(asked, what).strip()
        if given and known and given.casefold() != known.casefold():
            raise RuleBroken(
                f"{apprentice.reference} is registered with another {what.replace('_', ' ')}.",
                remedy="Check the reference; leave what is registered empty.",
            )
