"""A standard and one version of its assessment plan: what is assessed, how, by which numbers, and what we decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from delivery.specification import Band, Specification
from qbank.domain.errors import NotFound
from qbank.domain.figures import Figure, MethodNumbers, PlanNumbers

_FIGURE_BEHIND: Final = {
    "length": "length",
    "seconds": "planned_most_minutes",
    "demand": "set_demand_most",
    "most_per_ksb": "most_per_ksb",
}
"""The figure that a requirement of the specification comes from."""


class Kind(StrEnum):
    """What a KSB is."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"
    BEHAVIOUR = "behaviour"


class Level(StrEnum):
    """What a criterion decides. Fail criteria are indicators: a method is failed when a pass criterion is not met."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a grade
    DISTINCTION = "distinction"


@dataclass(frozen=True, slots=True)
class Ksb:
    """One knowledge, skill or behaviour; it belongs to exactly one method.

    Args:
        code: K1, S12, B3: numbered in the plan's order.
        group: the plan's heading above it.
        method: the code of its assessment method.
        statement: our summary, for demonstration.
        wording: the published wording; None until it is imported.
    """

    code: str
    kind: Kind
    group: str
    method: str
    statement: str
    wording: str | None = None

    @property
    def text(self) -> str:
        """What to show: the published wording where there is one, else our summary."""
        return self.wording or self.statement


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the grading descriptors.

    Args:
        code: WP1, OD2, DF3: the method's letter, the level's, and the number in the plan's order.
        statement: our summary, for demonstration.
        wording: the published wording; None until it is imported.
    """

    code: str
    method: str
    level: Level
    statement: str
    wording: str | None = None

    @property
    def text(self) -> str:
        """What to show: the published wording where there is one, else our summary."""
        return self.wording or self.statement


@dataclass(frozen=True, slots=True)
class Link:
    """That a KSB can be evidenced through a criterion: our proposal until a person confirms it."""

    ksb: str
    criterion: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A place where the plan does not agree with itself, and how we read it; the reading counts once confirmed.

    Args:
        about: codes of the KSBs and criteria concerned.
    """

    code: str
    about: tuple[str, ...]
    finding: str
    reading: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What the plan leaves open and we have answered; figures that follow from it name its code."""

    code: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(MethodNumbers):
    """One assessment method with its numbers.

    Args:
        required: the KSBs that every question set covers.
        criteria_prefix: the first letter of its criteria's codes.
        asks_about: what its questions start from.
        sources: the rule or decision behind each requirement that is not a figure: coverage, optional, excluded.
        figures: every number with its source, in the order of the data, for screens.
    """

    code: str
    title: str
    short_title: str
    criteria_prefix: str
    required: tuple[str, ...]
    asks_about: str
    sources: Mapping[str, str]
    figures: tuple[Figure, ...]

    @property
    def requirement_sources(self) -> dict[str, str]:
        """The plan's rule, or our decision, behind each requirement of a question set, by the requirement's name."""
        figures = {figure.name: figure for figure in self.figures}
        named = {requirement: figures[name].source for requirement, name in _FIGURE_BEHIND.items() if name in figures}
        return {**self.sources, **named}


