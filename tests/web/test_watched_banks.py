"""What the nightly watch found, on the pages: what is asked too often, a budget that nobody watches, what to write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from qbank.app import create_app
from qbank.jobs.queue import Doing
from qbank.services.bank_health import KeptHealth
from qbank.services.exposures import Exposed
from qbank.storage.models import ReviewCall
from review.rates import share
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD, STANDARD
from tests.web.conftest import let_go
from tests.web.test_bank_health import ADDRESS, WORK_OUT, look_at, sign_a_budget
from tests.web.test_bookings import in_database
from tests.web.test_gaps import few_on_k4

__all__ = ["few_on_k4"]

LIMIT = 0.1
CALL = "Call the review"


@pytest.fixture
def app(settings):
    """The application, which does its long work before it answers."""
    made = create_app(settings, now=lambda: NOW, doing=Doing.AT_ONCE)
    yield made
    let_go(made)


@pytest.fixture
def two_over(manager, settings):
    """The health of the interview's bank, in which two questions were in far too many sets."""
    manager.press(manager.get(ADDRESS), WORK_OUT)
    kept = KeptHealth.of(settings)
    found = kept.of_method(STANDARD, "interview")
    assert (found.limit, found.over) == (LIMIT, ())
    names = [reference for reference, _ in found.planned[:2]]
    over = tuple(Exposed(name, share(60, 300, least=30), 0.047) for name in names)
    kept.keep(STANDARD, "interview", replace(found, over=over))
    return names


def calls(settings):
    found = []

    def work(store):
        found.extend((each.kind, each.reason) for each in store.query(ReviewCall))

    in_database(settings, work)
    return found


def rows_under(page, caption):
    """The rows of the table with that caption, each as its cells."""
    for table in page.all("table"):
        if caption in " ".join("".join(table.find("caption").itertext()).split()):
            found = [[" ".join("".join(each.itertext()).split()) for each in row] for row in table.iter("tr")]
            return found[1:]
    raise AssertionError(f"no table {caption!r}")


def test_home_names_what_is_asked_too_often_and_leads_to_the_call_filled_in_and_a_person_calls(
    manager, settings, two_over
):
    home = manager.get("/")
    assert f"Work-based project with interview: {', '.join(two_over)}." in home.main

    form = manager.get(home.link("Call their review (Work-based project with interview)"))
    assert calls(settings) == []
    fields = form.form(CALL).fields
    assert (fields["kind"], fields["references"]) == ("asked more often than its limit", " ".join(two_over))
    assert "was surely in more than 0.1 of the sets" in fields["reason"]

    called = manager.press(form, CALL)

    assert "The review of 2 questions is called" in called.main
    assert [kind for kind, _ in calls(settings)] == ["asked more often than its limit"] * 2
    assert "asked more often than their limit" not in manager.get("/").main


def test_the_page_of_health_says_what_is_above_the_limit_with_its_interval_until_it_is_called(manager, two_over):
    page = manager.get(ADDRESS)

    assert "2 questions are asked more often than the limit, 0.1 of a year’s sets." in page.main
    row = rows_under(page, "Surely above the limit")[0]
    assert row == [two_over[0], "0.200", "0.159 to 0.249", "300"]

    manager.press(manager.get(page.link("Call their review")), CALL)

    again = manager.get(ADDRESS)
    assert "Their review is called." in again.main
    assert "Call their review" not in again.main


def test_the_form_is_empty_where_nothing_is_above_its_limit(manager):
    manager.press(manager.get(ADDRESS), WORK_OUT)

    page = manager.get(f"/review/{STANDARD}/interview/call?over=limit")

    assert page.form(CALL).fields["references"] == ""
    assert "No question is surely in more sets than the limit, 0.1 of a year’s." in manager.get(ADDRESS).main


def at_two_days_later(settings, **more):
    made = create_app(settings, now=lambda: NOW + timedelta(days=2, **more))
    client = Client(made)
    client.enter("ewa@example.org", PASSWORD)
    pages = client.get("/").main, client.get(ADDRESS).main
    let_go(made)
    return pages


def test_a_budget_at_which_nobody_looked_for_more_than_two_days_is_said_to_be_unwatched(manager, settings):
    sign_a_budget(settings)
    manager.press(manager.get(ADDRESS), WORK_OUT)
    look_at(settings, 0.4)

    home, health = at_two_days_later(settings)
    assert "nobody watches" not in home + health.lower()

    home, health = at_two_days_later(settings, seconds=1)
    assert "Predictability budgets that nobody watches" in home
    assert "Work-based project with interview: not since 4 June 2026" in home
    assert "Nobody watches this budget: the nightly look was last done" in health


def test_the_certified_lowest_stands_beside_the_exposure_of_the_plan_and_each_rate_is_in_a_table(manager, settings):
    manager.press(manager.get(ADDRESS), WORK_OUT)
    found = KeptHealth.of(settings).of_method(STANDARD, "interview")

    page = manager.get(ADDRESS)

    assert 0 < found.largest_floor <= found.largest < 0.05
    said = f"No question is in more than {found.largest:.1%} of sets; the lowest that this bank allows is"
    assert f"{said} {found.largest_floor:.1%}." in page.main
    rows = rows_under(page, "By the draw plan in use")
    assert rows == [[reference, f"{rate:.3f}"] for reference, rate in found.planned]
    assert rows[0][1] == f"{found.largest:.3f}"
    assert len(rows) == found.questions


def test_the_page_says_how_many_apprentices_can_sit_again(manager, settings):
    manager.press(manager.get(ADDRESS), WORK_OUT)
    found = KeptHealth.of(settings).of_method(STANDARD, "interview")

    rows = rows_under(manager.get(ADDRESS), "Apprentices who can have so many re-sits")

    assert [row[:2] for row in rows] == [[str(at), f"{each.value:.2f}"] for at, each in enumerate(found.re_sits, 1)]
    assert rows[0][1] == "1.00"


@pytest.mark.usefixtures("few_on_k4")
def test_the_page_says_how_many_questions_to_write_for_a_ksb_and_by_when(manager):
    page = manager.press(manager.get(ADDRESS), WORK_OUT)

    row = next(row for row in rows_under(page, "Questions to write, by 1 July 2026") if row[0] == "K4")

    live, being_written, needed, to_write = row[1:]
    assert (live, being_written) == ("3", "0")
    assert int(to_write) == int(needed) - 3 > 0
