"""The one place where the web asks what time it is: `create_app` sets the clock, tests set their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from flask import Flask, current_app

_EXTENSION: Final = "qbank.clock"

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of this machine, aware, in UTC."""
    return datetime.now(UTC)


def set_up(app: Flask, clock: Clock) -> None:
    """Give the application its clock."""
    app.extensions[_EXTENSION] = clock


def now() -> datetime:
    """The time of this request: aware, in UTC."""
    clock: Clock = current_app.extensions[_EXTENSION]
    return clock()
