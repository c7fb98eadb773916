"""Reading a bank from a folder: one standard's TOML files, and a Markdown file a question below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from qbank.domain.bank_check import check_files
from qbank.domain.errors import NotFound
from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import MOST_DOCUMENT_BYTES, MOST_QUESTION_BYTES
from qbank.domain.question_files import QuestionFile, read
from qbank.domain.standard_files import read_plan
from qbank.domain.standards import Plan
from qbank.services.files import files_in, name_of, text_of

PLAN: Final = "plan.toml"
MOST_FILES: Final = 5_000
"""Questions of one standard, ten times what anybody has: each is compared with each."""
_NOT_QUESTIONS: Final = frozenset({"README.md"})


@dataclass(frozen=True, slots=True)
class BankFolder:
    """What one standard's folder holds.

    Args:
        folder: where it is.
        plan: the standard; None when its files have faults.
        entries: the questions that could be read.
        faults: everything wrong with the folder, each file's own faults and those between files.
    """

    folder: Path
    plan: Plan | None
    entries: tuple[QuestionFile, ...]
    faults: tuple[Fault, ...] = field(default=())


def read_banks(folder: Path) -> list[BankFolder]:
    """Every standard in a folder: the folder itself, or the folders in it that hold a plan; each checked whole.

    Raises:
        NotFound: there is no such folder, or no plan in it.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", remedy="Name a folder that holds a bank.")
    homes = [folder] if (folder / PLAN).exists() else sorted(each.parent for each in folder.glob(f"*/{PLAN}"))
    if not homes:
        remedy = f"Name a standard's folder: the one with {PLAN}, with the methods' folders in it."
        raise NotFound(f"{folder} holds no {PLAN}.", remedy=remedy)
    return [_read_bank(home) for home in homes]


def plan_in(folder: Path) -> Plan:
    """The standard of a folder, from all its TOML files.

    Raises:
        Faults: every fault of its files.
    """
    faults: list[Fault] = []
    texts: dict[str, str] = {}
    for file in files_in(folder, ".toml", faults, most=MOST_FILES):
        try:
            texts[name_of(file)] = text_of(file, most_bytes=MOST_DOCUMENT_BYTES)
        except Faults as found:
            faults += found.faults
    if faults:
        raise Faults(faults)
    return read_plan(texts)


def question_files_in(folder: Path, faults: list[Fault]) -> Iterator[QuestionFile]:
    """Each question below a folder that can be read, by file name; faults of the others are added to `faults`."""
    try:
        files = files_in(folder, ".md", faults, most=MOST_FILES, deep=True)
    except Faults as found:
        faults += found.faults
        return
    for file in files:
        if file.name in _NOT_QUESTIONS:
            continue
        try:
            yield read(text_of(file, most_bytes=MOST_QUESTION_BYTES), name_of(file))
        except Faults as found:
            faults += found.faults


def _read_bank(home: Path) -> BankFolder:
    faults: list[Fault] = []
    entries = tuple(question_files_in(home, faults))
    try:
        plan = plan_in(home)
    except Faults as found:
        return BankFolder(home, None, entries, (*found.faults, *sorted(faults)))
    faults += _misplaced(home, entries)
    faults += check_files(entries, plan, folder=name_of(home))
    return BankFolder(home, plan, entries, tuple(sorted(faults)))


def _misplaced(home: Path, entries: tuple[QuestionFile, ...]) -> Iterator[Fault]:
    for entry in entries:
        where = Path(entry.file).parent
        method = entry.question.content.method
        if where != Path(name_of(home)) and where.name != method:
            problem = f"The question is one of the {method} and stands in the folder {where.name}."
            yield entry.fault("method", problem, f"Move the file to {method}/, or correct the method.")
