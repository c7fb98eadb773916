"""Questions as a table: the columns that a sheet has, and the rows that its cells make. CSV and workbooks end here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from qbank.domain.bank_rows import MOST_ROWS, REFERENCE, BankRow, Problem
from qbank.domain.faults import Fault, Faults
from qbank.domain.quick_lines import codes_in
from qbank.domain.references import is_reference
from qbank.domain.standards import Plan
from qbank.domain.working_drafts import LABELS, DraftText

COLUMNS: Final = (REFERENCE, *LABELS.values())
"""What is read, in the order in which it is written."""

ONLY_OUT: Final = ("State", "Version", "Enemies", "Clones")
"""Columns that an export has beside those: passed over when a file comes in."""

NEEDED: Final = (LABELS["method"], LABELS["stem"])
MOST_COLUMNS: Final = 60
YES: Final = frozenset({"yes", "y", "true", "1"})
NO: Final = frozenset({"", "no", "n", "false", "0"})

_NUMBER: Final = re.compile(r"\d{1,4}(?:[.,]\d{1,4})?")
_A_HAIR: Final = 5e-2
"""Seconds by which 1.667 minutes may miss a whole second."""

_FORM: Final = f"The first row names the columns: {', '.join(COLUMNS)}."
_PART: Final = {label: part for part, label in LABELS.items()}

Cells = tuple[int, Sequence[str]]
"""A row: its number in the sheet, from 1, and the text of its cells."""


def rows_of_table(cells: Iterable[Cells], file: str, plan: Plan) -> Iterator[BankRow]:
    """The questions of a sheet, whose first row that is not empty names the columns.

    Args:
        cells: the rows, in order.
        file: the file's name, for faults.
        plan: whose methods may be named by title too.

    Raises:
        Faults: the first row does not name the columns; there are too many rows.
    """
    columns: tuple[str, ...] | None = None
    count = 0
    for number, row in cells:
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = columns_of(row, number, file)
            continue
        count += 1
        if count > MOST_ROWS:
            raise Faults([Fault(file, number, f"There are more than {MOST_ROWS:,} questions.", "Split the file.")])
        yield _row(number, row, columns, plan)
    if columns is None:
        raise Faults([Fault(file, 1, "The file is empty.", _FORM)])


def columns_of(cells: Sequence[str], number: int, file: str) -> tuple[str, ...]:
    """The columns that a first row names, by their labels; "" where a cell at its end is empty.

    Raises:
        Faults: one is missing, named twice, unknown, or merged with its neighbour.
    """
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = {label.lower(): label for label in (*COLUMNS, *ONLY_OUT)}
    found = [known.get(name.lower(), "") for name in names]
    faults: list[tuple[str, str]] = []
    if "" in names:
        faults.append(("A cell of the first row is empty, or merged with its neighbour.", f"Unmerge it. {_FORM}"))
    strange = [name for name, label in zip(names, found, strict=True) if name and not label]
    if strange and len(strange) < len(names):
        faults.append((f"No column is called {', '.join(name[:40] for name in strange[:5])}.", _FORM))
    if twice := sorted({label for label in found if label and found.count(label) > 1}):
        faults.append((f"The first row names {', '.join(twice)} twice.", "Name each column once."))
    if missing := [label for label in NEEDED if label not in found]:
        faults.append((f"There is no column {' and no column '.join(missing)}.", _FORM))
    if faults:
        raise Faults([Fault(file, number, what, remedy) for what, remedy in faults])
    return tuple(found)


def _row(number: int, cells: Sequence[str], columns: Sequence[str], plan: Plan) -> BankRow:
    said = {label: _plain(cell) for label, cell in zip(columns, cells, strict=False)}
    problems: list[Problem] = []
    if any(cell.strip() for cell in cells[len(columns) :]):
        what = f"The row has more cells than the {len(columns)} columns of the first row."
        problems.append(Problem("", what, "Quote a cell that has commas or line breaks."))
    reference = said.get(REFERENCE, "").upper()
    if reference and not is_reference(reference):
        problems.append(Problem(REFERENCE, "It is no reference.", "Write Q, a hyphen and four digits, or nothing."))
        reference = ""
    text = _text({_PART[label]: cell for label, cell in said.items() if label in _PART}, plan, problems)
    return BankRow(number, f"row {number:,}", reference, text, tuple(problems))


def _text(said: Mapping[str, str], plan: Plan, problems: list[Problem]) -> DraftText:
    words = {part: said.get(part, "") for part in ("stem", "guidance", "pass_evidence", "distinction_evidence")}
    primary, *more = codes_in(said.get("primary", "")) or ("",)
    if more:
        remedy = "Name one: the KSB the question is written for. The others go into Other KSBs."
        problems.append(Problem(LABELS["primary"], "There are several primary KSBs.", remedy))
    return DraftText(
        method=_method(said.get("method", ""), plan),
        **words,
        probes="\n".join(line.strip() for line in said.get("probes", "").splitlines() if line.strip()),
        primary=primary,
        secondary=tuple(code for code in codes_in(said.get("secondary", "")) if code != primary),
        criteria=codes_in(said.get("criteria", "")),
        demand=_demand(said.get("demand", ""), problems),
        seconds=_seconds(said.get("seconds", ""), problems),
        author=said.get("author", ""),
        source=said.get("source", ""),
        employer_consulted=_yes(said.get("employer_consulted", ""), problems),
    )


def _method(said: str, plan: Plan) -> str:
    """The code of the method that is named by its code or its title; what was said where there is none."""
    known = {name.lower(): method.code for method in plan.methods for name in (method.title, method.code)}
    return known.get(said.lower(), said)


def _demand(said: str, problems: list[Problem]) -> int:
    if not said:
        return 0
    number = _number(said)
    if number is None or number != int(number) or not number:
        problems.append(Problem(LABELS["demand"], "It is no whole number.", "Write a number of the scale."))
        return 0
    return int(number)


def _seconds(said: str, problems: list[Problem]) -> int:
    if not said:
        return 0
    number = _number(said)
    if number is None or not number or abs(number * 60 - round(number * 60)) > _A_HAIR:
        problems.append(Problem(LABELS["seconds"], "They cannot be read.", "Write 4.5 for four and a half."))
        return 0
    return round(number * 60)


def _number(said: str) -> float | None:
    return float(said.replace(",", ".")) if _NUMBER.fullmatch(said) and said.isascii() else None


def _yes(said: str, problems: list[Problem]) -> bool:
    if said.lower() not in YES | NO:
        problems.append(Problem(LABELS["employer_consulted"], "It is neither yes nor no.", "Write yes or no."))
    return said.lower() in YES


def _plain(cell: str) -> str:
    """A cell with its lines ended by a line feed, without blanks at its ends."""
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()
