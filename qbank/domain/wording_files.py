"""The published wording of KSBs and criteria, as CSV or JSON: code and wording, faults named with their row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qbank.domain.faults import Fault, Faults
from qbank.domain.standards import Plan

COLUMNS: Final = ("code", "wording")
_CODE_KEY: Final = re.compile(r'(?<!\\)"code"\s*:')
_FORM: Final = 'CSV: a first row code,wording. JSON: a list of {"code": …, "wording": …}, or {code: wording}.'


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One published statement.

    Args:
        line: where its row begins in the file, from 1.
        code: the KSB or criterion.
        wording: the statement, blanks at its ends removed.
    """

    line: int
    code: str
    wording: str


def read_wording(data: bytes, file: str) -> tuple[WordingRow, ...]:
    """The rows of a file; JSON when its name ends so, else CSV.

    Raises:
        Faults: the file is not UTF-8, or not of the form; with its line.
    """
    text = _decoded(data, file)
    return tuple(_from_json(text, file) if file.lower().endswith(".json") else _from_csv(text, file))


def check_wording(rows: Sequence[WordingRow], plan: Plan, file: str) -> list[Fault]:
    """Everything that keeps the rows from being the wording of this plan: unknown, double or empty."""
    known = {ksb.code for ksb in plan.ksbs} | {criterion.code for criterion in plan.criteria}
    first: dict[str, int] = {}
    faults = []
    for row in rows:
        if row.code not in known:
            problem = f"{plan.title} has no KSB or criterion {row.code or 'without a code'}."
            faults.append(Fault(file, row.line, problem, f"qbank standard show {plan.standard} lists the codes."))
        elif row.code in first:
            problem = f"{row.code} is there twice: first in row {first[row.code]}."
            faults.append(Fault(file, row.line, problem, "Keep one of the two."))
        if not row.wording:
            problem = f"The wording of {row.code or 'this row'} is empty."
            faults.append(Fault(file, row.line, problem, "Fill it in, or leave the row out."))
        first.setdefault(row.code, row.line)
    if not rows:
        faults.append(Fault(file, 1, "The file has no rows.", _FORM))
    return faults


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        remedy = "Save it as CSV UTF-8 (spreadsheets offer it by that name)."
        raise Faults([Fault(file, line, "The file is not UTF-8.", remedy)]) from None


def _from_csv(text: str, file: str) -> Iterator[WordingRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    starts = 1
    columns: list[str] | None = None
    try:
        for cells in reader:
            line, starts = starts, reader.line_num + 1
            if columns is None:
                columns = _columns(cells, file)
            elif any(cell.strip() for cell in cells):
                yield _row(cells, columns, line, file)
    except csv.Error as error:
        raise Faults(
            [Fault(file, starts, f"The row is not CSV: {error}.", "Quote a wording that has commas.")]
        ) from None


def _columns(cells: list[str], file: str) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    if not set(COLUMNS) <= set(columns):
        raise Faults([Fault(file, 1, "The first row does not name the columns code and wording.", _FORM)])
    return columns


def _row(cells: list[str], columns: list[str], line: int, file: str) -> WordingRow:
    if len(cells) != len(columns):
        problem = f"The row has {len(cells)} cells, the first row {len(columns)}."
        raise Faults([Fault(file, line, problem, "Put a wording that has commas between double quotes.")])
    by_column = dict(zip(columns, cells, strict=True))
    return WordingRow(line, by_column["code"].strip(), by_column["wording"].strip())


def _from_json(text: str, file: str) -> Iterator[WordingRow]:
    try:
        found = json.loads(text, object_pairs_hook=tuple)
    except json.JSONDecodeError as error:
        remedy = "Correct it there, or export it again."
        raise Faults([Fault(file, error.lineno, f"This is not JSON: {error.msg}.", remedy)]) from None
    except RecursionError:
        raise Faults([Fault(file, 1, "The JSON is nested too deeply.", _FORM)]) from None
    if isinstance(found, tuple):
        yield from (_entry(pair, _line_of(text, pair[0]), file) for pair in found)
    elif isinstance(found, list):
        starts = [text.count("\n", 0, match.start()) + 1 for match in _CODE_KEY.finditer(text)]
        for position, entry in enumerate(found):
            line = starts[position] if position < len(starts) else 1
            values = dict(entry) if isinstance(entry, tuple) else {}
            yield _entry((values.get("code"), values.get("wording")), line, file)
    else:
        raise Faults([Fault(file, 1, "The file holds neither a list nor an object.", _FORM)])


def _entry(pair: tuple[Any, Any], line: int, file: str) -> WordingRow:
    code, wording = pair
    if not isinstance(code, str) or not isinstance(wording, str):
        raise Faults([Fault(file, line, "An entry lacks code or wording, or one of them is not text.", _FORM)])
    return WordingRow(line, code.strip(), wording.strip())


def _line_of(text: str, key: str) -> int:
    at = text.find(json.dumps(key, ensure_ascii=False))
    return text.count("\n", 0, max(at, 0)) + 1
