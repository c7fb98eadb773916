"""Import through the pages: sent, looked at, chosen, brought in with a job, reported; a refusal says why."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from qbank.app import create_app
from qbank.documents.workbooks import written
from qbank.domain.errors import RuleBroken
from qbank.domain.question_csv import written as as_csv
from qbank.domain.question_tables import COLUMNS
from qbank.jobs.queue import Doing
from qbank.services.staged_files import KEPT_SECONDS
from qbank.services.starter import starter_plan
from qbank.storage.models import QuestionImport, WorkingDraft
from qbank.web.importing.choosing import numbers_in, ranges_of
from tests.page import Client, Page
from tests.web.an_organisation import NOW, STANDARD
from tests.web.conftest import let_go
from tests.web.test_bookings import in_database
from tests.web.test_writing import staff

__all__ = ["staff"]

LOOK, IMPORT = "Look at the rows", "Import these"
ROW = {
    "Method": "interview",
    "Stem": "In your project, what did you find out first, and how?",
    "Probes": "What led you there?\nWhat would you look at next time?",
    "Guidance": "Listen for a finding and the way to it.",
    "Evidence for a pass": "Names a finding and its source (WP5).",
    "Evidence for a distinction": "Weighs two sources against each other (WD1).",
    "Primary KSB": "K3",
    "Other KSBs": "S16",
    "Criteria": "WP2, WD1",
    "Demand": "2",
    "Minutes": "5",
    "Source": "A case of the organisation",
}


@pytest.fixture
def app(settings):
    """The application, which does long work before it answers."""
    made = create_app(settings, now=lambda: NOW, doing=Doing.AT_ONCE)
    yield made
    let_go(made)


def table(*rows: dict[str, str]) -> list[list[str]]:
    return [list(COLUMNS), *([row.get(each, "") for each in COLUMNS] for row in rows)]


def numbered(count: int, **changes: str) -> list[dict[str, str]]:
    return [
        ROW | {"Stem": f"In your project, what came of step {number}, and how?"} | changes for number in range(count)
    ]


def sent(client: Client, data: bytes, name: str = "bank.csv"):
    page = client.get("/questions/import")
    fields = page.form(LOOK).fields | {"file": FileStorage(io.BytesIO(data), name)}
    seal, body = encode_multipart(fields)  # by hand: the test client would leave a file open for a large one
    kind = f'multipart/form-data; boundary="{seal}"'
    answer = client.http.post("/questions/import", data=body, content_type=kind, follow_redirects=True)
    return Page(answer, "/questions/import" if answer.status_code == 400 else answer.request.path)


def pressed(client: Client, page, **fields):
    """The page of the file sent as its form stands, with every box that is ticked."""
    rows = [each.get("value") for each in page.all("input") if each.get("name") == "row"]
    return client.press(page, IMPORT, **{"row": rows, **fields})


def count(settings, table) -> int:
    return in_database(settings, lambda store: store.scalar(sa.select(sa.func.count()).select_from(table)))


def test_a_file_is_looked_at_before_anything_is_written_and_what_is_chosen_comes_in(staff, settings):
    rows = [ROW, ROW | {"Stem": "What next?"}, ROW | {"Stem": "Why?", "Primary KSB": "K99"}, {"Method": "interview"}]

    page = sent(staff["ada"], as_csv(table(*rows)))

    assert "4 questions in the file: 2 new, 0 changed, 0 unchanged, 2 with problems." in page.main
    assert "row 4 Primary KSB: K99 is no KSB of the interview; its codes are K1, " in page.main
    assert "Stem: The stem is missing." in page.main
    assert count(settings, WorkingDraft) == 0
    page = staff["ada"].press(page, IMPORT, row="2", submits="no")
    assert page.heading == "What was imported"
    assert page.link(ROW["Stem"]).startswith("/questions/drafts/")
    assert "row 3 left out not chosen" in page.main
    assert count(settings, WorkingDraft) == 1


def test_the_same_file_again_brings_nothing_and_the_report_stays(staff):
    data = as_csv(table(*numbered(3)))
    pressed(staff["ada"], sent(staff["ada"], data))

    page = sent(staff["ada"], data)

    assert "0 new, 0 changed, 3 unchanged" in page.main
    assert "the bank says all of it already" in page.main
    assert IMPORT not in page.buttons()
    assert staff["ada"].get(staff["ada"].get("/questions/import").link("bank.csv")).heading == "What was imported"


def test_a_workbook_comes_in_and_is_submitted_at_once_where_that_is_asked(staff):
    data = written(table(*numbered(2), ROW | {"Guidance": ""}), starter_plan(STANDARD))

    page = pressed(staff["ada"], sent(staff["ada"], data, "bank.xlsx"), submits="yes")

    assert "3 drafts of Ada" in page.main
    assert "2 of them submitted" in page.main
    assert staff["cleo"].get("/approvals").main.count("In your project, what came of step") == 2


def test_what_a_long_file_brings_waits_in_pages_and_its_author_finds_what_is_in_hand_first(staff):
    ada, cleo = staff["ada"], staff["cleo"]
    page = sent(ada, as_csv(table(*numbered(60), ROW | {"Stem": "How did the last of them end?", "Guidance": ""})))

    assert "60 of them submitted" in pressed(ada, page, submits="yes").main

    first = cleo.get("/approvals")
    assert "60 questions awaiting you" in first.main
    assert len([each for each in first.all("a") if "/approvals/Q-" in each.get("href")]) == 50
    second = cleo.get(first.link("Next page: 2 of 2"))
    assert len([each for each in second.all("a") if "/approvals/Q-" in each.get("href")]) == 10
    assert second.link("Previous page: 1 of 2").endswith("?page=1")
    assert cleo.get("/approvals?page=9").text == second.text
    own = ada.get("/questions").main
    assert "50 of your 61 drafts are shown" in own
    assert own.index("How did the last of them end?") < own.index("In your project, what came of step")


def test_a_row_that_names_a_question_becomes_its_next_version(staff):
    page = sent(staff["ada"], as_csv(table(ROW | {"Reference": "Q-0001"})))

    assert "changes Q-0001" in page.main
    assert "Q-0001" in pressed(staff["ada"], page).main


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"a,b\n1,2\n", "bank.csv", "There is no column Method"),
        (b"PK\x03\x04", "bank.xlsx", "it may be half-written"),
        (b"x", "bank.xlsm", "The workbook may hold macros."),
        (b"x", "bank.docx", "The file is none that can be read here."),
        (b"{", "bank.json", "At the file"),
        (b"x", "bank.zip", "cannot be opened"),
        (b"x" * 10_500_000, "bank.csv", "more than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_on_its_page(staff, data, name, sentence):
    page = sent(staff["ada"], data, name)

    assert page.status == 400
    assert "Nothing was imported" in page.main
    assert sentence in page.main


def test_without_a_file_the_page_says_so_at_the_field(staff):
    page = staff["ada"].press(staff["ada"].get("/questions/import"), LOOK)

    assert page.link("Choose a file").endswith("#file")


def test_a_long_file_is_chosen_from_by_naming_what_is_left_out(staff, monkeypatch):
    """The figure is lowered, so that a file of a dozen rows is a long one."""
    monkeypatch.setattr("qbank.web.importing.views.MOST_BOXES", 5)
    page = sent(staff["ada"], as_csv(table(*numbered(12))))

    assert "Rows to leave out of the 12 that may come in" in page.main
    wrong = staff["ada"].press(page, IMPORT, without="some")
    assert wrong.link("Rows to leave out must be numbers and ranges, like 14, 20-31").endswith("#without")
    done = staff["ada"].press(page, IMPORT, without="2, 10-12", submits="yes")
    assert "8 drafts of Ada" in done.main
    assert "8 of them submitted" in done.main


@pytest.mark.parametrize("typed", ["0-9999," * 1_000, "a", "9-2", "1-20000"])
def test_what_is_left_out_is_bounded_and_read_or_refused(typed):
    with pytest.raises(ValueError, match=r".+"):
        numbers_in(typed)


def test_ranges_that_overlap_name_each_number_once():
    assert numbers_in("3-5, 4-7; 4, 9") == {3, 4, 5, 6, 7, 9}
    assert ranges_of([9, 3, 4, 5, 4, 7]) == "3-5,7,9"
    many = range(9_002, 10_002, 2)
    assert numbers_in(ranges_of(many)) == set(many)


def test_whoever_comes_back_from_a_refused_import_finds_the_rows_that_were_chosen(staff, monkeypatch):
    page = sent(staff["ada"], as_csv(table(*numbered(3))))

    def refuse(*_, **__):
        raise RuleBroken("The bank has changed.", remedy="Look at the file again.")

    monkeypatch.setattr("qbank.services.question_imports.take", refuse)
    refused = staff["ada"].press(page, IMPORT, row=["2", "4"], submits="yes")
    back = staff["ada"].get(refused.link("Go back"))

    ticked = [each.get("value") for each in back.all("input") if each.get("name") == "row" and "checked" in each.attrib]
    assert ticked == ["2", "4"]
    assert back.form(IMPORT).fields["submits"] == "yes"


def test_a_choice_of_nothing_is_said_at_the_rows(staff):
    page = sent(staff["ada"], as_csv(table(ROW)))

    page = staff["ada"].http.post(page.path, data={"csrf_token": page.form(IMPORT).fields["csrf_token"]})

    assert "Select at least one row" in page.text


def test_a_file_is_there_for_whoever_sent_it_alone(staff, settings):
    page = sent(staff["ada"], as_csv(table(ROW)))

    assert staff["bo"].get(page.path).status == 404
    assert staff["bo"].http.post(page.path, data={"row": "2"}).status_code in {400, 404}
    kept = list((settings.data_folder / "uploads").iterdir())
    assert [each.stat().st_mode & 0o777 for each in kept] == [0o600]
    pressed(staff["ada"], page)
    assert list((settings.data_folder / "uploads").iterdir()) == []
    assert count(settings, QuestionImport) == 1


def test_a_file_is_forgotten_after_a_day_by_whoever_asks_for_it_and_by_whatever_else_is_asked(staff, settings, app):
    folder = settings.data_folder / "uploads"
    page = sent(staff["ada"], as_csv(table(ROW)))
    yesterday(folder)

    assert staff["ada"].get(page.path).status == 404
    assert list(folder.iterdir()) == []
    sent(staff["ada"], as_csv(table(ROW)))
    yesterday(folder)
    app.extensions["qbank.clock"] = lambda: NOW + timedelta(minutes=5)
    staff["bo"].get("/").response.close()
    assert list(folder.iterdir()) == []


def yesterday(folder):
    """As if every file had been kept a day and a minute ago."""
    (file,) = folder.iterdir()
    long_ago = file.stat().st_mtime - KEPT_SECONDS - 60
    os.utime(file, (long_ago, long_ago))


@pytest.mark.parametrize("name", ["template.xlsx", "template.csv"])
def test_a_template_that_was_downloaded_is_read_when_it_is_filled_in(staff, name):
    answer = staff["ada"].http.get(f"/questions/import/{name}")

    page = sent(staff["ada"], answer.data, name)

    assert "There is no question in the file. Fill in a row below the names." in page.main
    assert "attachment" in answer.headers["Content-Disposition"]
