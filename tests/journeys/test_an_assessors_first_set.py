"""From one command to a printed set: what a newcomer does in their first two minutes, in a real browser."""

from __future__ import annotations

import re
import subprocess

from playwright.sync_api import Page, expect

from tests.journeys.a_browser import paper, picture

PULL = "Pull the question set"


def open_todays(page: Page, method: str) -> None:
    """From home to the session of that method that is today."""
    page.goto("/")
    row = page.get_by_role("row").filter(has_text=method)
    row.get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text(method, ignore_case=True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Session AS-")
    page.wait_for_load_state()


def stems(page: Page) -> list[str]:
    page.wait_for_load_state()
    return [stem.removeprefix("Question ").strip() for stem in page.locator(".question__stem").all_inner_texts()]


def test_the_demo_serves_and_tells_its_people_their_passwords_once(demo):
    assert {email for email in demo.passwords if not email.endswith("@example.org")} == set(), "An address was broken."
    assert len(demo.passwords) == 9


def test_an_assessor_signs_in_pulls_the_set_reads_it_and_prints_it(signed_in):
    page = signed_in("assessor")
    picture(page, "journey-1-home")
    page.get_by_role("link", name="My sessions").click()
    picture(page, "journey-2-my-sessions")
    open_todays(page, "Interview")
    picture(page, "journey-3-session")

    page.get_by_role("button", name=PULL).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Question set AS-")
    assert len(set(stems(page))) == 10
    picture(page, "journey-4-question-set")
    page.get_by_role("button", name="Open the pack for print").click()
    picture(page, "journey-5-pack")
    sheets = text_of(paper(page, "interview-pack"))
    assert len(re.findall(r"Question \d+ of 10", sheets)) == 10


def test_the_set_is_the_same_whoever_asks_again(signed_in):
    page = signed_in("assessor")
    open_todays(page, "Interview")
    if page.get_by_role("button", name=PULL).count():
        page.get_by_role("button", name=PULL).click()
    else:
        page.get_by_role("button", name="Read the question set").click()
    first = stems(page)

    page.reload()
    again = stems(page)
    open_todays(page, "Interview")

    assert first == again
    expect(page.get_by_role("button", name=PULL)).to_have_count(0)


def test_the_journey_needs_no_mouse(visitor, demo):
    page = visitor()
    page.goto("/sign-in")
    email = demo.email_of("assessor")

    focus(page, "E-mail address")
    page.keyboard.type(email)
    focus(page, "Password")
    page.keyboard.type(demo.passwords[email])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    focus_link_of(page, "observation")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Session AS-")
    expect(page.get_by_role("main")).to_contain_text("observation", ignore_case=True)
    focus(page, PULL)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Question set AS-")
    assert len(stems(page)) >= 3


def test_the_journey_needs_no_script(signed_in):
    page = signed_in("assessor", java_script_enabled=False)
    open_todays(page, "discussion")

    page.get_by_role("button", name=PULL).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Question set AS-")
    count = len(stems(page))
    page.get_by_role("button", name="Open the pack for print").click()

    assert count == 8
    expect(page.locator("h2[id^='block-']")).to_have_count(8)


def focus(page: Page, name: str) -> None:
    """Press Tab until what has this name, or this label, has the focus."""
    walk(page, "element => (element.labels?.[0]?.innerText || element.innerText || '').trim()", name)


def focus_link_of(page: Page, words: str) -> None:
    """Press Tab until a link in the table row that speaks of this has the focus."""
    walk(page, "element => (element.closest('tr')?.innerText || '').toLowerCase()", words)


def walk(page: Page, what_is_said: str, wanted: str) -> None:
    heard = []
    for _ in range(60):
        page.keyboard.press("Tab")
        heard.append(page.evaluate(f"({what_is_said})(document.activeElement)"))
        if wanted in heard[-1]:
            return
    raise AssertionError(f"Sixty presses of Tab never reached {wanted!r}, only {heard}")


def text_of(pdf) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout
