"""Standard sets in a real browser: assembled, adjusted, approved, in use, pulled, and a re-sit that shares nothing."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.a_live_session import PATIENCE_MILLISECONDS, MortalDemo
from tests.journeys.an_own_demo import own, signed_in

__all__ = ["own", "signed_in"]

OBSERVATION = "Practical observation"
REFERENCE = re.compile(r"Q-\d{4}")


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page for anybody; its picture is kept."""
    picture(page, name)
    wide = overflow(page)
    return [*barriers(page), *([f"{page.url} is {wide} pixels too wide"] if wide > 0 else [])]


def book(page: Page, assessor: str, *, again: bool = False) -> None:
    """Book an observation in two hours, with short notice and its reason; again after a failed attempt."""
    now = datetime.now(tz=ZoneInfo("Europe/London"))
    today, starts = now.date().isoformat(), now + timedelta(hours=2)  # in the evening it starts on the next day
    page.goto("/bookings/new")
    page.get_by_label("Assessment method").select_option("customer-service-specialist-3/observation")
    page.get_by_label("Apprentice’s reference").fill("AP-0801")
    if again:
        page.get_by_role("radio", name="Re-sit").check()
        page.get_by_label("Day of further development").fill(today)
        page.get_by_label("What further development was given").fill("Two days beside a colleague.")
    else:
        page.get_by_label("Name", exact=True).fill("Robin Vale")
        page.get_by_label("Employer", exact=True).fill("Vale Lighting")
        page.get_by_label("Training provider").fill("Weaver Training")
        page.get_by_label("Day on which the assessment started").fill(today)
    page.get_by_label("Assessor", exact=True).select_option(assessor)
    page.get_by_label("Day", exact=True).fill(starts.date().isoformat())
    page.get_by_label("Time", exact=True).fill(f"{starts:%H:%M}")
    page.get_by_label("Where", exact=True).fill("The shop")
    page.get_by_label("Why a day of the plan is not kept").fill("The shop opens a week later.")
    page.get_by_role("button", name="Book the session").click()
    page.get_by_role("heading", level=1, name="AS-").wait_for()


def pulled(page: Page, *, who: str = "Robin Vale", sitting: str = "") -> set[str]:
    """The references of the set of the apprentice's session, once the assessor has declared."""
    page.goto("/sessions")
    page.get_by_role("row").filter(has_text=who).filter(has_text=sitting).get_by_role("link").first.click()
    page.get_by_role("heading", level=1, name="Session AS-").wait_for()
    session = page.url
    page.goto(f"{session}/prepare")
    page.get_by_role("radio", name="I have no interest").check()
    page.get_by_role("button", name="Record the declaration").click()
    page.get_by_text("Go on to the session").wait_for()
    page.goto(session)
    page.get_by_role("button", name="Pull the question set").click()
    page.get_by_role("heading", level=1, name="Question set").wait_for()
    page.wait_for_load_state()
    return set(REFERENCE.findall(page.get_by_role("main").inner_text()))


def the_hour_passes(own: MortalDemo) -> None:
    """The session that was booked last has ended this moment: only its start changes, which the database allows."""
    with closing(sqlite3.connect(own.database, timeout=30)) as connection:
        began = (datetime.now(tz=UTC) - timedelta(minutes=60)).strftime("%Y-%m-%d %H:%M:%S.%f")
        latest = connection.execute("SELECT max(id) FROM assessment_sessions").fetchone()
        connection.execute("UPDATE assessment_sessions SET starts_at = ? WHERE id = ?", (began, *latest))
        connection.commit()


def test_standard_sets_from_their_assembly_to_a_re_sit_that_shares_nothing(signed_in, own):
    manager = signed_in("manager")
    manager.get_by_role("link", name="Draw plans").click()
    manager.get_by_role("link", name=OBSERVATION).click()
    manager.get_by_role("link", name="Standard sets", exact=True).click()
    faults = looked_at(manager, "standard-sets-1-choice")
    manager.get_by_label("How many sets").fill("3")
    manager.get_by_role("button", name="Assemble standard sets").click()
    manager.get_by_role("heading", name="How alike they are").wait_for(timeout=3 * PATIENCE_MILLISECONDS)
    faults += looked_at(manager, "standard-sets-2-assembled")
    sets = manager.url

    manager.get_by_role("link", name="Exchange").first.click()
    expect(manager.get_by_role("heading", level=1)).to_contain_text("Exchange Q-")
    faults += looked_at(manager, "standard-sets-3-exchange")
    manager.get_by_role("radio", name="Another question").check()
    manager.get_by_label("Its reference, if it is another").fill("Q-0001")
    manager.get_by_role("button", name="Exchange the question").click()
    expect(manager.get_by_text("Q-0001 is no question of the draw plan")).to_be_visible()
    faults += barriers(manager)
    manager.get_by_role("radio").first.check()
    manager.get_by_role("button", name="Exchange the question").click()
    expect(manager.get_by_text(re.compile("Set 1 asks Q-.* in the place of"))).to_be_visible()
    manager.get_by_role("button", name="Submit for approval").click()
    expect(manager.get_by_text("The sets await approval")).to_be_visible()

    approver = signed_in("approver", java_script_enabled=False)
    approver.get_by_role("link", name=re.compile("No. 1: 3 sets")).click()
    approver.get_by_role("radio", name="Yes, I approve them as a whole").check()
    approver.get_by_role("button", name="Save the decision").click()
    expect(approver.get_by_text("The sets are approved.")).to_be_visible()

    manager.goto(sets)
    manager.get_by_role("button", name="Put these sets in use").click()
    expect(manager.get_by_text("These sets are in use")).to_be_visible()
    manager.wait_for_load_state()
    faults += looked_at(manager, "standard-sets-4-in-use")
    approved = [set(REFERENCE.findall(each.inner_text())) for each in manager.locator("[id^='set-'] tbody").all()]

    name = next(each for each in own.passwords if each.startswith("assessor"))
    book(manager, name)
    assessor = signed_in("assessor")
    first = pulled(assessor)
    faults += looked_at(assessor, "standard-sets-5-pulled")
    expect(assessor.get_by_role("main")).to_contain_text("of 3 was drawn, each of the 3 that this apprentice may have")
    the_hour_passes(own)
    book(manager, name, again=True)
    second = pulled(assessor, sitting="re-sit")

    assert first in approved
    assert second in approved
    assert not first & second
    assert faults == []
