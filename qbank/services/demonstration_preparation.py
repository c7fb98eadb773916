"""What comes before the sessions of the example organisation: so that a newcomer can pull a set at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from qbank.domain.deadlines import evidence_pieces
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import MEANS, Checked, Interest, Outcome
from qbank.services import handing_in, preparing, starting
from qbank.services.handing_in import HandedIn
from qbank.storage.models import Apprentice, AssessmentSession, Attempt, Person
from qbank.storage.queries import preparation, sessions, standards
from review.days import day_in_uk

STARTED_DAYS_BEFORE: Final = 60
RECEIVED_DAYS_BEFORE: Final = 16
AGREED_DAYS_BEFORE: Final = 30
SHORT_BY_WORDS: Final = 20
SUBJECT: Final = "How complaints about late deliveries are answered"
DEVELOPMENT: Final = "Two days with a mentor on what the assessor’s feedback named"
LATE: Final = "The organisation is an example: its sessions are booked on the day"


def begin(store: Session, apprentice: Apprentice, starts_at: datetime, at: datetime) -> None:
    """Record the start of the apprentice's assessment, two months before their first session."""
    if preparation.last_start(store, apprentice.id) is None:
        day = day_in_uk(starts_at - timedelta(days=STARTED_DAYS_BEFORE))
        starting.begin(store, apprentice, day, by=COMMAND_LINE, at=at)


def develop(store: Session, apprentice: Apprentice, method: str, kind: Sitting, at: datetime) -> None:
    """Record further development before a re-sit."""
    last = sessions.last_attempt(store, apprentice.id, method)
    if kind is not Sitting.FIRST and last is not None:
        starting.develop(store, last, day_in_uk(at), words=DEVELOPMENT, by=COMMAND_LINE, at=at)


def hand_in(store: Session, session: AssessmentSession, at: datetime) -> None:
    """Agree the subject of a project, and receive the report or the evidence in time."""
    attempt = store.get_one(Attempt, session.attempt_id)
    method = standards.as_loaded(store, attempt.plan_version_id).method(session.method)
    received = min(day_in_uk(at), day_in_uk(session.starts_at - timedelta(days=RECEIVED_DAYS_BEFORE)))
    pieces = evidence_pieces(method)
    if method.report_words is not None:
        agreed = received - timedelta(days=AGREED_DAYS_BEFORE)
        handing_in.agree_subject(store, session, SUBJECT, agreed, by=COMMAND_LINE, at=at)
    if method.report_words is None and pieces is None:
        return
    count = method.report_words - SHORT_BY_WORDS if method.report_words is not None else (pieces or (0,))[0] + 1
    handing_in.receive(store, session, HandedIn(received, count, because=LATE), by=COMMAND_LINE, at=at)


def declare_and_check(store: Session, session: AssessmentSession, assessor: Person, at: datetime) -> None:
    """The assessor declares no interest, and checks who is there where the session is by video."""
    preparing.declare(store, session, Interest.NONE, by=assessor.actor, at=at)
    for what in Checked if session.remote else ():
        how = MEANS[what][0]
        preparing.check(store, session, what, how=how, outcome=Outcome.SATISFIED, by=assessor.actor, at=at)
