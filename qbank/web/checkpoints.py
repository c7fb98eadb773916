"""Keeps the checkpoints of the audit trail fresh, and knows whether the trail holds.

A checkpoint is written when a request finds the newest too old: after the answer has left and outside every unit of
work, so that neither an act nor a reader waits for it. A failure is logged and shown on the page of the trail; it never
breaks a request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

import sqlalchemy as sa
import structlog
from flask import Flask, Response, current_app, request

from qbank.domain.errors import NotReady
from qbank.services import checkpoint_copies, checkpointing, proving
from qbank.services.checkpointing import Signer
from qbank.settings import Settings
from qbank.verify.trail import TrailVerdict
from qbank.web.clock import now
from qbank.web.transaction import engine, reading

LOOK_EVERY: Final = timedelta(minutes=1)
"""How often the folder is looked at: another worker may have written there."""
BELIEVED_FOR: Final = timedelta(minutes=5)
"""How long the trail is not judged again for a page: a hundred thousand entries take seconds."""
PATIENCE: Final = 4
_EXTENSION: Final = "qbank.checkpoints"

log = structlog.get_logger("qbank.web")


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, and when.

    Args:
        newest: when the newest checkpoint was written; None without one that can be believed.
    """

    verdict: TrailVerdict
    at: datetime
    newest: datetime | None


@dataclass(slots=True)
class Keeper:
    """One worker's keeper of checkpoints.

    Args:
        copies: where each is copied to as well; None for nowhere.
    """

    folder: Path
    signer: Signer
    every: timedelta
    copies: Path | None = None
    next_look: datetime | None = None
    examined: Examined | None = None
    busy: Lock = field(default_factory=Lock)

    def is_awake(self, at: datetime) -> bool:
        """Whether it is time to look at the folder again."""
        return self.next_look is None or at >= self.next_look

    def keep(self, database: sa.Engine, at: datetime) -> None:
        """Write a checkpoint if the newest is too old and there is something new; copy what was not copied yet."""
        if not self.busy.acquire(blocking=False):
            return
        try:
            self.next_look = at + LOOK_EVERY
            if checkpointing.is_due(self.folder, at=at, every=self.every):
                checkpointing.write_checkpoints(database, self.folder, self.signer, at=at)
            if self.copies is not None:
                checkpoint_copies.copy_new(self.folder, self.copies)
        except (NotReady, OSError, sa.exc.DBAPIError) as fault:
            why = fault.sentence if isinstance(fault, NotReady) else type(fault).__name__
            log.error("checkpoint not written or not copied", why=why)  # noqa: TRY400 - no traceback: nothing broke
        finally:
            self.busy.release()

    def examine(self, database: sa.Engine, at: datetime) -> Examined:
        """What is found when the trail is held to the checkpoints; up to five minutes old."""
        if self.examined is None or not at - BELIEVED_FOR < self.examined.at <= at:
            verdict = proving.examine(database, self.folder, key=self.signer.public_key)
            self.examined = Examined(verdict, at, self.newest())
        return self.examined

    def newest(self) -> datetime | None:
        """When the newest checkpoint was written; None without one that can be believed."""
        try:
            return checkpointing.latest(self.folder, self.signer.public_key).at
        except NotReady:  # the verdict says so already
            return None


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its keeper."""
    signer = Signer.from_secret(settings.seed_key.get_secret_value())
    every = timedelta(minutes=settings.checkpoint_minutes)
    app.extensions[_EXTENSION] = Keeper(settings.checkpoints, signer, every, settings.checkpoint_copies)
    app.after_request(_when_answered)


def examined() -> Examined:
    """What was found of the running application's trail."""
    return _keeper().examine(engine(), now())


def seen_to() -> timedelta:
    """How long the oldest entry has waited for a checkpoint, after one was written where it was time; 0 without any.

    Raises:
        NotReady: the newest checkpoint cannot be believed.
    """
    keeper, at, database = _keeper(), now(), engine()
    keeper.keep(database, at)
    since = checkpointing.unvouched_since(reading(), keeper.folder, keeper.signer.public_key)
    return timedelta(0) if since is None else max(at - since, timedelta(0))


def longest_wait() -> timedelta:
    """How long an entry may wait for its checkpoint before something must be wrong: four times what is meant."""
    return _keeper().every * PATIENCE


def newest() -> datetime | None:
    """When the newest checkpoint was written; None without one that can be believed."""
    return _keeper().newest()


def _keeper() -> Keeper:
    made: Keeper = current_app.extensions[_EXTENSION]
    return made


def _when_answered(response: Response) -> Response:
    keeper, at = _keeper(), now()
    if request.endpoint != "static" and keeper.is_awake(at):
        response.call_on_close(partial(keeper.keep, engine(), at))
    return response
