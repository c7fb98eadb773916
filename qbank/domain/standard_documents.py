"""From the data that a plan's files hold together to the plan itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from qbank.domain.figures import MethodNumbers, PlanNumbers
from qbank.domain.standard_checks import check_plan
from qbank.domain.standard_figures import figures_of, missing
from qbank.domain.standards import Anomaly, Criterion, Decision, Kind, Ksb, Level, Link, Method, Plan
from qbank.domain.toml_lines import Path
from qbank.domain.toml_tables import Note, Table

TOP: Final = ("standard", "vocabulary", "figures", "methods", "ksbs", "criteria", "links", "anomalies", "decisions")
_METHOD_KEYS: Final = ("title", "short_title", "criteria_prefix", "required", "asks_about", "sources", "figures")


def plan_of(document: Mapping[str, Any], note: Note) -> Plan | None:
    """The plan that a document describes; None when anything was wrong, and then each fault was noted."""
    faulty = False

    def noting(path: Path, what: str, remedy: str) -> None:
        nonlocal faulty
        faulty = True
        note(path, what, remedy)

    top = Table(document, (), noting)
    top.only(*TOP)
    read = _parts(top)
    if faulty:
        return None
    plan = Plan(**read)
    check_plan(plan, noting)
    return None if faulty else plan


def _parts(top: Table) -> dict[str, Any]:
    standard = top.table("standard")
    standard.only("code", "title", "level", "version", "source", "dated")
    figures, numbers = figures_of(top.table("figures"), PlanNumbers)
    return numbers | {
        "standard": standard.text("code"),
        "title": standard.text("title"),
        "level": standard.whole("level"),
        "version": standard.text("version"),
        "dated": _date(standard),
        "source": standard.text("source"),
        "vocabulary": {word: top.table("vocabulary").text(word) for word in top.table("vocabulary").data},
        "methods": tuple(_method(code, top.table("methods").table(code)) for code in top.table("methods").data),
        "ksbs": tuple(_ksb(each) for each in top.tables("ksbs", needed=True)),
        "criteria": tuple(_criteria(top.table("criteria"))),
        "links": (*_links(top, "proposed"), *_links(top, "confirmed")),
        "anomalies": tuple(_anomaly(each) for each in top.tables("anomalies")),
        "decisions": tuple(_decision(each) for each in top.tables("decisions")),
        "figures": figures,
    }


def _date(standard: Table) -> date | None:
    value = standard.data.get("dated")
    if value is None or type(value) is date:  # a datetime is a date too, and has an hour nobody asked for
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        standard.note((*standard.path, "dated"), "dated is not a date.", "Write it as 2025-10-01.")
        return None


def _method(code: str, table: Table) -> Method | None:
    table.only(*_METHOD_KEYS)
    figures, numbers = figures_of(table.table("figures"), MethodNumbers)
    words: dict[str, Any] = {key: table.text(key) for key in ("title", "short_title", "criteria_prefix", "asks_about")}
    required, sources = table.texts("required"), table.table("sources")
    words_behind = {requirement: sources.text(requirement) for requirement in sources.data}
    if missing(numbers, MethodNumbers):
        return None
    return Method(code=code, required=required, sources=words_behind, figures=figures, **words, **numbers)


def _ksb(table: Table) -> Ksb:
    table.only("code", "kind", "group", "method", "statement")
    kind = table.choice("kind", Kind) or Kind.KNOWLEDGE
    return Ksb(table.text("code"), kind, table.text("group"), table.text("method"), table.text("statement"))


def _criteria(table: Table) -> list[Criterion]:
    found = []
    for method in table.data:
        levels = table.table(method)
        levels.only(*Level)
        for level in Level:
            statements = levels.table(level.value, needed=False)
            found += [Criterion(code, method, level, statements.text(code)) for code in statements.data]
    return found


def _links(top: Table, state: str) -> list[Link]:
    links = top.table("links")
    links.only("proposed", "confirmed")
    table = links.table(state, needed=False)
    return [Link(ksb, criterion, state == "confirmed") for ksb in table.data for criterion in table.texts(ksb)]


def _anomaly(table: Table) -> Anomaly:
    table.only("code", "about", "finding", "reading", "confirmed")
    about, confirmed = table.texts("about"), table.flag("confirmed")
    return Anomaly(table.text("code"), about, table.text("finding"), table.text("reading"), confirmed)


def _decision(table: Table) -> Decision:
    table.only("code", "question", "answer")
    return Decision(table.text("code"), table.text("question"), table.text("answer"))
