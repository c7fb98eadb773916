"""The reasons that are given for what departs from the plan: asked for, and kept beside the session.

They may speak of somebody's health: the audit trail does not hold them, and they are erased with the apprentice's data.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import Reason
from qbank.domain.people import Actor
from qbank.storage.models import Apprentice, AssessmentSession, Erasure, SessionNote


class ReasonNeeded(RuleBroken):
    """A number or a date of the plan is not kept, and nobody said why; in words, it names its rule."""

    def __str__(self) -> str:
        return f"{super().__str__()} Rule {self.rule}." if self.rule else super().__str__()


def keep(store: Session, session: AssessmentSession, kind: Reason, because: str, *, by: Actor, at: datetime) -> None:
    """Keep a reason beside the session; none is kept of blanks.

    Raises:
        RuleBroken: the apprentice's data was erased.
    """
    if because.strip():
        must_not_be_erased(store, session.apprentice_id)
        words = because.strip()
        store.add(SessionNote(assessment_session_id=session.id, kind=kind, words=words, at=at, by_id=by.identifier))
        store.flush()


def must_not_be_erased(store: Session, apprentice: int) -> None:
    """Refuse to keep anything new of an apprentice whose data was erased: it would never be due again.

    Raises:
        RuleBroken: it was.
    """
    asked = sa.select(Apprentice.reference).join(Erasure, Erasure.apprentice_id == Apprentice.id)
    if (reference := store.scalar(asked.where(Apprentice.id == apprentice))) is not None:
        raise RuleBroken(
            f"The data of {reference} was erased, so nothing new is kept of them.",
            remedy="Register them under another reference.",
        )
