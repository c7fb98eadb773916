"""The published wording of KSBs and criteria, as CSV or JSON: code and wording, faults named with their row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import MOST_DOCUMENT_BYTES, decoded, unseen_in, visible
from qbank.domain.standards import Plan

COLUMNS: Final = ("code", "wording")
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"\s*+(:)?')
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
        Faults: the file is too large, or not plain text, or not of the form; with its line.
    """
    text = decoded(data, file, most_bytes=MOST_DOCUMENT_BYTES)
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
    if twice := _twice(column for column in columns if column):
        raise Faults([Fault(file, 1, f"The first row names {twice} twice.", "Name each column once.")])
    return columns


def _row(cells: list[str], columns: list[str], line: int, file: str) -> WordingRow:
    if len(cells) != len(columns):
        problem = f"The row has {len(cells)} cells, the first row {len(columns)}."
        raise Faults([Fault(file, line, problem, "Put a wording that has commas between double quotes.")])
    by_column = dict(zip(columns, cells, strict=True))
    return WordingRow(line, by_column["code"].strip(), by_column["wording"].strip())


def _from_json(text: str, file: str) -> Iterator[WordingRow]:
    found = _parsed(text, file)
    if isinstance(found, tuple):
        lines = dict(zip((key for key, _ in found), _key_lines(text), strict=False))
        if twice := _twice(key for key, _ in found):
            remedy = "Keep one of the two."
            raise Faults([Fault(file, lines[twice], f"{visible(twice)} is there twice.", remedy)])
        yield from (_entry(key, wording, lines[key], file) for key, wording in found)
    elif isinstance(found, list):
        starts = _key_lines(text, only="code")
        for position, entry in enumerate(found):
            yield _listed(entry, starts[position] if position < len(starts) else 1, file)
    else:
        raise Faults([Fault(file, 1, "The file holds neither a list nor an object.", _FORM)])


def _parsed(text: str, file: str) -> object:
    """The values of a JSON text; its objects as tuples of pairs, so that a key that is there twice can be seen."""
    try:
        return json.loads(text, object_pairs_hook=tuple)
    except json.JSONDecodeError as error:
        remedy = "Correct it there, or export it again."
        raise Faults([Fault(file, error.lineno, f"This is not JSON: {error.msg}.", remedy)]) from None
    except RecursionError:
        raise Faults([Fault(file, 1, "The JSON is nested too deeply.", _FORM)]) from None
    except ValueError:  # what Python says of a number of thousands of digits
        raise Faults([Fault(file, 1, "A number has thousands of digits.", _FORM)]) from None


def _key_lines(text: str, *, only: str | None = None) -> list[int]:
    """The line of each key in the order of a valid JSON text; of the keys of that name alone, if one is given."""
    lines, line, counted_to = [], 1, 0
    for token in _STRING.finditer(text):
        if token.group(2) and (only is None or token.group(1) == only):
            line, counted_to = line + text.count("\n", counted_to, token.start()), token.start()
            lines.append(line)
    return lines


def _listed(entry: object, line: int, file: str) -> WordingRow:
    """The row of one entry of a list."""
    pairs = entry if isinstance(entry, tuple) else ()
    if twice := _twice(key for key, _ in pairs):
        raise Faults([Fault(file, line, f"An entry names {visible(twice)} twice.", "Keep one of the two.")])
    values = dict(pairs)
    return _entry(values.get("code"), values.get("wording"), line, file)


def _entry(code: object, wording: object, line: int, file: str) -> WordingRow:
    if not isinstance(code, str) or not isinstance(wording, str):
        raise Faults([Fault(file, line, "An entry lacks code or wording, or one of them is not text.", _FORM)])
    if unseen := unseen_in(code) or unseen_in(wording):
        raise Faults([Fault(file, line, f"A text holds {unseen}.", "Remove it, or type it anew.")])
    return WordingRow(line, code.strip(), wording.strip())


def _twice(names: Iterable[str]) -> str | None:
    """The first name that was there before; None when each is there once."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
