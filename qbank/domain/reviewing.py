"""What surrounds a review: the events that call one early, and the continuation of a bank that is overdue."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from review.clock import Clock, Standing
from review.days import months_after


class CallKind(StrEnum):
    """What called the review of a question early."""

    PLAN_OR_LAW = "the plan or the law changed"
    LEAK = "a leak is suspected"
    EXPOSURE = "asked more often than its limit"
    ASSESSOR = "an assessor reports it"
    APPEAL = "an appeal names it"


class Scope(StrEnum):
    """What the system puts on the agenda of a review."""

    DUE = "what is due, called or planned"
    EVERY = "every question in service"


BY_MANAGERS = tuple(kind for kind in CallKind if kind is not CallKind.ASSESSOR)
"""The kinds that a bank manager records; an assessor's report comes from the page of the session."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """That an overdue bank goes on for a while.

    Args:
        until: the last day.
        signed_by: keys of everybody who signed, whoever asked for it included.
    """

    until: date
    signed_by: frozenset[int]

    def holds(self, today: date, *, signatures: int) -> bool:
        """Whether sets may be drawn by it today; `signatures` is how many people must have signed."""
        return len(self.signed_by) >= signatures and today <= self.until


def must_be_a_reason(reason: str, *, what: str) -> str:
    """The reason without blanks around it.

    Raises:
        RuleBroken: there is none; `what` is what needs it, "a continuation".
    """
    if not reason.strip():
        raise RuleBroken(f"{what.capitalize()} needs a reason.", remedy="Say in a sentence why.")
    return reason.strip()


def must_be_lawful_until(until: date, bank: Clock, *, today: date, most_months: int) -> None:
    """Ensure that a continuation is of a bank whose review is due, and short.

    Args:
        until: its last day.
        bank: the clock of the bank.
        today: the day on which it is asked for.
        most_months: no longer than an apprentice's assessment takes: they are who a stop would harm.

    Raises:
        RuleBroken: the bank's review is not open yet; the day has passed, is no help, or is too far away.

    Source: decision review-clock; assessment plan, rules W8 and G5.
    """
    if bank.standing(today) not in {Standing.SOON, Standing.OVERDUE}:
        raise RuleBroken("The review of this bank is not open yet.", remedy="Nothing has to be signed.", rule="W8")
    if until < max(today, bank.due_on):
        raise RuleBroken(
            "The last day has passed, or lies before the day on which the bank falls due.",
            remedy="Give a day that is still to come.",
            rule="W8",
        )
    latest = months_after(max(today, bank.due_on), most_months)
    if until > latest:
        raise RuleBroken(
            f"A continuation lasts {most_months} months at most: until {latest.day} {latest:%B %Y}.",
            remedy="Give an earlier day, and hold the review before it.",
            rule="W8",
        )


def must_be_another_signer(by: Actor, signed_by: Collection[int]) -> int:
    """The key of somebody who has not signed yet.

    Raises:
        RuleBroken: they are nobody by name, or signed or asked for it before (L8).
    """
    if by.identifier is None:
        raise RuleBroken("A continuation is signed by people.", remedy="Sign in and sign it.", rule="L8")
    if by.identifier in signed_by:
        raise RuleBroken(
            "You asked for this continuation or signed it, and nobody signs twice.",
            remedy="Another bank manager or panel member must.",
            rule="L8",
        )
    return by.identifier
