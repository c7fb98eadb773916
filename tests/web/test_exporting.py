"""Export through the page: which questions and as what; a file that a browser keeps, for those who read the bank."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from tests.web.an_organisation import STANDARD
from tests.web.test_writing import staff

__all__ = ["staff"]

EXPORT = "Export the questions"


def taken(client, **chosen):
    page = client.get("/questions/export")
    return client.http.post(page.form(EXPORT).path, data=page.form(EXPORT).fields | chosen)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "zip", "json"])
def test_the_file_comes_as_an_attachment_that_nothing_keeps(staff, kind):
    answer = taken(staff["cleo"], method=f"{STANDARD}/observation", format=kind)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{STANDARD}-observation.{kind}"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_workbook_holds_a_row_for_each_question_with_its_state(staff):
    answer = taken(staff["ada"], method=f"{STANDARD}/observation", format="xlsx")

    first, *rows = load_workbook(io.BytesIO(answer.data))["Questions"].values
    assert {row[first.index("State")] for row in rows} == {"live"}
    assert {row[first.index("Method")] for row in rows} == {"observation"}


def test_some_questions_alone_are_exported_where_they_are_named(staff):
    answer = taken(staff["ada"], method=f"{STANDARD}/", format="json", reference=["Q-0001", "Q-0002"])

    assert [each["reference"] for each in json.loads(answer.data)["questions"]] == ["Q-0001", "Q-0002"]


def test_a_view_of_the_list_that_finds_nothing_offers_no_export_of_everything(staff):
    page = staff["ada"].get("/questions/export?state=quarantined")

    assert "the list finds none" in page.main
    assert page.link("Change what the list looks for").endswith("state=quarantined")
    assert EXPORT not in page.buttons()


def test_what_is_not_chosen_is_said_at_its_field(staff):
    page = staff["ada"].press(staff["ada"].get("/questions/export"), EXPORT)

    assert page.status == 400
    assert page.link("Select which questions").endswith("#method-1")
    assert page.link("Select a format").endswith("#format-1")
