"""The sessions of the example organisation: two months of past ones with their sets, and three for today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.domain.standards import Plan
from qbank.domain.voiding import Answered
from qbank.services import booking, delivering, demonstration_assessments, demonstration_preparation, people, voiding
from qbank.services.seeds import SeedCipher
from qbank.storage.models import Apprentice, AssessmentSession, Person, PlanVersion, VoidRequest
from qbank.storage.queries import people as known
from qbank.storage.queries import standards
from qbank.storage.queries.sets import set_of

ZONE: Final = ZoneInfo("Europe/London")
PAST_APPRENTICES: Final = 10
FIRST_DAYS_AGO: Final = 58
RE_SIT_DAYS_AGO: Final = 3
BOOKED_DAYS_BEFORE: Final = 21
PULLED_HOURS_BEFORE: Final = 2
STARTS: Final = (time(10, 0), time(13, 0), time(15, 30))
ASSESSED_APPRENTICES: Final = demonstration_assessments.APPRENTICES
SUBMITTED_AFTER: Final = timedelta(hours=2)
MODERATED_AFTER: Final = timedelta(days=1, hours=3)
FIRST_SESSION_AHEAD: Final = timedelta(minutes=15)
BETWEEN_SESSIONS: Final = timedelta(minutes=90)
FRIDAY: Final = 4
PLACES: Final = ("Room 2", "Room 1", "The employer's premises")
CALL: Final = "Link in the invitation"
BY_VIDEO_EVERY: Final = 3
VOIDED_APPRENTICE: Final = PAST_APPRENTICES
DECIDERS: Final = ("iqa@example.org", "manager@example.org")
ASSESSORS: Final = ("assessor@example.org", "second.assessor@example.org")


@dataclass(frozen=True, slots=True)
class _Event:
    """One act of the past, to be done at its time."""

    at: datetime
    act: Callable[[], object]


@dataclass(slots=True)
class _Example:
    """What every session of the example is made with."""

    store: Session
    plan_version: PlanVersion
    cipher: SeedCipher
    first_method: str

    def apprentice(self, number: int, at: datetime) -> Apprentice:
        """The apprentice of that number, registered if there is none; every other one with the other employer."""
        reference = f"AP-{number:04d}"
        found = self.store.scalar(sa.select(Apprentice).where(Apprentice.reference == reference))
        if found is not None:
            return found
        letter = "AB"[number % 2]
        return people.register(
            self.store,
            reference=reference,
            name=f"Apprentice {number}",
            plan_version=self.plan_version,
            employer=people.employer(self.store, f"Employer {letter}"),
            provider=people.provider(self.store, f"Provider {'AB'[number // 2 % 2]}"),
            by=COMMAND_LINE,
            at=at,
        )

    def book(
        self,
        number: int,
        method: str,
        assessor: Person,
        starts_at: datetime,
        at: datetime,
        kind: Sitting = Sitting.FIRST,
    ) -> AssessmentSession:
        """A session for that apprentice; every third is by video, where the plan allows it."""
        apprentice = self.apprentice(number, at)
        found = standards.as_loaded(self.store, self.plan_version.id).method(method)
        remote = found.remote_allowed and number % BY_VIDEO_EVERY == 0
        demonstration_preparation.begin(self.store, apprentice, starts_at, at)
        demonstration_preparation.develop(self.store, apprentice, method, kind, at)
        session = booking.book(
            self.store,
            apprentice=apprentice,
            method=method,
            assessor=assessor,
            starts_at=starts_at,
            place=CALL if remote else PLACES[number % len(PLACES)],
            remote=remote,
            by=COMMAND_LINE,
            at=at,
            cipher=self.cipher,
            kind=kind,
        )
        demonstration_preparation.hand_in(self.store, session, at)
        return session

    def pull(self, session: AssessmentSession, assessor: Person, at: datetime) -> None:
        """The assessor declares and checks, pulls and opens the set."""
        demonstration_preparation.declare_and_check(self.store, session, assessor, at)
        delivering.pull(self.store, session, by=assessor.actor, at=at, cipher=self.cipher)
        drawn = set_of(self.store, session.id)
        assert drawn is not None  # noqa: S101 - just drawn
        delivering.note_view(self.store, drawn, how="opened", by=assessor.actor, at=at)


def fill(store: Session, plan: Plan, row: PlanVersion, *, cipher: SeedCipher, at: datetime) -> tuple[int, int]:
    """Make the past sessions unless there are any, and today's unless there are; returns how many of each."""
    example = _Example(store, row, cipher, plan.methods[0].code)
    assessors = [person for email in ASSESSORS if (person := known.by_email(store, email)) is not None]
    methods = [method.code for method in plan.methods]
    today = at.astimezone(ZONE).date()
    past = 0 if _count(store) else _past(example, methods, assessors, today, at)
    return past, 0 if _has_sessions(store, assessors[0], today) else _today(example, methods, assessors[0], today, at)


def _past(example: _Example, methods: list[str], assessors: list[Person], today: date, at: datetime) -> int:
    """Every past apprentice in every method, then one re-sit: booked and pulled in the order of time."""
    events = [
        event
        for number in range(1, PAST_APPRENTICES + 1)
        for place, method in enumerate(methods)
        for event in _sitting(example, number, place, method, assessors[(number + place) % len(assessors)], today)
    ]
    events += _re_sit(example, methods[0], assessors[0], today)
    for event in sorted((each for each in events if each.at < at), key=lambda each: each.at):
        event.act()
    return _count(example.store)


