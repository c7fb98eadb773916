"""A question from its first word to its approval and a set that holds it, in a real browser: with a script, without
one, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.a_demo import Demo
from tests.journeys.a_draw import drawn_after_all_others_rest
from tests.journeys.a_live_session import PATIENCE_MILLISECONDS, MortalDemo
from tests.journeys.a_writer import Writer

STEM = "In your project, which change did you recommend first, and what did it cost?"
WORDS = {
    "Stem": STEM,
    "Probes": "What led you to it?\nWho had to agree, and why?",
    "Guidance": "Listen for a change that follows from a finding.",
    "Evidence for a pass": "Recommends a change with its steps and its benefit (WP2).",
    "Evidence for a distinction": "Says what the change risks and what it opens up (WD6).",
    "Source": "A case of the organisation",
}

MOST_PRESSES = 6


@pytest.fixture(scope="module")
def own(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalDemo]:
    """A copy of the demo: what is approved stays approved."""
    copy = MortalDemo(demo, tmp_path_factory.mktemp("written"))
    yield copy
    copy.kill()


@pytest.fixture
def signed_in(browser: Browser, own: MortalDemo) -> Iterator[Callable[..., Page]]:
    contexts = []

    def arrive(role: str, *, script: bool = True) -> Page:
        context = browser.new_context(base_url=own.address, locale="en-GB", java_script_enabled=script)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        return sign_in(context.new_page(), own, role)

    yield arrive
    for context in contexts:
        context.close()


def sign_in(page: Page, own: MortalDemo, role: str) -> Page:
    email = next(each for each in own.passwords if each.startswith(role))
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(own.passwords[email])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name="Home").wait_for()
    return page


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def begin(page: Page) -> None:
    page.goto("/questions/new")
    page.get_by_label("Interview").check()
    page.get_by_role("button", name="Start writing").click()
    heading(page, "Draft: New question")


def choice(page: Page, code: str) -> Locator:
    return page.get_by_role("checkbox", name=re.compile(rf"^{code} "))


def fill(page: Page, **changes: str) -> None:
    for label, words in (WORDS | changes).items():
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_label("Primary KSB").select_option("S16")
    for code in ("K3", "WP2", "WD6"):
        choice(page, code).check()
    page.get_by_label("2", exact=True).check()
    page.get_by_label("Minutes with the answer").select_option("300")


def submit(page: Page) -> str:
    """The question's reference."""
    page.get_by_role("button", name="Check and submit").click()
    heading(page, "Check before you submit")
    page.get_by_role("button", name="Submit for approval").click()
    heading(page, "Q-")
    return page.get_by_role("heading", level=1).inner_text()


def request_changes(page: Page, reference: str) -> None:
    page.goto(f"/approvals/{reference}")
    page.get_by_label("The words it is about").fill("what did it cost")
    page.get_by_label("Words you suggest instead").fill("what would it have cost")
    page.get_by_role("button", name="Keep the remark").click()
    expect(page.get_by_text("Your remark is kept")).to_be_visible()
    page.get_by_label("Request changes").check()
    page.get_by_label("Reason").fill("It need not have been made.")
    page.get_by_role("button", name="Record the decision").click()
    heading(page, "Approvals")


def amend_and_submit(page: Page, reference: str) -> None:
    page.goto(f"/questions/{reference}")
    page.get_by_role("button", name="Go on with the draft").click()
    page.get_by_role("button", name="Accept the suggestion").click()
    expect(page.get_by_text("The suggestion stands in the draft.")).to_be_visible()
    submit(page)


def approve(page: Page, reference: str) -> None:
    page.goto(f"/approvals/{reference}")
    page.get_by_label("Approve: it goes live").check()
    for code in ("S16", "K3"):
        choice(page, code).check()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("is approved and live")).to_be_visible()


def looked_at(page: Page, name: str) -> list[str]:
    picture(page, name)
    wide = overflow(page)
    return [*barriers(page), *([f"{page.url} is {wide} pixels too wide"] if wide > 0 else [])]


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_a_question_is_written_submitted_sent_back_amended_approved_and_drawn(signed_in, own, script):
    author, approver = signed_in("author", script=script), signed_in("approver", script=script)
    begin(author)
    fill(author)
    if script:
        expect(author.get_by_role("status")).to_contain_text("Saved")
        expect(author.locator("[data-preview]")).to_contain_text(STEM)
        expect(author.locator("[data-lacks]")).to_contain_text("It can be submitted.")
    reference = submit(author)
    request_changes(approver, reference)
    amend_and_submit(author, reference)
    approve(approver, reference)

    author.goto(f"/questions/{reference}")
    expect(author.get_by_text("Version 2, live")).to_be_visible()
    expect(author.get_by_role("heading", level=3)).to_contain_text("what would it have cost")
    if not script:  # once is enough: the draw knows no browser
        assert reference in drawn_after_all_others_rest(own, "interview", "S16", but=reference)
        author.reload()
        expect(author.get_by_role("main")).to_contain_text("1 question set")


