"""What must be recorded before a session's set opens: the assessor's declaration, and checks over a distance.

Also the adjustments that are approved for a session. Who may read the reasons is a matter of pages; the audit trail
says that something was recorded, never about whom in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.lifecycle import Reason
from qbank.domain.people import Actor
from qbank.domain.preparation import MEANS, MOST_EXTRA_MINUTES, Adjusted, Checked, How, Interest, Outcome
from qbank.services import audit, booking, reasons
from qbank.storage.models import Adjustment, AssessmentSession, Declaration, SittingCheck
from qbank.storage.queries import preparation


@dataclass(frozen=True, slots=True)
class Change:
    """What an adjustment alters: only what belongs to its kind is given.

    Args:
        extra_minutes: for time: how much longer; 0 takes an earlier one back.
        variant: for a format: how the pack is set; "standard" takes an earlier one back.
        interpreter: for an interpreter: whether there is one.
    """

    kind: Adjusted
    extra_minutes: int | None = None
    variant: str | None = None
    interpreter: bool | None = None


def declare(
    store: Session, session: AssessmentSession, interest: Interest, *, words: str = "", by: Actor, at: datetime
) -> None:
    """Record what the session's assessor declares about apprentice, employer and provider.

    Args:
        store: in a unit that writes.
        session: theirs.
        interest: none, or one that is declared: then the set stays shut until another assessor has the session.
        words: what the interest is; kept beside the session.
        by: the assessor.
        at: now.

    Raises:
        NotAllowed: the session is another assessor's.
        RuleBroken: the session is cancelled or was sat; an interest was declared before, or none is described.

    Source: assessment plan, rule I2.
    """
    booking.must_be_changeable(store, session, at)
    _must_be_theirs(session, by)
    if interest is Interest.DECLARED and not words.strip():
        raise RuleBroken("An interest needs a sentence about it.", remedy="Say what it is.", rule="I2")
    before = preparation.preparation_of(store, session).interest
    if before is not None and before.what == Interest.DECLARED and interest is Interest.NONE:
        raise RuleBroken(
            "You declared an interest in this session.", remedy="Another assessor must take the session.", rule="I2"
        )
    store.add(Declaration(assessment_session_id=session.id, person_id=by.identifier, interest=interest, at=at))
    store.flush()
    if interest is Interest.DECLARED:
        reasons.keep(store, session, Reason.INTEREST, words, by=by, at=at)
    facts = {"interest": str(interest)}
    audit.record(store, act="interest declared", subject=session.reference, by=by, at=at, facts=facts)


def check(
    store: Session,
    session: AssessmentSession,
    what: Checked,
    *,
    how: How,
    outcome: Outcome,
    words: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Record that the assessor of a sitting at a distance checked who is there, or where they are.

    Raises:
        NotAllowed: the session is another assessor's.
        RuleBroken: the sitting is in person, cancelled or was sat; the means does not belong to the check.

    Source: assessment plan, rule X1.
    """
    booking.must_be_changeable(store, session, at)
    _must_be_theirs(session, by)
    if not session.remote:
        raise RuleBroken("This session is in person: nothing is checked over a distance.", rule="X1")
    if how not in MEANS[what]:
        raise RuleBroken(f"The check of the {what} cannot rest on that.", remedy="Choose another means.", rule="X1")
    store.add(
        SittingCheck(assessment_session_id=session.id, what=what, how=how, outcome=outcome, at=at, by_id=by.identifier)
    )
    store.flush()
    reasons.keep(store, session, Reason.CHECK, words, by=by, at=at)
    facts = {"what": str(what), "how": str(how), "outcome": str(outcome)}
    audit.record(store, act="sitting checked", subject=session.reference, by=by, at=at, facts=facts)


def adjust(
    store: Session, session: AssessmentSession, change: Change, *, because: str, by: Actor, at: datetime
) -> Adjustment:
    """Approve an adjustment of the session; the last of its kind counts.

    Raises:
        NotAllowed: the person assesses this session, or is not known by name.
        RuleBroken: no reason; more minutes than is sensible; the session is cancelled or was sat.

    Source: decision 24, reasonable adjustments.
    """
    booking.must_be_changeable(store, session, at)
    if by.identifier is None or by.identifier == session.assessor_id:
        raise NotAllowed(
            "Nobody approves an adjustment of a session that they assess.", remedy="Ask a colleague to approve it."
        )
    if not because.strip():
        raise RuleBroken("An adjustment needs a reason.", remedy="Say in a sentence why.")
    if change.extra_minutes is not None and not 0 <= change.extra_minutes <= MOST_EXTRA_MINUTES:
        raise RuleBroken(f"{change.extra_minutes} minutes are too many.", remedy=f"Give 0 to {MOST_EXTRA_MINUTES}.")
    row = Adjustment(
        assessment_session_id=session.id,
        kind=change.kind,
        extra_minutes=change.extra_minutes,
        variant=change.variant,
        interpreter=change.interpreter,
        approved_by_id=by.identifier,
        at=at,
        words=because.strip(),
    )
    store.add(row)
    store.flush()
    facts = {"kind": str(change.kind)}
    audit.record(store, act="adjustment approved", subject=session.reference, by=by, at=at, facts=facts)
    return row


def _must_be_theirs(session: AssessmentSession, by: Actor) -> None:
    if by.identifier is None or session.assessor_id != by.identifier:
        raise NotAllowed("Only the assessor of a session records this.", remedy="Ask them.")