def _sitting(
    example: _Example, number: int, place: int, method: str, assessor: Person, today: date
) -> Iterator[_Event]:
    day = _working_day(today - timedelta(days=FIRST_DAYS_AGO - (number - 1) * 5 - place * 2))
    return _events(example, number, method, assessor, _moment(day, place), Sitting.FIRST)


def _re_sit(example: _Example, method: str, assessor: Person, today: date) -> Iterator[_Event]:
    """Apprentice 1 sits the first method again: their second set shares no question with the first."""
    starts_at = _moment(_working_day(today - timedelta(days=RE_SIT_DAYS_AGO)), 0)
    return _events(example, 1, method, assessor, starts_at, Sitting.RE_SIT)


def _events(
    example: _Example, number: int, method: str, assessor: Person, starts_at: datetime, kind: Sitting
) -> Iterator[_Event]:
    booked_at, pulled_at = (
        starts_at - timedelta(days=BOOKED_DAYS_BEFORE),
        starts_at - timedelta(hours=PULLED_HOURS_BEFORE),
    )
    booked: list[AssessmentSession] = []
    yield _Event(booked_at, lambda: booked.append(example.book(number, method, assessor, starts_at, booked_at, kind)))
    yield _Event(pulled_at, lambda: example.pull(booked[0], assessor, pulled_at))
    if number == VOIDED_APPRENTICE and method == example.first_method:
        yield from _void(example, assessor, booked, pulled_at)
    if number <= ASSESSED_APPRENTICES and kind is Sitting.FIRST:
        yield from _decisions(example, number, assessor, booked, starts_at)


def _void(
    example: _Example, assessor: Person, booked: list[AssessmentSession], pulled_at: datetime
) -> Iterator[_Event]:
    """The quality assurer asks for the void of the set that was pulled, the manager agrees, and it is pulled anew."""
    store, (one, other) = example.store, (known.by_email(example.store, email) for email in DECIDERS)
    if one is None or other is None:
        return
    asked_at, agreed_at, again_at = (pulled_at + timedelta(minutes=minutes) for minutes in (20, 40, 60))
    asked: list[VoidRequest] = []

    def agree() -> None:
        drawn = set_of(store, booked[0].id)
        assert drawn is not None  # noqa: S101 - pulled before
        reason = "The pack was not found again."
        said = Answered.AGREED
        voiding.answer(store, asked[0].id, [drawn.id], said=said, reason=reason, by=other.actor, at=agreed_at)

    why = "A printed pack was left in a train."
    yield _Event(asked_at, lambda: asked.append(voiding.ask(store, booked, reason=why, by=one.actor, at=asked_at)))
    yield _Event(agreed_at, agree)
    yield _Event(again_at, lambda: example.pull(booked[0], assessor, again_at))


def _decisions(
    example: _Example, number: int, assessor: Person, booked: list[AssessmentSession], starts_at: datetime
) -> Iterator[_Event]:
    """The assessor submits after the sitting; the quality assurer looks at the sample the next day, and confirms."""
    submitted_at, moderated_at = starts_at + SUBMITTED_AFTER, starts_at + MODERATED_AFTER
    yield _Event(
        submitted_at,
        lambda: demonstration_assessments.assess(example.store, booked[0], assessor, number=number, at=submitted_at),
    )
    yield _Event(
        moderated_at,
        lambda: demonstration_assessments.moderate(example.store, booked[0], number=number, at=moderated_at),
    )


def _today(example: _Example, methods: list[str], assessor: Person, today: date, at: datetime) -> int:
    """One session a method for the demo assessor, each with an apprentice of its own, not yet pulled."""
    registered = example.store.scalar(sa.select(sa.func.count()).select_from(Apprentice)) or 0
    for place, (method, starts_at) in enumerate(zip(methods, times_ahead(today, at, len(methods)), strict=True)):
        session = example.book(registered + place + 1, method, assessor, starts_at, at)
        demonstration_preparation.declare_and_check(example.store, session, assessor, at)
    return len(methods)


def times_ahead(today: date, at: datetime, count: int) -> list[datetime]:
    """Times to come, the next half hours from a quarter of an hour ahead; closer together late in the evening.

    In the last minutes of a day they are the usual ones of the next.
    """
    soon = at.astimezone(ZONE) + FIRST_SESSION_AHEAD
    first = soon.replace(minute=30 * (soon.minute // 30), second=0, microsecond=0) + timedelta(minutes=30)
    times = [first + place * BETWEEN_SESSIONS for place in range(count)]
    if times[-1].date() == today:
        return times
    midnight = datetime.combine(today + timedelta(days=1), time(), ZONE)
    apart = (midnight - at) // (count + 1)
    if apart < timedelta(minutes=1):
        return [_moment(today + timedelta(days=1), place) for place in range(count)]
    return [(at + (place + 1) * apart).astimezone(ZONE).replace(second=0, microsecond=0) for place in range(count)]


def _count(store: Session) -> int:
    return store.scalar(sa.select(sa.func.count()).select_from(AssessmentSession)) or 0


def _has_sessions(store: Session, assessor: Person, day: date) -> bool:
    starts, ends = (datetime.combine(day + timedelta(days=days), time(), ZONE) for days in (0, 1))
    asked = sa.select(AssessmentSession.id).where(
        AssessmentSession.assessor_id == assessor.id,
        AssessmentSession.starts_at >= starts,
        AssessmentSession.starts_at < ends,
        AssessmentSession.cancelled_at.is_(None),
    )
    return store.scalar(asked.limit(1)) is not None


def _working_day(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def _moment(day: date, place: int) -> datetime:
    return datetime.combine(day, STARTS[place % len(STARTS)], ZONE)