def test_two_authors_in_one_draft_lose_nothing(signed_in):
    first, second = signed_in("author"), signed_in("author", script=False)
    begin(first)
    second.goto(first.url)
    first.get_by_label("Stem", exact=True).fill(STEM)
    expect(first.locator("[data-preview]")).to_contain_text(STEM)

    second.get_by_label("Stem", exact=True).fill("In your project, what came first?")
    second.get_by_role("button", name="Save the draft").click()
    heading(second, "Two texts of one draft")
    second.get_by_label("Yours").check()
    second.get_by_role("button", name="Keep what is selected").click()
    heading(second, "Draft: New question")
    expect(second.get_by_label("Stem", exact=True)).to_have_value("In your project, what came first?")

    first.get_by_label("Guidance", exact=True).fill("Listen for a reason.")
    expect(first.get_by_role("status")).to_contain_text("Press “Save the draft” to compare both texts.")
    first.get_by_role("button", name="Save the draft").click()
    heading(first, "Two texts of one draft")
    assert looked_at(first, "two-texts") == []


def test_a_press_while_a_save_is_under_way_waits_for_it_and_meets_nobody(signed_in):
    author, answered = signed_in("author"), []

    def hold(route: Route) -> None:
        """The server has kept the text; the browser does not know it yet."""
        if "json" in route.request.headers.get("accept", "") and not answered:
            answered.append((route, route.fetch()))
        else:
            route.continue_()

    begin(author)
    author.route("**/questions/drafts/*", hold)
    author.get_by_label("Stem", exact=True).fill(STEM)
    while not answered:
        author.wait_for_timeout(100)
    author.get_by_label("Guidance", exact=True).fill("Listen for a reason.")
    author.get_by_role("button", name="Save the draft").click()
    route, response = answered[0]
    route.fulfill(response=response)

    expect(author.get_by_text("Nobody but authors sees it")).to_be_visible()
    heading(author, "Draft: New question")
    expect(author.get_by_label("Guidance", exact=True)).to_have_value("Listen for a reason.")


def test_what_is_typed_after_the_sign_in_ended_stays_and_is_saved_after_another_sign_in(signed_in, own):
    author = signed_in("author")
    begin(author)
    expect(author.locator("[data-filter]").first).to_be_visible()  # the script is at work
    author.wait_for_load_state("networkidle")  # a late answer would bring the cookie back
    author.context.clear_cookies()
    author.get_by_label("Stem", exact=True).fill(STEM)
    author.get_by_role("button", name="Save the draft").click()
    expect(author.get_by_role("status")).to_contain_text("You are signed out; what you typed is still here")
    expect(author.get_by_label("Stem", exact=True)).to_have_value(STEM)

    sign_in(author.context.new_page(), own, "author")
    author.get_by_role("button", name="Save the draft").click()

    expect(author.get_by_text("Nobody but authors sees it")).to_be_visible()
    expect(author.get_by_label("Stem", exact=True)).to_have_value(STEM)


def test_a_question_is_written_and_approved_by_keyboard_alone(signed_in):
    author, approver = signed_in("author"), signed_in("approver")
    begin(author)
    fill(author)  # typed into the fields; every press and choice from here on is a key
    reached(author, "Check and submit").press("Enter")
    heading(author, "Check before you submit")
    reached(author, "Submit for approval").press("Space")
    heading(author, "Q-")
    reference = author.get_by_role("heading", level=1).inner_text()

    approver.goto(f"/approvals/{reference}")
    approver.get_by_role("button", name="Keep the remark").focus()
    for name in ("Approve: it goes live", "S16 (primary)", "K3 "):
        approver.keyboard.press("Tab")
        assert name in approver.evaluate("document.activeElement.labels[0].textContent")
        approver.keyboard.press("Space")
    reached(approver, "Record the decision").press("Enter")

    expect(approver.get_by_text("is approved and live")).to_be_visible()


def test_the_next_question_takes_no_more_than_six_presses_and_choices_besides_typing(signed_in):
    author = signed_in("author")
    begin(author)
    Writer(author).write(1)
    following = Writer(author)

    following.write(3)

    assert following.presses <= MOST_PRESSES
    expect(author.get_by_text("is submitted. Another person decides on it now.")).to_be_visible()


def reached(page: Page, name: str) -> Locator:
    """The button, once Tab has led there from the field that has the focus."""
    button = page.get_by_role("button", name=name)
    for _ in range(80):
        page.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            return button
    raise AssertionError(f"Tab does not lead to {name}.")
