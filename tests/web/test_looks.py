"""Whoever reads questions of the bank leaves an entry of the audit trail, once a day; no page waits or fails for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotReady
from qbank.storage import db, units
from qbank.storage.models import AuditEntry
from qbank.storage.queries.looks import ACT
from qbank.web import looks
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD


def signed_in(app) -> Client:
    client = Client(app)
    client.sign_in("ewa@example.org", PASSWORD)
    return client


def read(client, path) -> str:
    """A page whose answer has left: what happens after it has happened."""
    with client.http.get(path, buffered=True) as answer:
        return answer.text


def noted(settings) -> list[str]:
    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        found = list(store.scalars(sa.select(AuditEntry.subject).where(AuditEntry.act == ACT)))
    engine.dispose()
    return found


@pytest.mark.parametrize("path", ["/questions", "/questions/Q-0001", "/questions/Q-0001/versions/1"])
def test_each_page_that_shows_questions_of_the_bank_is_noted(settings, app, path):
    read(signed_in(app), path)

    assert noted(settings) == [NOW.date().isoformat()]


def test_a_day_is_noted_once_by_every_worker_and_the_next_day_again(settings, app_at):
    for app in (app_at(NOW), app_at(NOW + timedelta(minutes=1))):
        client = signed_in(app)
        for path in ("/questions", "/questions/Q-0001", "/questions"):
            read(client, path)

    assert noted(settings) == [NOW.date().isoformat()]

    read(signed_in(app_at(NOW + timedelta(days=1))), "/questions")

    assert len(noted(settings)) == 2


def test_no_other_page_is_and_what_was_not_found_is_not(settings, app):
    client = signed_in(app)
    read(client, "/")
    assert "Page not found" in read(client, "/questions/Q-9999")

    assert noted(settings) == []


def test_the_page_of_who_has_met_how_much_tells_readers_apart(app, overseer):
    read(signed_in(app), "/questions")

    page = overseer.get("/audit/met")

    assert "Those who read on most days first" in page.main
    assert "Ewa" in page.main


def test_a_database_that_takes_no_entry_breaks_no_page_is_logged_and_tried_again(settings, app, capsys, monkeypatch):
    def busy(*_):
        raise NotReady("The database is busy.", remedy="Try again.")

    client = signed_in(app)
    with monkeypatch.context() as patched:
        patched.setattr(looks.units, "in_write_unit", busy)
        page = read(client, "/questions")

    assert "questions, page 1" in page
    assert "a look at the bank not noted" in capsys.readouterr().out
    assert noted(settings) == []

    read(client, "/questions")

    assert len(noted(settings)) == 1
