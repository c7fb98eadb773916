"""What a command works on: the database where there is one, else the starter bank that travels with the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qbank.domain.errors import NotFound
from qbank.domain.faults import Faults
from qbank.domain.people import COMMAND_LINE
from qbank.domain.plain_text import MOST_DOCUMENT_BYTES
from qbank.domain.standards import Plan
from qbank.services import starter
from qbank.services.bank_folders import read_banks
from qbank.services.files import bytes_of, name_of
from qbank.settings import Settings

if TYPE_CHECKING:
    import sqlalchemy as sa

    from qbank.services.importing import Published
    from qbank.services.seeding import Loaded


@dataclass(frozen=True, slots=True)
class LoadedStandard:
    """What a load did for one standard, in questions."""

    standard: str
    loaded: Loaded


def has_database(settings: Settings) -> bool:
    """Whether the database's address was set, or its file stands where it stands by default."""
    return bool(settings.database_url) or Path(settings.database.removeprefix("sqlite:///")).exists()


@contextmanager
def open_engine(settings: Settings) -> Iterator[sa.Engine]:
    """The engine of the database, which is of this program's revision; disposed of at the end.

    Raises:
        NotReady: there is no database, or it is of another revision; says which command helps.
    """
    from qbank.storage import db

    engine = db.engine(settings.database)
    try:
        if not _plainly_latest(engine):
            from qbank.storage.migrating import ensure_latest

            ensure_latest(engine)
        yield engine
    finally:
        engine.dispose()


def _plainly_latest(engine: sa.Engine) -> bool:
    """Whether the database says it stands at the newest migration; anything else is for `ensure_latest` to word.

    Alembic takes longer to import than a draw takes altogether, so the ordinary case does without it.
    """
    import sqlalchemy as sa

    from qbank.storage import revisions

    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        return False
    try:
        with engine.connect() as connection:
            found: object = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    except sa.exc.DBAPIError:
        return False
    return found == revisions.newest()


def plans_at_hand(settings: Settings) -> list[Plan]:
    """Every standard: those of the database, else those of the starter bank."""
    if not has_database(settings):
        return [starter.starter_plan(code) for code in starter.starter_codes()]
    from qbank.storage.queries import standards
    from qbank.storage.units import read_unit

    with open_engine(settings) as engine, read_unit(engine) as store:
        return standards.plans(store)


def plan_at_hand(code: str, settings: Settings) -> Plan:
    """One standard, from the database where there is one, else from the starter bank.

    Raises:
        NotFound: there is no such standard; the remedy lists those there are.
    """
    if not has_database(settings):
        return starter.starter_plan(code)
    plans = plans_at_hand(settings)
    for plan in plans:
        if plan.standard == code:
            return plan
    raise no_such_standard(code, plans)


def no_such_standard(code: str, plans: Iterable[Plan]) -> NotFound:
    """The refusal of a code that the database has not, with those it has."""
    known = ", ".join(plan.standard for plan in plans)
    remedy = f"The database has: {known}." if known else "Load one with: qbank bank load."
    return NotFound(f"There is no standard {code} in the database.", remedy=remedy)


def load_folder(folder: Path, settings: Settings) -> list[LoadedStandard]:
    """Put every standard of a folder, with its questions, into the database: all or nothing, and repeatable.

    Raises:
        Faults: a file has a fault; nothing was loaded.
        NotReady: there is no database, or it is of another revision.
    """
    from sqlalchemy.orm import Session

    from qbank.services import seeding
    from qbank.storage.units import in_write_unit

    banks = read_banks(folder)
    if faults := [fault for bank in banks for fault in bank.faults]:
        raise Faults(faults)
    at = datetime.now(UTC)

    def load(store: Session) -> list[LoadedStandard]:
        loads = []
        for plan, questions in ((bank.plan, [entry.question for entry in bank.entries]) for bank in banks if bank.plan):
            seeding.load_standard(store, plan, by=COMMAND_LINE, at=at)
            done = seeding.load_questions(store, plan, questions, by=COMMAND_LINE, at=at)
            loads.append(LoadedStandard(plan.standard, done))
        return loads

    with open_engine(settings) as engine:
        return in_write_unit(engine, load)


def publish_file(file: Path, code: str | None, settings: Settings) -> Published:
    """Publish the wording that a file holds, for the standard named or the only one there is.

    Raises:
        NotFound: there is no such file or standard.
        Faults: every fault with its row; nothing was changed.
        NotReady: there is no database, or it is of another revision.
    """
    from sqlalchemy.orm import Session

    from qbank.services.importing import import_wording, only_standard
    from qbank.storage.units import in_write_unit

    if not file.exists():
        raise NotFound(f"There is no file {file}.", remedy="Name a CSV or JSON file with code and wording.")
    data, at = bytes_of(file, most_bytes=MOST_DOCUMENT_BYTES), datetime.now(UTC)

    def publish(store: Session) -> Published:
        chosen = code or only_standard(store)
        return import_wording(store, chosen, data, file=name_of(file), by=COMMAND_LINE, at=at)

    with open_engine(settings) as engine:
        return in_write_unit(engine, publish)
