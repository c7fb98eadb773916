"""A sitting is conducted in a real browser; networks, browsers and servers fail, and no word is lost or doubled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.a_demo import Demo
from tests.journeys.a_live_session import (
    PATIENCE_MILLISECONDS,
    MortalDemo,
    begin,
    is_drafted_here,
    is_kept_here,
    is_saved,
    kill_browser,
    notes,
    open_live,
    sign_in,
    turn_to,
)

NO_STORE = "Object.defineProperty(window, 'indexedDB', { value: { open() { throw new Error('no store'); } } });"


@pytest.fixture(scope="module")
def mortal(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalDemo]:
    copy = MortalDemo(demo, tmp_path_factory.mktemp("mortal"))
    yield copy
    copy.kill()


@pytest.fixture
def device(browser: Browser, mortal: MortalDemo) -> Iterator[Callable[..., Page]]:
    """A page of a browser of its own, signed in as the assessor."""
    contexts = []

    def arrive(**options) -> Page:
        context = browser.new_context(
            base_url=mortal.address, viewport={"width": 1280, "height": 900}, locale="en-GB", **options
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, mortal)
        return page

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def profile(playwright: Playwright, browser_type_launch_args, tmp_path: Path, mortal: MortalDemo):
    """A browser with a profile on the disk, which outlives it."""

    def launch(script: str = "") -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", base_url=mortal.address, locale="en-GB", **browser_type_launch_args
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        if script:
            context.add_init_script(script)
        return context

    return launch


def test_an_interview_is_conducted_by_keyboard_and_every_word_of_it_is_saved(device, mortal):
    page = device()
    address = open_live(page, "interview")
    begin(page)
    stem = page.locator("#stem-1")

    page.locator(".ask-list__link[data-to='1']").focus()
    page.keyboard.press("Enter")
    expect(stem).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")  # past previous and next to how it was asked
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(notes(page)).to_be_focused()
    page.keyboard.type("Kept a log")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("n analo")
    expect(page.locator("[data-panel='1']")).to_be_visible()  # the arrow moved in the text, not to another question
    page.keyboard.press("Escape")
    expect(stem).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#stem-2")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(stem).to_be_focused()
    is_saved(page)

    assert mortal.texts()[-1] == "Kept a lon analog"
    expect(page.locator("[data-state='1']")).to_have_text("as written")
    page.goto(f"{address.partition('?')[0]}?q=1")
    expect(notes(page)).to_have_value("Kept a lon analog")
    expect(page.locator("[data-panel='1']").get_by_label("As written")).to_be_checked()
    assert barriers(page) == []
    assert overflow(page) == 0
    picture(page, "live-interview")


def test_a_rephrased_question_a_supplementary_one_and_a_criterion_that_is_met_are_noted_as_they_happen(device, mortal):
    page = device()
    open_live(page, "interview")
    begin(page)
    turn_to(page, 2)
    panel = page.locator("[data-panel='2']")
    unmet = page.locator("[data-unmet]:visible").count()

    panel.get_by_label("Rephrased", exact=True).check()
    panel.get_by_label("In which words, if rephrased").fill("And what came of it?")
    panel.get_by_label("Supplementary question, your own").fill("Which month was that?")
    panel.get_by_label("What was answered").fill("In May.")
    panel.get_by_role("button", name="Add another supplementary question").click()
    panel.get_by_label("Met", exact=True).first.check()

    expect(panel.locator("[data-supplementary]")).to_contain_text("Which month was that? In May.")
    expect(page.locator("[data-state='2']")).to_have_text("rephrased")
    expect(page.locator("[data-unmet]:visible")).to_have_count(unmet - 1)
    is_saved(page)
    assert mortal.texts("supplementary")[-1] == "Which month was that?"


def test_what_is_written_without_a_network_is_kept_sent_when_there_is_one_and_sent_once(device, mortal):
    page = device()
    open_live(page, "interview")
    begin(page)
    is_saved(page)
    before = len(mortal.entries())

    page.context.set_offline(True)
    for number in (4, 5, 6):
        turn_to(page, number)
        notes(page).fill(f"Without a network, question {number}.")
    turn_to(page, 7)
    is_kept_here(page, to_send=3)
    assert barriers(page) == []
    assert len(mortal.entries()) == before
    page.context.set_offline(False)
    is_saved(page)

    assert [mortal.texts().count(f"Without a network, question {number}.") for number in (4, 5, 6)] == [1, 1, 1]
    assert len(mortal.entries()) == before + 3


def test_a_lid_that_is_closed_for_twenty_minutes_loses_no_word_and_no_minute_of_the_sitting(device, mortal):
    page = device()
    page.clock.install()
    open_live(page, "interview")
    begin(page)
    is_saved(page)
    elapsed = page.locator("[data-elapsed]")
    before = minutes_of(elapsed.inner_text())
    chromium = page.context.new_cdp_session(page)
    turn_to(page, 8)
    notes(page).fill("Written as the lid was closed.")

    chromium.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.clock.fast_forward("20:00")
    chromium.send("Page.setWebLifecycleState", {"state": "active"})
    page.clock.run_for(2_000)

    expect(notes(page)).to_have_value("Written as the lid was closed.")
    is_saved(page)
    assert mortal.texts().count("Written as the lid was closed.") == 1
    assert 20 <= minutes_of(elapsed.inner_text()) - before < 21
    notes(page).fill("Written as the lid was closed. And then went on.")
    page.clock.run_for(2_000)
    is_saved(page)
    assert mortal.texts().count("Written as the lid was closed. And then went on.") == 1


def minutes_of(clock: str) -> float:
    """A length on the page, as minutes: "20:30" is 20.5."""
    minutes, seconds = re.search(r"(\d+):(\d\d)", clock).groups()
    return int(minutes) + int(seconds) / 60


def test_a_browser_that_is_killed_loses_no_word_even_of_a_sentence_that_was_not_finished(profile, mortal, tmp_path):
    crashed = profile()
    page = crashed.new_page()
    sign_in(page, mortal)
    address = open_live(page, "interview").partition("?")[0]
    begin(page)
    is_saved(page)
    crashed.set_offline(True)
    turn_to(page, 8)
    notes(page).fill("Finished before the crash.")
    turn_to(page, 9)
    notes(page).press_sequentially("Half a senten")
    is_drafted_here(page, "Half a senten")
    kill_browser(crashed, tmp_path / "profile")
    assert "Half a senten" not in mortal.texts()

    again = profile()
    page = again.new_page()
    sign_in(page, mortal)
    page.goto(f"{address}?q=9")

    expect(notes(page)).to_have_value("Half a senten")
    is_saved(page)
    assert [mortal.texts().count(text) for text in ("Finished before the crash.", "Half a senten")] == [1, 1]
    again.close()


def test_without_the_devices_own_store_a_killed_browser_loses_what_was_not_sent_and_the_page_said_so(
    profile, mortal, tmp_path
):
    """The naive variant: the same accident, with the store taken away."""
    crashed = profile(NO_STORE)
    page = crashed.new_page()
    sign_in(page, mortal)
    address = open_live(page, "interview").partition("?")[0]
    begin(page)
    expect(page.locator("[data-saved-more]")).to_contain_text("This browser keeps nothing itself")
    crashed.set_offline(True)
    turn_to(page, 10)
    notes(page).fill("Only in a tab.")
    kill_browser(crashed, tmp_path / "profile")

    again = profile()
    page = again.new_page()
    sign_in(page, mortal)
    page.goto(f"{address}?q=10")
    begin(page)

    expect(notes(page)).to_have_value("")
    assert "Only in a tab." not in mortal.texts()
    again.close()


def test_a_server_that_is_killed_while_an_assessor_writes_loses_and_doubles_nothing(device, mortal):
    page = device()
    open_live(page, "discussion")
    begin(page)
    is_saved(page)
    written = []
    for number in range(1, 7):
        turn_to(page, number)
        written.append(f"Said about question {number}.")
        notes(page).fill(written[-1])
        if number == 3:
            mortal.kill()
    turn_to(page, 7)
    expect(page.locator("[data-saved]")).to_have_text(re.compile("to send"), timeout=PATIENCE_MILLISECONDS)
    mortal.start()
    is_saved(page)

    assert [mortal.texts().count(text) for text in written] == [1] * 6
    assert len(mortal.entries()) == len(set(mortal.entries()))


def test_what_two_devices_write_about_one_question_stands_side_by_side_on_both(device):
    laptop, tablet = device(), device()
    for page in (laptop, tablet):
        open_live(page, "discussion")
        begin(page)
        turn_to(page, 8)
    laptop.context.set_offline(True)
    tablet.context.set_offline(True)
    notes(laptop).fill("Heard on the laptop.")
    notes(tablet).fill("Heard on the tablet.")
    for page in (laptop, tablet):
        turn_to(page, 1)
        turn_to(page, 8)
        page.context.set_offline(False)
        is_saved(page)

    others = "[data-group='note-8'] [data-others]"
    expect(laptop.locator(others)).to_contain_text("Heard on the tablet.", timeout=PATIENCE_MILLISECONDS)
    expect(notes(laptop)).to_have_value("Heard on the laptop.")
    expect(tablet.locator(others)).to_contain_text("Heard on the laptop.", timeout=PATIENCE_MILLISECONDS)
    assert barriers(laptop) == []


def test_two_tabs_of_one_browser_show_each_others_words_at_once(device):
    first = device()
    address = open_live(first, "discussion")
    begin(first)
    second = first.context.new_page()
    second.goto(address)
    begin(second)

    turn_to(first, 5)
    notes(first).fill("Seen in both tabs.")
    turn_to(first, 6)
    turn_to(second, 5)

    expect(notes(second)).to_have_value("Seen in both tabs.")


def test_a_sign_in_that_ends_during_a_session_loses_nothing_and_what_was_written_follows_the_next_one(device, mortal):
    page = device()
    open_live(page, "discussion")
    begin(page)
    is_saved(page)
    other_tab = page.context.new_page()
    other_tab.goto("/")
    other_tab.get_by_role("button", name="Sign out").click()
    other_tab.wait_for_url("**/sign-in*")

    turn_to(page, 2)
    notes(page).fill("Written after the sign-in had ended.")
    turn_to(page, 3)
    expect(page.locator("[data-saved-more]")).to_contain_text("You are signed out", timeout=PATIENCE_MILLISECONDS)
    assert barriers(page) == []
    expect(page.get_by_role("link", name="Sign in (opens in another tab)")).to_be_visible()
    sign_in(other_tab, mortal)
    page.bring_to_front()
    is_saved(page)

    assert mortal.texts().count("Written after the sign-in had ended.") == 1
    expect(page.get_by_role("link", name="Sign in (opens in another tab)")).to_be_hidden()


def test_what_was_just_ticked_is_with_the_server_before_the_page_that_draws_for_it_opens(device, mortal):
    page = device()
    open_live(page, "observation")
    begin(page)
    page.locator(".ask-list__link[data-to='sitting']").click()
    page.get_by_role("group", name="Tick what was not evidenced").get_by_role("checkbox").first.check()
    page.get_by_role("link", name="Draw questions for what is ticked").click()
    page.wait_for_url("**/gaps")

    assert len(mortal.texts("gap")) == 1


def test_O1_O5_the_questioning_of_an_observation_is_timed_through_its_share_and_nothing_ever_stops(device):
    page = device()
    page.clock.install()
    address = open_live(page, "observation").partition("?")[0]
    begin(page)
    mark, length = page.locator("[data-questioning-mark]"), page.locator("[data-length-mark]")
    shares = page.locator("[data-questioning-shares]")

    page.get_by_role("button", name="Start questioning").click()
    page.clock.fast_forward("07:10")
    expect(mark.locator("[data-words]")).to_have_text("")
    page.clock.fast_forward("00:03")
    expect(mark).to_contain_text("of questioning left.")
    expect(mark).to_have_class(re.compile("clock__mark--warm"))
    page.clock.fast_forward("01:50")
    expect(page.locator("[data-questioned]")).to_have_text(re.compile(r"^9:0\d$"))
    expect(mark).to_contain_text("More than 15% is spent. Nothing stops.")
    page.get_by_role("button", name="Stop questioning").click()
    page.clock.fast_forward("45:00")
    expect(length).to_contain_text("May lawfully end now, until 66:00.")
    expect(shares).to_have_text(re.compile(r"^15\.\d% of the time allowed, 16\.\d% of the time elapsed$"))
    assert barriers(page) == []
    picture(page, "live-observation")
    mark.get_by_role("link", name="Say why").click()
    page.get_by_label("Why questioning took more than").fill("The customer returned.")
    page.clock.fast_forward("00:02")
    expect(mark).to_contain_text("The reason is noted.")
    page.clock.fast_forward("12:30")
    expect(length).to_contain_text("Longer than 66:00. Nothing stops.")
    page.get_by_role("button", name="End the session").click()
    expect(length).to_contain_text("Ended, longer than lawful.")
    page.clock.fast_forward("00:05")
    is_saved(page)
    as_the_server_has_it = page.request.get(address).text()

    questioned = page.locator("[data-questioned]").inner_text()
    assert f"data-questioned>{questioned}<" in as_the_server_has_it
    expect(length.get_by_role("link", name="Say why")).to_be_visible()


def test_the_live_session_needs_no_script(device, mortal):
    page = device(java_script_enabled=False)
    open_live(page, "discussion")
    page.locator(".ask-list__link[data-to='4']").click()
    panel = page.locator("[data-panel='4']")

    panel.get_by_label("Notes", exact=True).fill("Saved by a form.")
    panel.get_by_label("Not asked", exact=True).check()
    panel.get_by_label("Why, if not asked").fill("Out of time.")
    panel.get_by_role("button", name="Save question 4").click()

    expect(page.locator("[data-panel='4']").get_by_label("Notes", exact=True)).to_have_value("Saved by a form.")
    expect(page.locator("[data-state='4']")).to_have_text("not asked")
    assert mortal.texts().count("Saved by a form.") == 1
