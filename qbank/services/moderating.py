"""Moderates and confirms: by people who took no part, and nothing is confirmed before its moderation (Q1, Q2, R10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.moderating import Outcome, Standing
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.services.erasable import sealed
from qbank.storage.locks import lock_sitting
from qbank.storage.models import AssessmentSession, AssessorRelease, Confirmation, Moderation, Person
from qbank.storage.queries import assessments
from qbank.storage.queries.assessments import Decision


def moderate(
    store: Session, session: AssessmentSession, outcome: Outcome, *, because: str, by: Actor, at: datetime
) -> None:
    """Uphold the assessment of a session that stands, or return it to its assessor with the reason.

    Raises:
        NotFound: nothing was submitted.
        RuleBroken: moderated already, confirmed, by somebody who took part (Q2), or returned without a reason.
    """
    decision = _standing(store, session)
    person = _must_have_taken_no_part(store, decision, by)
    if decision.outcome is not None:
        raise RuleBroken(f"{session.reference} is moderated already.", remedy="Nothing has to be done.", rule="Q1")
    _must_not_be_confirmed(session, decision)
    if outcome is Outcome.RETURNED and not because.strip():
        raise RuleBroken("A returned assessment needs a reason.", remedy="Say what the assessor should look at again.")
    kept = sealed(because)
    store.add(
        Moderation(
            assessment_id=decision.id,
            moderator_id=person,
            outcome=outcome,
            at=at,
            words=kept.words,
            salt=kept.salt,
            commitment=kept.commitment,
        )
    )
    store.flush()
    facts = {"number": decision.number, "outcome": str(outcome), "commitment": kept.commitment}
    audit.record(store, act="assessment moderated", subject=session.reference, by=by, at=at, facts=facts)


def confirm(store: Session, session: AssessmentSession, *, by: Actor, at: datetime) -> None:
    """Confirm the assessment of a session: from then on it is final.

    Raises:
        NotFound: nothing was submitted.
        RuleBroken: confirmed already, not upheld, before the sample of its assessor (R10), or by who took part (Q2).
    """
    decision = _standing(store, session)
    _must_not_be_confirmed(session, decision)
    person = _must_have_taken_no_part(store, decision, by)
    if decision.standing in {Standing.AWAITS_MODERATION, Standing.RETURNED}:
        raise RuleBroken(
            f"{session.reference} is {decision.standing}.", remedy="It is confirmed once it is upheld.", rule="R10"
        )
    awaiting = [] if decision.outcome is not None else sample_awaiting(store, decision.assessor_id)
    if awaiting:
        raise RuleBroken(
            f"{len(awaiting)} of this assessor’s sample await moderation.",
            remedy="The others are confirmed after them.",
            rule="R10",
        )
    store.add(Confirmation(assessment_id=decision.id, assessment_session_id=session.id, at=at, by_id=person))
    store.flush()
    facts = {"number": decision.number, "grade": str(decision.grade or "incomplete")}
    audit.record(store, act="assessment confirmed", subject=session.reference, by=by, at=at, facts=facts)


def confirm_others(store: Session, assessor_id: int, *, by: Actor, at: datetime) -> int:
    """Confirm everything of an assessor that may be confirmed by this person; returns how many.

    Raises:
        RuleBroken: the assessor's sample awaits moderation (R10).
    """
    done = 0
    for decision in assessments.standing_decisions(store, confirmed=False):
        settled = decision.standing in {Standing.HELD, Standing.UPHELD}
        if decision.assessor_id == assessor_id and settled:
            confirm(store, store.get_one(AssessmentSession, decision.session_id), by=by, at=at)
            done += 1
    return done


def sample_awaiting(store: Session, assessor_id: int) -> Sequence[Decision]:
    """The assessments of an assessor's sample that await moderation."""
    return [
        decision
        for decision in assessments.standing_decisions(store, confirmed=False)
        if decision.assessor_id == assessor_id and decision.standing is Standing.AWAITS_MODERATION
    ]


def release(store: Session, assessor: Person, *, by: Actor, at: datetime) -> None:
    """Say that an assessor is new no longer: the lot decides from now on which of their assessments are moderated.

    Raises:
        RuleBroken: no assessor, oneself, or released already.
    """
    if Role.ASSESSOR not in assessor.actor.roles:
        raise RuleBroken(f"{assessor.name} is not an assessor.", remedy="Choose an assessor.")
    if by.identifier is None or by.identifier == assessor.id:
        raise RuleBroken("Nobody releases themselves.", remedy="Ask another quality assurer.", rule="Q2")
    if assessments.is_released(store, assessor.id):
        raise RuleBroken(f"{assessor.name} is released already.", remedy="Nothing has to be done.")
    store.add(AssessorRelease(assessor_id=assessor.id, at=at, by_id=by.identifier))
    store.flush()
    audit.record(store, act="assessor released", subject=f"person {assessor.id}", by=by, at=at)


def _standing(store: Session, session: AssessmentSession) -> Decision:
    lock_sitting(store, session.apprentice_id, session.method)
    decision = assessments.latest(store, session.id)
    if decision is None:
        raise NotFound(f"No assessment of {session.reference} is submitted.", remedy="Choose one from the list.")
    return decision


def _must_not_be_confirmed(session: AssessmentSession, decision: Decision) -> None:
    if decision.confirmed_at is not None:
        raise RuleBroken(f"{session.reference} is confirmed already.", remedy="Nothing has to be done.", rule="R10")


def _must_have_taken_no_part(store: Session, decision: Decision, by: Actor) -> int:
    if by.identifier is None or assessments.took_part(store, decision.id, by.identifier):
        raise RuleBroken(
            "Nobody moderates or confirms what they delivered or assessed.",
            remedy="Ask another quality assurer.",
            rule="Q2",
        )
    return by.identifier
