"""Where a session's question set stands for its assessor, in a word, and the partial that offers what can be done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from qbank.storage.queries.sessions import SessionLine


class Standing(StrEnum):
    """The word on the screen; what it offers is in `sessions/_actions_….html`."""

    CANCELLED = "cancelled"
    WAITING = "not open yet"
    READY = "ready to pull"
    DRAWN = "drawn"
    CLOSED = "closed"

    @property
    def tone(self) -> str:
        """Warm where a person has something to do, the accent where the set can be read, quiet otherwise."""
        return {Standing.READY: "warm", Standing.DRAWN: "accent"}.get(self, "quiet")

    @property
    def partial(self) -> str:
        """The last part of the name of the partial that offers what can be done."""
        return self.name.lower()


def standing(line: SessionLine, *, at: datetime) -> Standing:
    """Where the session's question set stands at that time."""
    if line.cancelled_at is not None:
        return Standing.CANCELLED
    if at < line.released_at:
        return Standing.WAITING
    if at >= line.closes_at:
        return Standing.CLOSED
    return Standing.READY if line.drawn_at is None else Standing.DRAWN
