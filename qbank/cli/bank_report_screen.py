"""What `qbank bank report` shows."""

from __future__ import annotations

from dataclasses import asdict
from math import floor
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from delivery.saying import count_of
from qbank.cli.terminal import a_table, answers

if TYPE_CHECKING:
    from qbank.domain.standards import Plan
    from qbank.services.bank_reports import BankReport, MethodReport


def show_reports(reports: list[BankReport]) -> None:
    """Each method: its size, the depth of its KSBs, the criteria its sets open, the stems that are most alike."""
    for each in reports:
        for method in each.methods:
            _heading(each.plan, method)
            _depths(method)
            _openings(each.plan, method)
            _alike(method)


def as_data(reports: list[BankReport]) -> list[dict[str, Any]]:
    """All of it, for a program."""
    return [
        {"standard": each.plan.standard, "methods": {method.method.code: _method(method) for method in each.methods}}
        for each in reports
    ]


def _method(found: MethodReport) -> dict[str, Any]:
    return {
        "questions": found.questions,
        "depths": {each.ksb: {**asdict(each), "beside": dict(each.beside)} for each in found.depths},
        "demands": found.demands,
        "minutes": asdict(found.minutes),
        "ksbs_each": asdict(found.ksbs_each),
        "most_alike": [asdict(each) for each in found.alike],
        "draws": found.draws,
        "openings": {each.criterion: asdict(each) for each in found.openings},
        "size": asdict(found.size) if found.size else None,
        "refusal": str(found.refusal) if found.refusal else None,
    }


def _heading(plan: Plan, found: MethodReport) -> None:
    console = answers()
    facts = f"{plan.standard}, {count_of(found.questions, 'question')}"
    console.print(f"\n[ink]{escape(found.method.title)}[/]  [quiet]{escape(facts)}[/]", soft_wrap=True)
    demands = ", ".join(f"{count} of demand {demand}" for demand, count in found.demands.items())
    minutes = found.minutes
    console.print(
        f"{found.ksbs_each.mean:.2f} KSBs each; {demands}; "
        f"{minutes.least:g} to {minutes.most:g} minutes, {minutes.mean:.1f} on average.",
        soft_wrap=True,
    )
    for line in _size_said(found):
        console.print(line, soft_wrap=True)


def _size_said(found: MethodReport) -> list[str]:
    size = found.size
    if size is None:
        return [f"[fails]No set can be drawn.[/] {escape(str(found.refusal))}"]
    after = "more than a thousand" if size.half_known_after is None else count_of(size.half_known_after, "earlier set")
    most, least = f"{size.largest_exposure:.1%}", f"{floor(1000 * size.exposure_floor) / 1000:.1%}"
    guessed, length = f"{size.best_guess:.2f}", f"{size.length:.1f}"
    least_guessed, least_shared = (
        f"{floor(100 * each) / 100:.2f}" for each in (size.best_guess_floor, size.overlap_floor)
    )
    because, shared = escape(size.because), f"{size.overlap:.2f}"
    return [
        f"The question asked most is in {most} of sets; no law could keep it below {least}: {because}.",
        f"Who knows the law and guesses best names {guessed} of {length}; no law allows less than {least_guessed}.",
        f"Two sets are expected to share {shared} questions; no law allows less than {least_shared}.",
        f"The law holds {size.entropy_bits:.1f} bits of chance.",
        f"A provider that remembers every question knows half of the next set after {after}.",
        escape(size.attempts),
        *map(escape, size.writing),
    ]


def _depths(found: MethodReport) -> None:
    table = a_table("KSB", "Primary", "All", "Together with", right=("Primary", "All"), whole=("KSB",))
    for each in found.depths:
        beside = ", ".join(f"{code} {count}" for code, count in each.beside)
        table.add_row(each.ksb, str(each.primary), str(each.carriers), beside)
    answers().print(table)


def _openings(plan: Plan, found: MethodReport) -> None:
    if not found.openings:
        return
    share = f"Opened in, of {found.draws:,} sets"
    table = a_table("Criterion", "Level", "Questions", share, "It says", right=("Questions", share))
    for each in sorted(found.openings, key=lambda each: each.share):
        says = escape(plan.criterion(each.criterion).text)
        table.add_row(each.criterion, each.level, str(each.questions), f"{each.share:.1%}", says)
    answers().print(table)


def _alike(found: MethodReport) -> None:
    table = a_table("Stems most alike", "", "Likeness", "Declared", right=("Likeness",))
    for each in found.alike:
        table.add_row(each.one, each.other, f"{each.rate:.2f}", "yes" if each.declared else "no")
    answers().print(table)
