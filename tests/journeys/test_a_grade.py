"""From the question set to a confirmed grade, and a re-sit whose grade is capped, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.a_browser import barriers, overflow, picture
from tests.journeys.a_live_session import begin, is_saved, open_live
from tests.journeys.an_own_demo import own, signed_in

__all__ = ["own", "signed_in"]


def heading(page: Page, words: str) -> None:
    """The page of this heading has come, to its end: what counts its fields counts all."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    page.wait_for_load_state()


def judge(page: Page) -> None:
    """Every criterion met, with its first source; every question asked as written."""
    for name in ("Met", "As written"):
        for box in page.get_by_role("radio", name=name, exact=True).all():
            box.check()
    for fields in page.get_by_role("group", name="Evidence came from").all():
        fields.get_by_role("checkbox").first.check()


def to_the_check(page: Page) -> None:
    page.get_by_role("button", name="Save and check the grade").click()
    heading(page, "Check the grade of")


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page for anybody; its picture is kept."""
    picture(page, name)
    wide = overflow(page)
    return [*barriers(page), *([f"{page.url} is {wide} pixels too wide"] if wide > 0 else [])]


def test_an_interview_from_its_set_to_a_confirmed_grade(signed_in):
    assessor = signed_in("assessor")
    session = open_live(assessor, "interview").partition("/live")[0]
    begin(assessor)
    expect(assessor.get_by_role("button", name="End the session")).to_be_visible()
    first = assessor.locator(".panel:not([hidden]) .marks__one").first
    first.get_by_role("radio", name="Met", exact=True).check()
    is_saved(assessor)
    assessor.get_by_role("button", name="End the session").click()
    is_saved(assessor)
    assessor.get_by_role("link", name="Go on to the criteria and the grade").click()
    heading(assessor, "Finish AS-")
    expect(assessor.get_by_text("In the record: question 1: met.")).to_have_count(1)
    faults = looked_at(assessor, "grade-1-finish")
    to_the_check(assessor)
    faults += looked_at(assessor, "grade-2-missing")
    assessor.get_by_role("link", name=re.compile("WP.*say whether it is met")).first.click()
    heading(assessor, "Finish AS-")
    judge(assessor)
    assessor.get_by_label("Why the session was shorter or longer than is lawful").fill("A journey takes a moment.")
    to_the_check(assessor)
    expect(assessor.get_by_text("All 16 criteria for a pass and all 9 for a distinction are met")).to_be_visible()
    faults += looked_at(assessor, "grade-3-check")
    assessor.get_by_role("button", name="Submit the assessment").click()
    heading(assessor, "Result of AS-")
    faults += looked_at(assessor, "grade-4-result")
    reference = assessor.get_by_role("heading", level=1).inner_text().rpartition(" ")[2]
    assessor.goto(f"{session}/correct")
    heading(assessor, "Correct AS-")
    faults += barriers(assessor)

    moderator = signed_in("iqa")
    moderator.get_by_role("link", name="Moderation").click()
    faults += looked_at(moderator, "grade-5-moderation")
    moderator.get_by_role("link", name=reference).click()
    heading(moderator, f"Decision on {reference}")
    faults += looked_at(moderator, "grade-6-decision")
    moderator.get_by_role("radio", name="Yes, I uphold it").check()
    moderator.get_by_role("button", name="Save what I found").click()
    moderator.get_by_role("button", name="Confirm the decision").click()
    expect(moderator.get_by_text("it is final")).to_be_visible()
    faults += barriers(moderator)

    assessor.goto(f"{session}/result")
    expect(assessor.get_by_role("main")).to_contain_text("it is final")
    assert faults == []


@pytest.mark.parametrize("method", ["observation", "discussion"])
def test_the_other_methods_go_from_their_sets_to_a_grade_as_well(signed_in, method):
    assessor = signed_in("assessor")
    open_live(assessor, method)
    begin(assessor)
    assessor.get_by_role("button", name="End the session").click()
    is_saved(assessor)
    assessor.get_by_role("link", name="Go on to the criteria and the grade").click()
    heading(assessor, "Finish AS-")
    judge(assessor)
    for field in assessor.get_by_role("textbox", name="was shorter or longer than is lawful").all():
        field.fill("A journey takes a moment.")

    to_the_check(assessor)

    expect(assessor.locator(".grade")).to_have_text("Distinction")
    assessor.get_by_role("button", name="Submit the assessment").click()
    heading(assessor, "Result of AS-")


def test_a_resit_is_capped_at_a_pass_and_needs_no_script(signed_in):
    page = signed_in("assessor", java_script_enabled=False)
    page.goto("/sessions")
    page.get_by_role("row").filter(has_text="re-sit").get_by_role("link").first.click()
    page.get_by_role("button", name="Finish: criteria and grade").click()
    heading(page, "Finish AS-")
    judge(page)
    for fields in page.get_by_role("textbox", name="Why the session was shorter or longer").all():
        fields.fill("")

    to_the_check(page)

    expect(page.locator(".grade")).to_have_text("Pass")
    expect(page.get_by_text("This is a re-sit, whose grade is at most a pass (rule R5)")).to_be_visible()
    page.get_by_role("button", name="Submit the assessment").click()
    heading(page, "Result of AS-")
    expect(page.get_by_text("What was shown is a distinction; the grade of a re-sit is capped")).to_be_visible()


def test_R3_R9_the_overall_grade_is_signed_once_every_method_is_confirmed(signed_in):
    page = signed_in("assessor")
    page.goto("/sessions")
    page.get_by_role("row").filter(has_text=re.compile(r"Apprentice 2\b")).filter(has_text="submitted").get_by_role(
        "link"
    ).first.click()
    page.get_by_role("button", name="See the result").click()
    page.get_by_role("link", name="The overall grade and its signature").click()
    heading(page, "Overall grade of AP-0002")
    faults = looked_at(page, "grade-7-overall")
    expect(page.locator(".grade")).to_have_text("Distinction")
    page.get_by_role("button", name="Sign the overall grade").press("Enter")
    expect(page.get_by_text(re.compile(r"^Signed by .*today"))).to_be_visible()
    expect(page.get_by_role("button", name="Sign the overall grade")).to_have_count(0)
    faults += looked_at(page, "grade-8-signed")

    assert faults == []
