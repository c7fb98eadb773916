"""Which criteria a question set opens, and what is asked where it opens none (decision 16).

The draw follows KSBs, the grade follows criteria. So that a draw never decides who can reach a distinction, whatever a
set leaves closed gets a prescribed probe: the same words for everybody, about the KSBs that the criterion judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from qbank.domain.record_entries import Source
from qbank.domain.standards import Anomaly, Criterion, Kind, Ksb, Level, Method, Plan

_ASKS: Final = {
    (True, True): "What do you know about this, where have you put it to use, and what came of it?",
    (True, False): "What do you know about this, and how has it shaped what you do?",
    (False, True): "Where have you done this, how did you go about it, and what came of it?",
    (False, False): "What have you done that shows this, how did you go about it, and what came of it?",
}
"""The probe, by whether the criterion judges knowledge, and whether it judges skills or behaviours."""


@dataclass(frozen=True, slots=True)
class PrescribedProbe:
    """What is asked about a criterion that no question of the set opens.

    Args:
        criterion: a pass or distinction criterion.
        ksbs: what it judges, by the plan's links, in the plan's order; what the probe is about.
        words: the probe as it is said aloud, after the assessor has named what it is about.
    """

    criterion: Criterion
    ksbs: tuple[Ksb, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a sitting gives an opportunity to meet one criterion.

    Args:
        criterion: a pass or distinction criterion.
        positions: the asked questions that can evidence it, in asking order.
        beside: what can evidence it without a question: the report and its annexes, the portfolio, what is observed.
        probe: what is asked where no question opens it; None where one does.
        anomalies: where the plan does not agree with itself about the criterion or what it judges, with our readings.
    """

    criterion: Criterion
    positions: tuple[int, ...]
    beside: tuple[Source, ...]
    probe: PrescribedProbe | None
    anomalies: tuple[Anomaly, ...]


def openings(plan: Plan, method: str, asked: Mapping[int, Iterable[str]]) -> tuple[Opening, ...]:
    """The opening of every pass and distinction criterion of a method, in the plan's order; none is left without.

    Args:
        plan: the plan version that the apprentice is on.
        method: its code.
        asked: the criteria that each asked question can evidence, by position, in asking order.

    Source:
        Decision 16, for rules R2 and R3.
    """
    opened = {place: frozenset(codes) for place, codes in asked.items()}
    probes = {
        each.criterion.code: each for each in prescribed_probes(plan, method, frozenset().union(*opened.values()))
    }
    return tuple(
        Opening(
            criterion=criterion,
            positions=tuple(place for place, codes in opened.items() if criterion.code in codes),
            beside=beside(plan, plan.method(method), criterion),
            probe=probes.get(criterion.code),
            anomalies=_anomalies(plan, criterion),
        )
        for criterion in plan.criteria_of(method, Level.PASS, Level.DISTINCTION)
    )


def beside(plan: Plan, method: Method, criterion: Criterion) -> tuple[Source, ...]:
    """What can evidence a criterion without a question.

    An observation shows what is done and not what is known. A project is graded together with its interview (W9), its
    annexes belong to it (W12), a discussion starts from the portfolio (P2).
    """
    if method.observes:
        return () if _judges_knowledge_alone(plan, criterion) else (Source.OBSERVED,)
    if method.evidence_least is not None:
        return (Source.PORTFOLIO,)
    return (Source.REPORT, Source.ANNEX) if method.report_words is not None else ()


def prescribed_probes(plan: Plan, method: str, opened: Iterable[str]) -> tuple[PrescribedProbe, ...]:
    """A probe for every pass and distinction criterion of the method that is not among the opened, in the plan's order.

    Args:
        plan: the plan version that the apprentice is on.
        method: its code.
        opened: codes of the criteria that the set's questions can evidence.

    Source:
        Decision 16, for rules R2 and R3.
    """
    already = set(opened)
    wanted = plan.criteria_of(method, Level.PASS, Level.DISTINCTION)
    return tuple(_probe(plan, criterion) for criterion in wanted if criterion.code not in already)


def _probe(plan: Plan, criterion: Criterion) -> PrescribedProbe:
    ksbs = _judged(plan, criterion)
    known = any(ksb.kind is Kind.KNOWLEDGE for ksb in ksbs)
    done = any(ksb.kind is not Kind.KNOWLEDGE for ksb in ksbs)
    return PrescribedProbe(criterion, ksbs, _ASKS[known, done])


def _judges_knowledge_alone(plan: Plan, criterion: Criterion) -> bool:
    kinds = {ksb.kind for ksb in _judged(plan, criterion)}
    return kinds == {Kind.KNOWLEDGE}


def _judged(plan: Plan, criterion: Criterion) -> tuple[Ksb, ...]:
    linked = {link.ksb for link in plan.links_of(criterion.code)}
    return tuple(ksb for ksb in plan.ksbs if ksb.code in linked)


def _anomalies(plan: Plan, criterion: Criterion) -> tuple[Anomaly, ...]:
    about = {criterion.code, *(ksb.code for ksb in _judged(plan, criterion))}
    return tuple(anomaly for anomaly in plan.anomalies if about & set(anomaly.about))
