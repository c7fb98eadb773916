"""A revision that a panel asked for, by its pages: told to its author, late from the day after its day, ended."""

from __future__ import annotations

from datetime import UTC, date, datetime

from qbank.services.panel_deciding import Resolution
from qbank.web.transaction import reading
from review.panel import Choice
from tests.page import Client
from tests.web.a_signed_review import actor, signed_off
from tests.web.an_organisation import PASSWORD
from tests.web.test_reviewing import opened, panel

__all__ = ["opened", "panel"]

TASKS = "/reviews/tasks"
ON_ITS_DAY = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
THE_DAY_AFTER = datetime(2026, 9, 2, 12, 0, tzinfo=UTC)


def asked_of_nia(app):
    """The panel has Nia Adeyemi revise Q-0001 by 1 September."""
    with app.app_context():
        author = actor(reading(), "nia").identifier
    wanted = Resolution(Choice.REVISE, "It asks for two things.", author=author, revised_by=date(2026, 9, 1))
    signed_off(app, "RV-0001", {"Q-0001": wanted})


def at_that_time(app, *names):
    clients = [Client(app) for _ in names]
    for name, client in zip(names, clients, strict=True):
        client.enter(f"{name}@example.org", PASSWORD)
    return clients


def test_its_author_is_told_at_home_from_the_sign_off_on(opened, app):
    assert "Revise" not in opened["nia"].get("/").main

    asked_of_nia(app)

    home = opened["nia"].get("/")
    assert "Revise Q-0001 by 1 September 2026: It asks for two things." in home.main
    assert {"/questions/Q-0001", TASKS} <= set(home.paths())
    assert "1 revision to be done" in opened["lena"].get("/").main
    assert "Q-0001 RV-0001 Nia Adeyemi 1 September 2026 It asks for two things. to do" in opened["nia"].get(TASKS).main


def test_it_is_late_from_the_day_after_its_day_and_whoever_follows_it_is_told(opened, app, app_at):
    asked_of_nia(app)

    for moment, is_late in ((ON_ITS_DAY, False), (THE_DAY_AFTER, True)):
        nia, ewa = at_that_time(app_at(moment), "nia", "ewa")
        for client in (nia, ewa):
            assert "1 revision to be done" in client.get("/").main
            assert ("1 revision to be done, 1 late" in client.get("/").main) is is_late
            assert ("late" in client.get(TASKS).main, "to do" in client.get(TASKS).main) == (is_late, not is_late)
    assert opened.keys() >= {"nia"}


def test_it_is_ended_with_a_reason_and_its_author_is_asked_no_more(opened, app, manager):
    asked_of_nia(app)
    assert "End it for Q-0001" not in opened["nia"].get(TASKS).main, "an author does not end it"
    form = manager.get(manager.get(TASKS).link("End it for Q-0001"))
    assert "Nia Adeyemi was asked to revise Q-0001 by 1 September 2026" in form.main
    missing = manager.press(form, "End the task", reason="")
    assert (missing.status, "Say in a sentence why" in missing.main) == (400, True)

    done = manager.press(form, "End the task", reason="The law changed again.")

    assert "The task is no longer followed." in done.main
    assert "ended The law changed again." in done.main
    assert "End it" not in done.main
    assert "Revise Q-0001" not in opened["nia"].get("/").main
    assert "revision to be done" not in manager.get("/").main
    again = manager.press(form, "End the task", reason="Twice.")
    assert (again.status, "done or ended already" in again.main) == (409, True)
