"""What leaves the printer: no addresses, no "today", nothing torn apart, no more sheets than needed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.journeys.a_browser import paper
from tests.journeys.test_an_assessors_first_set import PULL, open_todays

SHEETS_OF_TWO_QUESTIONS_AND_THE_PROOF = 7
STANDARD = "/standards/customer-service-specialist-3"
TABLE_HEADS = ("What must hold", "What it says", "What it is")


def sheets(pdf: Path) -> list[str]:
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout.removesuffix("\f").split("\f")


@pytest.fixture
def printed_set(signed_in):
    page = signed_in("assessor")
    open_todays(page, "Interview")
    again = page.get_by_role("button", name="Read the question set")
    (again if again.count() else page.get_by_role("button", name=PULL)).click()
    page.locator(".question").first.wait_for()
    return page


def test_a_printed_set_has_two_questions_a_sheet_and_its_proof_in_one_piece(printed_set):
    found = sheets(paper(printed_set, "interview-set"))

    assert len(found) <= SHEETS_OF_TWO_QUESTIONS_AND_THE_PROOF
    (proof,) = [sheet for sheet in found if "Why this set is lawful" in sheet]
    assert (
        len(re.findall(r"\bholds$", proof, flags=re.MULTILINE)) == printed_set.locator(".table--proof tbody tr").count()
    )
    assert re.search(r"Every one of the 14 required KSBs is covered +14 of 14", proof)


def test_paper_shows_no_address_no_today_and_no_digest(printed_set):
    words = "\n".join(sheets(paper(printed_set, "interview-set")))

    assert "/standards/" not in words
    assert "today at" not in words.lower()  # a question may well ask about today
    assert "Commitment to the seed" not in words


def test_no_sheet_of_a_standard_ends_with_the_head_of_a_table(signed_in):
    page = signed_in("assessor")
    page.goto(STANDARD)

    last_lines = [re.split(r"\n+", sheet.strip())[-2] for sheet in sheets(paper(page, "standard"))]

    assert [line for line in last_lines if any(head in line for head in TABLE_HEADS)] == []


def test_a_standard_is_a_few_screens_until_it_is_opened_and_a_link_leads_into_what_is_closed(signed_in):
    page = signed_in("assessor", java_script_enabled=False)
    page.goto(STANDARD)

    height = page.locator("html").bounding_box()["height"]
    page.get_by_text("Read the 14 KSBs of the interview").click()

    assert height < 6_500
    assert page.get_by_role("row").filter(has_text="K16").first.is_visible()
