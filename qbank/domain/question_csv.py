"""Questions as CSV: read however a spreadsheet saved it, written so that no spreadsheet takes a cell for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from qbank.domain.bank_rows import MOST_ROWS
from qbank.domain.faults import Fault, Faults
from qbank.domain.question_tables import COLUMNS, ONLY_OUT, Cells

MOST_BYTES: Final = 10_000_000
MOST_SEPARATORS: Final = 1_000_000
"""Five times what the longest bank in prose has; each beyond becomes a cell in memory before its row can be refused."""
_DANGEROUS: Final = re.compile(r"'*\s*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
_MARKS_16: Final = (b"\xff\xfe", b"\xfe\xff")
_MARK_8: Final = b"\xef\xbb\xbf"
_SEPARATORS: Final = ",;\t"
_KNOWN: Final = {label.lower() for label in (*COLUMNS, *ONLY_OUT)}


def neutral(cell: str) -> str:
    """The cell as no spreadsheet takes it for a formula; `restored` gives it back."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def restored(cell: str) -> str:
    """The cell that `neutral` was given; one that it left alone as it is."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell[1:]) else cell


def written(table: Iterable[Sequence[str]]) -> bytes:
    """The table as CSV in UTF-8 with the mark by which spreadsheets know it, every cell neutral."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in table)
    return _MARK_8 + text.getvalue().encode()


def cells_of_csv(data: bytes, file: str) -> tuple[tuple[Cells, ...], tuple[str, ...]]:
    """The rows of a CSV file, and sentences about how it was read.

    Raises:
        Faults: it is too large, or no text, or no CSV.
    """
    if len(data) > MOST_BYTES:
        problem = f"The file has more than {MOST_BYTES // 1_000_000} MB."
        raise Faults([Fault(file, 0, problem, "Split it.")])
    text, notes = _text(data, file)
    if sum(text.count(each) for each in _SEPARATORS) > MOST_SEPARATORS:
        raise Faults([Fault(file, 0, "The file has more separators than words.", "Save it anew and send it again.")])
    separator = _separator(text)
    if separator != ",":
        name = "semicolons" if separator == ";" else "tabs"
        notes = (*notes, f"The cells are separated by {name}, and were read so.")
    rows = tuple(islice(_cells(text, separator, file), MOST_ROWS + 2))
    if len(rows) > MOST_ROWS + 1:
        raise Faults([Fault(file, 0, f"The file has more than {MOST_ROWS:,} rows.", "Split it.")])
    return rows, notes


def _text(data: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    if data.startswith(_MARKS_16):
        try:
            return data.decode("utf-16"), ("The file is in UTF-16, and was read so.",)
        except UnicodeDecodeError:
            what = "The file begins like UTF-16 and does not go on so: it may be half-written."
            raise Faults([Fault(file, 0, what, "Save it anew as CSV UTF-8.")]) from None
    if b"\0" in data:
        what = "The file is no text, or in UTF-16 without its mark."
        raise Faults([Fault(file, 0, what, "Save it as CSV UTF-8.")])
    try:
        return data.removeprefix(_MARK_8).decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        remedy = "Save it as CSV UTF-8."
        raise Faults([Fault(file, line, "The file is neither UTF-8 nor Windows-1252.", remedy)]) from None
    return text, ("The file is not UTF-8 and was read as Windows-1252: look at accents and quotation marks below.",)


def _separator(text: str) -> str:
    """What separates the cells: by it the first line gives the most names of columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def names(separator: str) -> int:
        return sum(cell.strip().strip('"').strip().lower() in _KNOWN for cell in first.split(separator))

    return max(_SEPARATORS, key=names)


def _cells(text: str, separator: str, file: str) -> Iterator[Cells]:
    """Each row with its number, counted as a spreadsheet counts: a cell may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for row in reader:
            yield number, [restored(cell) for cell in row]
            number += 1
    except csv.Error as error:
        cut = "unexpected end" in str(error)
        what = "The file ends inside a cell: it may be half-written." if cut else f"The row is not CSV: {error}."
        remedy = "Save it anew." if cut else "Quote a cell that has commas, quotation marks or line breaks."
        raise Faults([Fault(file, number, what, remedy)]) from None
