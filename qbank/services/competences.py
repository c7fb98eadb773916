"""Until when an assessor's occupational competence is on record, and that nobody is booked beyond it.

Source: assessment plan, rule I1.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.storage.models import Competence, Person
from qbank.storage.queries import preparation
from review.days import day_in_uk


def record(store: Session, assessor: Person, holds_until: date, *, by: Actor, at: datetime) -> None:
    """Record that somebody has seen what rule I1 asks of an assessor, and until which day it holds.

    The last record counts, an earlier day among them; sessions that are booked beyond it stay and are shown.

    Raises:
        RuleBroken: no assessor, oneself, or the same day is on record.
    """
    if Role.ASSESSOR not in assessor.actor.roles:
        raise RuleBroken(f"{assessor.name} is not an assessor.", remedy="Choose an assessor.", rule="I1")
    if by.identifier == assessor.id:
        raise RuleBroken("Nobody records their own competence.", remedy="Ask a colleague to record it.", rule="I1")
    if preparation.competent_until(store, assessor.id) == holds_until:
        raise RuleBroken("That day is on record already.", remedy="Nothing has to be done.", rule="I1")
    store.add(Competence(person_id=assessor.id, holds_until=holds_until, at=at, by_id=by.identifier))
    store.flush()
    facts = {"until": holds_until.isoformat()}
    audit.record(store, act="competence recorded", subject=f"person {assessor.id}", by=by, at=at, facts=facts)


def must_hold(store: Session, assessor: Person, starts_at: datetime) -> None:
    """Refuse a session on a day beyond the assessor's competence that is on record; without a record pages warn.

    Raises:
        RuleBroken: it ends before that day.
    """
    until, day = preparation.competent_until(store, assessor.id), day_in_uk(starts_at)
    if until is not None and until < day:
        raise RuleBroken(
            f"The competence of {assessor.name} is on record until {until.day} {until:%B %Y}, "
            f"and the session is on {day.day} {day:%B %Y}.",
            remedy="Choose another assessor, or record their competence anew.",
            rule="I1",
        )
