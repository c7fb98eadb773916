"""A plan as one JSON-like document, and back: what its files say together, and what storage keeps of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from qbank.domain.errors import Refusal
from qbank.domain.figures import Figure, MethodNumbers, PlanNumbers
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


def plan_from_document(document: Mapping[str, Any]) -> Plan:
    """The plan that `document_of` wrote down.

    Raises:
        Refusal: the document is not one: it was damaged, or comes from another program.
    """
    faults: list[str] = []
    plan = plan_of(document, lambda path, what, _: faults.append(f"{'.'.join(map(str, path))}: {what}"))
    if plan is None:
        raise Refusal(f"The stored plan cannot be read. {faults[0]}", remedy="Load the standard again from its files.")
    return plan


def document_of(plan: Plan) -> dict[str, Any]:
    """Everything a plan says, but for published wording (kept beside it, as it arrives later).

    Returns:
        Plain dictionaries, lists, text and numbers in the shape of the plan's files.
    """
    standard = {"code": plan.standard, "title": plan.title, "level": plan.level, "version": plan.version}
    standard |= {"source": plan.source} | ({"dated": plan.dated.isoformat()} if plan.dated else {})
    return {
        "standard": standard,
        "vocabulary": dict(plan.vocabulary),
        "figures": _figures_out(plan.figures),
        "methods": {method.code: _method_out(method) for method in plan.methods},
        "ksbs": [
            {
                "code": ksb.code,
                "kind": ksb.kind.value,
                "group": ksb.group,
                "method": ksb.method,
                "statement": ksb.statement,
            }
            for ksb in plan.ksbs
        ],
        "criteria": _criteria_out(plan),
        "links": {"proposed": _links_out(plan, confirmed=False), "confirmed": _links_out(plan, confirmed=True)},
        "anomalies": [
            {"code": each.code, "about": list(each.about), "finding": each.finding}
            | {"reading": each.reading, "confirmed": each.confirmed}
            for each in plan.anomalies
        ],
        "decisions": [{"code": each.code, "question": each.question, "answer": each.answer} for each in plan.decisions],
    }


def to_json(plan: Plan) -> str:
    """The document as one line of JSON: equal plans give equal text. Keys are not sorted: their order is the plan's."""
    return json.dumps(document_of(plan), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Plan:
    """The plan that `to_json` wrote down, equal to the first but for published wording."""
    return plan_from_document(json.loads(text))


def digest_of(plan: Plan) -> str:
    """SHA-256 of the plan's JSON, in hexadecimal: names exactly this text of the plan."""
    return hashlib.sha256(to_json(plan).encode()).hexdigest()


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
        "ksbs": tuple(_ksb(each) for each in top.tables("ksbs")),
        "criteria": tuple(_criteria(top.table("criteria"))),
        "links": (*_links(top, "proposed"), *_links(top, "confirmed")),
        "anomalies": tuple(_anomaly(each) for each in top.tables("anomalies")),
        "decisions": tuple(_decision(each) for each in top.tables("decisions")),
        "figures": figures,
    }


def _date(standard: Table) -> date | None:
    value = standard.data.get("dated")
    if value is None or isinstance(value, date):
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


def _figures_out(figures: tuple[Figure, ...]) -> dict[str, Any]:
    return {figure.name: _figure_out(figure) for figure in figures}


def _figure_out(figure: Figure) -> dict[str, Any]:
    value = list(figure.value) if isinstance(figure.value, tuple) else figure.value
    source = {"rule": figure.rule} if figure.rule is not None else {"decision": figure.decision}
    return {"value": value, "unit": figure.unit, "says": figure.says, **source}


def _method_out(method: Method) -> dict[str, Any]:
    words = {key: getattr(method, key) for key in ("title", "short_title", "criteria_prefix", "asks_about")}
    return words | {
        "required": list(method.required),
        "sources": dict(method.sources),
        "figures": _figures_out(method.figures),
    }


def _criteria_out(plan: Plan) -> dict[str, Any]:
    return {
        method.code: {
            level.value: {each.code: each.statement for each in plan.criteria_of(method.code, level)} for level in Level
        }
        for method in plan.methods
    }


def _links_out(plan: Plan, *, confirmed: bool) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for link in plan.links:
        if link.confirmed is confirmed:
            out.setdefault(link.ksb, []).append(link.criterion)
    return out
