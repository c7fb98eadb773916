"""Units of work of the web: pages read in one view of the database; an act is written once, or not at all.

Flask-SQLAlchemy keeps the engine, and the store that a request reads in: one view of the database from the first
question, who is signed in, to the last, given back when the request ends. An act has a unit of its own and is done when
`transaction` returns: only then may a byte of its result be rendered (promise L3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from qbank.settings import Settings
from qbank.storage import db, units

Answer = TypeVar("Answer")

_database: Final = SQLAlchemy(session_options={"expire_on_commit": False})


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = db.address(settings.database)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = db.engine_options(settings.database)
    _database.init_app(app)
    with app.app_context():
        db.prepare(_database.engine)


def engine() -> sa.Engine:
    """The database, for a service that opens units of its own; the request's view of it ends here."""
    end_reading()
    return _database.engine


def reading() -> Session:
    """The request's store: it sees one consistent state until the request ends or acts, and cannot write."""
    store: Session = _database.session()
    if not store.in_transaction():
        units.begin_read(store)
    return store


def transaction(work: Callable[[Session], Answer]) -> Answer:
    """What `work` returns, once it is committed; run again, a bounded number of times, when two people collide.

    The request's view of the database ends here: what it reads afterwards includes the act.

    Args:
        work: services only. It may run more than once, so it renders nothing and keeps nothing outside the store.

    Raises:
        NotReady: the database stayed busy through every attempt; nothing was changed.
    """
    return units.in_write_unit(engine(), work)


def end_reading() -> None:
    """Let go of the request's view of the database; the next use begins a new one."""
    _database.session.remove()
