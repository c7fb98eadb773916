"""A workbook of five hundred rows in a real browser: sent, looked at, chosen, brought in, reported; and out again."""

from __future__ import annotations

import io
import zipfile

from playwright.sync_api import Page, expect

from qbank.documents.workbooks import written
from qbank.domain.question_tables import COLUMNS
from qbank.services.starter import starter_plan
from tests.journeys.a_live_session import PATIENCE_MILLISECONDS
from tests.journeys.hands import Hands
from tests.journeys.test_a_question_is_written import WAYS, heading, looked_at, own, signed_in

__all__ = ["own", "signed_in"]

ROWS = 500
ROW = {
    "Method": "interview",
    "Probes": "What led you there?\nWhat would you look at next time?",
    "Guidance": "Listen for a finding and the way to it.",
    "Evidence for a pass": "Names a finding and its source (WP5).",
    "Evidence for a distinction": "Weighs two sources against each other (WD1).",
    "Primary KSB": "K3",
    "Criteria": "WP2, WD1",
    "Demand": "2",
    "Minutes": "5",
    "Source": "A case of the organisation",
}


def a_workbook(name: str, count: int) -> bytes:
    """That many rows, of which the last two have problems."""
    rows = [
        ROW | {"Stem": f"In your project, what came of step {number} of {name}, and how?"} for number in range(count)
    ]
    rows[-2] |= {"Primary KSB": "K99"}
    rows[-1] |= {"Minutes": "long"}
    table = [COLUMNS, *([row.get(each, "") for each in COLUMNS] for row in rows)]
    return written(table, starter_plan("customer-service-specialist-3"))


def choose(page: Page, data: bytes, name: str = "bank.xlsx") -> None:
    page.goto("/questions/import")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/zip", "buffer": data})


def reported(page: Page, *, script: bool) -> None:
    """The report, for which whoever has no script looks again."""
    if not script:
        while page.get_by_role("link", name="Look again").count():
            page.get_by_role("link", name="Look again").click()
            page.wait_for_load_state()
    page.get_by_role("heading", level=1, name="What was imported").wait_for(timeout=3 * PATIENCE_MILLISECONDS)


@WAYS
def test_a_workbook_of_five_hundred_rows_is_looked_at_chosen_from_and_brought_in(signed_in, script, by_keyboard):
    author = Hands(signed_in("author", script=script), by_keyboard)
    choose(author.page, a_workbook(f"{script} {by_keyboard}", ROWS))
    author.press("Look at the rows")
    heading(author.page, "What the file brings")
    said = f"{ROWS} questions in the file: {ROWS - 2} new, 0 changed, 0 unchanged, 2 with problems."
    expect(author.page.get_by_text(said)).to_be_visible()
    expect(author.page.get_by_text("Primary KSB: K99 is no KSB of the interview")).to_be_visible()

    author.tick(author.page.get_by_role("checkbox", name="row 3", exact=True), on=False)
    author.press("Import these")
    reported(author.page, script=script)

    expect(author.page.get_by_text(f"{ROWS - 3} drafts of")).to_be_visible()
    expect(author.page.get_by_role("row", name="row 3 left out not chosen")).to_be_visible()


def test_five_hundred_rows_are_submitted_in_one_press_and_await_another_person_in_pages(signed_in):
    author = signed_in("author")
    choose(author, a_workbook("submitted", ROWS))
    author.get_by_role("button", name="Look at the rows").click()
    heading(author, "What the file brings")
    author.get_by_label("Submitted for approval at once").check()
    author.get_by_role("button", name="Import these").click()
    reported(author, script=True)

    expect(author.get_by_text(f"{ROWS - 2} of them submitted, which another person decides on")).to_be_visible()
    assert looked_at(author, "import-submitted") == []
    approver = signed_in("approver")
    approver.goto("/approvals")
    approver.get_by_role("link", name="Next page").click()
    expect(approver.get_by_role("link", name="Previous page")).to_be_visible()
    assert looked_at(approver, "approvals-second-page") == []


def test_no_page_of_an_import_has_a_barrier_nor_has_its_refusal(signed_in):
    author = signed_in("author")
    choose(author, b"no workbook at all")
    author.get_by_role("button", name="Look at the rows").click()
    expect(author.get_by_text("Nothing was imported")).to_be_visible()
    assert looked_at(author, "import-refused") == []
    choose(author, a_workbook("five rows", 5))
    author.get_by_role("button", name="Look at the rows").click()
    heading(author, "What the file brings")
    assert looked_at(author, "import-preview") == []

    author.get_by_role("button", name="Import these").click()

    reported(author, script=True)
    expect(author.get_by_text("3 drafts of")).to_be_visible()
    assert looked_at(author, "import-report") == []


def test_what_is_exported_comes_back_and_changes_nothing(signed_in):
    author = signed_in("author")
    author.goto("/questions")
    author.get_by_role("link", name="Export questions").click()
    author.get_by_label("Practical observation").check()
    author.get_by_label("Markdown files (ZIP)").check()
    with author.expect_download() as waiting:
        author.get_by_role("button", name="Export the questions").click()
    data = waiting.value.path().read_bytes()

    choose(author, data, "bank.zip")
    author.get_by_role("button", name="Look at the rows").click()

    count = len(zipfile.ZipFile(io.BytesIO(data)).namelist())
    expect(author.get_by_text(f"0 new, 0 changed, {count} unchanged, 0 with problems")).to_be_visible()
