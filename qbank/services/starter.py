"""The starter bank that travels with the program: standards and questions read from their files, no database needed."""

from __future__ import annotations

from pathlib import Path

from qbank import resources
from qbank.domain.errors import NotFound
from qbank.domain.faults import Fault, Faults
from qbank.domain.questions import BankQuestion
from qbank.domain.standards import Plan
from qbank.services.bank_folders import PLAN, plan_in, question_files_in


def starter_codes() -> tuple[str, ...]:
    """The standards of the starter bank: each folder bears its standard's code."""
    return tuple(sorted(file.parent.name for file in resources.seed_questions().glob(f"*/{PLAN}")))


def starter_plan(code: str) -> Plan:
    """The standard of that code.

    Raises:
        NotFound: the starter bank has no such standard; the remedy lists those it has.
        Faults: its files cannot be read.
    """
    return plan_in(_folder(code))


def starter_questions(code: str, method: str | None = None) -> tuple[BankQuestion, ...]:
    """The questions of a standard, of one method or of all, by file name.

    Raises:
        NotFound: the starter bank has no such standard.
        Faults: a question's file cannot be read.
    """
    folder = _folder(code) if method is None else _folder(code) / method
    faults: list[Fault] = []
    questions = tuple(entry.question for entry in question_files_in(folder, faults))
    if faults:
        raise Faults(faults)
    return questions


def _folder(code: str) -> Path:
    if code not in starter_codes():
        remedy = f"The starter bank has: {', '.join(starter_codes())}."
        raise NotFound(f"There is no standard {code} in the starter bank.", remedy=remedy)
    return resources.seed_questions() / code
