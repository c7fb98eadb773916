"""Bookings from a CSV file: every fault by row before anything is booked, then all of them or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sqlalchemy.orm import Session

from delivery.errors import DeliveryRefusal
from qbank.domain.errors import Refusal
from qbank.domain.faults import Fault, Faults
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import Actor
from qbank.domain.plain_text import decoded, unseen_in
from qbank.services import session_requests
from qbank.services.seeds import SeedCipher
from qbank.services.session_requests import Request

NEEDED: Final = ("standard", "method", "apprentice", "assessor", "day", "time", "place")
EXTRA: Final = ("reason", "started", "remote", "developed", "development", "version")
COLUMNS: Final = (*NEEDED[:2], "sitting", NEEDED[2], "name", "employer", "provider", *NEEDED[3:], *EXTRA)
YES: Final = frozenset({"yes", "video", "by video"})
NO: Final = frozenset({"", "no", "in person"})
DAYS: Final = {"day": "The day", "started": "The day started", "developed": "The day developed"}
MOST_ROWS: Final = 500
MOST_BYTES: Final = 1_000_000
LONGEST: Final = 2_000

_FORM: Final = f"The first row names the columns: {', '.join(COLUMNS)}."
Moment = Callable[[date, time], datetime]
Tell = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class BookingRow:
    """One booking of a file: where its row begins, from 1, and what it asks for."""

    line: int
    asked: Request


def read_bookings(data: bytes, file: str, moment: Moment) -> tuple[BookingRow, ...]:
    """The bookings of a file.

    Args:
        data: its bytes: CSV in UTF-8.
        file: its name, for faults.
        moment: what a day and a time on the clock mean.

    Raises:
        Faults: everything that is wrong with it, by row.
    """
    text = decoded(data, file, most_bytes=MOST_BYTES)
    faults: list[Fault] = []
    found = [row for line, cells in _rows(text, file) if (row := _row(cells, line, file, moment, faults))]
    if not found and not faults:
        faults.append(Fault(file, 1, "The file has no bookings.", _FORM))
    if faults:
        raise Faults(faults)
    return tuple(found)


def book_all(
    store: Session,
    rows: Sequence[BookingRow],
    file: str,
    *,
    by: Actor,
    at: datetime,
    cipher: SeedCipher,
    tell: Tell,
) -> tuple[str, ...]:
    """Book every row; the references of the sessions, in the order of the file.

    Args:
        store: in a unit that writes, which is undone when this raises.
        rows: as read.
        file: its name, for faults.
        by: the person who books.
        at: now.
        cipher: seals the seeds.
        tell: is told how far it is.

    Raises:
        Faults: what stands against each row that cannot be booked beside those before it.
    """
    booked, faults = [], []
    for number, row in enumerate(rows):
        try:
            with store.begin_nested():
                booked.append(session_requests.book(store, row.asked, by=by, at=at, cipher=cipher).reference)
        except Refusal as refusal:
            faults.append(Fault(file, row.line, refusal.sentence, refusal.remedy or "Correct the row."))
        except DeliveryRefusal as refusal:
            faults.append(Fault(file, row.line, str(refusal), "Choose another method or apprentice."))
        tell(f"Booking {len(rows):,} sessions", (number + 1) / len(rows))
    if faults:
        raise Faults(faults)
    return tuple(booked)


def _rows(text: str, file: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows below the first, each with its line and its cells by column; empty rows are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] | None = None
    starts, count = 1, 0
    try:
        for cells in reader:
            line, starts = starts, reader.line_num + 1
            if columns is None:
                columns = _columns(cells, file)
            elif any(cell.strip() for cell in cells):
                count += 1
                yield line, _by_column(cells, columns, line, count, file)
    except csv.Error as error:
        raise Faults([Fault(file, starts, f"The row is not CSV: {error}.", "Quote a cell that has commas.")]) from None


def _columns(cells: Sequence[str], file: str) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    if missing := [name for name in NEEDED if name not in columns]:
        raise Faults([Fault(file, 1, f"There is no column {', '.join(missing)}.", _FORM)])
    if len(set(columns)) < len(columns):
        raise Faults([Fault(file, 1, "The first row names a column twice.", "Name each column once.")])
    return columns


def _by_column(cells: Sequence[str], columns: list[str], line: int, count: int, file: str) -> Mapping[str, str]:
    if count > MOST_ROWS:
        raise Faults([Fault(file, line, f"There are more than {MOST_ROWS} bookings.", "Split the file.")])
    if len(cells) != len(columns):
        problem = f"The row has {len(cells)} cells, the first row {len(columns)}."
        raise Faults([Fault(file, line, problem, "Quote a cell that has commas.")])
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _row(cells: Mapping[str, str], line: int, file: str, moment: Moment, faults: list[Fault]) -> BookingRow | None:
    wrong = list(_faults_of(cells, line, file))
    starts_at = None
    if not wrong:
        try:
            starts_at = moment(_day(cells["day"]), time.fromisoformat(cells["time"]))
        except Refusal as refusal:
            wrong.append(Fault(file, line, refusal.sentence, refusal.remedy))
    faults += wrong
    if wrong or starts_at is None:
        return None
    words = {name: cells.get(name, "") for name in ("apprentice", "name", "employer", "provider", "assessor", "place")}
    asked = Request(
        standard=cells["standard"],
        method=cells["method"],
        kind=Sitting(cells.get("sitting", "").lower() or Sitting.FIRST),
        starts_at=starts_at,
        remote=cells.get("remote", "").lower() in YES,
        started=_day_or_none(cells.get("started", "")),
        developed=_day_or_none(cells.get("developed", "")),
        development=cells.get("development", ""),
        because=cells.get("reason", ""),
        plan_version=cells.get("version", ""),
        **words,
    )
    return BookingRow(line, asked)


def _faults_of(cells: Mapping[str, str], line: int, file: str) -> Iterator[Fault]:
    for name, cell in cells.items():
        if name in NEEDED and not cell:
            yield Fault(file, line, f"The {name} is missing.", "Fill it in.")
        if unseen_in(cell) or len(cell) > LONGEST:
            yield Fault(file, line, f"The {name} is too long or has a character that nobody sees.", "Type it anew.")
    if cells.get("sitting", "").lower() not in {"", *map(str, Sitting)}:
        yield Fault(file, line, "The sitting is unknown.", f"Write {', '.join(Sitting)}, or nothing for the first.")
    if cells.get("remote", "").lower() not in YES | NO:
        yield Fault(file, line, "It is not said whether it is by video.", "Write yes or no, or nothing for no.")
    for name in DAYS:
        if cells.get(name) and not _is(_day, cells[name]):
            yield Fault(file, line, f"{DAYS[name]} cannot be read.", "Write it like 2027-01-31 or 31/01/2027.")
    if cells["time"] and not _is(time.fromisoformat, cells["time"]):
        yield Fault(file, line, "The time cannot be read.", "Write it like 09:30.")


def _is(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except ValueError:
        return False
    return True


def _day_or_none(cell: str) -> date | None:
    return _day(cell) if cell else None


def _day(cell: str) -> date:
    """A day as ISO 8601 or as the British write it.

    Raises:
        ValueError: it is neither.
    """
    if "/" in cell:
        return datetime.strptime(cell, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no time zone
    return date.fromisoformat(cell)
