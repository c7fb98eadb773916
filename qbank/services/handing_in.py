"""What the apprentice hands in before a session: a project on an agreed subject, or evidence from the portfolio.

A number or a day of the plan that is not kept is asked for its reason; nothing is turned away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from qbank.domain.deadlines import Deadlines, evidence_pieces, report_words
from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import Reason, Sitting
from qbank.domain.people import Actor
from qbank.domain.standards import Method
from qbank.services import audit, booking, reasons
from qbank.services.reasons import ReasonNeeded
from qbank.storage.models import AssessmentSession, Attempt, ProjectSubject, Submission
from qbank.storage.queries import preparation, standards
from review.days import day_in_uk


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What arrived.

    Args:
        received_on: the day on which the organisation had it.
        count: the words of a report without its annexes, or the pieces of evidence.
        again_count: of the pieces, those that were handed in for an earlier attempt.
        because: why a number or a day of the plan is not kept; empty where both are.
    """

    received_on: date
    count: int
    again_count: int = 0
    because: str = ""


def agree_subject(
    store: Session, session: AssessmentSession, words: str, agreed_on: date, *, by: Actor, at: datetime
) -> ProjectSubject:
    """Record that the subject of the session's project is agreed; the last one counts.

    Raises:
        RuleBroken: the method has no project, no subject is given, the day is to come; cancelled or sat.

    Source: assessment plan, rule W4.
    """
    booking.must_be_changeable(store, session, at)
    if _method(store, session).report_words is None:
        raise RuleBroken("This method has no project.", rule="W4")
    if not words.strip():
        raise RuleBroken("A subject needs its words.", remedy="Say what the project is about.", rule="W4")
    _must_have_come(agreed_on, at)
    row = ProjectSubject(
        attempt_id=session.attempt_id, agreed_on=agreed_on, at=at, by_id=by.identifier, words=words.strip()
    )
    store.add(row)
    store.flush()
    facts = {"agreed_on": agreed_on.isoformat()}
    audit.record(store, act="project subject agreed", subject=session.reference, by=by, at=at, facts=facts)
    return row


def receive(store: Session, session: AssessmentSession, handed_in: HandedIn, *, by: Actor, at: datetime) -> Submission:
    """Record the report or the evidence that arrived for the session; the last one counts.

    Raises:
        ReasonNeeded: it came late (W1, W2, P2, R7), or is longer or shorter (W3), more or less (P2) than the plan asks.
        RuleBroken: the method asks for nothing; the day is to come; earlier evidence without new (R13); cancelled, sat.

    Source: assessment plan, rules W1, W2, W3, P2, R7 and R13.
    """
    booking.must_be_changeable(store, session, at)
    method = _method(store, session)
    _must_have_come(handed_in.received_on, at)
    _must_be_new(store, session, method, handed_in)
    is_first = store.get_one(Attempt, session.attempt_id).kind == Sitting.FIRST
    days = preparation.deadlines_of(store, session)
    breaks = list(_breaks(method, days, handed_in, project_rule="W1" if is_first else "R7"))
    if breaks and not handed_in.because.strip():
        _, sentence, rule = breaks[0]
        raise ReasonNeeded(sentence, remedy="Correct it, or say why it is so.", rule=rule)
    of_words = method.report_words is not None
    row = Submission(
        attempt_id=session.attempt_id,
        received_on=handed_in.received_on,
        word_count=handed_in.count if of_words else None,
        piece_count=None if of_words else handed_in.count,
        again_count=handed_in.again_count,
        at=at,
        by_id=by.identifier,
    )
    store.add(row)
    store.flush()
    for kind in dict.fromkeys(kind for kind, _, _ in breaks):
        reasons.keep(store, session, kind, handed_in.because, by=by, at=at)
    facts = {"received_on": handed_in.received_on.isoformat(), "count": handed_in.count}
    audit.record(store, act="submission received", subject=session.reference, by=by, at=at, facts=facts)
    return row


def _breaks(
    method: Method, days: Deadlines, handed_in: HandedIn, *, project_rule: str
) -> Iterator[tuple[Reason, str, str]]:
    """What of the plan is not kept: the kind of reason, a sentence, the rule."""
    received = handed_in.received_on
    if days.project_by is not None and received > days.project_by:
        yield Reason.HANDED_IN_LATE, f"The project was due by {_said(days.project_by)}.", project_rule
    if days.handed_in_by is not None and received > days.handed_in_by:
        sentence = f"The plan asks for it by {_said(days.handed_in_by)}, {method.submission_days} days before."
        yield Reason.HANDED_IN_LATE, sentence, "W2" if method.report_words else "P2"
    for band, noun, rule in ((report_words(method), "words", "W3"), (evidence_pieces(method), "pieces", "P2")):
        if band is not None and not band[0] <= handed_in.count <= band[1]:
            yield Reason.LENGTH, f"The plan asks for {band[0]:,} to {band[1]:,} {noun}.", rule


def _must_be_new(store: Session, session: AssessmentSession, method: Method, handed_in: HandedIn) -> None:
    if method.report_words is None and method.evidence_least is None:
        raise RuleBroken("Nothing is handed in for this method.", rule="P2")
    if handed_in.count < 1:
        raise RuleBroken("Nothing is not a submission.", remedy="Give the number that arrived.")
    if not handed_in.again_count:
        return
    first = store.get_one(Attempt, session.attempt_id).kind == Sitting.FIRST
    if first or method.report_words is not None:
        raise RuleBroken(
            "Only evidence for a re-sit or re-take was handed in before.", remedy="Leave that number empty.", rule="R13"
        )
    if not 0 < handed_in.again_count < handed_in.count:
        raise RuleBroken("Earlier evidence comes together with new.", remedy="Add new evidence.", rule="R13")


def _must_have_come(day: date, at: datetime) -> None:
    if day > day_in_uk(at):
        raise RuleBroken("That day is still to come.", remedy="Give the day on which it happened.")


def _method(store: Session, session: AssessmentSession) -> Method:
    plan_version = store.get_one(Attempt, session.attempt_id).plan_version_id
    return standards.as_loaded(store, plan_version).method(session.method)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
