"""Long work that somebody cancels: by a button that needs no script, at any step, and nothing is left by halves."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.services.bank_health import KeptHealth
from qbank.storage import db, units
from qbank.web.bookings import booking_job
from qbank.web.importing import import_job
from qbank.web.plans import fitting_job
from qbank.web.reviews import health_job
from tests.page import Page
from tests.shared_plans import shared_plans
from tests.web.an_organisation import NOW, STANDARD
from tests.web.conftest import let_go
from tests.web.test_booking_files import BOOK, a_row, as_csv
from tests.web.test_draw_plans import FIT
from tests.web.test_importing import LOOK, numbered, pressed, staff, table
from tests.web.test_importing import as_csv as as_table

__all__ = ["staff"]

HEALTH = f"/review/{STANDARD}/interview/health"
WORK_OUT, CANCEL = "Work out the health of this bank", "Cancel this work"
NO_WORK_OF_THE_BANK = frozenset({"sign_ins", "sign_in_tries"})


@dataclass
class Worker:
    """The process beside the pages: it works when the test says so, and somebody presses the button meanwhile.

    Args:
        jobs: as that process sees them.
        told: the steps that were told.
    """

    jobs: object
    told: list[str] = field(default_factory=list)

    def work(self, name, work, *, number, press):
        """Do what is in the queue; the button is pressed as the job is about to tell of its step of that number."""

        def watched(words, tell):
            def telling(step, share):
                self.told.append(step)
                if len(self.told) == number:
                    press()
                tell(step, share)

            return work(words, telling)

        self.jobs.offer(name, watched)
        self.jobs.work()


@pytest.fixture
def app(settings):
    """The application, whose long work is another process's."""
    settings.cache_folder.mkdir(exist_ok=True)
    shared_plans().folder.mkdir(parents=True, exist_ok=True)
    (settings.cache_folder / "plans").symlink_to(shared_plans().folder)
    made = create_app(settings, now=lambda: NOW, doing=Doing.ELSEWHERE)
    yield made
    let_go(made)


@pytest.fixture
def worker(app):
    return Worker(app.extensions["qbank.jobs"])


def in_the_bank(settings):
    """Every row of every table, but those of whoever signs in."""
    engine = db.engine(settings.database)
    tables = [each for each in db.Base.metadata.sorted_tables if each.name not in NO_WORK_OF_THE_BANK]
    with units.read_unit(engine) as store:
        found = {each.name: sorted(map(repr, store.execute(sa.select(each)))) for each in tables}
    engine.dispose()
    return found


def uploaded(client, address, button, data, name):
    fields = client.get(address).form(button).fields | {"file": (io.BytesIO(data), name)}
    answer = client.http.post(address, data=fields, content_type="multipart/form-data", follow_redirects=True)
    return Page(answer, answer.request.path)


def test_what_waits_is_cancelled_by_a_press_and_never_done(manager, worker, settings):
    waits = manager.press(manager.get(HEALTH), WORK_OUT)
    assert CANCEL in waits.buttons()

    page = manager.press(waits, CANCEL)
    worker.jobs.work()

    assert page.path == waits.path
    assert "It was cancelled" in page.main
    assert CANCEL not in page.buttons()
    assert manager.get(page.link("Go back")).path == HEALTH
    assert KeptHealth.of(settings).of_method(STANDARD, "interview") is None
    assert "It was cancelled" in manager.get(waits.path).main


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_health_of_a_bank_is_kept_whole_or_not_at_all(manager, worker, settings, number):
    waits = manager.press(manager.get(HEALTH), WORK_OUT)
    before, seen = in_the_bank(settings), []
    work = health_job.work_of(settings, lambda: NOW)

    worker.work(health_job.NAME, work, number=number, press=lambda: seen.append(manager.press(waits, CANCEL)))

    assert "it stops at its next step" in seen[0].main
    assert "It was cancelled" in manager.get(waits.path).main
    assert len(worker.told) == number
    assert in_the_bank(settings) == before
    assert KeptHealth.of(settings).of_method(STANDARD, "interview") is None


def test_bookings_of_a_file_are_all_made_or_none(manager, worker, settings):
    rows = as_csv(*(a_row(number) for number in range(5)))
    waits = uploaded(manager, "/bookings/file", BOOK, rows, "july.csv")
    before = in_the_bank(settings)
    work = booking_job.work_of(settings, lambda: NOW)

    worker.work(booking_job.NAME, work, number=5, press=lambda: manager.press(waits, CANCEL))

    assert "It was cancelled" in manager.get(waits.path).main
    assert in_the_bank(settings) == before


def test_questions_of_a_file_come_in_all_or_none_and_may_be_sent_again(staff, worker, settings):
    author = staff["bo"]
    seen = uploaded(author, "/questions/import", LOOK, as_table(table(*numbered(4))), "bank.csv")
    waits = pressed(author, seen)
    before = in_the_bank(settings)
    work = import_job.work_of(settings, lambda: NOW)

    worker.work(import_job.NAME, work, number=4, press=lambda: author.press(waits, CANCEL))

    page = author.get(waits.path)
    assert "It was cancelled" in page.main
    assert in_the_bank(settings) == before
    again = pressed(author, author.get(page.link("Go back")))
    worker.jobs.offer(import_job.NAME, work)
    worker.jobs.work()
    assert "bank.csv" in author.get(again.path).main


def test_a_plan_that_was_fitted_before_its_rehearsal_was_cancelled_is_kept_and_is_not_in_use(manager, worker, settings):
    waits = manager.press(manager.get(f"/plans/{STANDARD}/discussion"), FIT)
    before = in_the_bank(settings)
    work = fitting_job.work_of(settings, lambda: NOW)

    def at_the_rehearsal(words, tell):
        def telling(step, share):
            if share > 0.5:
                manager.press(waits, CANCEL)
            tell(step, share)

        return work(words, telling)

    worker.jobs.offer(fitting_job.NAME, at_the_rehearsal)
    worker.jobs.work()

    after = in_the_bank(settings)
    assert "It was cancelled" in manager.get(waits.path).main
    grown = {name for name, rows in after.items() if rows != before[name]}
    assert grown == {"draw_plans", "draw_plan_questions", "specifications", "audit_entries"}
    assert after["adoptions"] == before["adoptions"]


def test_nobody_cancels_the_work_of_somebody_else(manager, overseer):
    waits = manager.press(manager.get(HEALTH), WORK_OUT)
    fields = overseer.get("/").form("Sign out").fields

    refused = overseer.http.post(waits.path, data=fields, headers={"Referer": "https://localhost/"})

    assert refused.status_code == 404
    assert CANCEL in manager.get(waits.path).buttons()
