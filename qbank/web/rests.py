"""What ends by itself: rests whose day has come, and files that nobody chose from for a day.

Looked at once a minute, after an answer has left, whatever was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Final

import sqlalchemy as sa
import structlog
from flask import Flask, Response, current_app, request

from qbank.domain.errors import NotReady
from qbank.services import keeping
from qbank.services.staged_files import StagedFiles
from qbank.storage import units
from qbank.storage.queries.keeping import rests_due
from qbank.web.clock import now
from qbank.web.transaction import engine
from qbank.web.uploads import staged_files
from review.days import day_in_uk

LOOK_EVERY: Final = timedelta(minutes=1)
_EXTENSION: Final = "qbank.rests"

log = structlog.get_logger("qbank.web")


@dataclass(slots=True)
class Calendar:
    """One worker's look at the calendar."""

    next_look: datetime | None = None
    busy: Lock = field(default_factory=Lock)

    def is_awake(self, at: datetime) -> bool:
        """Whether it is time to look again."""
        return self.next_look is None or at >= self.next_look

    def look(self, database: sa.Engine, files: StagedFiles, at: datetime) -> None:
        """Bring back what has rested long enough, and forget old files.

        It reads first, and takes the write lock only if there is something to bring back.
        """
        if not self.busy.acquire(blocking=False):
            return
        try:
            self.next_look = at + LOOK_EVERY
            with units.read_unit(database) as store:
                due = rests_due(store, day_in_uk(at))
            if due:
                units.in_write_unit(database, lambda store: keeping.end_rests(store, at=at))
            files.forget_old()
        except (NotReady, sa.exc.DBAPIError, OSError) as fault:
            log.error("rests not ended, or old files kept", why=type(fault).__name__)  # noqa: TRY400 - no traceback: nothing broke
        finally:
            self.busy.release()


def set_up(app: Flask) -> None:
    """Give the application its calendar."""
    app.extensions[_EXTENSION] = Calendar()
    app.after_request(_when_answered)


def _when_answered(response: Response) -> Response:
    calendar: Calendar = current_app.extensions[_EXTENSION]
    at = now()
    if request.endpoint != "static" and calendar.is_awake(at):
        response.call_on_close(partial(calendar.look, engine(), staged_files(), at))
    return response
