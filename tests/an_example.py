"""The example organisation of `make demo`, on a morning that never changes: what the tests of the web look at."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.services import adopting, demonstration
from qbank.services.plan_cache import PlanCache
from qbank.services.seeds import SeedCipher
from qbank.services.starter import starter_plan, starter_questions
from qbank.settings import DEVELOPMENT_SECRET, Mode, Settings
from qbank.storage import db, migrating
from qbank.web import transaction
from tests.page import Client

MORNING = datetime(2026, 6, 4, 8, 32, tzinfo=UTC)
"""9:32am in London, on the day of the example's three sessions."""

STANDARD = "customer-service-specialist-3"


@dataclass(frozen=True, slots=True)
class Example:
    """A seeded database to copy.

    Args:
        file: SQLite, with nothing left in files beside it.
        passwords: of its people, by the first part of their e-mail address ("assessor", "second.assessor", …).
    """

    file: Path
    passwords: dict[str, str]

    def client(self, app: Flask, who: str) -> Client:
        """That person, signed in, in a browser of their own."""
        client = Client(app)
        client.enter(f"{who}@example.org", self.passwords[who])
        return client


def seeded(folder: Path, cache: Path) -> Example:
    """The example organisation, made by the same services as in earnest; plans come from that cache folder."""
    working, kept = folder / "working.db", folder / "example.db"
    migrating.upgrade(f"sqlite:///{working}")
    engine = db.engine(f"sqlite:///{working}")
    cipher = SeedCipher.from_secret(DEVELOPMENT_SECRET)
    fit = adopting.through(PlanCache(cache / "plans"))
    made = demonstration.fill(
        engine, starter_plan(STANDARD), starter_questions(STANDARD), cipher=cipher, at=MORNING, fit=fit
    )
    engine.dispose()
    with closing(sqlite3.connect(working)) as connection:
        connection.execute("VACUUM INTO ?", (str(kept),))
    return Example(kept, {login.email.partition("@")[0]: str(login.password) for login in made.logins})


@contextmanager
def opened(example: Example, folder: Path, **changes: object) -> Iterator[Flask]:
    """The application on a copy of the example in `folder`, at its morning; `changes` are of its settings."""
    shutil.copy(example.file, folder / "qbank.db")
    settings = Settings(mode=Mode.DEMO, data_folder=folder, cache_folder=folder).model_copy(update=changes)
    app = create_app(settings, now=lambda: MORNING, doing=Doing.ELSEWHERE)
    app.testing = True
    with app.app_context():
        engine = transaction.engine()
    yield app
    engine.dispose()
