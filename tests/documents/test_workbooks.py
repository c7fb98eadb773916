"""Workbooks: what is written is read, formulas stay words, and no dishonest workbook is read."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import DEFUSEDXML, Workbook, load_workbook

from qbank.documents.workbooks import cells_of_workbook, explanations, written
from qbank.domain import archives
from qbank.domain.faults import Faults
from qbank.domain.question_tables import COLUMNS
from qbank.services.starter import starter_plan

PLAN = starter_plan("customer-service-specialist-3")
SHEET = "xl/worksheets/sheet1.xml"
BOOK = written([COLUMNS, ["", "interview", "Why?", *[""] * 12]], PLAN, explanations(PLAN))


def rebuilt(data: bytes = BOOK, **parts: bytes) -> bytes:
    """The workbook with other parts in place of its own, or beside them; "__" in a name stands for "/"."""
    made = io.BytesIO()
    new = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_XML", ".XML").replace("_bin", ".bin"): part
        for name, part in parts.items()
    }
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name in old.namelist():
            book.writestr(name, new.pop(name, None) or old.read(name))
        for name, part in new.items():
            book.writestr(name, part)
    return made.getvalue()


def sheet_of(rows: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<?xml version="1.0"?><worksheet xmlns="' + space + b'"><sheetData>' + rows + b"</sheetData></worksheet>"


def marks(count: int) -> bytes:
    """So many empty elements, not packed so tightly that they are refused for that."""
    return b"".join(b"<a%d/>" % (n * n % 99_991) for n in range(count))


def read(data: bytes) -> list[list[str]]:
    cells, _ = cells_of_workbook(data, "bank.xlsx")
    return [row for _, row in cells]


def refusal(data: bytes) -> str:
    with pytest.raises(Faults) as refused:
        read(data)
    return str(refused.value)


def test_a_table_that_was_written_is_read_as_it_was_formulas_as_words():
    table = [["Method", "Stem"], ["interview", "=1+1"], ["interview", "+a\n-b"], ["interview", "'quoted"]]

    data = written(table, PLAN)

    assert read(data) == table
    assert {cell.data_type for row in load_workbook(io.BytesIO(data))["Questions"] for cell in row} == {"s"}


def test_the_template_offers_lists_for_method_ksbs_and_demand_and_explains_every_column():
    book = load_workbook(io.BytesIO(BOOK))

    lists = {each.formula1 for each in book["Questions"].data_validations.dataValidation}
    assert '"1,2,3"' in lists
    assert f'"{",".join(method.code for method in PLAN.methods)}"' in lists
    assert any("K1,K2" in each for each in lists)
    assert [row[0].value for row in book["Columns"]] == list(COLUMNS)


def test_numbers_and_truths_of_a_spreadsheet_are_read_as_people_type_them():
    book = Workbook()
    book.active.append(["Demand", "Minutes", "Employer"])
    book.active.append([2.0, 4.5, True])
    made = io.BytesIO()
    book.save(made)

    assert read(made.getvalue())[1] == ["2", "4.5", "yes"]


def cells_from(first: int, count: int) -> bytes:
    return b"".join(b'<c r="A%d"/>' % number for number in range(first, first + count))


NESTED = b"<row><c/><row/><c/></row>"
HIDING = {
    "a row in a row": NESTED,
    "a row in a row that looks closed": b'<row a="/>"><row/></row>',
    "an end in a comment": b"<row><!-- </row> --><c/><row/></row>",
    "an end in words that are not read": b"<row><![CDATA[</row>]]><c/><row/></row>",
    "an end in an instruction": b"<row><?x </row>?><c/><row/></row>",
    "an end without a row": b"<row/></row>",
    "a row of another prefix": b"<row><x:row/></row>",
}


@pytest.mark.parametrize("piece", [1, 7, 4096])
@pytest.mark.parametrize("name", HIDING)
def test_no_row_holds_another_and_nothing_hides_its_end_wherever_the_pieces_are_cut(name, piece, monkeypatch):
    """The reader keeps a row until it is over: one that held all others would be kept whole."""
    monkeypatch.setattr(archives, "CHUNK", piece)

    assert "holds another" in refusal(rebuilt(xl__worksheets__sheet1_xml=sheet_of(HIDING[name])))


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_an_honest_sheet_is_read_wherever_the_pieces_are_cut(piece, monkeypatch):
    sheet = b"\xef\xbb\xbf" + sheet_of(
        b'<row r="1" spans="1:2"><c t="inlineStr"><is><t>a &gt; b</t></is></c></row><row/>'
    )
    monkeypatch.setattr(archives, "CHUNK", piece)

    assert read(rebuilt(xl__worksheets__sheet1_xml=sheet))[0] == ["a > b"]


def test_a_mark_without_end_is_refused_before_it_is_kept():
    sheet = sheet_of(b"<row " + b" ".join(b'a%d="%d"' % (n, n * n) for n in range(20_000)))

    assert "more marks than words" in refusal(rebuilt(xl__worksheets__sheet1_xml=sheet))


def test_words_in_many_kinds_of_letters_are_no_bomb():
    """Each letter of its own kind: sixty marks a cell and more, for which the first hundred thousand make room."""
    run = "<r><rPr><b/><sz val='11'/><color theme='1'/><rFont val='Calibri'/></rPr><t>{}</t></r>"
    words = [[f"{row * row * place:07d}" for place in range(10)] for row in range(300, 380)]
    cell = '<c t="inlineStr"><is>{}</is></c>'
    rows = ["".join(cell.format("".join(map(run.format, each))) for each in row) for row in words]
    sheet = "".join(f"<row>{row}</row>" for row in rows).encode()

    assert read(rebuilt(xl__worksheets__sheet1_xml=sheet_of(sheet))) == words


def test_a_formula_is_refused_with_its_cell():
    book = Workbook()
    book.active.append(["Method", "Stem"])
    book.active.append(["interview", "=CONCAT(A1)"])
    made = io.BytesIO()
    book.save(made)

    assert "Cell B2 holds a formula" in refusal(made.getvalue())


def test_a_file_that_was_cut_off_is_refused():
    for length in (1, 100, len(BOOK) // 2, len(BOOK) - 1):
        assert "half-written" in refusal(BOOK[:length])


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"xl__vbaProject_bin": b"x"}, "holds macros"),
        (
            {"xl__worksheets__sheet1_xml": b'<!DOCTYPE a [<!ENTITY b "c">]>' + sheet_of(b"")},
            "document type or entities",
        ),
        ({"xl__worksheets__sheet1_xml": sheet_of(b"").decode().encode("utf-16")}, "in UTF-16"),
        ({"xl__worksheets__sheet1_xml": sheet_of(b"<row/>" * 10_002)}, "more than 10,000 rows"),
        ({"xl__worksheets__sheet1_xml": sheet_of(b"<a:row />" * 10_002)}, "more than 10,000 rows"),
        (
            {
                "xl__worksheets__sheet1_xml": sheet_of(
                    b"".join(b"<row>" + cells_from(5_000 * row, 5_000) + b"</row>" for row in range(41))
                )
            },
            "more than 200,000 cells",
        ),
        (
            {"xl__worksheets__sheet1_xml": sheet_of(b"".join(b'<a b="%d"/>' % (n * n) for n in range(100_001)))},
            "more marks than words",
        ),
        (
            {
                "xl__worksheets__sheet1_xml": sheet_of(
                    b"".join(b"<row><c/>" + marks(10_000) + b"</row>" for _ in range(12))
                )
            },
            "more marks than words",
        ),
        (
            {"xl__worksheets__sheet1_xml": sheet_of(b"<row>" + cells_from(0, 20_001) + b"</row>")},
            "more marks than words",
        ),
        ({"xl__sharedStrings_xml": b"<sst><si>" + marks(20_001) + b"</si></sst>"}, "more marks than words"),
        ({"xl__worksheets__sheet1_xml": b"<worksheet><sheetData><row>"}, "half-written"),
        ({"xl__workbook_xml": b"<workbook/>"}, "half-written"),
        ({"xl__worksheets__sheet1_xml": sheet_of(marks(1_600_001))}, "more marks than words"),
        ({"xl__theme__theme1_xml": marks(100_001)}, "more marks than words"),
        ({"xl__media__a_bin": b"\0" * 60_000_000}, "unpack to more than 50 MB"),
        ({"xl__media__a_bin": b"\0" * 200_000}, "packed far too tightly"),
        ({"xl__styles_xml": b"".join(b"<a>%d</a>" % (n * n) for n in range(150_000))}, "more styles or names"),
        ({f"xl__{number}_bin": b"x" for number in range(200)}, "more than 200 files"),
        ({"..__x_bin": b"x"}, "leads out of its folder"),
    ],
)
def test_what_is_no_honest_workbook_is_refused_with_a_sentence(parts, sentence):
    assert sentence in refusal(rebuilt(**parts))


@pytest.mark.parametrize("place", ["sheet1.XML", "sheet1.dat"])
@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + sheet_of(b""), "document type or entities"),
        (sheet_of(b"").decode().encode("utf-16"), "in UTF-16"),
        (sheet_of(b"<row/>" * 10_002), "more than 10,000 rows"),
        (sheet_of(marks(100_001)), "more marks than words"),
    ],
)
def test_a_sheet_is_looked_into_whatever_its_name_ends_with(place, sheet, sentence):
    relations = "xl/_rels/workbook.xml.rels"
    named = zipfile.ZipFile(io.BytesIO(BOOK)).read(relations).replace(b"sheet1.xml", place.encode())
    made = io.BytesIO(rebuilt(**{relations: named}))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(f"xl/worksheets/{place}", sheet)

    assert sentence in refusal(made.getvalue())


def test_entities_that_pass_the_look_are_not_expanded_by_the_reader():
    assert DEFUSEDXML


def test_a_member_that_unpacks_to_more_than_it_declares_is_refused():
    lying = bytearray(rebuilt(xl__worksheets__sheet1_xml=sheet_of(b"<row/>" * 5_000)))
    size = len(sheet_of(b"<row/>" * 5_000)).to_bytes(4, "little")
    while (at := lying.find(size)) >= 0:
        lying[at : at + 4] = (1_000).to_bytes(4, "little")

    assert "half-written" in refusal(bytes(lying))


def test_no_archive_at_all_and_one_of_something_else_are_refused():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as book:
        book.writestr("readme.txt", "no workbook")

    assert "cannot be opened" in refusal(b"a,b,c")
    assert "no workbook" in refusal(other.getvalue())


def test_a_hundred_thousand_rows_are_refused_before_they_are_read():
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * n) for n in range(1, 100_001))

    assert "more than 10,000 rows" in refusal(rebuilt(xl__worksheets__sheet1_xml=sheet_of(rows)))


@given(st.binary(max_size=2_000), st.integers(0, len(BOOK)), st.integers(0, 200))
def test_any_bytes_and_any_damage_give_rows_or_faults(data, at, length):
    for tried in (data, BOOK[:at] + data + BOOK[at + length :]):
        with suppress(Faults):
            assert isinstance(read(tried), list)


@given(st.binary(max_size=400))
def test_any_words_for_a_sheet_give_rows_or_faults(part):
    with suppress(Faults):
        assert isinstance(read(rebuilt(xl__worksheets__sheet1_xml=sheet_of(part))), list)
