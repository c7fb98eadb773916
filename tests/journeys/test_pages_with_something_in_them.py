"""Pages that the walk over the map meets empty: the health of a bank that was worked out, and a leak that is found."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.a_live_session import PATIENCE_MILLISECONDS, open_live

METHOD = "customer-service-specialist-3/interview"


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page for anybody; its pictures are kept, wide and narrow."""
    page.wait_for_load_state()
    assert [each for each in picture(page, name) if not each.exists()] == []
    wide = overflow(page)
    return [*barriers(page), *([f"{page.url} is {wide} pixels too wide"] if wide > 0 else [])]


@pytest.fixture
def asked(signed_in) -> str:
    """A question of a set that an assessor pulled."""
    page = signed_in("assessor")
    open_live(page, "interview")
    return re.search(r"Q-\d{4}", page.content()).group()


def test_the_health_of_a_bank_has_no_barrier_once_it_is_worked_out(signed_in):
    page = signed_in("manager")
    page.goto(f"/review/{METHOD}/health")
    page.get_by_role("button", name="Work out").click()
    page.get_by_role("heading", level=1, name="Health").wait_for(timeout=3 * PATIENCE_MILLISECONDS)

    expect(page.locator("figure, .chart-frame").first).to_be_visible()
    faults = looked_at(page, "manager-health-worked-out")
    page.goto("/review")
    faults += looked_at(page, "manager-clock-worked-out")

    assert faults == []


def test_a_leaked_text_leads_to_its_question_its_quarantine_and_its_sessions_without_a_barrier(signed_in, asked):
    page = signed_in("manager")
    page.goto(f"/questions/{asked}")
    stem = page.locator(".question__stem").first.inner_text()
    page.goto("/review/leak")
    page.locator("textarea").fill(stem)
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_label(f"Choose {asked}")).to_be_checked()
    faults = looked_at(page, "manager-leak-found")

    page.get_by_role("button", name="See what a quarantine would do").click()
    expect(page.get_by_role("main")).to_contain_text(asked)
    faults += looked_at(page, "manager-quarantine-of-one")
    page.goto(f"/review/leak/sessions?question={asked}")
    expect(page.get_by_role("main")).to_contain_text("AS-")
    faults += looked_at(page, "manager-sessions-touched")

    assert faults == []
