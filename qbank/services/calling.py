"""Events that call the review of questions before their day: what a bank manager records, what an assessor reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.people import Actor
from qbank.domain.reviewing import BY_MANAGERS, CallKind, must_be_a_reason
from qbank.services import audit
from qbank.storage.models import AssessmentSession, InService, Ksb, Question, ReviewCall, VersionKsb
from qbank.storage.queries import writing
from qbank.storage.queries.sets import set_of


def call(
    store: Session, references: Sequence[str], *, kind: CallKind, reason: str, by: Actor, at: datetime
) -> list[str]:
    """Call the review of these questions; returns their references in order, each once.

    Args:
        store: in a unit that writes.
        references: of the questions; at least one.
        kind: what happened; an assessor's report has a service of its own.
        reason: in a sentence, for the panel.
        by: a person.
        at: now.

    Raises:
        NotFound: a reference is of no question; names it.
        RuleBroken: no reason is given, or no question.
    """
    if kind not in BY_MANAGERS:
        raise RuleBroken("An assessor reports a question from the session.", remedy="Choose what happened.")
    wanted = sorted(set(references))
    if not wanted:
        raise RuleBroken("No question is named.", remedy="Give a reference, or a KSB that live questions carry.")
    words, person = must_be_a_reason(reason, what="an early review"), _named(by)
    for reference in wanted:
        question = writing.question_by_reference(store, reference)
        if question is None:
            raise NotFound(f"No question has the reference {reference[:20]}.", remedy="Check it in the list.")
        _keep(store, question, kind, words, session=None, by=by, person=person, at=at)
    return wanted


def report(store: Session, session: AssessmentSession, position: int, *, reason: str, by: Actor, at: datetime) -> str:
    """Report a question of the person's own session to the panel; returns its reference.

    Raises:
        NotAllowed: it is not their session.
        NotFound: the session has no set, or no question at that position.
        RuleBroken: no reason is given.
    """
    if by.identifier is None or session.assessor_id != by.identifier:
        raise NotAllowed("Only the assessor of a session reports a question of it.", remedy="Ask them to.", rule="L8")
    drawn = set_of(store, session.id)
    asked = None if drawn is None else next((each for each in drawn.met if each.position == position), None)
    if asked is None:
        raise NotFound("No such question is in the set of this session.", remedy="Choose one of the list.")
    question = writing.question_by_reference(store, asked.reference)
    if question is None:
        raise AssertionError("a question of a set is never deleted")
    words = must_be_a_reason(reason, what="a report")
    _keep(store, question, CallKind.ASSESSOR, words, session=session, by=by, person=by.identifier, at=at)
    return asked.reference


def carriers(store: Session, standard_id: int, code: str) -> list[str]:
    """References of the questions in service of which the live version carries the KSB of that code, in order."""
    asked = (
        sa.select(Question.reference)
        .join(InService, InService.question_id == Question.id)
        .join(VersionKsb, VersionKsb.question_version_id == InService.question_version_id)
        .join(Ksb, Ksb.id == VersionKsb.ksb_id)
        .where(Question.standard_id == standard_id, Ksb.code == code)
        .order_by(Question.reference)
    )
    return list(store.scalars(asked))


def _keep(
    store: Session,
    question: Question,
    kind: CallKind,
    reason: str,
    *,
    session: AssessmentSession | None,
    by: Actor,
    person: int,
    at: datetime,
) -> None:
    store.add(
        ReviewCall(
            question_id=question.id,
            kind=kind,
            reason=reason,
            assessment_session_id=None if session is None else session.id,
            at=at,
            by_id=person,
        )
    )
    store.flush()
    facts = {"kind": str(kind)} | ({} if session is None else {"session": session.reference})
    audit.record(store, act="review called", subject=question.reference, by=by, at=at, facts=facts)


def _named(by: Actor) -> int:
    if by.identifier is None:
        raise RuleBroken("An early review is called by a person.", remedy="Sign in and do it on the pages.")
    return by.identifier
