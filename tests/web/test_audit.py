"""The page of the audit trail, and the checkpoints that a serving application keeps."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit
from qbank.storage import db, triggers, units
from qbank.storage.models import AuditEntry
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD
from tests.web.conftest import let_go


def checkpoints(settings):
    return sorted(settings.checkpoints.glob("checkpoint-*.json"))


def visited(app, path="/health"):
    """A page whose answer has left: what happens after it has happened."""
    with app.test_client() as http:
        return http.get(path, buffered=True)


def in_database(settings, work):
    engine = db.engine(settings.database)
    with units.write_unit(engine) as store:
        work(store)
    engine.dispose()


def more_entries(count):
    def work(store):
        for number in range(count):
            audit.record(store, act="nothing happened", subject=f"N-{number}", by=COMMAND_LINE, at=NOW)

    return work


def tamper(settings, change):
    engine = db.engine(settings.database)
    with engine.begin() as connection:
        triggers.drop(connection)
        connection.execute(change)
        triggers.create(connection)
    engine.dispose()


def test_the_newest_act_comes_first_with_who_did_it(manager):
    page = manager.get("/audit")

    first = page.all("tr")[1]
    words = " ".join("".join(first.itertext()).split())
    assert "Signed in" in words
    assert "Ewa Nowak" in words


def test_an_entry_states_its_facts_and_its_digest(manager):
    assert "details commitment" in manager.get("/audit").main
    assert "digest of the entry" in manager.get("/audit").main


def test_fifty_entries_are_a_page_and_the_next_begins_where_it_ended(settings, manager):
    in_database(settings, more_entries(120))

    first = manager.get("/audit")
    second = manager.get("/audit?before=" + str(lowest(first)))
    third = manager.get("/audit?before=" + str(lowest(second)))

    assert [len(page.all("tr")) - 1 for page in (first, second)] == [50, 50]
    assert "Newer entries" not in first.main
    assert lowest(first) - 1 == highest(second)
    assert "Newer entries" in third.main
    assert "Entry 1 " in third.main + " "


def numbers(page):
    return [int("".join(note.itertext()).split()[1]) for note in page.all("span", css_class="table__note")]


def lowest(page):
    return min(numbers(page))


def highest(page):
    return max(numbers(page))


@pytest.mark.parametrize("before", ["0", "-3", "x", "9" * 30, "1"])
def test_an_address_that_names_no_entry_is_a_page_all_the_same(manager, before):
    page = manager.get(f"/audit?before={before}")

    assert (page.status, page.heading) == (200, "Audit trail")


def test_the_page_says_so_when_nothing_outside_vouches_for_the_trail(settings, app):
    settings.checkpoints.write_text("a file where a folder should be")
    client = Client(app)
    client.sign_in("ewa@example.org", PASSWORD)

    assert "nothing outside the database vouches for it" in client.get("/audit").main


def test_the_page_says_how_far_the_checkpoints_vouch(app, app_at):
    visited(app)

    client = Client(app_at(NOW + timedelta(minutes=2)))
    client.sign_in("ewa@example.org", PASSWORD)
    page = client.get("/audit")

    assert "The trail holds" in page.main
    assert "vouch for the entries up to" in page.main


def test_a_tampered_trail_is_told_on_the_page_with_its_first_bad_entry(settings, manager):
    tamper(settings, sa.update(AuditEntry).where(AuditEntry.seq == 3).values(facts="no JSON"))

    page = manager.get("/audit")

    assert "The trail does not hold" in page.main
    assert "does not follow at entry 3" in page.main


def test_after_an_answer_a_checkpoint_is_written_and_not_again_before_a_quarter_of_an_hour(settings, app_at):
    def at(minutes):
        in_database(settings, more_entries(1))
        visited(app_at(NOW + timedelta(minutes=minutes)))
        return len(checkpoints(settings))

    assert [at(minutes) for minutes in (0, 14, 15, 29, 31)] == [1, 1, 2, 2, 3]


def test_L7_a_checkpoint_is_copied_elsewhere_and_later_where_elsewhere_was_away(settings, tmp_path, capsys):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("a folder that is not mounted")
    copying = settings.model_copy(update={"checkpoint_copies": elsewhere})

    for minutes in (0, 2):
        at = NOW + timedelta(minutes=minutes)
        other = create_app(copying, now=lambda at=at: at)
        visited(other)
        let_go(other)
        if not minutes:
            assert "checkpoint not written or not copied" in capsys.readouterr().out
            elsewhere.unlink()

    assert [file.name for file in elsewhere.glob("checkpoint-*")] == [file.name for file in checkpoints(settings)]


def test_nothing_new_needs_no_checkpoint(settings, app_at):
    visited(app_at(NOW))
    visited(app_at(NOW + timedelta(hours=1)))

    (only,) = checkpoints(settings)
    assert json.loads(only.read_text())["body"]["first"] == 1


def test_a_checkpoint_that_cannot_be_written_breaks_no_page_and_is_logged(settings, app, capsys):
    settings.checkpoints.parent.mkdir(exist_ok=True)
    settings.checkpoints.write_text("a file where a folder should be")

    answer = visited(app)

    assert answer.status_code == 200
    assert "checkpoint not written" in capsys.readouterr().out


def test_an_older_backup_gets_no_checkpoint_but_an_alarm(settings, app_at, capsys):
    visited(app_at(NOW))
    tamper(settings, sa.delete(AuditEntry).where(AuditEntry.seq > 3))

    visited(app_at(NOW + timedelta(hours=1)))

    assert len(checkpoints(settings)) == 1
    assert "not the one that was vouched for" in capsys.readouterr().out


def test_who_has_met_how_much_is_shown_to_those_who_oversee(assessor, overseer):
    path = next(path for path in assessor.get("/").paths() if path.startswith("/sessions/"))
    assessor.press(assessor.get(path), "Pull the question set")

    page = overseer.get("/audit/met")

    assert page.heading == "Who has met how much of the banks"
    assert "Grace" in page.main
    assert "live questions" in page.main
    assert "Nobody pulls more than 20 sets within 24 hours." in page.main
    assert "Approved by one another" in page.main
    assert "At least one of those met" in page.main
    assert "at 99%" in page.main
    assert "at least 5 versions of the other’s questions within a year" in page.main
    assert overseer.get("/audit").link("Who has met how much of the banks") == "/audit/met"
