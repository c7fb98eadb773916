"""A page that only reads, from a PostgreSQL that does not answer in time: it says so, and not that none is there."""

from __future__ import annotations

import functools

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.storage import db, units
from tests.databases import _postgres_shelf
from tests.page import Client
from tests.services import a_bank
from tests.web import an_organisation
from tests.web.conftest import let_go
from tests.web.test_busy_pages import PASSWORD, fill

pytestmark = pytest.mark.postgres
IN_TIME = "The database did not answer in time, and nothing was changed."


@pytest.fixture(params=["lock", "statement"])
def waits_a_moment(request, monkeypatch):
    """Which limit comes first: that of a lock, or that of a statement."""
    monkeypatch.setattr(db, "LOCK_MILLISECONDS", 300 if request.param == "lock" else 20_000)
    monkeypatch.setattr(db, "STATEMENT_MILLISECONDS", 20_000 if request.param == "lock" else 2_000)


@pytest.mark.usefixtures("waits_a_moment")
def test_a_page_whose_tables_are_locked_says_that_the_database_did_not_answer_in_time(tmp_path):
    with _postgres_shelf().lent("busy_reading", fill) as url, a_bank.opened(url) as engine:
        settings = an_organisation.settings(tmp_path).model_copy(
            update={"database_url": url, "seed_key": SecretStr(a_bank.SECRET)}
        )
        app = create_app(settings, now=lambda: a_bank.NOW, doing=Doing.ELSEWHERE)
        client = Client(app)
        client.enter("assessor@example.org", PASSWORD)

        with engine.connect() as other, other.begin() as held:
            other.exec_driver_sql("LOCK TABLE assessment_sessions IN ACCESS EXCLUSIVE MODE")
            refused = client.get("/sessions")
            held.rollback()

        assert (refused.status, refused.heading) == (503, "Busy")
        assert IN_TIME in refused.main
        assert "Wait a minute, then try again." in refused.main
        assert client.get("/sessions").status == 200
        let_go(app)


class Full(Exception):  # noqa: N818 - as a driver tells it
    sqlstate = units.DISK_FULL


def test_a_database_without_room_is_told_apart_from_one_that_is_away(app, assessor):
    @functools.wraps(app.view_functions["sessions.index"])
    def fails():
        raise OperationalError("", {}, Full())

    app.view_functions["sessions.index"] = fails
    page = assessor.get("/sessions")

    assert page.status == 503
    assert "most likely for want of space" in page.main
    assert "cannot be reached" not in page.main
