"""A watcher is told when the database is away, and when it is back; nobody has to start the application anew."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.storage import migrating
from qbank.web import transaction
from tests.a_server import a_server
from tests.page import Client
from tests.web import an_organisation
from tests.web.conftest import let_go


class File:
    """A database in a file that is put aside, as when its disk is not mounted."""

    def __init__(self, url):
        self.url = url
        self.file = Path(str(sa.make_url(url).database))

    def go(self, app):
        let_go(app)  # an open file would stay readable
        self.file.rename(self.file.with_suffix(".aside"))
        self.file.mkdir()  # where a new database could be made, SQLite would make one

    def come_back(self):
        self.file.rmdir()
        self.file.with_suffix(".aside").rename(self.file)


class Server:
    """A database on a server that stops without notice, with lines to it open."""

    def __init__(self, server):
        self.url, self.server = server.url, server

    def go(self, _app):
        self.server.stop_at_once()

    def come_back(self):
        self.server.start()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield File(f"sqlite:///{tmp_path / 'there.db'}")
    else:
        with a_server() as server:
            yield Server(server)


@pytest.fixture
def app(database, tmp_path):
    migrating.upgrade(database.url)
    settings = an_organisation.settings(tmp_path).model_copy(update={"database_url": database.url})
    made = create_app(settings, now=lambda: an_organisation.NOW, doing=Doing.ELSEWHERE)
    yield made
    with made.app_context():
        transaction.engine().dispose()


def told(app):
    http = app.test_client()
    return http.get("/health").status_code, http.get("/ready")


def test_health_and_readiness_say_503_while_the_database_is_away_and_200_again_afterwards(app, database):
    before = told(app)
    database.go(app)
    away, page = told(app), Client(app).get("/standards")
    database.come_back()
    after = told(app)

    assert [(health, ready.status_code) for health, ready in (before, away, after)] == [
        (200, 200),
        (503, 503),
        (200, 200),
    ]
    assert (away[1].json["status"], away[1].json["database"]) == ("not ready", "The database does not answer.")
    assert after[1].json == {"status": "ready", "database": "ready", "checkpoints": "ready"}
    assert page.heading == "Sign in"  # asks for nothing that is away
