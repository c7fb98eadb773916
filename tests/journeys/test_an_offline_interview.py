"""An interview without a network: the copy opens from a file, keeps what is written, and brings it back once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.test_an_assessors_first_set import PULL, open_todays

PASSPHRASE = "plinth heron drizzle 40 acorns"  # noqa: S105 - of copies that tests make


@pytest.fixture
def at_the_session(signed_in) -> Page:
    page = signed_in("assessor")
    open_todays(page, "Interview")
    if page.get_by_role("button", name=PULL).count():
        page.get_by_role("button", name=PULL).click()
        page.get_by_role("link", name=re.compile("^AS-")).first.click()
    return page


@pytest.fixture
def copy(at_the_session, tmp_path) -> Path:
    """The downloaded file."""
    page = at_the_session
    page.get_by_role("link", name="Make an offline copy").click()
    picture(page, "offline-make")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("Passphrase again").fill(PASSPHRASE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the offline copy").click()
    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


@pytest.fixture
def elsewhere(visitor, copy):
    """The copy opened from its file in a browser without a network; what went wrong in it is kept."""
    page = visitor()
    page.context.set_offline(True)
    page.faults = []
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(copy.as_uri())
    return page


def unlock(page: Page, passphrase: str = PASSPHRASE) -> None:
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("button", name="Open the copy").click()


def write(page: Page) -> None:
    unlock(page)
    page.get_by_role("button", name="Begin the sitting").click()
    page.get_by_label("Notes on this question").fill("Kept a daily log, and showed it.")
    page.get_by_label("rephrased").check()
    page.get_by_label("The words you used").fill("What did you change, and why?")
    page.get_by_label("Your own question 1").fill("Which log was that?")
    page.get_by_label("What was answered to it").first.fill("The returns log.")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Notes on this question").fill("Compared two shops.")
    expect(page.locator("#standing")).to_contain_text(re.compile(r"5 entries, kept in this browser; 5 not sent"))


def save(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a copy of the notes").click()
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


def bring_back(page: Page, notes: Path) -> str:
    page.get_by_role("link", name=re.compile("^AS-")).first.click()
    page.get_by_role("link", name="send the notes of one").click()
    page.get_by_label("Notes file").set_input_files(notes)
    page.get_by_label("Passphrase of the offline copy").fill(PASSPHRASE)
    page.get_by_role("button", name="Send the notes").click()
    return page.locator(".notice").inner_text()


def test_notes_survive_a_reload_without_a_network_and_come_back_by_upload_once(elsewhere, at_the_session, tmp_path):
    write(elsewhere)
    elsewhere.reload()
    unlock(elsewhere)

    expect(elsewhere.get_by_label("Notes on this question")).to_have_value("Kept a daily log, and showed it.")
    expect(elsewhere.get_by_label("rephrased")).to_be_checked()
    expect(elsewhere.get_by_label("Your own question 1")).to_have_value("Which log was that?")
    notes = save(elsewhere, tmp_path)

    assert "daily log" not in notes.read_text(encoding="utf-8")
    assert "5 entries kept, 0 were here already, 0 could not be kept" in bring_back(at_the_session, notes)
    assert "0 entries kept, 5 were here already, 0 could not be kept" in bring_back(at_the_session, notes)
    assert elsewhere.faults == []


def test_when_the_network_returns_the_copy_sends_its_notes_by_itself_and_an_upload_adds_none(
    elsewhere, at_the_session, tmp_path
):
    write(elsewhere)
    elsewhere.get_by_role("button", name="Send the notes").click()
    expect(elsewhere.locator("#said")).to_contain_text("There is no way to the server now. Nothing is lost")

    elsewhere.context.set_offline(False)
    expect(elsewhere.locator("#said")).to_have_text("All notes are with the server.")
    expect(elsewhere.locator("#standing")).to_contain_text("5 entries, kept in this browser; 0 not sent yet.")
    elsewhere.context.set_offline(True)
    note = elsewhere.get_by_label("Notes on this question")
    note.fill("Compared two shops, in July.")
    expect(elsewhere.locator("#standing")).to_contain_text("6 entries, kept in this browser; 1 not sent yet.")
    note.focus()
    elsewhere.context.set_offline(False)
    expect(elsewhere.locator("#standing")).to_contain_text("6 entries, kept in this browser; 0 not sent yet.")
    expect(note).to_be_focused()
    expect(note).to_have_value("Compared two shops, in July.")

    told = bring_back(at_the_session, save(elsewhere, tmp_path))
    assert "0 entries kept, 6 were here already" in told


def test_what_is_refused_of_notes_that_come_back_is_said_to_everybody(at_the_session, tmp_path):
    page = at_the_session
    page.get_by_role("link", name="send the notes of one").click()
    page.get_by_role("button", name="Send the notes").click()
    page.get_by_text("There is a problem").wait_for()
    faults = barriers(page)
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    page.get_by_label("Notes file").set_input_files(other)
    page.get_by_label("Passphrase of the offline copy").fill(PASSPHRASE)
    page.get_by_role("button", name="Send the notes").click()
    page.get_by_role("heading", level=1, name="Notes from an offline copy").wait_for()
    expect(page).to_have_title(re.compile("^Error: "))

    assert [*faults, *barriers(page)] == []


def test_two_windows_of_one_copy_lose_nothing_of_each_other(elsewhere, copy):
    other = elsewhere.context.new_page()
    for page in (elsewhere, other):
        page.goto(copy.as_uri())
        unlock(page)
        expect(page.get_by_label("Notes on this question")).to_have_value("")
    for page, words in ((elsewhere, "From the first."), (other, "From the second.")):
        page.get_by_label("Notes on this question").fill(words)
        expect(page.locator("#standing")).to_contain_text("kept in this browser;")

    other.reload()
    unlock(other)

    expect(other.locator("#sheet")).to_contain_text("From the first.")
    expect(other.get_by_label("Notes on this question")).to_have_value("From the second.")


def test_a_wrong_passphrase_opens_nothing_and_says_so(elsewhere, copy):
    unlock(elsewhere, "plinth heron drizzle 41 acorns")

    expect(elsewhere.get_by_role("alert")).to_have_text("The passphrase is not the one of this copy.")
    expect(elsewhere.locator("#inside")).to_be_hidden()
    text = copy.read_text(encoding="utf-8")
    assert "In your project" not in text


def test_after_its_time_a_copy_shows_its_notes_and_no_question(elsewhere):
    write(elsewhere)
    elsewhere.clock.install()
    elsewhere.clock.set_fixed_time("2099-01-01T10:00:00Z")
    elsewhere.reload()
    unlock(elsewhere)

    expect(elsewhere.get_by_role("heading", level=2)).to_have_text("The time of this copy has ended")
    expect(elsewhere.locator("#sheet")).to_contain_text("Question 1, note: Kept a daily log, and showed it.")
    assert "Listen for" not in elsewhere.locator("body").inner_text()
    expect(elsewhere.get_by_role("button", name="Send the notes")).to_be_enabled()
    assert barriers(elsewhere) == []
    assert overflow(elsewhere) <= 0


def test_a_browser_that_keeps_nothing_for_files_is_told_on(visitor, copy):
    page = visitor()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });")
    page.goto(copy.as_uri())
    unlock(page)

    page.get_by_label("Notes on this question").fill("Only in this window.")

    expect(page.get_by_text("This browser keeps nothing for files like this one")).to_be_visible()
    expect(page.locator("#standing")).to_contain_text("NOT kept by this browser")


def test_a_copy_lets_no_barrier_stand_runs_nothing_but_its_script_and_fits_a_phone(elsewhere):
    picture(elsewhere, "offline-locked")
    found = barriers(elsewhere)
    write(elsewhere)
    picture(elsewhere, "offline-question")
    wider = overflow(elsewhere)

    elsewhere.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )

    assert elsewhere.evaluate("window.ran") is None
    assert wider <= 0
    assert found == []
    assert barriers(elsewhere) == []


def test_a_mark_by_criterion_is_kept_sent_and_stands_in_the_live_session(elsewhere, at_the_session):
    unlock(elsewhere)
    marks = elsewhere.get_by_role("region", name="Mark while you listen")
    marks.get_by_label("Met", exact=True).first.check()
    marks.get_by_role("combobox").first.select_option("annex")
    expect(elsewhere.locator("#standing")).to_contain_text("1 entry, kept in this browser; 1 not sent yet.")

    elsewhere.context.set_offline(False)
    elsewhere.get_by_role("button", name="Send the notes").click()

    expect(elsewhere.locator("#said")).to_have_text("All notes are with the server.")
    expect(elsewhere.locator("#changed")).to_be_hidden()
    at_the_session.get_by_role("link", name=re.compile("^AS-")).first.click()
    at_the_session.get_by_role("button", name="Open the live session").click()
    expect(at_the_session.get_by_label("Met", exact=True).first).to_be_checked()
    assert elsewhere.faults == []
