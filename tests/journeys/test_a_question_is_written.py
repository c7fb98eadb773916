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
from tests.journeys.hands import Hands

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


def begin(page: Page, *, by_keyboard: bool = False) -> None:
    hands = Hands(page, by_keyboard)
    page.goto("/questions/new")
    hands.choose("Interview")
    hands.press("Start writing")
    heading(page, "Draft: New question")


def choice(page: Page, code: str) -> Locator:
    return page.get_by_role("checkbox", name=re.compile(rf"^{code} "))


def fill(hands: Hands) -> None:
    """Every part of a question, in the order in which the form asks for it."""
    for label in ("Stem", "Probes", "Guidance", "Evidence for a pass", "Evidence for a distinction"):
        hands.type(label, WORDS[label])
    hands.pick("Primary KSB", "S16")
    for code in ("K3", "WP2", "WD6"):
        hands.tick(choice(hands.page, code))
    hands.choose("2", exact=True)
    hands.pick("Minutes with the answer", "5" if hands.by_keyboard else "300")
    hands.type("Source", WORDS["Source"])


def submit(hands: Hands) -> str:
    """The question's reference."""
    hands.press("Check and submit")
    heading(hands.page, "Check before you submit")
    hands.press("Submit for approval")
    heading(hands.page, "Q-")
    return hands.page.get_by_role("heading", level=1).inner_text()


def request_changes(hands: Hands, reference: str) -> None:
    hands.page.goto(f"/approvals/{reference}")
    hands.type("The words it is about", "what did it cost")
    hands.type("Words you suggest instead", "what would it have cost")
    hands.press("Keep the remark")
    expect(hands.page.get_by_text("Your remark is kept")).to_be_visible()
    hands.choose("Request changes")
    hands.type("Reason", "It need not have been made.")
    hands.press("Record the decision")
    heading(hands.page, "Approvals")


def amend_and_submit(hands: Hands, reference: str) -> None:
    hands.page.goto(f"/questions/{reference}")
    hands.press("Go on with the draft")
    hands.press("Accept the suggestion")
    expect(hands.page.get_by_text("The suggestion stands in the draft.")).to_be_visible()
    submit(hands)


def approve(hands: Hands, reference: str) -> None:
    hands.page.goto(f"/approvals/{reference}")
    hands.choose("Approve: it goes live")
    for code in ("S16", "K3"):
        hands.tick(choice(hands.page, code))
    if hands.by_keyboard:
        hands.page.keyboard.press("Control+Enter")  # records it, and opens the next that waits
        heading(hands.page, ", version ")
    else:
        hands.press("Record the decision")
    expect(hands.page.get_by_text("is approved and live")).to_be_visible()


def looked_at(page: Page, name: str) -> list[str]:
    picture(page, name)
    wide = overflow(page)
    return [*barriers(page), *([f"{page.url} is {wide} pixels too wide"] if wide > 0 else [])]


WAYS = pytest.mark.parametrize(
    ("script", "by_keyboard"),
    [(True, False), (False, False), (True, True)],
    ids=["with a script", "without a script", "by keyboard alone"],
)


@WAYS
def test_a_question_is_written_submitted_sent_back_amended_approved_and_drawn(signed_in, own, script, by_keyboard):
    author, approver = (Hands(signed_in(role, script=script), by_keyboard) for role in ("author", "approver"))
    begin(author.page, by_keyboard=by_keyboard)
    fill(author)
    if script:
        expect(author.page.get_by_role("status")).to_contain_text("Saved")
        expect(author.page.locator("[data-preview]")).to_contain_text(STEM)
        expect(author.page.locator("[data-lacks]")).to_contain_text("It can be submitted.")
    reference = submit(author)
    request_changes(approver, reference)
    amend_and_submit(author, reference)
    approve(approver, reference)

    author.page.goto(f"/questions/{reference}")
    expect(author.page.get_by_text("Version 2, live")).to_be_visible()
    expect(author.page.get_by_role("heading", level=3)).to_contain_text("what would it have cost")
    assert reference in drawn_after_all_others_rest(own, "interview", "S16", but=reference)
    author.page.reload()
    expect(author.page.get_by_role("main")).to_contain_text("1 question set")


@WAYS
def test_two_authors_in_one_draft_lose_nothing(signed_in, script, by_keyboard):
    first, second = (Hands(signed_in("author", script=each), by_keyboard) for each in (script, False))
    begin(first.page, by_keyboard=by_keyboard)
    second.page.goto(first.page.url)
    first.type("Stem", STEM)
    if script:
        expect(first.page.locator("[data-preview]")).to_contain_text(STEM)
    else:
        first.press("Save the draft")

    second.type("Stem", "In your project, what came first?")
    second.press("Save the draft")
    heading(second.page, "Two texts of one draft")
    second.choose("Yours")
    second.press("Keep what is selected")
    heading(second.page, "Draft: New question")
    expect(second.page.get_by_label("Stem", exact=True)).to_have_value("In your project, what came first?")

    first.type("Guidance", "Listen for a reason.")
    if script:
        said = "Press “Save the draft” to compare both texts."
        expect(first.page.get_by_role("status")).to_contain_text(said)
    first.press("Save the draft")
    heading(first.page, "Two texts of one draft")
    if script and not by_keyboard:
        assert looked_at(first.page, "two-texts") == []


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
    author.wait_for_timeout(1_100)  # two presses within a second are taken for one
    author.get_by_role("button", name="Save the draft").click()

    expect(author.get_by_text("Nobody but authors sees it")).to_be_visible()
    expect(author.get_by_label("Stem", exact=True)).to_have_value(STEM)


def test_the_next_question_takes_no_more_than_six_presses_and_choices_besides_typing(signed_in):
    author = signed_in("author")
    begin(author)
    Writer(author).write(1)
    following = Writer(author)

    following.write(3)

    assert following.presses <= MOST_PRESSES
    expect(author.get_by_text("is submitted. Another person decides on it now.")).to_be_visible()
