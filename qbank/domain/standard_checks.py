"""Whether the parts of a plan fit one another: codes that are named exist, and nothing is left without its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qbank.domain.cohorts import CohortRule
from qbank.domain.errors import RuleBroken
from qbank.domain.figures import Figure
from qbank.domain.standards import Level, Method, Plan
from qbank.domain.toml_lines import Path
from qbank.domain.toml_tables import Note

_LETTER: Final = {Level.FAIL: "F", Level.PASS: "P", Level.DISTINCTION: "D"}


def check_plan(plan: Plan, note: Note) -> None:
    """Note a fault for everything that does not fit; the path says where in the data."""
    for check in (_no_code_twice, _ksbs_have_methods, _required_are_the_methods_own, _criteria_are_coded):
        check(plan, note)
    for check in (
        _links_hold,
        _everything_is_linked,
        _anomalies_are_about_something,
        _figures_name_decisions,
        _cohorts_hold,
    ):
        check(plan, note)


def _no_code_twice(plan: Plan, note: Note) -> None:
    for where, codes in (
        ("ksbs", [each.code for each in plan.ksbs]),
        ("anomalies", [each.code for each in plan.anomalies]),
        ("decisions", [each.code for each in plan.decisions]),
    ):
        seen: set[str] = set()
        for position, code in enumerate(codes):
            if code in seen:
                note((where, position, "code"), f"{code} is there twice.", "Give each its own code.")
            seen.add(code)


def _ksbs_have_methods(plan: Plan, note: Note) -> None:
    methods = {method.code for method in plan.methods}
    for position, ksb in enumerate(plan.ksbs):
        if ksb.method not in methods:
            note(
                ("ksbs", position, "method"),
                f"{ksb.code} names an unknown method, {ksb.method}.",
                f"Choose one of: {', '.join(sorted(methods))}.",
            )


def _required_are_the_methods_own(plan: Plan, note: Note) -> None:
    for method in plan.methods:
        own = {ksb.code for ksb in plan.ksbs_of(method.code)}
        for code in method.required:
            if code not in own:
                note(
                    ("methods", method.code, "required"),
                    f"{method.short_title} requires {code}, which is not one of its KSBs.",
                    f"Its KSBs: {', '.join(sorted(own)) or 'none'}.",
                )
        if method.recommended_before and method.recommended_before not in {each.code for each in plan.methods}:
            note(
                ("methods", method.code, "figures", "recommended_before"),
                f"There is no method {method.recommended_before}.",
                f"Choose one of: {', '.join(each.code for each in plan.methods)}.",
            )


def _cohorts_hold(plan: Plan, note: Note) -> None:
    """The figures that are proposed for the cohort factor are ones that may be chosen."""
    for method in plan.methods:
        path: Path = ("methods", method.code, "figures", "cohort_factor")
        if (method.cohort_factor is None) != (method.cohort_months is None):
            note(path, "cohort_factor and cohort_months go together.", "Give both or none.")
        elif method.cohort_factor is not None and method.cohort_months is not None:
            try:
                CohortRule.chosen(str(method.cohort_factor), method.cohort_months)
            except RuleBroken as refusal:
                note(path, str(refusal), refusal.remedy)


def _criteria_are_coded(plan: Plan, note: Note) -> None:
    prefixes = {method.code: method.criteria_prefix for method in plan.methods}
    for criterion in plan.criteria:
        path: Path = ("criteria", criterion.method, criterion.level.value, criterion.code)
        start = prefixes.get(criterion.method, "") + _LETTER[criterion.level]
        if criterion.method not in prefixes:
            note(path[:2], f"There is no method {criterion.method}.", f"Choose one of: {', '.join(prefixes)}.")
        elif not (criterion.code.startswith(start) and criterion.code.removeprefix(start).isdigit()):
            note(path, f"The code {criterion.code} does not fit its method and level.", f"Write {start} and a number.")
    for method in plan.methods:
        if not plan.criteria_of(method.code, Level.PASS):
            note(
                ("criteria", method.code),
                f"{method.title} has no pass criterion.",
                f"Add them under [criteria.{method.code}.pass].",
            )


def _links_hold(plan: Plan, note: Note) -> None:
    ksbs = {ksb.code: ksb for ksb in plan.ksbs}
    criteria = {criterion.code: criterion for criterion in plan.criteria}
    for link in plan.links:
        path: Path = ("links", "confirmed" if link.confirmed else "proposed", link.ksb)
        if link.ksb not in ksbs:
            note(path, f"There is no KSB {link.ksb}.", "Correct the code or remove the line.")
        elif link.criterion not in criteria:
            note(path, f"There is no criterion {link.criterion}.", "Correct the code or remove it.")
        elif ksbs[link.ksb].method != criteria[link.criterion].method and not _is_anomaly(
            plan, link.ksb, link.criterion
        ):
            note(
                path,
                f"{link.ksb} and {link.criterion} belong to different methods.",
                "Remove the link, or list the anomaly that explains it.",
            )


def _is_anomaly(plan: Plan, *codes: str) -> bool:
    return any(set(codes) <= set(anomaly.about) for anomaly in plan.anomalies)


def _everything_is_linked(plan: Plan, note: Note) -> None:
    linked = {code for link in plan.links for code in (link.ksb, link.criterion)}
    for position, ksb in enumerate(plan.ksbs):
        if ksb.code not in linked:
            note(
                ("ksbs", position, "code"),
                f"{ksb.code} is linked to no criterion.",
                "Propose a link under [links.proposed].",
            )
    for criterion in plan.criteria:
        if criterion.level is not Level.FAIL and criterion.code not in linked:
            path = ("criteria", criterion.method, criterion.level.value, criterion.code)
            note(path, f"{criterion.code} is linked to no KSB.", "Propose a link under [links.proposed].")


def _anomalies_are_about_something(plan: Plan, note: Note) -> None:
    known = {ksb.code for ksb in plan.ksbs} | {criterion.code for criterion in plan.criteria}
    for position, anomaly in enumerate(plan.anomalies):
        for code in anomaly.about:
            if code not in known:
                note(("anomalies", position, "about"), f"There is no KSB or criterion {code}.", "Correct the code.")


def _figures_name_decisions(plan: Plan, note: Note) -> None:
    known = {decision.code for decision in plan.decisions}
    for path, figure in _all_figures(plan.figures, plan.methods):
        if figure.decision is not None and figure.decision not in known:
            note(
                path,
                f"{figure.name} names an unknown decision, {figure.decision}.",
                "Correct the code or add the decision.",
            )


def _all_figures(figures: tuple[Figure, ...], methods: tuple[Method, ...]) -> Iterator[tuple[Path, Figure]]:
    for figure in figures:
        yield ("figures", figure.name), figure
    for method in methods:
        for figure in method.figures:
            yield ("methods", method.code, "figures", figure.name), figure
