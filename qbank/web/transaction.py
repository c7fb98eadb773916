"""Units of work of the web: pages read in one view of the database; an act is written once, or not at all.

An act is done when `transaction` returns: only then may a byte of its result be rendered (promise L3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from qbank.storage import units

Answer = TypeVar("Answer")

_EXTENSION: Final = "qbank.engine"


def set_up(app: Flask, engine: sa.Engine) -> None:
    """Give the application its database."""
    app.extensions[_EXTENSION] = engine


def engine() -> sa.Engine:
    """The database of the running application."""
    made: sa.Engine = current_app.extensions[_EXTENSION]
    return made


@contextmanager
def reading() -> Iterator[Session]:
    """A store that sees one consistent state and cannot write."""
    with units.read_unit(engine()) as store:
        yield store


def transaction(work: Callable[[Session], Answer]) -> Answer:
    """What `work` returns, once it is committed; run again, a bounded number of times, when two people collide.

    Args:
        work: services only. It may run more than once, so it renders nothing and keeps nothing outside the store.

    Raises:
        NotReady: the database stayed busy through every attempt; nothing was changed.
    """
    return units.in_write_unit(engine(), work)
