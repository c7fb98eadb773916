"""Workbooks (XLSX) with questions: read after a look from outside, and written with lists to choose from."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from qbank.domain.archives import Archive
from qbank.domain.bank_rows import MOST_ROWS
from qbank.domain.faults import Fault, Faults
from qbank.domain.question_tables import MOST_COLUMNS, Cells
from qbank.domain.standards import Level, Plan
from qbank.domain.working_drafts import LABELS

MOST_MEMBERS: Final = 200
MOST_CELLS: Final = 20 * MOST_ROWS
MOST_OTHER_BYTES: Final = 2_000_000
"""Of a part that is neither a sheet nor its words: styles, themes, names."""
MOST_TAGS: Final = 8 * MOST_CELLS
"""Of a sheet or its words: a cell of rich text has six and some."""
MOST_OTHER_TAGS: Final = 100_000
"""Of any other part: five times what the styles of a large workbook have; chance puts fewer into a picture of 10 MB."""

SHEET: Final = "Questions"
TAGS_A_CELL: Final = 16
"""Of a sheet or its words, on the average of all cells beyond the first `MOST_OTHER_TAGS` tags."""
MOST_TAGS_OF_A_ROW: Final = 20_000
"""From one row, or one text, to the next: the library keeps them all until it is over."""
_HAS_WORDS: Final = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml")
_FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
"""What a text in UTF-16 begins with, whatever its name ends with."""
_ROW: Final = re.compile(rb"<(?:\w{1,8}:)?row[\s/>]")
_CELL: Final = re.compile(rb"<(?:\w{1,8}:)?(?:c|si)[\s/>]")
_BEGINS: Final = re.compile(rb"<(?:\w{1,8}:)?(?:row|si)[\s/>]")
_WHOLE_ROW: Final = re.compile(rb"<(/?)(?:\w{1,8}:)?(?:row|si)(?:[\s/][^>]*)?>")
_HIDING: Final = re.compile(rb"<!(?:--|\[)|<\?(?!xml\s)")
"""Comments, unread words and instructions: marks in them are none."""
MOST_BYTES_OF_A_TAG: Final = 100_000
_LONGEST_TAG: Final = 14
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDTHS: Final = {"Stem": 60, "Probes": 45, "Guidance": 45, "Evidence for a pass": 45, "Evidence for a distinction": 45}
_PROMPTED_ROWS: Final = 1_000


def cells_of_workbook(data: bytes, file: str) -> tuple[Iterator[Cells], tuple[str, ...]]:
    """The rows of a workbook's first sheet (of the one called Questions, if there is one), and sentences about it.

    Raises:
        Faults: it is no workbook, holds macros, or is more than it should be; while the rows are read, a formula.
    """
    archive = Archive(data, file, most_members=MOST_MEMBERS)
    _look(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out: pictures, extensions
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    except Exception:  # noqa: BLE001 - a library that reads what anybody sends fails in any way
        what = "The file is no workbook that can be read: it may be half-written."
        raise archive.refused(what, "Open it in a spreadsheet, save it as XLSX and send it again.") from None
    others = [name for name in book.sheetnames if name != sheet.title]
    notes = (f"The sheet {sheet.title[:40]} was read, and no other.",) if others and sheet.title != SHEET else ()
    return _cells(sheet, file, archive), notes


def _look(archive: Archive) -> None:
    if "xl/workbook.xml" not in archive.members:
        raise archive.refused("The file is no workbook.", "Save it as XLSX and send it again.")
    if any("vbaproject" in name.lower() or "macrosheet" in name.lower() for name in archive.members):
        raise archive.refused("The workbook holds macros.", "Save it as XLSX, which has none.")
    for name, member in archive.members.items():
        if _is_text(name) and not _HAS_WORDS.fullmatch(name) and member.file_size > MOST_OTHER_BYTES:
            raise archive.refused(
                "The workbook has more styles or names than a sheet needs.", "Copy it into a new one."
            )
        _look_into(archive, name)  # whatever it is called: the reader opens what the workbook's relationships name


def _is_text(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _look_into(archive: Archive, name: str) -> None:
    """One pass over a member: nothing forbidden in it, and no more rows, cells and tags than will be read."""
    has_words = _HAS_WORDS.fullmatch(name) is not None
    rows = cells = tags = of_this_row = 0
    tail, is_inside = b"", False
    for place, piece in enumerate(archive.chunks(name)):
        seen = tail + piece
        if not place and (seen.startswith(_WIDE) or (_is_text(name) and b"\0" in seen[:64])):
            raise archive.refused("A part of the workbook is in UTF-16.", "Save it anew as XLSX.")
        if any(word in seen for word in _FORBIDDEN):
            raise archive.refused("The workbook declares a document type or entities.", "Save it anew as XLSX.")
        rows += _count(_ROW, seen) - _count(_ROW, tail)
        cells += _count(_CELL, seen) - _count(_CELL, tail)
        tags += piece.count(b"<")
        of_this_row = _since_a_row(seen, of_this_row + piece.count(b"<"))
        if rows > MOST_ROWS + 1:
            raise archive.refused(f"The workbook has more than {MOST_ROWS:,} rows.", "Split it.")
        if cells > MOST_CELLS:
            raise archive.refused(f"The workbook has more than {MOST_CELLS:,} cells.", "Split it.")
        most_tags = min(MOST_TAGS, MOST_OTHER_TAGS + TAGS_A_CELL * cells) if has_words else MOST_OTHER_TAGS
        if tags > most_tags or (has_words and of_this_row > MOST_TAGS_OF_A_ROW):
            raise archive.refused("A part of the workbook has more marks than words.", "Copy its words into a new one.")
        tail = _unfinished(archive, seen) if has_words else seen[-_LONGEST_TAG:]
        if has_words:
            is_inside = _row_by_row(archive, seen[: len(seen) - len(tail)], is_inside)


def _row_by_row(archive: Archive, seen: bytes, is_inside: bool) -> bool:  # noqa: FBT001 - a state that goes on
    """Whether a row is open at the end; none may hold another, and nothing may hide where one ends.

    The library keeps what is in a row until the outermost is over.
    """
    hides = _HIDING.search(seen) is not None
    for found in _WHOLE_ROW.finditer(seen):
        is_end, is_empty = found[1] == b"/", found[0].endswith(b"/>")
        hides = hides or is_end != is_inside
        is_inside = not is_end and not is_empty
    if hides:
        raise archive.refused("A row of the workbook holds another, or a comment.", "Copy its words into a new one.")
    return is_inside


def _unfinished(archive: Archive, seen: bytes) -> bytes:
    """The tag that the next piece goes on with."""
    last = seen.rfind(b"<")
    if last < 0 or b">" in seen[last:]:
        return b""
    if len(seen) - last > MOST_BYTES_OF_A_TAG:
        raise archive.refused("A part of the workbook has more marks than words.", "Copy its words into a new one.")
    return seen[last:]


def _since_a_row(seen: bytes, so_far: int) -> int:
    """How many tags there were since the last row or text began, of so many before that."""
    last = max((found.start() for found in _BEGINS.finditer(seen)), default=None)
    return so_far if last is None else seen.count(b"<", last)


def _count(tag: re.Pattern[bytes], seen: bytes) -> int:
    return sum(1 for _ in tag.finditer(seen))


def _cells(sheet: Any, file: str, archive: Archive) -> Iterator[Cells]:
    try:
        for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS), start=1):
            words = [_said(cell, number, file) for cell in row]
            yield number, words[: max((place for place, word in enumerate(words, 1) if word), default=0)]
    except Faults:
        raise
    except Exception:  # noqa: BLE001 - as above
        what = "A sheet of the workbook cannot be read: it may be half-written."
        raise archive.refused(what, "Open it in a spreadsheet, save it as XLSX and send it again.") from None


def _said(cell: Any, number: int, file: str) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        what = f"Cell {cell.coordinate} holds a formula."
        raise Faults([Fault(file, number, what, "Copy the column and paste its values.")])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("_x000D_", "")


def written(table: Iterable[Sequence[str]], plan: Plan, explained: Iterable[tuple[str, str]] = ()) -> bytes:
    """The table as a workbook: words as words, never formulas; lists to choose from; a sheet that explains the columns.

    Args:
        table: the first row names the columns.
        plan: whose methods, codes and scales may be chosen.
        explained: (column, sentence); none for no such sheet.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    rows = iter(table)
    names = list(next(rows))
    for place, name in enumerate(names):
        sheet.column_dimensions[_letter(place)].width = _WIDTHS.get(name, 16)
    sheet.freeze_panes = "A2"
    for each in _choices(names, plan):
        sheet.data_validations.append(each)
    sheet.append([_cell(sheet, name, bold=True) for name in names])
    for row in rows:
        sheet.append([_cell(sheet, words) for words in row])
    if lines := list(explained):
        second = book.create_sheet("Columns")
        second.column_dimensions["A"].width, second.column_dimensions["B"].width = 28, 110
        for name, sentence in lines:
            second.append([_cell(second, name, bold=True), _cell(second, sentence)])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet: Any, words: str, *, bold: bool = False) -> Any:
    made = WriteOnlyCell(sheet, value=_ILLEGAL.sub("", words))
    made.data_type = "s"  # a word that begins with = is a word
    made.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        made.font = Font(bold=True)
    return made


