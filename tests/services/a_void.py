"""A void of a set of the small bank, by two people who had no hand in the sitting."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.domain.voiding import Answered
from qbank.services import people, voiding
from qbank.storage import units
from qbank.storage.models import AssessmentSession, FormerAssessor, Person
from qbank.storage.queries import people as known
from qbank.storage.queries import sessions
from tests.services.a_bank import NOW, the_person

WHY = "Its questions stood in a message."
ROLES = {"manager": Role.BANK_MANAGER, "deputy": Role.BANK_MANAGER, "quality": Role.IQA}


def decider(store: Session, first_part: str) -> Person:
    """One of the people who may ask and answer, made at the first need."""
    email = f"{first_part}@example.org"
    facts = {"password": None, "roles": [ROLES[first_part]], "by": COMMAND_LINE, "at": NOW}
    return known.by_email(store, email) or people.create(store, name=first_part, email=email, **facts)


def assessing(store: Session, first_part: str) -> Person:
    """Somebody who assesses; one of the people who decide on voids does so too."""
    if first_part not in ROLES:
        return the_person(store, first_part)
    person = decider(store, first_part)
    if Role.ASSESSOR not in person.actor.roles:
        people.set_roles(store, person, [ROLES[first_part], Role.ASSESSOR], by=COMMAND_LINE, at=NOW)
    return person


def given_to(store: Session, session: AssessmentSession, person: int) -> None:
    """Give a session to somebody whom the application would not let have it, the former assessor kept."""
    if store.get(FormerAssessor, (session.id, session.assessor_id)) is None:
        store.add(FormerAssessor(assessment_session_id=session.id, person_id=session.assessor_id, at=NOW))
        store.flush()
    session.assessor_id = person
    store.flush()


def ask(store: Session, session: AssessmentSession, *, by: str = "manager", at: datetime = NOW) -> int:
    """The number of a request for the void of the session's set."""
    return voiding.ask(store, [session], reason=WHY, by=decider(store, by).actor, at=at).id


def answer(
    store: Session,
    request: int,
    session: AssessmentSession,
    *,
    said: Answered = Answered.AGREED,
    by: str = "quality",
    at: datetime = NOW,
) -> tuple[str, ...]:
    """What a second person says to it."""
    drawn = sessions.standing_set(store, session.attempt_id)
    assert drawn is not None
    facts = {"said": said, "reason": "I read the message.", "by": decider(store, by).actor, "at": at}
    return voiding.answer(store, request, [drawn.id], **facts)


def void(store: Session, session: AssessmentSession, *, at: datetime = NOW) -> None:
    """Ask and agree."""
    answer(store, ask(store, session, at=at), session, at=at)


def voided(bank: sa.Engine, session_id: int, *, at: datetime = NOW) -> None:
    """The same in a unit of its own."""

    def work(store: Session) -> None:
        void(store, store.get_one(AssessmentSession, session_id), at=at)

    units.in_write_unit(bank, work)
