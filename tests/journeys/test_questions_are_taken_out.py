"""A bank manager finds questions, rests two of them and brings one back: with a script, without one, by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.a_demo import Demo
from tests.journeys.a_live_session import PATIENCE_MILLISECONDS, MortalDemo


@pytest.fixture(scope="module")
def own(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalDemo]:
    """A copy of the demo: what is taken out stays out."""
    copy = MortalDemo(demo, tmp_path_factory.mktemp("taken out"))
    yield copy
    copy.kill()


@pytest.fixture
def manager(browser: Browser, own: MortalDemo) -> Iterator[Callable[..., Page]]:
    contexts = []

    def arrive(*, script: bool, width: int = 1280) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(base_url=own.address, viewport=size, locale="en-GB", java_script_enabled=script)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        email = next(each for each in own.passwords if each.startswith("manager"))
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(own.passwords[email])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", level=1, name="Home").wait_for()
        return page

    yield arrive
    for context in contexts:
        context.close()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def references(page: Page) -> list[str]:
    page.wait_for_load_state()
    return [each.get_attribute("value") or "" for each in page.locator("input[name=question]").all()]


def looked_at(page: Page, name: str) -> list[str]:
    picture(page, name)
    wide = overflow(page)
    return [*barriers(page), *([f"{page.url} is {wide} pixels too wide"] if wide > 0 else [])]


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_questions_are_found_rested_and_brought_back(manager, script):
    page = manager(script=script)
    page.get_by_role("link", name="Questions", exact=True).click()
    page.get_by_label("Words of the question, or its reference").fill("custom")
    page.get_by_label("Method").select_option("interview")
    page.get_by_label("Stands").select_option("live")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("caption")).to_contain_text(
        "filtered by words beginning “custom”, method interview and state live"
    )
    view, chosen = page.url, references(page)[:2]
    for each in chosen:
        page.get_by_label(f"Choose {each}").check()
    page.get_by_role("button", name="Rest those chosen").click()
    heading(page, "Rest 2 questions")
    expect(page.get_by_text("Lawful sets could still be drawn in the interview")).to_be_visible()
    page.get_by_label("Why").fill("Heard in a forum")
    page.get_by_role("button", name="Rest 2 questions").click()
    expect(page.get_by_text("2 questions are rested.")).to_be_visible()
    page.goto(view)
    assert not set(chosen) & set(references(page))

    page.goto(f"/questions/{chosen[0]}")
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_label("Why").fill("The posting was about another question")
    page.get_by_role("button", name=f"Bring back {chosen[0]}").click()
    expect(page.get_by_text(f"{chosen[0]} is live again")).to_be_visible()
    page.goto(view)
    assert chosen[0] in references(page)


def test_a_question_is_retired_by_keyboard_alone(manager):
    page = manager(script=True)
    page.goto("/questions?state=live&method=discussion")
    reference = references(page)[0]
    page.get_by_label(f"Choose {reference}").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Retire those chosen").focus()
    page.keyboard.press("Enter")
    heading(page, f"Retire {reference}")
    page.get_by_label("Why").focus()
    page.keyboard.type("The law changed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"{reference} is retired, and never drawn again.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 400])
def test_the_list_its_refusals_and_the_pages_that_confirm_have_no_barrier(manager, width):
    page, faults = manager(script=True, width=width), []
    for name, path in (
        ("list", "/questions?used=never&sort=review&down=1"),
        ("list-empty", "/questions?words=xyzzy"),
        ("rest", "/questions/acts/rest?question=Q-0001&question=Q-0002"),
        ("pairs", "/questions/Q-0001/pairs?other=Q-0002"),
        ("pairs-missing", "/questions/Q-0001/pairs?other=Q-9999"),
    ):
        page.goto(path)
        faults += looked_at(page, f"keeping-{name}-{width}")
    page.goto("/questions/acts/retire?question=Q-0001")
    page.get_by_role("button", name="Retire Q-0001").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in a sentence why")
    faults += looked_at(page, f"keeping-refused-{width}")

    assert faults == []
