"""A small organisation for tests of the web: the starter bank, four people, three sessions around one day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import Interest
from qbank.services import attempts, booking, fitting, passwords, people, preparing, seeding, starter, starting
from qbank.services.seeds import SeedCipher
from qbank.settings import Settings
from qbank.storage import db, migrating, units
from qbank.storage.models import AssessmentSession, Person, PlanVersion
from tests.shared_plans import shared_plans

NOW = datetime(2026, 6, 4, 11, 0, tzinfo=UTC)  # midday in the United Kingdom: summer time
STARTED = date(2026, 5, 4)
"""When the assessment of every apprentice started."""
STANDARD = "customer-service-specialist-3"
PASSWORD = "correct horse battery"  # noqa: S105 - of people who do not exist
PEOPLE = (
    ("Grace Mensah", "grace@example.org", Role.ASSESSOR),
    ("Tom Okafor", "tom@example.org", Role.ASSESSOR),
    ("Ewa Nowak", "ewa@example.org", Role.BANK_MANAGER),
    ("Ines Duarte", "ines@example.org", Role.IQA),
)
SESSIONS = (
    ("Amira Hassan", 0, timedelta(hours=2)),
    ("Jo Bell", 0, timedelta(days=10)),
    ("Sam Lee", 1, timedelta(hours=1)),
)
"""The apprentice, the position of the assessor in `PEOPLE`, and how long after `NOW` the session starts."""


def settings(folder: Path) -> Settings:
    """The settings of an organisation in that folder, whatever the environment says."""
    return Settings(
        data_folder=folder,
        cache_folder=folder / "cache",
        database_url="",
        behind_https=False,
        organisation_name="Northgate Assessment",
    )


def seed_of(label: str, number: int = 1) -> bytes:
    """The seed of what is booked as that number under a label."""
    return hashlib.sha256(f"{label} {number}".encode()).digest()


@contextmanager
def seeds_of(label: str) -> Iterator[None]:
    """Let what is booked here be drawn by seeds that follow from a label and their number, the same in every run."""
    numbers = count(1)
    with patch.object(attempts, "new_seed", lambda: seed_of(label, next(numbers))):
        yield


def make(made_with: Settings) -> None:
    """Make the organisation; every fact at `NOW` or a month before."""
    migrating.upgrade(made_with.database)
    engine = db.engine(made_with.database)
    password = passwords.hashed(PASSWORD)
    cipher = SeedCipher.from_secret(made_with.seed_key.get_secret_value())
    with seeds_of("an organisation"), units.write_unit(engine) as store:
        row = _bank(store)
        staff = [
            people.create(store, name=name, email=email, password=password, roles=[role], by=COMMAND_LINE, at=NOW)
            for name, email, role in PEOPLE
        ]
        for number, (name, assessor, away) in enumerate(SESSIONS, start=1):
            book_session(store, row, number, name, staff[assessor], NOW + away, cipher)
    engine.dispose()


def public_id(made_with: Settings, reference: str) -> str:
    """The address part of the session of that reference."""
    engine = db.engine(made_with.database)
    with units.read_unit(engine) as store:
        found = store.scalars(
            sa.select(AssessmentSession.public_id).where(AssessmentSession.reference == reference)
        ).one()
    engine.dispose()
    return found


def _bank(store: Session) -> PlanVersion:
    plan = starter.starter_plan(STANDARD)
    row = seeding.load_standard(store, plan, by=COMMAND_LINE, at=NOW)
    seeding.load_questions(store, plan, starter.starter_questions(STANDARD), by=COMMAND_LINE, at=NOW)
    adopt(store, row, "interview")
    return row


def adopt(store: Session, row: PlanVersion, method: str) -> None:
    """Fit the method's live questions, once in a run of the tests, and let bookings follow the plan."""
    ordered = fitting.order(store, row, method)
    fitted = shared_plans().plan_for(ordered.pool, ordered.specification)
    kept = fitting.keep(store, ordered, fitted, by=COMMAND_LINE, at=NOW)
    fitting.adopt(store, row, method, kept, by=COMMAND_LINE, at=NOW)


def book_session(  # noqa: PLR0913 - a session has these facts
    store: Session,
    row: PlanVersion,
    number: int,
    name: str,
    assessor: Person,
    starts_at: datetime,
    cipher: SeedCipher,
    *,
    remote: bool = False,
    is_declared: bool = True,
) -> AssessmentSession:
    """An interview whose assessor has declared no interest, in an assessment that started a month ago."""
    apprentice = people.register(
        store,
        reference=f"AP-{number:04d}",
        name=name,
        plan_version=row,
        employer=people.employer(store, "Northgate Housing"),
        provider=people.provider(store, "Weaver Training"),
        by=COMMAND_LINE,
        at=NOW,
    )
    starting.begin(store, apprentice, STARTED, by=COMMAND_LINE, at=NOW)
    facts = {"method": "interview", "assessor": assessor, "starts_at": starts_at, "place": "By video"}
    session = booking.book(store, apprentice=apprentice, **facts, remote=remote, by=COMMAND_LINE, at=NOW, cipher=cipher)
    if is_declared:
        preparing.declare(store, session, Interest.NONE, by=assessor.actor, at=NOW)
    return session
