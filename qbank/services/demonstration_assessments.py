"""What became of the first sessions of the example: graded, looked at by the quality assurer, confirmed; one waits."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from qbank.domain.moderating import Outcome, Standing
from qbank.domain.record_entries import Asked, Began, Ended, Entry, How, Judgement, Kind, Said
from qbank.domain.standards import Criterion, Level, Plan
from qbank.services import grading, moderating, recording
from qbank.storage.models import AssessmentSession, Attempt, Person
from qbank.storage.queries import assessments, standards
from qbank.storage.queries import people as known
from qbank.storage.queries.sets import set_of

APPRENTICES: Final = 3
"""The first so many have decisions: the first of them failed a method, which they sat again."""

LONG_STANDING: Final = "assessor@example.org"
QUALITY_ASSURER: Final = "iqa@example.org"
BETWEEN_QUESTIONS: Final = timedelta(minutes=5)


def assess(store: Session, session: AssessmentSession, assessor: Person, *, number: int, at: datetime) -> None:
    """The record of a sitting as its assessor kept it, and the assessment."""
    attempt = store.get_one(Attempt, session.attempt_id)
    plan = standards.plan(store, attempt.plan_version_id)
    _release(store, assessor, at)
    entries = list(_record(store, session, plan, number))
    recording.write(store, session, entries, by=assessor.actor, at=at)
    grading.submit(store, session, by=assessor.actor, at=at, on_summaries=True)


def moderate(store: Session, session: AssessmentSession, *, number: int, at: datetime) -> None:
    """Uphold what is in the sample, and confirm what may be; the last method of the last apprentice is left waiting."""
    moderator = _person(store, QUALITY_ASSURER)
    decision = assessments.latest(store, session.id)
    if moderator is None or decision is None or _is_left(store, session, number):
        return
    if decision.standing is Standing.AWAITS_MODERATION:
        because = "The evidence carries the decision."
        moderating.moderate(store, session, Outcome.UPHELD, because=because, by=moderator.actor, at=at)
    if not moderating.sample_awaiting(store, decision.assessor_id):
        moderating.confirm(store, session, by=moderator.actor, at=at)


def _is_left(store: Session, session: AssessmentSession, number: int) -> bool:
    attempt = store.get_one(Attempt, session.attempt_id)
    plan = standards.as_loaded(store, attempt.plan_version_id)
    return number == APPRENTICES and session.method == plan.methods[-1].code


def _release(store: Session, assessor: Person, at: datetime) -> None:
    """The first assessor is known for long; the second is new, so that all of theirs is moderated."""
    moderator = _person(store, QUALITY_ASSURER)
    if moderator and assessor.email == LONG_STANDING and not assessments.is_released(store, assessor.id):
        moderating.release(store, assessor, by=moderator.actor, at=at)


def _record(store: Session, session: AssessmentSession, plan: Plan, number: int) -> Iterator[Entry]:
    drawn = set_of(store, session.id)
    assert drawn is not None  # noqa: S101 - narrows: pulled before
    minutes = timedelta(minutes=plan.method(session.method).minutes)
    yield _entry(Began(), session.starts_at)
    for place, question in enumerate(drawn.asked):
        when = session.starts_at + place * BETWEEN_QUESTIONS
        yield _entry(Asked(How.AS_WRITTEN), when, position=question.position)
    yield _entry(Ended(), session.starts_at + minutes)
    for criterion in plan.criteria_of(session.method, Level.PASS, Level.DISTINCTION):
        opened = [each for each, question in enumerate(drawn.asked, start=1) if criterion.code in question.criteria]
        sources = f"question {opened[0]}" if opened else "prescribed probe"
        yield _entry(_judgement(plan, session, criterion, number, sources), session.starts_at + minutes)


def _judgement(plan: Plan, session: AssessmentSession, criterion: Criterion, number: int, sources: str) -> Judgement:
    """The first apprentice fails the first method by one criterion; the second is given distinctions, others passes."""
    first = plan.criteria_of(session.method, Level.PASS)[0]
    if number == 1 and session.method == plan.methods[0].code and criterion == first:
        return Judgement(criterion.code, holds=False, sources=sources, text="No example was given, and none on asking.")
    if criterion.level is Level.DISTINCTION and number != 2:  # noqa: PLR2004 - the second apprentice, as above
        return Judgement(criterion.code, holds=False, sources=sources, text="Described, not weighed.")
    return Judgement(criterion.code, holds=True, sources=sources, text="Told with an example of their own.")


def _entry(said: Said, at: datetime, *, position: int | None = None) -> Entry:
    kinds = {Began: Kind.BEGAN, Ended: Kind.ENDED, Asked: Kind.ASKED, Judgement: Kind.JUDGEMENT}
    return Entry(secrets.token_hex(16), kinds[type(said)], position, None, "demonstration", at, said)


def _person(store: Session, email: str) -> Person | None:
    return known.by_email(store, email)
