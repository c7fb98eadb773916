"""The reasons that are given for what departs from the plan: asked for, and kept beside the session.

They may speak of somebody's health: the audit trail does not hold them, and they are erased with the apprentice's data.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import Reason
from qbank.domain.people import Actor
from qbank.storage.models import AssessmentSession, SessionNote


class ReasonNeeded(RuleBroken):
    """A number or a date of the plan is not kept, and nobody said why."""


def keep(store: Session, session: AssessmentSession, kind: Reason, because: str, *, by: Actor, at: datetime) -> None:
    """Keep a reason beside the session; none is kept of blanks."""
    if because.strip():
        words = because.strip()
        store.add(SessionNote(assessment_session_id=session.id, kind=kind, words=words, at=at, by_id=by.identifier))
        store.flush()
