"""The form of a draft: what it offers, and the text that was typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from werkzeug.datastructures import MultiDict

from qbank.domain.keeping import PairKind
from qbank.domain.standards import Criterion, Ksb, Level, Method, Plan
from qbank.domain.working_drafts import LABELS, MOST_CHARACTERS, PASSAGES, DraftText
from qbank.web import saying

TYPED = (*PASSAGES, "author", "source")
PAIR = "pair-"
"""Begins the name of a field that says what another question is to this one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen in a draft of a method.

    Args:
        ksbs: the method's KSBs by group, in the plan's order.
        criteria: the method's criteria by heading.
        linked: codes of the KSBs that each criterion goes with, by code of the criterion.
        minutes: (seconds, as people say them).
        demands: from the easiest.
    """

    method: Method
    ksbs: Sequence[tuple[str, Sequence[Ksb]]]
    criteria: Sequence[tuple[str, Sequence[Criterion]]]
    linked: dict[str, str]
    minutes: Sequence[tuple[int, str]]
    demands: Sequence[int]


def offer(plan: Plan, method_code: str) -> Offer:
    """What may be chosen in a draft of that method."""
    method = plan.method(method_code)
    ksbs = [(group, tuple(found)) for group, found in groupby(plan.ksbs_of(method.code), lambda ksb: ksb.group)]
    headings = {"For a pass": Level.PASS, "For a distinction": Level.DISTINCTION}
    criteria = [(heading, plan.criteria_of(method.code, level)) for heading, level in headings.items()]
    own = {ksb.code for ksb in plan.ksbs_of(method.code)}
    linked = {
        each.code: ", ".join(link.ksb for link in plan.links_of(each.code) if link.ksb in own)
        for _, found in criteria
        for each in found
    }
    least, most, step = (
        round(minutes * 60)
        for minutes in (method.question_least_minutes, method.question_most_minutes, method.question_step_minutes)
    )
    return Offer(
        method=method,
        ksbs=ksbs,
        criteria=criteria,
        linked=linked,
        minutes=[(seconds, saying.length(seconds)) for seconds in range(least, most + 1, step)],
        demands=range(method.demand_least, method.demand_most + 1),
    )


def text_in(form: MultiDict[str, str], plan: Plan, method: str) -> DraftText:
    """The text that was typed; a code that the method has not is left out, and a number that is none is not chosen."""
    own = [ksb.code for ksb in plan.ksbs_of(method)]
    criteria = [each.code for each in plan.criteria_of(method, Level.PASS, Level.DISTINCTION)]
    primary, others, evidenced = form.get("primary", ""), form.getlist("secondary"), form.getlist("criteria")
    return DraftText(
        method=method,
        **{part: _plain(form.get(part, "")) for part in TYPED},
        primary=primary if primary in own else "",
        secondary=tuple(code for code in own if code in others and code != primary),
        criteria=tuple(code for code in criteria if code in evidenced),
        demand=_whole(form.get("demand", "")),
        seconds=_whole(form.get("seconds", "")),
        employer_consulted=form.get("employer_consulted") == "yes",
    )


def too_long(text: DraftText) -> dict[str, str]:
    """A sentence for each part that is longer than any question needs."""
    return {
        part: f"{LABELS[part]} must be {MOST_CHARACTERS:,} characters or fewer"
        for part in TYPED
        if len(getattr(text, part)) > MOST_CHARACTERS
    }


def revision_in(form: MultiDict[str, str]) -> int:
    """The revision that the text was typed on; 0, which none has, where it is missing."""
    return _whole(form.get("revision", ""))


def _plain(typed: str) -> str:
    """What was typed, its lines ended by a line feed, without the character that PostgreSQL cannot hold."""
    return typed.replace("\0", "").replace("\r\n", "\n").strip()


def _whole(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0  # noqa: PLR2004 - digits


def pairs_in(form: Mapping[str, str]) -> dict[str, PairKind]:
    """What was chosen for questions that ask nearly the same, by their references; those that may meet are left out."""
    said = {name.removeprefix(PAIR): value for name, value in form.items() if name.startswith(PAIR)}
    return {reference[:64]: PairKind(value) for reference, value in said.items() if value in set(PairKind)}
