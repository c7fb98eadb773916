"""When an apprentice's assessment started, and what comes between a failed attempt and the next one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import Reason
from qbank.domain.people import Actor
from qbank.domain.preparation import Begun
from qbank.services import audit, reasons
from qbank.storage.models import Apprentice, AssessmentSession, AssessmentStart, Attempt, DevelopmentGiven
from qbank.storage.queries import preparation, sessions
from review.days import day_in_uk


def begin(store: Session, apprentice: Apprentice, started_on: date, *, by: Actor, at: datetime) -> None:
    """Record the start of the assessment; nothing is done where the same day is on record.

    Raises:
        RuleBroken: the day is to come, or another is on record.

    Source: assessment plan, rules G1 and G5.
    """
    last = preparation.last_start(store, apprentice.id)
    if last is None:
        _add(store, apprentice, Begun.FIRST, started_on, number=1, period=1, by=by, at=at)
    elif last.started_on != started_on:
        raise RuleBroken(
            f"{apprentice.reference} is registered with another start of the assessment.",
            remedy="Leave it empty, or correct it on the page of a session.",
            rule="G5",
        )


def begin_again(store: Session, apprentice: Apprentice, started_on: date, *, by: Actor, at: datetime) -> None:
    """Record that the assessment starts anew for a re-take, the gateway being signed again.

    Nothing is done where that start is on record.

    Raises:
        RuleBroken: the day is to come, or is not after the last start.

    Source: assessment plan, rule R6.
    """
    last = preparation.last_start(store, apprentice.id)
    if last is not None and last.period > 1 and last.started_on == started_on:
        return
    if last is not None and started_on <= last.started_on:
        raise RuleBroken(
            "A re-take starts the assessment anew, on a later day than the last start.",
            remedy="Give the day on which the gateway was signed again.",
            rule="R6",
        )
    if last is None:
        raise RuleBroken(
            f"The first start of {apprentice.reference}’s assessment is not on record.",
            remedy="Record it on the page of the first session.",
            rule="R6",
        )
    number, period = last.number + 1, last.period + 1
    _add(store, apprentice, Begun.RE_TAKE, started_on, number=number, period=period, by=by, at=at)


def correct(
    store: Session, session: AssessmentSession, started_on: date, *, because: str, by: Actor, at: datetime
) -> None:
    """Record the start for a session's apprentice, or another day for the last start, with the reason.

    Raises:
        RuleBroken: the day is to come, or there is no reason for another one.

    Source: assessment plan, rules G1, G5 and R8.
    """
    apprentice = store.get_one(Apprentice, session.apprentice_id)
    last = preparation.last_start(store, apprentice.id)
    if last is None:
        begin(store, apprentice, started_on, by=by, at=at)
    elif last.started_on != started_on:
        if not because.strip():
            raise RuleBroken("Another start needs a reason.", remedy="Say in a sentence why.", rule="R8")
        number = last.number + 1
        _add(store, apprentice, Begun.CORRECTED, started_on, number=number, period=last.period, by=by, at=at)
        reasons.keep(store, session, Reason.START, because, by=by, at=at)


def develop(
    store: Session, attempt: Attempt, given_on: date, *, words: str, by: Actor, at: datetime
) -> DevelopmentGiven:
    """Record that the apprentice was given further development after the attempt.

    Args:
        store: in a unit that writes.
        attempt: the one that is followed by another.
        given_on: the day from which a project is reworked (R7).
        words: what was given; kept beside the attempt's session.
        by: who records it.
        at: now.

    Raises:
        RuleBroken: the day is to come, or nothing is said about it.

    Source: assessment plan, rule R12.
    """
    if not words.strip():
        raise RuleBroken(
            "Further development needs a sentence about it.", remedy="Say what was given to the apprentice.", rule="R12"
        )
    if given_on > day_in_uk(at):
        raise RuleBroken("That day is still to come.", remedy="Give the day on which it was given.", rule="R12")
    row = DevelopmentGiven(attempt_id=attempt.id, given_on=given_on, at=at, by_id=by.identifier)
    store.add(row)
    store.flush()
    session = sessions.booked_session(store, attempt.id)
    if session is not None:
        reasons.keep(store, session, Reason.DEVELOPMENT, words, by=by, at=at)
    facts = {"given_on": given_on.isoformat()}
    audit.record(store, act="development given", subject=attempt.reference, by=by, at=at, facts=facts)
    return row


def _add(
    store: Session,
    apprentice: Apprentice,
    kind: Begun,
    started_on: date,
    *,
    number: int,
    period: int,
    by: Actor,
    at: datetime,
) -> None:
    if started_on > day_in_uk(at):
        raise RuleBroken(
            "The assessment starts after the employer has signed the gateway, and that day is still to come.",
            remedy="Give the day on which it started.",
            rule="G1",
        )
    reasons.must_not_be_erased(store, apprentice.id)
    store.add(
        AssessmentStart(
            apprentice_id=apprentice.id,
            number=number,
            period=period,
            kind=kind,
            started_on=started_on,
            at=at,
            by_id=by.identifier,
        )
    )
    store.flush()
    facts = {"kind": str(kind), "started_on": started_on.isoformat()}
    audit.record(store, act="assessment started", subject=apprentice.reference, by=by, at=at, facts=facts)
