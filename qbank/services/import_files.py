"""A file with questions, whatever its format: its rows, checked against the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Final

from qbank.documents import workbooks
from qbank.domain.bank_documents import rows_of_document
from qbank.domain.bank_rows import BankRows, checked
from qbank.domain.faults import Fault, Faults
from qbank.domain.question_archives import rows_of_archive
from qbank.domain.question_csv import cells_of_csv
from qbank.domain.question_tables import rows_of_table
from qbank.domain.standards import Plan
from qbank.storage.bank_documents import read

FORMATS: Final = {".csv": "CSV", ".xlsx": "XLSX", ".zip": "ZIP", ".json": "JSON"}
_NEAR: Final = {
    ".xlsm": "The workbook may hold macros.",
    ".xls": "The workbook is in the format of before 2007.",
    ".ods": "The file is an OpenDocument sheet.",
    ".numbers": "The file is a Numbers sheet.",
}


def format_of(file: str) -> str:
    """The format that a file's name tells.

    Raises:
        Faults: it is none that is read.
    """
    ending = PurePath(file.lower()).suffix
    if ending not in FORMATS:
        what = _NEAR.get(ending, "The file is none that can be read here.")
        raise Faults([Fault(file, 0, what, "Send XLSX, CSV, a ZIP of Markdown files, or JSON.")])
    return FORMATS[ending]


def read_rows(data: bytes, file: str, plan: Plan, *, author: str) -> BankRows:
    """The questions of a file, each with what is wrong with it.

    Args:
        data: the file's bytes.
        file: its name, which tells the format.
        plan: that the questions are for.
        author: the name of whoever imports, where a row names none.

    Raises:
        Faults: the file as a whole cannot be used; every reason.
    """
    kind = format_of(file)
    if kind == "ZIP":
        found = rows_of_archive(data, file)
    elif kind == "JSON":
        found = rows_of_document(read(data, file), file)
    else:
        cells, notes = (cells_of_csv if kind == "CSV" else workbooks.cells_of_workbook)(data, file)
        found = BankRows(tuple(rows_of_table(cells, file, plan)), notes)
    if not found.rows:
        raise Faults([Fault(file, 0, "There is no question in the file.", "Fill in a row below the names.")])
    signed = [
        each if each.text.author else replace(each, text=replace(each.text, author=author)) for each in found.rows
    ]
    return BankRows(checked(signed, plan), found.notes)
