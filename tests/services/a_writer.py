"""A process that books one session after another for as long as it lives, each in a unit of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection

import sqlalchemy as sa

from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry
from tests.a_line import heard
from tests.services.a_bank import a_session, opened


def booking(url: str, line: Connection) -> None:
    """Tell how many stand by now after each; the end comes from outside."""
    with opened(url) as engine:
        for number in count(1):
            with units.write_unit(engine) as store:
                a_session(store, apprentice=number)
            line.send(number)


@contextmanager
def a_writer(url: str) -> Iterator[Connection]:
    """The line on which it tells, from its first booking on; killed at the end in any case."""
    context = get_context("spawn")
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=booking, args=(url, tells), daemon=True)
    process.start()
    tells.close()
    try:
        assert heard(hears) == 1
        yield hears
    finally:
        process.kill()
        process.join(timeout=30)
        hears.close()


def sessions_in(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(AssessmentSession)) or 0


def bookings_in(connection: sa.Connection) -> int:
    """How many the audit trail tells of: as many as there are, wherever both are of one moment."""
    booked = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.act == "session booked")
    return connection.scalar(booked) or 0