@dataclass(frozen=True, kw_only=True)
class Plan(PlanNumbers):
    """One version of one standard's assessment plan; a value: two plans from the same data are equal.

    Args:
        standard: the standard's code, as in addresses and commands.
        version: distinguishes plans of one standard; people stay on the one they started on.
        dated: when the plan was published; None where it bears no date.
        vocabulary: the plan's own words by our neutral ones ("organisation_short" → "EPAO").
        methods, ksbs, criteria: in the plan's order.
    """

    standard: str
    title: str
    level: int
    version: str
    dated: date | None
    source: str
    vocabulary: Mapping[str, str]
    methods: tuple[Method, ...]
    ksbs: tuple[Ksb, ...]
    criteria: tuple[Criterion, ...]
    links: tuple[Link, ...]
    anomalies: tuple[Anomaly, ...]
    decisions: tuple[Decision, ...]
    figures: tuple[Figure, ...]

    @cached_property
    def _by_code(self) -> Mapping[str, Ksb | Criterion]:
        ksbs: dict[str, Ksb | Criterion] = {ksb.code: ksb for ksb in self.ksbs}
        return ksbs | {criterion.code: criterion for criterion in self.criteria}

    def method(self, code: str) -> Method:
        """The method of that code.

        Raises:
            NotFound: the plan has no such method; the remedy lists those it has.
        """
        for method in self.methods:
            if method.code == code:
                return method
        known = ", ".join(method.code for method in self.methods)
        raise NotFound(f"{self.title} has no method {code}.", remedy=f"Choose one of: {known}.")

    def ksb(self, code: str) -> Ksb:
        """The KSB of that code, or NotFound."""
        found = self._by_code.get(code)
        if isinstance(found, Ksb):
            return found
        raise NotFound(f"{self.title} has no KSB {code}.", remedy=f"Its KSBs: {_codes(self.ksbs)}.")

    def criterion(self, code: str) -> Criterion:
        """The criterion of that code, or NotFound."""
        found = self._by_code.get(code)
        if isinstance(found, Criterion):
            return found
        raise NotFound(f"{self.title} has no criterion {code}.", remedy=f"Its criteria: {_codes(self.criteria)}.")

    def ksbs_of(self, method: str) -> tuple[Ksb, ...]:
        """The KSBs that belong to a method, in the plan's order."""
        return tuple(ksb for ksb in self.ksbs if ksb.method == method)

    def criteria_of(self, method: str, *levels: Level) -> tuple[Criterion, ...]:
        """A method's criteria of those levels (of all, when none is named), in the plan's order."""
        wanted = levels or tuple(Level)
        return tuple(each for each in self.criteria if each.method == method and each.level in wanted)

    def links_of(self, code: str) -> tuple[Link, ...]:
        """The links of a KSB or of a criterion."""
        return tuple(link for link in self.links if code in (link.ksb, link.criterion))

    def anomalies_about(self, code: str) -> tuple[Anomaly, ...]:
        """The anomalies that concern a KSB or a criterion."""
        return tuple(anomaly for anomaly in self.anomalies if code in anomaly.about)

    def decision(self, code: str) -> Decision:
        """Our decision of that code, or NotFound."""
        for decision in self.decisions:
            if decision.code == code:
                return decision
        raise NotFound(f"{self.title} has no decision {code}.", remedy=f"Its decisions: {_codes(self.decisions)}.")

    def specification(self, method: str) -> Specification:
        """What a question set of a method must meet.

        Returns:
            Seconds, both ends included; the KSBs that are not required are explored evenly over many sets.
        """
        chosen = self.method(method)
        demand = None
        if chosen.set_demand_least is not None and chosen.set_demand_most is not None:
            demand = Band(chosen.set_demand_least, chosen.set_demand_most)
        return Specification(
            method=chosen.code,
            length=chosen.length,
            required=chosen.required,
            optional=tuple(ksb.code for ksb in self.ksbs_of(method) if ksb.code not in chosen.required),
            seconds=Band(*chosen.planned_seconds),
            demand=demand,
            most_per_ksb=chosen.most_per_ksb,
            rules=chosen.requirement_sources,
        )

    @property
    def rests_on_summaries(self) -> bool:
        """Whether any KSB or criterion still lacks its published wording, so that nothing may be graded in earnest."""
        return any(each.wording is None for each in self._by_code.values())

    def with_wording(self, wording: Mapping[str, str]) -> Plan:
        """The same plan with published wording by code; codes that are not in the mapping keep what they have.

        Raises:
            NotFound: a code is neither a KSB nor a criterion.
        """
        for code in wording:
            if code not in self._by_code:
                raise NotFound(
                    f"{self.title} has no KSB or criterion {code}.", remedy="Codes look like K1, S12, B3, WP1 or OD2."
                )
        return replace(
            self,
            ksbs=tuple(replace(each, wording=wording.get(each.code, each.wording)) for each in self.ksbs),
            criteria=tuple(replace(each, wording=wording.get(each.code, each.wording)) for each in self.criteria),
        )


def _codes(things: tuple[Ksb, ...] | tuple[Criterion, ...] | tuple[Decision, ...]) -> str:
    return ", ".join(thing.code for thing in things)
