"""Has it noted, once for a person and UK day, that questions of the bank were read.

It is noted after the answer has left, and outside every unit of work: nobody waits for it, and where it fails it is
logged and tried again at the next look. A worker remembers whom it noted today, so that other looks cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final

import sqlalchemy as sa
import structlog
from flask import Flask, Response, after_this_request, current_app

from qbank.domain.errors import NotReady
from qbank.domain.people import Actor
from qbank.services import looking
from qbank.storage import units
from qbank.web.clock import now
from qbank.web.gate import current_person
from qbank.web.transaction import engine
from review.days import day_in_uk

_EXTENSION: Final = "qbank.looks"

log = structlog.get_logger("qbank.web")


@dataclass(slots=True)
class Noted:
    """Whom one worker has noted, on the latest day."""

    day: date | None = None
    people: set[int | None] = field(default_factory=set)

    def has(self, by: Actor, day: date) -> bool:
        """Whether the person is noted for that day."""
        return self.day == day and by.identifier in self.people

    def note(self, database: sa.Engine, by: Actor, at: datetime) -> None:
        """Note the person; a failure is logged."""
        try:
            units.in_write_unit(database, partial(looking.note, by=by, at=at))
        except (NotReady, sa.exc.DBAPIError) as fault:
            log.error("a look at the bank not noted", why=type(fault).__name__)  # noqa: TRY400 - no traceback: nothing broke
            return
        day = day_in_uk(at)
        if self.day != day:
            self.day, self.people = day, set()
        self.people.add(by.identifier)


def set_up(app: Flask) -> None:
    """Give the application its memory of a day's readers."""
    app.extensions[_EXTENSION] = Noted()


def bank_is_read() -> None:
    """The answer of this request shows questions of the bank: the first such look of a person's day is noted."""
    noted: Noted = current_app.extensions[_EXTENSION]
    by, at = current_person(), now()
    if not noted.has(by, day_in_uk(at)):
        after_this_request(partial(_when_answered, noted, by, at))


def _when_answered(noted: Noted, by: Actor, at: datetime, response: Response) -> Response:
    response.call_on_close(partial(noted.note, engine(), by, at))
    return response
