"""What `qbank standard` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from delivery.saying import count_of
from qbank.cli.terminal import a_table, answers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qbank.domain.figures import Figure
    from qbank.domain.standards import Method, Plan
    from qbank.services.importing import Published


def show_standards(plans: Iterable[Plan]) -> None:
    """One line a standard."""
    figures = ("Level", "KSBs", "Criteria")
    table = a_table("Code", "Title", "Level", "Methods", "KSBs", "Criteria", right=figures, whole=("Code",))
    for plan in plans:
        methods = ", ".join(method.code for method in plan.methods)
        counts = (str(len(plan.ksbs)), str(len(plan.criteria)))
        table.add_row(plan.standard, plan.title, str(plan.level), methods, *counts)
    answers().print(table)


def show_heading(plan: Plan) -> None:
    """Which standard this is, and whether its words are the published ones."""
    console = answers()
    facts = f"{plan.standard}, plan version {plan.version}"
    console.print(f"[ink]{escape(plan.title)}, level {plan.level}[/]  [quiet]{escape(facts)}[/]", soft_wrap=True)
    if plan.rests_on_summaries:
        console.print(
            "Statements in our own summary, for demonstration: nothing may be graded on them. "
            "Import the published wording with: qbank standard import FILE",
            style="quiet",
        )


def show_ksbs(plan: Plan) -> None:
    """The KSBs of each method, with the criteria they are linked to."""
    console = answers()
    for method in plan.methods:
        ksbs = plan.ksbs_of(method.code)
        facts = f"{method.code}, {method.minutes} minutes, {_asked(method)}, {len(ksbs)} KSBs"
        console.print(f"\n[ink]{escape(method.title)}[/]  [quiet]{escape(facts)}[/]", soft_wrap=True)
        table = a_table("KSB", "Statement", "Criteria", whole=("KSB",))
        for ksb in ksbs:
            table.add_row(ksb.code, escape(ksb.text), " ".join(link.criterion for link in plan.links_of(ksb.code)))
        console.print(table)


def show_criteria(plan: Plan) -> None:
    """The grading criteria of each method."""
    console = answers()
    for method in plan.methods:
        console.print(f"\n[ink]{escape(method.title)}[/]")
        table = a_table("Code", "Level", "Criterion", whole=("Code", "Level"))
        for criterion in plan.criteria_of(method.code):
            table.add_row(criterion.code, criterion.level, escape(criterion.text))
        console.print(table)


def show_numbers(plan: Plan) -> None:
    """Every figure with its source."""
    _figures("The whole plan", plan.figures)
    for method in plan.methods:
        _figures(method.title, method.figures)


def show_anomalies(plan: Plan) -> None:
    """Where the plan does not agree with itself."""
    console = answers()
    open_count = sum(not anomaly.confirmed for anomaly in plan.anomalies)
    console.print(f"\n{len(plan.anomalies)} anomalies, {open_count} not yet confirmed by a person")
    table = a_table("Code", "About", "Finding", "Our reading", "Confirmed", whole=("Code",))
    for anomaly in plan.anomalies:
        said = "yes" if anomaly.confirmed else "no"
        table.add_row(anomaly.code, " ".join(anomaly.about), escape(anomaly.finding), escape(anomaly.reading), said)
    console.print(table)


def show_published(published: Published) -> None:
    """How much of the standard now has its published wording."""
    answers().print(
        f"[ink]{published.standard}[/]: {count_of(published.added, 'statement')} added. Published now: "
        f"{published.ksbs} of {published.of_ksbs} KSBs, {published.criteria} of {published.of_criteria} criteria.",
        soft_wrap=True,
    )


def _asked(method: Method) -> str:
    if method.length is not None:
        return count_of(method.length, "question")
    return f"questions for at most {method.planned_most_minutes:g} minutes"


def _figures(title: str, figures: Iterable[Figure]) -> None:
    console = answers()
    console.print(f"\n[ink]{title}[/]")
    table = a_table("Figure", "Value", "Unit", "Source", right=("Value",), whole=("Source",))
    for figure in figures:
        table.add_row(escape(figure.says), _value(figure), figure.unit, figure.source)
    console.print(table)


def _value(figure: Figure) -> str:
    if isinstance(figure.value, bool):
        return "yes" if figure.value else "no"
    if isinstance(figure.value, tuple):
        return ", ".join(map(str, figure.value))
    return figure.value if isinstance(figure.value, str) else f"{figure.value:g}"
