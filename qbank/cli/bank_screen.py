"""What `qbank bank` shows."""

from __future__ import annotations

import os
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from delivery.saying import count_of
from qbank.cli.terminal import a_table, answers
from qbank.domain.bank_rows import Kind

if TYPE_CHECKING:
    from qbank.services.adopting import Adopted
    from qbank.services.advising import Advised
    from qbank.services.at_hand import LoadedStandard
    from qbank.services.bank_folders import BankFolder
    from qbank.services.exchanging import Imported
    from qbank.services.exporting import Exported
    from qbank.services.restoring import Restored


def show_faults(banks: list[BankFolder]) -> None:
    """Every fault, a table for each file, then one line for each standard."""
    console = answers()
    faults = [fault for each in banks for fault in each.faults]
    for file, of_file in groupby(faults, key=lambda fault: fault.file):
        console.print(f"[ink]{escape(_near(file))}[/]", soft_wrap=True)
        table = a_table("Line", "What is wrong", "What to do", right=("Line",), whole=("Line",))
        for fault in of_file:
            table.add_row(str(fault.line or ""), escape(fault.what), escape(fault.remedy))
        console.print(table)
    for each in banks:
        console.print(_verdict(each), soft_wrap=True)


def show_advice(advised: list[Advised]) -> None:
    """Every remark, a table for each file, then how many there are; nothing when there is none."""
    console = answers()
    for file, of_file in groupby(advised, key=lambda each: each.file):
        console.print(f"[ink]{escape(_near(file))}[/]", soft_wrap=True)
        table = a_table("Line", "Advice", "Words", "What to think about", right=("Line",), whole=("Line", "Advice"))
        for each in of_file:
            remark = each.remark
            code = f"{remark.code} (hint)" if remark.hint else remark.code
            table.add_row(str(each.line), code, escape(remark.words), escape(remark.sentence))
        console.print(table)
    if advised:
        console.print(f"{count_of(len(advised), 'remark')} on wording: advice, which refuses nothing.", soft_wrap=True)


def show_loaded(loads: list[LoadedStandard]) -> None:
    """One line for each standard that was loaded."""
    console = answers()
    for each in loads:
        done = each.loaded
        said = f"{count_of(done.new, 'new question')}, {done.changed} changed, {done.unchanged} as they were"
        pairs = count_of(done.pairs, "new pair")
        console.print(f"[ink]{each.standard}[/]: {said}; {pairs} of enemies or clones.", soft_wrap=True)


def show_exported(made: Exported, file: Path) -> None:
    """What was written where."""
    said = f"{count_of(made.questions, 'question')}, {len(made.data) / 1_000_000:.1f} MB, in {escape(str(file))}."
    answers().print(f"{said} It holds live questions: keep it as you keep the bank.", soft_wrap=True)


def show_imported(imported: Imported) -> None:
    """Every problem with its row, how the file was read, and what it came to."""
    console = answers()
    if imported.wrong:
        table = a_table("Row", "What is wrong and what to do", whole=("Row",))
        for row in imported.wrong:
            for problem in row.problems:
                table.add_row(escape(row.place), escape(str(problem)))
        console.print(table)
    for note in imported.notes:
        console.print(escape(note), soft_wrap=True)
    counts = ", ".join(f"{imported.counts[kind]:,} {kind}" for kind in Kind if kind is not Kind.LEFT_OUT)
    console.print(f"{counts}; {imported.submitted:,} submitted for approval.", soft_wrap=True)


def show_restored(restored: Restored) -> None:
    """What was restored, in a line."""
    versions, pairs = count_of(restored.versions, "version"), count_of(restored.pairs, "pair")
    said = f"{count_of(restored.questions, 'question')} with {versions}, {pairs} of enemies or clones."
    answers().print(f"[ink]{restored.standard}[/]: {said}", soft_wrap=True)


def show_adopted(adopted: list[Adopted]) -> None:
    """One line for each method: the draw plan that bookings follow, or what the bank lacks."""
    console = answers()
    for each in adopted:
        if each.refusal:
            said = f"[fails]no draws.[/] {escape(str(each.refusal))}"
        elif each.sets_in_use:
            said = "bookings follow the standard sets that are in use, as before."
        else:
            said = f"bookings follow a draw plan for {count_of(each.question_count, 'question')}."
        console.print(f"[ink]{each.standard}[/], {escape(each.method)}: {said}", soft_wrap=True)


def _verdict(bank: BankFolder) -> str:
    name = bank.plan.standard if bank.plan else bank.folder.name
    methods = Counter(entry.question.content.method for entry in bank.entries)
    counted = ", ".join(f"{count} {method}" for method, count in methods.items()) or "none"
    said = f"[fails]{count_of(len(bank.faults), 'fault')}[/]" if bank.faults else "[holds]no fault[/]"
    return f"[ink]{escape(name)}[/]: {count_of(len(bank.entries), 'question')} ({counted}), {said}."


def _near(file: str) -> str:
    """The path as seen from here, when that is shorter."""
    try:
        return min(os.path.relpath(file), file, key=len)
    except ValueError:
        return Path(file).as_posix()
