"""A simulated history: three years of an organisation that never was, laid into a demonstration's database.

Sets come from the adopted draw plans' own law; what became of them is invented. Nothing of it can be taken for a
person's: `services.simulated_seals` says how it is marked. It is never laid where real people are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.leaping import Chance
from delivery.randomness import many_words
from qbank.domain import simulated_years
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.people import Actor
from qbank.domain.preparation import Begun
from qbank.domain.simulated_years import Cohort
from qbank.services import audit, demonstration, people, simulated_rows, simulated_seals
from qbank.services.fitting import Progress
from qbank.services.simulated_rows import People
from qbank.services.simulated_sittings import LABEL, Sittings, banks_of, in_order_of_time, sittings_of
from qbank.storage import bulk, units
from qbank.storage.models import (
    Apprentice,
    AssessmentStart,
    Competence,
    Employer,
    PlanVersion,
    Provider,
)

APPRENTICES: Final = 24_000
SEED: Final = b"a history that never was, 1     "
"""Of every demonstration: the same history again for the same bank and time."""
AT_ONCE: Final = 1_000
"""Sittings of a batch: each is one unit of work and one entry of the audit trail."""
TAKE_STOCK: Final = (2, 6)
"""Before these batches, when the tables are no longer empty and again when they are large, rows are counted."""
NOT_LATER_THAN: Final = timedelta(days=3)
"""The last sitting is so long ago, so that all of them are confirmed."""
COHORT: Final = 1_000_000
"""The number of the stream that says who comes; the methods have those from 0."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was laid."""

    apprentices: int
    sessions: int
    re_sits: int
    questions: int


def lay(
    engine: sa.Engine,
    standard: PlanVersion,
    *,
    apprentices: int = APPRENTICES,
    seed: bytes = SEED,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> Simulated:
    """Lay a history of so many apprentices who were assessed in the three years before `at`.

    The same seed, bank and time give the same history. It is written in batches; where one fails, those before it
    stay, each whole.

    Raises:
        RuleBroken: the database may hold real people, or has a simulated history already.
        NotReady: no draw plan is adopted for any method.
    """
    tell = progress or (lambda _what, _share: None)
    until = at - NOT_LATER_THAN
    with units.read_unit(engine) as store:
        _must_be_a_demonstration(store)
        banks = banks_of(store, standard)
    if not banks:
        raise NotReady("No draw plan is adopted.", remedy="Load the bank with: qbank bank load.")
    tell("Drawing", 0.0)
    cohort = simulated_years.cohort(
        apprentices, end=until.date(), chance=Chance(many_words(seed, 4, number=COHORT, label=LABEL))
    )
    found: list[Sittings] = []
    for place, bank in enumerate(banks):
        tell(f"Drawing: {bank.code}", place / len(banks))
        found += sittings_of(bank, len(banks), cohort, seed=seed, until=until)
    ordered = in_order_of_time(found)
    who = units.in_write_unit(engine, lambda store: _everybody(store, standard, cohort, by=by, at=at))
    for number, begin in enumerate(range(0, len(ordered), AT_ONCE), start=1):
        tell("Writing", begin / len(ordered))
        batch = ordered[begin : begin + AT_ONCE]
        units.in_write_unit(engine, partial(_write, batch=batch, who=who, number=number, by=by, at=at))
    units.in_write_unit(engine, bulk.take_stock)
    return Simulated(
        apprentices=apprentices,
        sessions=len(ordered),
        re_sits=sum(len(each.starts) for each in found if each.attempt > 1),
        questions=sum(int((each.order >= 0).sum()) for each in found),
    )


def _must_be_a_demonstration(store: Session) -> None:
    demonstration.must_hold_no_real_people(store, what="a simulated history is laid")
    simulated = sa.select(Apprentice.id).where(Apprentice.reference.startswith(simulated_seals.MARK)).limit(1)
    if store.scalar(simulated) is not None:
        raise RuleBroken("There is a simulated history already.", remedy="Make another demonstration for another one.")


def _write(
    store: Session, batch: Sequence[tuple[Sittings, int]], who: People, number: int, *, by: Actor, at: datetime
) -> None:
    bulk.make_room(store)
    if number in TAKE_STOCK:
        bulk.take_stock(store)
    name = f"{simulated_seals.MARK}{number:04d}"
    seal = simulated_rows.write(store, batch, who, batch=name)
    facts = {"sessions": len(batch), "seal": seal}
    audit.record(store, act=simulated_seals.SIMULATED, subject=name, by=by, at=at, facts=facts)


def _everybody(store: Session, standard: PlanVersion, cohort: Cohort, *, by: Actor, at: datetime) -> People:
    """Employers, providers, assessors who cannot sign in, and apprentices without personal data."""
    employers = _named(store, Employer, "Simulated employer", simulated_years.EMPLOYERS)
    providers = _named(store, Provider, "Simulated provider", simulated_years.PROVIDERS)
    assessors = [
        _person(store, f"Simulated assessor {each + 1}", by=by, at=at) for each in range(simulated_years.ASSESSORS)
    ]
    confirms = _person(store, "Simulated quality assurer", by=by, at=at)
    for person in assessors:
        store.add(Competence(person_id=person, holds_until=at.date(), at=at))
    store.flush()
    keys = bulk.keys_for(store, Apprentice, len(cohort.gateway))
    registered, starts = [], []
    for place, key in enumerate(keys):
        day = cohort.gateway[place].item()
        registered.append(
            {
                "id": key,
                "reference": f"{simulated_seals.MARK}AP-{place + 1:06d}",
                "plan_version_id": standard.id,
                "employer_id": employers[cohort.employer[place]],
                "provider_id": providers[cohort.provider[place]],
                "details_commitment": simulated_seals.NOTHING_COMMITTED,
                "registered_at": at,
            }
        )
        starts.append(
            {
                "apprentice_id": key,
                "number": 1,
                "period": 1,
                "kind": str(Begun.FIRST),
                "started_on": day,
                "at": at,
            }
        )
    bulk.insert(store, Apprentice, registered)
    bulk.insert(store, AssessmentStart, starts)
    return People(standard.id, keys, assessors, confirms)


def _named(store: Session, model: type[Employer | Provider], name: str, count: int) -> Sequence[int]:
    keys = bulk.keys_for(store, model, count)
    bulk.insert(store, model, [{"id": key, "name": f"{name} {place}"} for place, key in enumerate(keys, start=1)])
    return keys


def _person(store: Session, name: str, *, by: Actor, at: datetime) -> int:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    person = people.create(store, name=name, email=email, password=None, roles=[], by=by, at=at)
    person.active = False
    store.flush()
    return person.id
