"""Voids sets that were pulled and not sat: one person asks, another answers, and the stream's next set may follow.

A void takes nothing back: the voided set stays with its certificate, its questions are met for the apprentice and
exposed, and whoever pulls next gets the first set of the same stream that is lawful without them (L5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.errors import DeliveryRefusal
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.keeping import must_say_why
from qbank.domain.people import Actor
from qbank.domain.voiding import MOST_SETS, Answered, Stand, must_answer, must_ask, must_withdraw
from qbank.services import audit, booking, reasons, session_requests
from qbank.services.kept_sets import VOIDED
from qbank.storage.locks import lock_sitting
from qbank.storage.models import (
    AssessmentSession,
    Attempt,
    QuestionSet,
    SetVoid,
    VoidAnswer,
    VoidRequest,
    VoidRequestSet,
)
from qbank.storage.queries import assessments, sessions, voids


def stand(store: Session, session: AssessmentSession, *, at: datetime) -> Stand:
    """How the set of a session stands: what a page says before anybody asks, and what is checked again when they do."""
    drawn = sessions.standing_set(store, session.attempt_id)
    return Stand(
        drawn=drawn is not None,
        cancelled=session.cancelled_at is not None,
        began=voids.has_begun(store, session.attempt_id),
        assessed=assessments.is_submitted(store, session.id),
        sat=booking.is_sat(store, session, at),
        asked=drawn is not None and voids.is_asked(store, drawn.id),
    )


def lacking(store: Session, session: AssessmentSession, *, at: datetime) -> str:
    """Why no lawful set would be left for the session after the void of its set; empty where one would."""
    try:
        session_requests.must_be_drawable(store, store.get_one(Attempt, session.attempt_id), at)
    except (DeliveryRefusal, RuleBroken) as refusal:
        return str(refusal)
    return ""


def ask(
    store: Session, sessions_asked: Sequence[AssessmentSession], *, reason: str, by: Actor, at: datetime
) -> VoidRequest:
    """Ask for the sets of these sessions to be voided, all for one reason; nothing changes before somebody answers.

    Args:
        store: in a unit that writes; all of them are asked for, or none.
        sessions_asked: whose sets were pulled and not sat.
        reason: why; kept beside the sitting, outside of the trail.
        by: a bank manager or an internal quality assurer who had no hand in them.
        at: now.

    Raises:
        RuleBroken: there is none or too many, no reason, the person may not (L8), or a set is sat, begun, assessed,
            not drawn or asked for already (L5).
    """
    words = must_say_why(reason)
    if not sessions_asked:
        raise RuleBroken("No session is chosen.", remedy="Choose at least one whose set was pulled.")
    if len(sessions_asked) > MOST_SETS:
        raise RuleBroken(f"No more than {MOST_SETS} sessions at once.", remedy="Ask for some of them first.")
    chosen = _locked(store, sessions_asked)
    sets = [(_must_stand(store, session, at=at), session.reference) for session in chosen]
    for each, _ in sets:
        must_ask(by, voids.had_a_hand(store, each))
    made = VoidRequest(reason=words, at=at, by_id=must_ask(by, ()))
    store.add(made)
    store.flush()
    store.add_all(VoidRequestSet(void_request_id=made.id, question_set_id=each.id) for each, _ in sets)
    store.flush()
    for each, reference in sets:
        _tell(store, each, reference, "void asked for", made, by=by, at=at)
    return made


def answer(
    store: Session,
    request_id: int,
    set_ids: Iterable[int],
    *,
    said: Answered,
    reason: str,
    by: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Agree to the void of sets that somebody else asked for, or refuse it; returns the references of their sessions.

    Args:
        store: in a unit that writes; all of them are answered, or none.
        request_id: of the request.
        set_ids: those of its sets that are answered now; each once.
        said: the same answer for each; that a request is withdrawn is said by whoever asked, with `withdraw`.
        reason: why.
        by: another bank manager or internal quality assurer, who had no hand in the sittings.
        at: now.

    Raises:
        NotFound: there is no such request.
        RuleBroken: there is no set or no reason, one is not of the request or was answered, the person may not (L5,
            L8), or, where they agree, the set was begun, sat or assessed meanwhile.
    """
    if said is Answered.WITHDRAWN:
        raise RuleBroken("Only whoever asked takes a request back.", remedy="Agree or refuse.", rule="L5")
    words, chosen = must_say_why(reason), set(set_ids)
    found = voids.asked_void(store, request_id)
    if found is None:
        raise NotFound("There is no such request.", remedy="Choose one from the list of voids.")
    asked = [each for each in found.waiting if each.question_set_id in chosen]
    if not chosen or len(asked) < len(chosen):
        raise RuleBroken("Nothing is chosen that waits for an answer.", remedy="Choose a session that waits for one.")
    if said is Answered.AGREED:
        for session in _locked(store, [store.get_one(AssessmentSession, each.session_id) for each in asked]):
            _must_be_voidable(store, session, at=at)
    for each in asked:
        row = store.get_one(QuestionSet, each.question_set_id)
        second = must_answer(by, asked_by=found.by_id, had_a_hand=voids.had_a_hand(store, row))
        told = {"void_request_id": request_id, "question_set_id": row.id, "reason": words, "by_id": second, "at": at}
        store.add(VoidAnswer(answer=said, **told))
        store.flush()
        if said is Answered.AGREED:
            store.add(SetVoid(question_set_id=row.id, by_id=found.by_id, second_id=second, reason=found.reason, at=at))
            store.flush()
        act = VOIDED if said is Answered.AGREED else "void refused"
        _tell(store, row, each.reference, act, store.get_one(VoidRequest, request_id), by=by, at=at)
    return tuple(each.reference for each in asked)


