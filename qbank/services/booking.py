"""Books assessment sessions: the attempt, its seed and the commitment to it come first, the sitting hangs on them.

The seed belongs to the apprentice's attempt at the method, not to the session (L5): whoever cancels and books again
meets the same seed and so the same set. Nothing is booked for a time that has passed, nor moved to one: a sitting that
nobody sat would open the way to a re-sit, and to a second set.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.errors import RuleBroken
from qbank.domain.grading import may_sit_again
from qbank.domain.lifecycle import Reason, Sitting
from qbank.domain.people import Actor
from qbank.domain.sittings import was_sat
from qbank.services import attempts, audit, competences, reasons
from qbank.services.attempts import next_reference
from qbank.services.seeds import SeedCipher
from qbank.storage.locks import lock_numbering, lock_sitting
from qbank.storage.models import Apprentice, AssessmentSession, Attempt, FormerAssessor, Person
from qbank.storage.queries import assessments, preparation, sessions, standards

PUBLIC_ID_BYTES = 16


def book(  # noqa: PLR0913 - a booking has these facts, each by keyword
    store: Session,
    *,
    apprentice: Apprentice,
    method: str,
    assessor: Person,
    starts_at: datetime,
    place: str,
    by: Actor,
    at: datetime,
    cipher: SeedCipher,
    kind: Sitting = Sitting.FIRST,
    remote: bool = False,
) -> AssessmentSession:
    """A session for the apprentice's next attempt, or for the attempt whose session was cancelled.

    `remote` is by video; the place is then how to get there.

    Raises:
        NotReady: no draw plan is adopted for the method.
        RuleBroken: no assessor, or one whose competence ends before (I1); a time that has passed; a session is booked
            already; the kind does not follow; not in person where the plan asks for it; no further development (R12)
            or no new start (R6) is on record.
    """
    reasons.must_not_be_erased(store, apprentice.id)
    _must_be_assessor(assessor)
    _must_be_to_come(starts_at, at)
    competences.must_hold(store, assessor, starts_at)
    _must_be_where_the_plan_allows(store, apprentice, method, remote=remote)
    lock_sitting(store, apprentice.id, method)
    attempt = _attempt(store, apprentice, method, kind, by=by, at=at, cipher=cipher)
    lock_numbering(store)
    session = AssessmentSession(
        reference=next_reference(store, AssessmentSession, "AS"),
        public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES),
        attempt_id=attempt.id,
        apprentice_id=apprentice.id,
        method=method,
        assessor_id=assessor.id,
        starts_at=starts_at,
        place=place,
        remote=remote,
        booked_at=at,
        booked_by_id=by.identifier,
    )
    store.add(session)
    store.flush()
    _tell(store, session, apprentice, attempt, by=by, at=at)
    return session


def _tell(
    store: Session, session: AssessmentSession, apprentice: Apprentice, attempt: Attempt, *, by: Actor, at: datetime
) -> None:
    who = {"apprentice": apprentice.reference, "attempt": attempt.reference, "assessor": session.assessor_id}
    when = {"method": session.method, "starts_at": session.starts_at.isoformat()}
    audit.record(store, act="session booked", subject=session.reference, by=by, at=at, facts=who | when)


def cancel(store: Session, session: AssessmentSession, *, because: str, by: Actor, at: datetime) -> None:
    """Take the booking back. The attempt, its seed and a set that was opened stay; the next booking meets them.

    Raises:
        RuleBroken: it is cancelled already, it was sat, or no reason is given.
    """
    must_be_changeable(store, session, at)
    _must_say_why(because, what="cancellation")
    session.cancelled_at, session.cancelled_because = at, because.strip()
    store.flush()
    audit.record(store, act="session cancelled", subject=session.reference, by=by, at=at)


def reassign(store: Session, session: AssessmentSession, assessor: Person, *, by: Actor, at: datetime) -> None:
    """Give the session to another assessor; whose set it is does not change, and whose it was is kept (L8).

    Raises:
        RuleBroken: the person is no assessor, their competence ends before (I1), or the session is cancelled or was
            sat.
    """
    _must_be_assessor(assessor)
    must_be_changeable(store, session, at)
    competences.must_hold(store, assessor, session.starts_at)
    facts = {"from": session.assessor_id, "to": assessor.id}
    if assessor.id != session.assessor_id and store.get(FormerAssessor, (session.id, session.assessor_id)) is None:
        was = {"person_id": session.assessor_id, "at": at, "by_id": by.identifier}
        store.add(FormerAssessor(assessment_session_id=session.id, **was))
        store.flush()  # first: the database lets go of nobody whom nothing names
    session.assessor_id = assessor.id
    store.flush()
    audit.record(store, act="session reassigned", subject=session.reference, by=by, at=at, facts=facts)


def move(
    store: Session, session: AssessmentSession, starts_at: datetime, *, because: str, by: Actor, at: datetime
) -> None:
    """Give the session another time, with the reason (R8).

    Raises:
        RuleBroken: the session is cancelled or was sat, the time has passed, no reason is given, or the assessor's
            competence ends before (I1).
    """
    must_be_changeable(store, session, at)
    _must_say_why(because, what="move")
    _must_be_to_come(starts_at, at)
    competences.must_hold(store, store.get_one(Person, session.assessor_id), starts_at)
    facts = {"from": session.starts_at.isoformat(), "to": starts_at.isoformat()}
    session.starts_at = starts_at
    store.flush()
    reasons.keep(store, session, Reason.MOVED, because, by=by, at=at)
    audit.record(store, act="session moved", subject=session.reference, by=by, at=at, facts=facts)


def relocate(
    store: Session, session: AssessmentSession, place: str, *, remote: bool | None = None, by: Actor, at: datetime
) -> None:
    """Give the session another place; `remote` is whether it is by video from now on, None to leave that as it is.

    Raises:
        RuleBroken: the session is cancelled or was sat, or must be in person.
    """
    must_be_changeable(store, session, at)
    if remote is not None:
        apprentice = store.get_one(Apprentice, session.apprentice_id)
        _must_be_where_the_plan_allows(store, apprentice, session.method, remote=remote)
        session.remote = remote
    session.place = place
    store.flush()
    audit.record(
        store, act="session relocated", subject=session.reference, by=by, at=at, facts={"remote": session.remote}
    )


def _must_be_assessor(person: Person) -> None:
    if Role.ASSESSOR not in person.actor.roles or not person.active:
        raise RuleBroken(f"{person.name} is not an assessor.", remedy="Choose an assessor, or give them the role.")


def _must_be_to_come(starts_at: datetime, at: datetime) -> None:
    if starts_at < at:
        raise RuleBroken("That time has passed.", remedy="Give a time that is still to come.", rule="L5")


def _must_say_why(because: str, *, what: str) -> None:
    if not because.strip():
        raise RuleBroken(f"A {what} needs a reason.", remedy="Say in a sentence why.")


def must_be_changeable(store: Session, session: AssessmentSession, at: datetime) -> None:
    """Keep a pull of this session waiting, read the session as it is now, and refuse one that nothing changes.

    Raises:
        RuleBroken: it is cancelled, or was sat, or the apprentice's data was erased.
    """
    lock_sitting(store, session.apprentice_id, session.method)
    store.refresh(session)
    reasons.must_not_be_erased(store, session.apprentice_id)
    if session.cancelled_at is not None:
        raise RuleBroken(f"{session.reference} is cancelled already.", remedy="Book again instead.", rule="L5")
    if is_sat(store, session, at) or assessments.is_submitted(store, session.id):
        raise RuleBroken(
            f"{session.reference} was sat, and its record stays.", remedy="Book a re-sit or a re-take.", rule="L5"
        )


def _attempt(
    store: Session, apprentice: Apprentice, method: str, kind: Sitting, *, by: Actor, at: datetime, cipher: SeedCipher
) -> Attempt:
    last = sessions.last_attempt(store, apprentice.id, method)
    if last is None:
        if kind is not Sitting.FIRST:
            raise RuleBroken(f"A {kind} follows a first sitting.", remedy="Book the first sitting.", rule="R4")
        return attempts.start(store, apprentice, method, kind, number=1, by=by, at=at, cipher=cipher)
    booked = sessions.booked_session(store, last.id)
    if booked is None:
        if kind != last.kind:
            remedy = f"Book a {last.kind}: its set is the one that the cancelled session had."
            raise RuleBroken(f"The last session of this {last.kind} was cancelled.", remedy=remedy, rule="L5")
        return last
    if not may_sit_again([assessments.grade_of_attempt(store, last.id)]):
        raise RuleBroken(
            f"{apprentice.reference} has passed this method.",
            remedy="Only a method without a pass is sat again.",
            rule="R4",
        )
    if kind is Sitting.FIRST or not is_sat(store, booked, at):
        raise RuleBroken(
            f"{apprentice.reference} has the session {booked.reference} for this method.",
            remedy="Use that session; a re-sit or re-take follows once it was sat.",
            rule="L5",
        )
    _must_be_ready_again(store, last, kind)
    return attempts.start(store, apprentice, method, kind, number=last.number + 1, by=by, at=at, cipher=cipher)


def _must_be_ready_again(store: Session, last: Attempt, kind: Sitting) -> None:
    if not preparation.has_development(store, last.id):
        raise RuleBroken(
            f"A {kind} follows further development, and none is on record.",
            remedy="Say what was given to the apprentice, and when.",
            rule="R12",
        )
    if kind is Sitting.RE_TAKE and not preparation.has_begun_again(store, last):
        raise RuleBroken(
            "A re-take starts the assessment anew, and its start is not on record.",
            remedy="Give the day on which the gateway was signed again.",
            rule="R6",
        )


def _must_be_where_the_plan_allows(store: Session, apprentice: Apprentice, method: str, *, remote: bool) -> None:
    found = standards.as_loaded(store, apprentice.plan_version_id).method(method)
    if remote and not found.remote_allowed:
        raise RuleBroken(f"The {found.short_title.lower()} takes place in person.", remedy="Give a place.", rule="O2")


def is_sat(store: Session, session: AssessmentSession, at: datetime) -> bool:
    """Whether the time of the session is over, with the set of its attempt there before it was."""
    plan = standards.as_loaded(store, store.get_one(Attempt, session.attempt_id).plan_version_id)
    drawn = sessions.standing_set(store, session.attempt_id)
    return was_sat(
        starts_at=session.starts_at,
        minutes=plan.method(session.method).minutes,
        drawn_at=None if drawn is None else drawn.drawn_at,
        at=at,
    )
