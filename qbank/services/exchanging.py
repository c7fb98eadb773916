"""Questions between the database and files, for the terminal: exported, imported as drafts, restored."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qbank.domain.access import Permission
from qbank.domain.bank_rows import BankRow, Kind
from qbank.domain.errors import NotAllowed, NotFound
from qbank.domain.people import COMMAND_LINE
from qbank.domain.plain_text import visible
from qbank.services.at_hand import open_engine
from qbank.services.exporting import FORMATS, Exported, as_file, record
from qbank.services.files import bytes_of, name_of
from qbank.services.import_files import format_of, read_rows
from qbank.services.importing import only_standard
from qbank.services.question_imports import NOTHING_FILED, Source, file_all, judge, take
from qbank.services.restoring import Restored, restore
from qbank.settings import Settings
from qbank.storage.bank_documents import read
from qbank.storage.queries import people, standards
from qbank.storage.units import in_write_unit, read_unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from qbank.storage.models import PlanVersion

Tell = Callable[[str, float], None]
MOST_BYTES: Final = 10_000_000
MOST_HISTORY_BYTES: Final = 500_000_000
"""Of a document with its history, which the terminal reads from a file of its own machine."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to.

    Args:
        counts: rows by what became of them.
        submitted: how many of the drafts await approval.
        wrong: the rows with problems.
        notes: how the file was read.
    """

    counts: Counter[Kind]
    submitted: int
    wrong: tuple[BankRow, ...]
    notes: tuple[str, ...]


def export_to(file: Path, code: str | None, method: str, settings: Settings, tell: Tell) -> Exported:
    """Write the questions of a standard, or of one method, to a file, whose ending tells the format.

    Raises:
        NotFound: there is no such format, standard or method, or no question.
        NotReady: there is no database, or it is of another revision.
    """
    kind = file.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise NotFound(f"No format is called {kind or 'nothing'}.", remedy=f"End the name in .{', .'.join(FORMATS)}.")
    tell("Exporting the questions", 0.1)
    with open_engine(settings) as engine:
        with read_unit(engine) as reader:
            made = as_file(reader, _row(reader, code), kind, method=method)
        at = datetime.now(UTC)
        in_write_unit(engine, lambda store: record(store, made, by=COMMAND_LINE, at=at))
    tell("Writing the file", 0.9)
    beside = file.with_name(f"{file.name}.part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(made.data)
    beside.replace(file)
    tell("Written", 1.0)
    return made


def import_from(file: Path, code: str | None, email: str, settings: Settings, tell: Tell, *, submits: bool) -> Imported:
    """Bring in every row of a file that has no problem, as drafts of the person with that address: all or none.

    Raises:
        Faults: the file as a whole cannot be used.
        NotFound: there is no such person or standard.
        NotAllowed: the person is no author.
    """
    data, name, at = bytes_of(file, most_bytes=MOST_BYTES), name_of(file), datetime.now(UTC)
    source = Source(visible(file.name), format_of(name), sha256(data).hexdigest())
    tell("Reading the file", 0.0)
    with open_engine(settings) as engine:
        with read_unit(engine) as store:
            person = people.by_email(store, email)
            if person is None:
                raise NotFound(f"Nobody has the address {email}.", remedy="List them with: qbank people list.")
            if not person.actor.may(Permission.WRITE_QUESTIONS):
                raise NotAllowed(f"{person.name} is no author.", remedy="Name one, or give the role first.")
            by, row = person.actor, _row(store, code)
            plan = standards.plan(store, row.id)
            found = read_rows(data, name, plan, author=by.name)
            judged = judge(store, row, found.rows, by=by)
        chosen = {each.row.number for each in judged if each.may_come_in}
        filed = file_all(row, plan, found.rows, chosen=chosen, tell=tell) if submits else NOTHING_FILED

        def work(store: Session) -> int:
            row = _row(store, code)
            return take(
                store, row, found.rows, chosen=chosen, source=source, submitted=filed, by=by, at=at, tell=tell
            ).submitted_count

        submitted = in_write_unit(engine, work) if chosen else 0
    tell("Imported", 1.0)
    wrong = tuple(each.row for each in judged if each.kind is Kind.WRONG)
    return Imported(Counter(each.kind for each in judged), submitted, wrong, found.notes)


def restore_from(file: Path, settings: Settings, tell: Tell) -> Restored:
    """Restore a bank with its history from its document, into a database without questions: all or nothing.

    Raises:
        Faults: the file is no such document, or was changed.
        RuleBroken: the database has questions.
    """
    tell("Reading the file", 0.0)
    data = bytes_of(file, most_bytes=MOST_HISTORY_BYTES)
    document, file_digest = read(data, name_of(file)), sha256(data).hexdigest()
    at = datetime.now(UTC)

    def work(store: Session) -> Restored:
        return restore(store, document, file_digest=file_digest, by=COMMAND_LINE, at=at, tell=tell)

    with open_engine(settings) as engine:
        return in_write_unit(engine, work)


def _row(store: Session, code: str | None) -> PlanVersion:
    wanted = code or only_standard(store)
    row = standards.plan_version(store, wanted)
    if row is None:
        raise NotFound(f"There is no standard {wanted} in the database.", remedy="Load it with: qbank bank load.")
    return row
