"""A page while another connection keeps the database's lock: a clear refusal, nothing half done, and then the set."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.services import passwords
from qbank.storage import db, units
from qbank.storage.models import AuditEntry, EligibilitySnapshot, Person, QuestionSet, SetQuestion
from tests.databases import shelf
from tests.page import Client
from tests.services import a_bank
from tests.web import an_organisation
from tests.web.conftest import let_go

__all__ = ["shelf"]
PASSWORD = "correct horse battery"  # noqa: S105 - of people who do not exist
PULL = "Pull the question set"


def fill(url):
    a_bank.fill(url)
    with a_bank.opened(url) as engine, units.write_unit(engine) as store:
        a_bank.a_session(store)
        for person in store.scalars(sa.select(Person)):
            person.password = passwords.hashed(PASSWORD)


@pytest.fixture
def installation(shelf, tmp_path, monkeypatch):
    """Its settings, with a session to pull; it waits less for each lock than the product, and asks as often."""
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 100)
    monkeypatch.setattr(db, "LOCK_MILLISECONDS", 200)
    with shelf.lent("busy", fill) as url:
        yield an_organisation.settings(tmp_path).model_copy(
            update={"database_url": url, "seed_key": SecretStr(a_bank.SECRET)}
        )


@pytest.fixture
def visitor(installation):
    app = create_app(installation, now=lambda: a_bank.NOW, doing=Doing.ELSEWHERE)
    client = Client(app)
    client.enter("assessor@example.org", PASSWORD)
    yield client
    let_go(app)


@contextmanager
def locked(url):
    """Another connection keeps everybody from writing a set; reading goes on."""
    with a_bank.opened(url) as engine:
        writing = engine.execution_options(**db.unit_options(engine.dialect.name, db.WRITE))
        with writing.connect() as other, other.begin() as transaction:
            if engine.dialect.name == "postgresql":
                other.exec_driver_sql("LOCK TABLE question_sets IN EXCLUSIVE MODE")
            yield
            transaction.rollback()


def kept(url):
    """How many rows there are of all that a pull writes."""
    with a_bank.opened(url) as engine, units.read_unit(engine) as store:
        tables = (QuestionSet, SetQuestion, EligibilitySnapshot, AuditEntry)
        return [store.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]


def test_a_pull_from_a_database_that_stays_locked_says_so_and_the_next_one_gives_the_set(visitor, installation):
    url = installation.database
    page = visitor.get(f"/sessions/{an_organisation.public_id(installation, 'AS-00001')}")
    before = kept(url)

    with locked(url):
        refused = visitor.press(page, PULL)
        during = kept(url)

    assert (refused.status, during) == (503, before)
    assert "The database is busy and nothing was changed." in refused.main
    assert "Try again in a moment." in refused.main
    again = visitor.press(page, PULL)
    assert (again.status, again.path) == (200, f"{page.path}/set")
    assert kept(url)[:2] == [1, 7]
