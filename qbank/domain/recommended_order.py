"""The order of methods that a plan recommends and does not require (rules O8 and W11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from qbank.domain.standards import Method, Plan

RECOMMENDED_BEFORE = "recommended_before"


@dataclass(frozen=True, slots=True)
class Recommended:
    """One recommendation that concerns a session.

    Args:
        first: the method that the plan would have first.
        then: the one it would have afterwards.
        rule: the number of the plan's rule.
        is_kept: whether it is kept by the times booked; None while only one of both is booked.
    """

    first: Method
    then: Method
    rule: str
    is_kept: bool | None


def recommended(plan: Plan, method: str, booked: Mapping[str, datetime]) -> Iterator[Recommended]:
    """What the plan recommends of a method's place among the others.

    Args:
        plan: the plan version.
        method: the session's method.
        booked: when each method of the apprentice starts that is booked, by code, the session's own among them.
    """
    for first in plan.methods:
        if first.recommended_before is None or method not in {first.code, first.recommended_before}:
            continue
        then = plan.method(first.recommended_before)
        times = [booked.get(each.code) for each in (first, then)]
        earlier, later = times
        is_kept = None if earlier is None or later is None else earlier < later
        rule = next(each.source for each in first.figures if each.name == RECOMMENDED_BEFORE)
        yield Recommended(first, then, rule, is_kept)
