"""What follows an approval: others rest, a plan is fitted and adopted, a session booked, its set drawn.

The services do it on the database of a demo that runs: what they do is on its pages at once.
"""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.bank_list import Wanted
from qbank.domain.lifecycle import State
from qbank.domain.people import COMMAND_LINE
from qbank.services import booking, delivering, demonstration_preparation, fitting, keeping, people
from qbank.services.seeds import SeedCipher
from qbank.storage import db, units
from qbank.storage.models import AssessmentSession, Person, PlanVersion
from qbank.storage.queries import people as known
from qbank.storage.queries.bank_list import references
from tests.journeys.a_live_session import MortalDemo

_NUMBERS = itertools.count(9001)


def drawn_after_all_others_rest(own: MortalDemo, method: str, ksb: str, *, but: str) -> list[str]:
    """The references of a set of the method that is drawn now, once no live question but this one carries the KSB.

    Every set of the method has the KSB, so the draw cannot miss the question: what chance it has otherwise, the
    tests of the engine say.
    """
    secrets = json.loads((own.database.parent / "secrets.json").read_text(encoding="utf-8"))
    cipher, at = SeedCipher.from_secret(secrets["seed_key"]), datetime.now(UTC)
    engine = db.engine(f"sqlite:///{own.database}")
    try:
        with units.write_unit(engine) as store:
            row = _rested(store, method, ksb, but, at)
        fitting.adopt_for_today(engine, row, method, by=COMMAND_LINE, at=at)
        with units.write_unit(engine) as store:
            session, assessor = _booked(store, row, method, cipher, at)
        drawn = delivering.pull_once(engine, session.id, by=assessor.actor, at=at, cipher=cipher)
        return [each.reference for each in drawn.questions]
    finally:
        engine.dispose()


def _rested(store: Session, method: str, ksb: str, but: str, at: datetime) -> PlanVersion:
    carriers = references(store, Wanted(method=method, ksb=ksb, state=State.LIVE), at=at)
    others = [each for each in carriers if each != but]
    keeping.rest(store, others, because="So that one is drawn with certainty", by=COMMAND_LINE, at=at)
    return store.scalars(sa.select(PlanVersion)).one()


def _booked(
    store: Session, row: PlanVersion, method: str, cipher: SeedCipher, at: datetime
) -> tuple[AssessmentSession, Person]:
    """A session in half an hour of an apprentice who is new, with all that comes before a set is opened."""
    number = next(_NUMBERS)
    apprentice = people.register(
        store,
        reference=f"AP-{number}",
        name=f"Apprentice {number}",
        plan_version=row,
        employer=people.employer(store, "Employer A"),
        provider=people.provider(store, "Provider A"),
        by=COMMAND_LINE,
        at=at,
    )
    starts_at = at + timedelta(minutes=30)
    assessor = known.by_email(store, "assessor@example.org")
    assert assessor is not None
    demonstration_preparation.begin(store, apprentice, starts_at, at)
    session = booking.book(
        store,
        apprentice=apprentice,
        method=method,
        assessor=assessor,
        starts_at=starts_at,
        place="Room 1",
        by=COMMAND_LINE,
        at=at,
        cipher=cipher,
    )
    demonstration_preparation.hand_in(store, session, at)
    demonstration_preparation.declare_and_check(store, session, assessor, at)
    return session, assessor
