"""A small bank in a database: the invented standard, sixty questions, a fitted plan, people, apprentices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.plan import DrawPlan
from qbank.domain.access import Role
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import Interest
from qbank.domain.questions import BankQuestion
from qbank.domain.standards import Plan
from qbank.services import booking, delivering, fitting, people, preparing, seeding, starting
from qbank.services.bank_folders import plan_in
from qbank.services.seeds import SeedCipher
from qbank.storage import db, migrating, units
from qbank.storage.models import Apprentice, AssessmentSession, Erasure, Person, PlanVersion
from qbank.storage.queries import people as known
from qbank.storage.queries import preparation, sessions, standards
from tests.domain.a_question import a_question
from tests.shared_plans import shared_plans

SMALL = Path(__file__).parent.parent / "standards" / "lamp-keeper-2"
METHOD = "dialogue"
SECRET = "a secret of the tests, long enough"  # noqa: S105 - of nothing
CIPHER = SeedCipher.from_secret(SECRET)
NOW = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
"""The morning on which the sessions of the tests start."""
BOOKED = NOW - timedelta(days=21)
ENDED = NOW + timedelta(hours=3)


@cache
def a_plan() -> Plan:
    return plan_in(SMALL)


def questions(count: int = 60) -> tuple[BankQuestion, ...]:
    """Two KSBs each, every pair of the six in turn; Q-0001 and Q-0002 are enemies, Q-0003 and Q-0004 clones."""
    pairs = list(combinations([ksb.code for ksb in a_plan().ksbs], 2))
    return tuple(
        a_question(
            f"Q-{number:04d}",
            ksbs=" ".join(pairs[number % len(pairs)]),
            criteria="LP1",
            stem=f"In your logbook, what did lamp {number} teach you?",
            method=METHOD,
            seconds=270,
            enemies="Q-0002" if number == 1 else "",
            clones="Q-0004" if number == 3 else "",
        )
        for number in range(1, count + 1)
    )


_FITTED: dict[tuple[str, str], DrawPlan] = {}


def fit_once(ordered: fitting.Order, progress: fitting.Progress | None = None) -> DrawPlan:
    """As `fitting.fit`, once in a run for each pool: both databases use the same plan."""
    key = (ordered.pool.digest, ordered.specification.digest)
    if key not in _FITTED:
        _FITTED[key] = shared_plans().plan_for(ordered.pool, ordered.specification, progress)
    return _FITTED[key]


def erased_on_record(connection) -> None:
    """The row that an erasure leaves, for every apprentice: without it no word about one goes."""
    keys = connection.execute(sa.select(Apprentice.id)).scalars().all()
    rows = [{"apprentice_id": key, "at": NOW, "by_id": None} for key in keys]
    connection.execute(sa.insert(Erasure.__table__), rows)


def fill(url: str, bank: Sequence[BankQuestion] | None = None, *, early: int = 0, early_at: datetime = BOOKED) -> None:
    """A template: everything but sessions, of the sixty questions or of others.

    The first `early` questions may have been loaded earlier than the rest.
    """
    loaded = bank or questions()
    migrating.upgrade(url)
    with opened(url) as engine:
        with units.write_unit(engine) as store:
            row = seeding.load_standard(store, a_plan(), by=COMMAND_LINE, at=BOOKED)
            if early:
                seeding.load_questions(store, a_plan(), loaded[:early], by=COMMAND_LINE, at=early_at)
            seeding.load_questions(store, a_plan(), loaded, by=COMMAND_LINE, at=BOOKED)
            for first_part, role in (
                ("assessor", Role.ASSESSOR),
                ("other", Role.ASSESSOR),
                ("author", Role.AUTHOR),
                ("approver", Role.APPROVER),
            ):
                email = f"{first_part}@example.org"
                people.create(
                    store, name=first_part, email=email, password=None, roles=[role], by=COMMAND_LINE, at=BOOKED
                )
            for number in range(1, 5):
                an_apprentice(store, number, row)
        fitting.adopt_for_today(engine, row, METHOD, by=COMMAND_LINE, at=BOOKED, fit=fit_once)


def an_apprentice(store: Session, number: int, row: PlanVersion | None = None) -> Apprentice:
    reference = f"AP-{number:04d}"
    found = store.scalar(sa.select(Apprentice).where(Apprentice.reference == reference))
    return found or people.register(
        store,
        reference=reference,
        name=f"Apprentice {number}",
        plan_version=row or the_plan_version(store),
        employer=people.employer(store, "Employer A"),
        provider=people.provider(store, "Provider A"),
        by=COMMAND_LINE,
        at=BOOKED,
    )


def the_plan_version(store: Session) -> PlanVersion:
    row = standards.plan_version(store, a_plan().standard)
    assert row is not None
    return row


def the_person(store: Session, first_part: str) -> Person:
    person = known.by_email(store, f"{first_part}@example.org")
    assert person is not None
    return person


def a_session(
    store: Session,
    *,
    apprentice: int = 1,
    assessor: str = "assessor",
    starts_at: datetime = NOW,
    kind: Sitting = Sitting.FIRST,
    at: datetime = BOOKED,
    remote: bool = False,
    is_declared: bool = True,
) -> AssessmentSession:
    """A booked session whose assessor has declared no interest, after what must come before a re-sit or re-take."""
    booked, person = an_apprentice(store, apprentice), the_person(store, assessor)
    make_ready_again(store, booked, kind, at)
    session = booking.book(
        store,
        apprentice=booked,
        method=METHOD,
        assessor=person,
        starts_at=starts_at,
        place="Room 1",
        by=COMMAND_LINE,
        at=at,
        cipher=CIPHER,
        kind=kind,
        remote=remote,
    )
    if is_declared:
        preparing.declare(store, session, Interest.NONE, by=person.actor, at=at)
    return session


def make_ready_again(store: Session, apprentice: Apprentice, kind: Sitting, at: datetime) -> None:
    """Further development after the last attempt, and another start for a re-take."""
    last = sessions.last_attempt(store, apprentice.id, METHOD)
    if kind is Sitting.FIRST or last is None or preparation.has_development(store, last.id):
        return
    starting.develop(store, last, at.date(), words="Three days with a mentor", by=COMMAND_LINE, at=at)
    if kind is Sitting.RE_TAKE:
        if preparation.last_start(store, apprentice.id) is None:
            starting.begin(store, apprentice, BOOKED.date(), by=COMMAND_LINE, at=at)
        begun = at + timedelta(microseconds=1)  # where a test's clock stands still, it is later than the last attempt
        starting.begin_again(store, apprentice, at.date(), by=COMMAND_LINE, at=begun)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull gave, for comparison."""

    certificate: str
    references: tuple[str, ...]


def pulled(engine: sa.Engine, session_id: int, *, at: datetime = NOW) -> Pulled:
    drawn = delivering.pull_once(engine, session_id, by=COMMAND_LINE, at=at, cipher=CIPHER)
    return Pulled(drawn.certificate_digest, tuple(question.reference for question in drawn.questions))


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    engine = db.engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