def withdraw(store: Session, request_id: int, *, reason: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """Take a request back where nobody has answered it yet; returns the references of the sessions whose sets stand.

    Args:
        store: in a unit that writes; every set that waits for an answer is taken out.
        request_id: of the request.
        reason: why; kept beside the request, outside of the trail.
        by: whoever asked.
        at: now.

    Raises:
        NotFound: there is no such request.
        RuleBroken: somebody else asked (L5), no reason is given, or everything was answered.
    """
    words, found = must_say_why(reason), voids.asked_void(store, request_id)
    if found is None:
        raise NotFound("There is no such request.", remedy="Choose one from the list of voids.")
    key = must_withdraw(by, asked_by=found.by_id)
    for session in _locked(store, [store.get_one(AssessmentSession, each.session_id) for each in found.waiting]):
        reasons.must_not_be_erased(store, session.apprentice_id)
    waiting = [each for each in found.waiting if voids.is_asked(store, each.question_set_id)]
    if not waiting:
        raise RuleBroken("Nothing of it waits for an answer any more.", remedy="Open the request again.", rule="L7")
    for each in waiting:
        row = VoidAnswer(void_request_id=request_id, question_set_id=each.question_set_id, answer=Answered.WITHDRAWN)
        row.reason, row.by_id, row.at = words, key, at
        store.add(row)
        store.flush()
        asked = store.get_one(VoidRequest, request_id)
        drawn = store.get_one(QuestionSet, each.question_set_id)
        _tell(store, drawn, each.reference, "request for a void withdrawn", asked, by=by, at=at)
    return tuple(each.reference for each in waiting)


def _locked(store: Session, chosen: Sequence[AssessmentSession]) -> Sequence[AssessmentSession]:
    """The sessions, once each, while their pulls and records wait; always in the same order, so that no two wait."""
    once = sorted({each.id: each for each in chosen}.values(), key=lambda each: (each.apprentice_id, each.method))
    for each in once:
        lock_sitting(store, each.apprentice_id, each.method)
        store.refresh(each)
    return once


def _must_stand(store: Session, session: AssessmentSession, *, at: datetime) -> QuestionSet:
    found = _must_be_voidable(store, session, at=at)
    if voids.is_asked(store, found.id):
        raise RuleBroken(
            f"The void of the set of {session.reference} is asked for already.",
            remedy="Wait for the answer, or leave the session out.",
            rule="L5",
        )
    return found


def _must_be_voidable(store: Session, session: AssessmentSession, *, at: datetime) -> QuestionSet:
    reasons.must_not_be_erased(store, session.apprentice_id)
    hindrance = stand(store, session, at=at).hindrance
    drawn = sessions.standing_set(store, session.attempt_id)
    if hindrance or drawn is None:
        raise RuleBroken(
            f"The set of {session.reference} cannot be voided. {hindrance}", remedy="Leave it out.", rule="L5"
        )
    return drawn


def _tell(
    store: Session, row: QuestionSet, subject: str, act: str, request: VoidRequest, *, by: Actor, at: datetime
) -> None:
    facts: dict[str, object] = {
        "request": request.id,
        "asked by": request.by_id,
        "ordinal": row.ordinal,
        "certificate": row.certificate_digest,
    }
    audit.record(store, act=act, subject=subject, by=by, at=at, facts=facts)
