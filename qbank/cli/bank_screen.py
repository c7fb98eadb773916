"""What `qbank bank` shows."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from qbank.cli.terminal import a_table, answers

if TYPE_CHECKING:
    from qbank.services.at_hand import LoadedStandard
    from qbank.services.bank_folders import BankFolder


def show_faults(banks: list[BankFolder]) -> None:
    """Every fault in a table, then one line for each standard."""
    console = answers()
    faults = [fault for each in banks for fault in each.faults]
    if faults:
        table = a_table("Where", "What is wrong", "What to do")
        for fault in faults:
            place = f"{_near(fault.file)}:{fault.line}" if fault.line else _near(fault.file)
            table.add_row(place, fault.what, fault.remedy)
        console.print(table)
    for each in banks:
        console.print(_verdict(each), soft_wrap=True)


def show_loaded(loads: list[LoadedStandard]) -> None:
    """One line for each standard that was loaded."""
    console = answers()
    for each in loads:
        done = each.loaded
        said = f"{done.new} new questions, {done.changed} changed, {done.unchanged} as they were"
        console.print(f"[ink]{each.standard}[/]: {said}; {done.pairs} new pairs of enemies or clones.", soft_wrap=True)


def _verdict(bank: BankFolder) -> str:
    name = bank.plan.standard if bank.plan else bank.folder.name
    methods = Counter(entry.question.content.method for entry in bank.entries)
    counted = ", ".join(f"{count} {method}" for method, count in methods.items()) or "none"
    count = len(bank.faults)
    said = "no fault" if not count else "1 fault" if count == 1 else f"{count} faults"
    style = "fails" if count else "holds"
    return f"[ink]{name}[/]: {len(bank.entries)} questions ({counted}), [{style}]{said}[/]."


def _near(file: str) -> str:
    """The path as seen from here, when that is shorter."""
    try:
        return min(os.path.relpath(file), file, key=len)
    except ValueError:
        return Path(file).as_posix()