def _choices(names: Sequence[str], plan: Plan) -> Iterator[DataValidation]:
    methods = [method.code for method in plan.methods]
    demands = (min(m.demand_least for m in plan.methods), max(m.demand_most for m in plan.methods))
    lists = {
        LABELS["method"]: methods,
        LABELS["primary"]: [ksb.code for ksb in plan.ksbs],
        LABELS["demand"]: [str(number) for number in range(demands[0], demands[1] + 1)],
        LABELS["employer_consulted"]: ["yes", "no"],
    }
    for label, choices in lists.items():
        said = ",".join(choices)
        if label in names and len(said) <= 255:  # noqa: PLR2004 - what a list in a cell may have
            made = DataValidation(type="list", formula1=f'"{said}"', allow_blank=True)
            made.error, made.errorTitle = f"Choose one of: {said}"[:220], label
            place = _letter(names.index(label))
            made.add(f"{place}2:{place}{_PROMPTED_ROWS}")
            yield made


def explanations(plan: Plan) -> list[tuple[str, str]]:
    """What each column holds, for whoever fills in the sheet."""
    methods = "; ".join(f"{method.code} ({method.title})" for method in plan.methods)
    own = " ".join(f"{m.code}: {', '.join(ksb.code for ksb in plan.ksbs_of(m.code))}." for m in plan.methods)
    criteria = " ".join(
        f"{m.code}: {', '.join(each.code for each in plan.criteria_of(m.code, Level.PASS, Level.DISTINCTION))}."
        for m in plan.methods
    )
    minutes = " ".join(
        f"{m.code}: {m.question_least_minutes:g} to {m.question_most_minutes:g} by of {m.question_step_minutes:g}."
        for m in plan.methods
    )
    return [
        ("Reference", "Of a question that is in the bank: the row becomes its next version. Empty for a new question."),
        (LABELS["method"], f"One of: {methods}."),
        (LABELS["stem"], "The words asked, open, sayable in one breath."),
        (LABELS["probes"], "Prepared follow-ups, one on a line of the cell."),
        (LABELS["guidance"], "What to listen for."),
        (LABELS["pass_evidence"], "What an answer contains that evidences a pass."),
        (LABELS["distinction_evidence"], "What an answer contains that evidences a distinction."),
        (LABELS["primary"], f"The KSB that it is written for, by code. {own}"),
        (LABELS["secondary"], "KSBs that it evidences besides, codes with blanks or commas between them."),
        (LABELS["criteria"], f"Criteria that it can evidence. {criteria}"),
        (LABELS["demand"], "The author’s judgement of difficulty, 1 the easiest."),
        (LABELS["seconds"], f"With the answer. {minutes}"),
        (LABELS["author"], "A name; yours when it is empty."),
        (LABELS["source"], "What it was written from."),
        (LABELS["employer_consulted"], "yes or no: whether an employer had a say."),
    ]


def _letter(place: int) -> str:
    """The letters of a column, from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
