"""An example organisation: the starter bank, people for every role, two months of past sessions, three for today.

Everything is made by the same services as in earnest, at the times it would have happened. A second run on the same
day changes nothing; on a later day it books that day's three sessions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.errors import RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.domain.questions import BankQuestion
from qbank.domain.standards import Plan
from qbank.services import (
    competences,
    demonstration_questions,
    demonstration_reviews,
    demonstration_sessions,
    fitting,
    passwords,
    people,
    seeding,
)
from qbank.services.seeds import SeedCipher
from qbank.storage import units
from qbank.storage.models import ApprenticeDetails, Person, PlanVersion
from qbank.storage.queries import people as known
from qbank.storage.queries import standards
from review.days import day_in_uk

FOUNDED_DAYS_AGO: Final = 90
COMPETENT_FOR: Final = timedelta(days=3650)
"""Longer than anybody keeps an example: on each later day it books that day's sessions."""

PEOPLE: Final = (
    ("Demo assessor", "assessor", Role.ASSESSOR),
    ("Demo second assessor", "second.assessor", Role.ASSESSOR),
    ("Demo author", "author", Role.AUTHOR),
    ("Demo approver", "approver", Role.APPROVER),
    ("Demo panel member", "panel", Role.PANEL_MEMBER),
    ("Demo second panel member", "second.panel", Role.PANEL_MEMBER),
    ("Demo internal quality assurer", "iqa", Role.IQA),
    ("Demo bank manager", "manager", Role.BANK_MANAGER),
    ("Demo external quality assurance viewer", "eqa", Role.EQA_VIEWER),
)
"""Name, first part of the address at example.org, role."""
OF_AN_EXAMPLE: Final = "%@example.org"
NAMED_BY_US: Final = re.compile(r"Apprentice \d+")


@dataclass(frozen=True, slots=True)
class Login:
    """How one person of the example signs in; the password is told once, when the person is made, and None after."""

    name: str
    role: Role
    email: str
    password: str | None


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a run made; on a second run `is_new` is false and no password is told."""

    logins: tuple[Login, ...]
    past_sessions: int
    todays_sessions: int

    @property
    def is_new(self) -> bool:
        """Whether this run made anything."""
        return bool(self.past_sessions or self.todays_sessions or any(each.password for each in self.logins))


def fill(
    engine: sa.Engine,
    plan: Plan,
    questions: Iterable[BankQuestion],
    *,
    cipher: SeedCipher,
    at: datetime,
    progress: fitting.Progress | None = None,
    fit: fitting.Fit = fitting.fit,
) -> Demonstration:
    """Make whatever is missing of the example organisation, in a database at the latest revision.

    The work is several units, for fits and hashes take seconds. A caller with a cache of draw plans passes its own
    `fit`.

    Raises:
        Infeasible: the bank gives no lawful set for a method.
    """
    founded = at - timedelta(days=FOUNDED_DAYS_AGO)
    with units.write_unit(engine) as store:
        if standards.plan_version(store, plan.standard, plan.version) is None:
            seeding.load_standard(store, plan, by=COMMAND_LINE, at=founded)
            seeding.load_questions(store, plan, questions, by=COMMAND_LINE, at=founded)
    for method in plan.methods:
        _adopt(engine, plan, method.code, fit, progress, at=founded)
    logins = _people(engine, at=founded)
    with units.write_unit(engine) as store:
        row = _version(standards.plan_version(store, plan.standard, plan.version))
        past, today = demonstration_sessions.fill(store, plan, row, cipher=cipher, at=at)
        demonstration_questions.fill(store, plan, row, at=at)
        demonstration_reviews.fill(store, plan, at=at)
    return Demonstration(logins, past, today)


def must_hold_no_real_people(store: Session, *, what: str) -> None:
    """Ensure that whoever the database knows was invented by us, before anything of a demonstration is put into it.

    Args:
        store: of a database whose people were made, at whatever revision.
        what: is about to be done, "an example is made".

    Raises:
        RuleBroken: somebody has an address, or an apprentice a name, that no demonstration gives.
    """
    strangers = sa.select(sa.func.count()).select_from(Person).where(Person.email.not_like(OF_AN_EXAMPLE))
    names = store.scalars(sa.select(ApprenticeDetails.name))
    if store.scalar(strangers) or not all(NAMED_BY_US.fullmatch(name) for name in names):
        raise RuleBroken(
            f"This database may hold real people: {what} only where everybody is invented.",
            remedy="Make a demonstration of its own with: qbank demo.",
        )


def _adopt(
    engine: sa.Engine, plan: Plan, method: str, fit: fitting.Fit, progress: fitting.Progress | None, *, at: datetime
) -> None:
    """Adopt a draw plan for the method unless one is: a bank manager's later choice is left alone."""
    with units.read_unit(engine) as store:
        row = _version(standards.plan_version(store, plan.standard, plan.version))
        standing = fitting.adopted(store, row, method)
    if standing is None:
        fitting.adopt_for_today(engine, row, method, by=COMMAND_LINE, at=at, progress=progress, fit=fit)


def _people(engine: sa.Engine, *, at: datetime) -> tuple[Login, ...]:
    with units.read_unit(engine) as store:
        there = {email for _, email, _ in PEOPLE if known.by_email(store, _address(email)) is not None}
    new = {email: passwords.generated() for _, email, _ in PEOPLE if email not in there}
    hashes = {email: passwords.hashed(password) for email, password in new.items()}
    with units.write_unit(engine) as store:
        for name, email, role in PEOPLE:
            if email in new:
                person = people.create(
                    store,
                    name=name,
                    email=_address(email),
                    password=hashes[email],
                    roles=[role],
                    by=COMMAND_LINE,
                    at=at,
                )
                if role is Role.ASSESSOR:
                    until = day_in_uk(at + COMPETENT_FOR)
                    competences.record(store, person, until, by=COMMAND_LINE, at=at)
    return tuple(Login(name, role, _address(email), new.get(email)) for name, email, role in PEOPLE)


def _address(first_part: str) -> str:
    return f"{first_part}@example.org"


def _version(row: PlanVersion | None) -> PlanVersion:
    assert row is not None, "loaded in the unit before"  # noqa: S101 - narrows for the type checker
    return row
