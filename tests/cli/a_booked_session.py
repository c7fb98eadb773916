"""A small bank with one session that may be pulled now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from qbank.services.seeds import SeedCipher
from qbank.settings import Settings
from qbank.storage.units import write_unit
from tests.cli.a_terminal import SECRET
from tests.services import a_bank


def booked() -> str:
    """Fill this environment's database; the reference of a session that starts within the hour."""
    settings = Settings.from_environ()
    a_bank.fill(settings.database)
    now = datetime.now(UTC)
    with a_bank.opened(settings.database) as engine, write_unit(engine) as store:
        session = a_bank.booking.book(
            store,
            apprentice=a_bank.an_apprentice(store, 1),
            method=a_bank.METHOD,
            assessor=a_bank.the_person(store, "assessor"),
            starts_at=now + timedelta(minutes=30),
            place="Room 1",
            by=a_bank.COMMAND_LINE,
            at=now - timedelta(days=21),
            cipher=SeedCipher.from_secret(SECRET),
        )
        a_bank.preparing.declare(
            store, session, a_bank.Interest.NONE, by=a_bank.the_person(store, "assessor").actor, at=now
        )
        return session.reference
