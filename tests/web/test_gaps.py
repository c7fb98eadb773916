"""Where questions are missing: what a KSB has and needs, what somebody writes already, what the engine would have."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from qbank.app import create_app
from qbank.domain.people import COMMAND_LINE
from qbank.jobs.queue import Doing
from qbank.services import keeping, seeding
from qbank.services.starter import starter_plan
from qbank.storage.models import InService, Ksb, Question, VersionKsb
from tests.web.an_organisation import NOW, STANDARD
from tests.web.conftest import let_go
from tests.web.test_bookings import in_database
from tests.web.test_writing import staff

__all__ = ["staff"]

FIND = "Find the question most worth writing"


@pytest.fixture
def app(settings):
    """The application, which does its long work before it answers."""
    made = create_app(settings, now=lambda: NOW, doing=Doing.AT_ONCE)
    yield made
    let_go(made)


@pytest.fixture
def few_on_k4(settings):
    """All but three of the interview's questions on K4 rest."""

    def work(store):
        carriers = (
            sa.select(Question.reference)
            .join(InService, InService.question_id == Question.id)
            .join(VersionKsb, VersionKsb.question_version_id == InService.question_version_id)
            .join(Ksb, Ksb.id == VersionKsb.ksb_id)
            .where(Ksb.code == "K4", Question.method == "interview")
        )
        keeping.rest(store, list(store.scalars(carriers))[3:], because="worn out", by=COMMAND_LINE, at=NOW)

    in_database(settings, work)


def row_of(page, ksb, method=0):
    """The figures of a KSB in the table of a method: live, being written, needed, to write."""
    table = list(page.all("table"))[method]
    for row in table.iter("tr"):
        cells = [" ".join("".join(each.itertext()).split()) for each in row]
        if cells[0].startswith(f"{ksb} "):
            return cells[1:]
    raise AssertionError(f"no row of {ksb}")


def methods_of(page):
    return [" ".join("".join(each.itertext()).split()) for each in page.all("h2", css_class="govuk-heading-m")]


def test_each_ksb_says_what_it_has_and_needs_and_nothing_lacks_in_the_starter_bank(staff):
    page = staff["ada"].get("/gaps")

    assert page.heading == "Where questions are missing"
    assert "Every KSB has the 22 questions that it needs" in page.main
    live, written, needed, _ = row_of(page, "K4", methods_of(page).index("Work-based project with interview"))
    assert int(live) >= int(needed) == 22
    assert written == "0"


@pytest.mark.usefixtures("few_on_k4")
def test_a_ksb_with_too_few_comes_first_and_whoever_writes_one_for_it_is_counted(staff):
    author = staff["ada"]
    before = author.get("/gaps")
    interview = methods_of(before).index("Work-based project with interview")
    live, _, needed, _ = row_of(before, "K4", interview)
    assert live == "3"

    home = author.get("/")
    assert f"K4 of the interview has 3 live questions and needs {needed}" in home.main
    form = author.get(home.link("write one for K4"))
    author.press(form, "Start writing")

    after = author.get("/gaps")
    assert row_of(after, "K4", interview)[1] == "1"
    assert "You have no draft in hand." not in author.get("/").main


def test_the_engine_says_what_is_most_worth_writing_and_is_asked_once(staff):
    author = staff["ada"]

    page = author.press(author.get("/gaps"), FIND)

    assert "Most worth writing" in page.main
    assert "With it the question asked most could be in" in page.main
    assert f"/gaps/{STANDARD}/interview" not in page.text


def test_two_standards_whose_methods_share_a_code_are_told_apart(staff, settings):
    another = replace(starter_plan(STANDARD), standard="another-3", title="Another standard")
    in_database(settings, lambda store: seeding.load_standard(store, another, by=COMMAND_LINE, at=NOW))

    page = staff["ada"].get("/gaps")

    assert {f"{STANDARD}-interview", "another-3-interview"} <= {each.get("id") for each in page.all("h2")}
    assert "Every KSB has the 22 questions that it needs" in page.main


def test_whoever_writes_nothing_is_offered_nothing_to_write(manager):
    page = manager.get("/gaps")

    assert "Write one" not in page.main
