"""Questions as a table: how columns are named, what each cell may hold, and what is said of one that cannot be read."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.bank_rows import checked
from qbank.domain.faults import Faults
from qbank.domain.question_csv import cells_of_csv, neutral, restored, written
from qbank.domain.question_tables import COLUMNS, rows_of_table
from qbank.domain.working_drafts import LABELS
from qbank.services.starter import starter_plan

PLAN = starter_plan("customer-service-specialist-3")
GOOD = {
    "Method": "interview",
    "Stem": "In your project, what did you find out first, and how?",
    "Probes": "What led you there?\nWhat came next?",
    "Primary KSB": "K3",
    "Other KSBs": "S16, S17",
    "Criteria": "WP2",
    "Demand": "2",
    "Minutes": "4.5",
    "Author": "Ada",
    "Employer": "yes",
}


def rows(*lines: dict[str, str], columns=COLUMNS):
    cells = [(1, list(columns)), *((at, [line.get(each, "") for each in columns]) for at, line in enumerate(lines, 2))]
    return checked(tuple(rows_of_table(cells, "sheet.csv", PLAN)), PLAN)


def said(row) -> str:
    return " | ".join(str(each) for each in row.problems)


def read(data: bytes):
    cells, _ = cells_of_csv(data, "sheet.csv")
    return checked(tuple(rows_of_table(cells, "sheet.csv", PLAN)), PLAN)


def refusal(data: bytes) -> str:
    with pytest.raises(Faults) as refused:
        read(data)
    return " | ".join(f"{each.line}: {each.what} {each.remedy}" for each in refused.value.faults)


def test_a_row_says_what_a_draft_says():
    (row,) = rows(GOOD)

    text = row.text
    assert row.problems == ()
    assert (row.place, text.method, text.primary, text.secondary) == ("row 2", "interview", "K3", ("S16", "S17"))
    assert (text.demand, text.seconds, text.employer_consulted) == (2, 270, True)
    assert text.probes == "What led you there?\nWhat came next?"


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("Primary KSB", "K99", "Primary KSB: K99 is no KSB of the interview; its codes are K1, "),
        ("Other KSBs", "S1 B1", "Other KSBs: B1 is no KSB of the interview"),
        ("Primary KSB", "K3 K4", "There are several primary KSBs"),
        ("Criteria", "WP99", "Criteria: WP99 is not among the criteria of the interview. They are WP1, "),
        ("Demand", "4", "Demand: 4 is not on the scale. Give 1 to 3."),
        ("Demand", "hard", "It is no whole number"),
        ("Demand", "²", "It is no whole number"),
        ("Minutes", "4.1", "minutes do not fit the interview"),
        ("Minutes", "long", "Minutes: They cannot be read"),
        ("Method", "exam", "Method: exam is no method of the standard. Its methods are "),
        ("Method", "", "Method: The method is missing."),
        ("Stem", " ", "Stem: The stem is missing."),
        ("Stem", "What\x07?", "Stem: It holds a control character, U+0007."),
        ("Guidance", "a" * 8_001, "There are more than 8,000 characters"),
        ("Reference", "42", "It is no reference"),
        ("Employer", "perhaps", "It is neither yes nor no"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_with_its_remedy(column, cell, sentence):
    (row,) = rows(GOOD | {column: cell})

    assert sentence in said(row)


def test_a_method_may_be_named_by_its_title_and_a_column_in_any_case_and_order():
    (row,) = rows({"stem": "Why?", "METHOD": PLAN.methods[0].title}, columns=("stem", "METHOD", "enemies"))

    assert row.text.method == PLAN.methods[0].code
    assert row.problems == ()


def test_two_rows_that_say_the_same_and_two_of_one_reference_are_told():
    first, second, third = rows(GOOD, GOOD, GOOD | {"Reference": "Q-0007", "Stem": "Why?"})
    again = rows(GOOD | {"Reference": "Q-0007"}, GOOD | {"Reference": "Q-0007", "Stem": "Why?"})

    assert (first.problems, third.problems) == ((), ())
    assert "It says what row 2 says" in said(second)
    assert "Q-0007 is there twice: first in row 2" in said(again[1])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "1: The file is empty. The first row names the columns"),
        (b"Method,Guidance\r\ninterview,x\r\n", "1: There is no column Stem."),
        (b"Method,Stem,Stem\r\n", "names Stem twice"),
        (b"Method,,Stem\r\ninterview,,Why?\r\n", "empty, or merged with its neighbour"),
        (b"Method,Stem,Mark\r\ninterview,Why?,3\r\n", "No column is called Mark"),
        (b'Method,Stem\r\ninterview,"Why', "2: The file ends inside a cell: it may be half-written"),
        (b'Method,Stem\r\ninterview,"Why"?x\r\n', "2: The row is not CSV"),
        (b"Method,Stem\r\ninterview,Why\x81?\r\n", "2: The file is neither UTF-8 nor Windows-1252"),
        ("Method,Stem".encode("utf-16-le"), "in UTF-16 without its mark"),
        (b"\xff\xfeM\x00e\x00t", "begins like UTF-16 and does not go on so"),
        (b"Method,Stem\n" + b"interview,Why?\n" * 10_001, "more than 10,000 rows"),
        (b"x" * 10_000_001, "more than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(data, sentence):
    assert sentence in refusal(data)


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("Method,Stem\ninterview,Why “so”?\n".encode("cp1252"), "read as Windows-1252"),
        ("Method,Stem\ninterview,Why “so”?\n".encode("utf-16"), "in UTF-16, and was read so"),
        ("Method;Stem\ninterview;Why “so”?\n".encode("utf-8-sig"), "separated by semicolons"),
        ("Method\tStem\ninterview\tWhy “so”?\n".encode(), "separated by tabs"),
    ],
)
def test_other_encodings_and_separators_are_read_and_said(data, note):
    cells, notes = cells_of_csv(data, "sheet.csv")
    (row,) = rows_of_table(cells, "sheet.csv", PLAN)

    assert row.text.stem == "Why “so”?"
    assert note in " ".join(notes)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A", "\t=1", "\r=1", " =1", "\0=1", "'=1", "\uff1d1", "- one"])
def test_no_cell_that_is_written_is_taken_for_a_formula(cell):
    assert neutral(cell).startswith("'")
    assert restored(neutral(cell)) == cell


@given(st.text())
def test_a_cell_that_was_made_neutral_comes_back_as_it_was(cell):
    assert restored(neutral(cell)) == cell
    assert not neutral(cell).lstrip().startswith(("=", "+", "-", "@"))


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=2, max_size=2)
    )
)
def test_a_table_that_was_written_is_read_as_it_was(table):
    header = [LABELS["method"], LABELS["stem"]]
    cells, _ = cells_of_csv(written([header, *table]), "sheet.csv")

    assert [row for _, row in cells] == [header, *table]


@given(st.binary())
def test_any_bytes_give_rows_or_faults(data):
    with suppress(Faults):
        assert isinstance(read(data), tuple)


@given(st.lists(st.lists(st.text(max_size=12), max_size=16), max_size=5))
def test_any_cells_below_the_columns_give_rows(table):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *table])
    cells = [(1, list(COLUMNS)), *enumerate(table, 2)]

    for row in checked(tuple(rows_of_table(cells, "sheet.csv", PLAN)), PLAN):
        assert row.place.startswith("row ")
