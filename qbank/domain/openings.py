"""Which criteria a question set opens, and what is asked where it opens none (decision 16).

The draw follows KSBs, the grade follows criteria. So that a draw never decides who can reach a distinction, whatever a
set leaves closed gets a prescribed probe: the same words for everybody, about the KSBs that the criterion judges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from qbank.domain.standards import Criterion, Kind, Ksb, Level, Plan

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
    linked = {link.ksb for link in plan.links_of(criterion.code)}
    ksbs = tuple(ksb for ksb in plan.ksbs if ksb.code in linked)
    known = any(ksb.kind is Kind.KNOWLEDGE for ksb in ksbs)
    done = any(ksb.kind is not Kind.KNOWLEDGE for ksb in ksbs)
    return PrescribedProbe(criterion, ksbs, _ASKS[known, done])
