"""The second person's decision on a version: who may make it, and what it must say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from qbank.domain.access import Permission
from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.lifecycle import Change
from qbank.domain.people import Actor


class Verdict(StrEnum):
    """What an approver decides of a version."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes requested"
    REJECTED = "rejected"


class Answer(StrEnum):
    """What an author makes of a suggestion."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with all that belongs to it.

    Args:
        change: what an approved version does to its question's exposure history; None of any other verdict.
        confirmed: codes of the KSBs that the approver confirms, when the verdict is "approved".
        reason: a sentence or two; must be there unless the verdict is "approved".
    """

    verdict: Verdict
    change: Change | None = None
    confirmed: frozenset[str] = frozenset()
    reason: str = ""


def must_be_a_second_person(approver: Actor, hands: Collection[int]) -> None:
    """Ensure that somebody decides who may approve and had no hand in the version.

    Args:
        approver: whoever decides.
        hands: keys of the version's author, its co-authors and whoever submitted it.

    Raises:
        NotAllowed: they are no approver, are not known by name, or wrote or changed a word of it (L8).
    """
    if approver.identifier is None or not approver.may(Permission.APPROVE_QUESTIONS):
        raise NotAllowed("Only an approver decides on a question.", remedy="Ask one.", rule="L8")
    if approver.identifier in hands:
        raise NotAllowed(
            "You wrote, changed or submitted this version, so you do not approve it.",
            remedy="Another approver must.",
            rule="L8",
        )


def must_be_whole(decision: Decision, *, primary: Iterable[str], ksbs: Collection[str], is_first: bool) -> None:
    """Ensure that a decision says all that it must.

    Args:
        decision: as the approver gave it.
        primary: codes of the KSBs that the version is written for.
        ksbs: codes of all that it carries.
        is_first: whether no version of the question was live before.

    Raises:
        RuleBroken: a reason is missing; a primary KSB is not confirmed; a KSB is confirmed that the version has not;
            it is not said whether the change is editorial or material, or a first version is called editorial.
    """
    if decision.verdict is not Verdict.APPROVED:
        if not decision.reason.strip():
            raise RuleBroken("The author needs a reason.", remedy="Say in a sentence what stands against it.")
        return
    unconfirmed = [code for code in primary if code not in decision.confirmed]
    if unconfirmed:
        raise RuleBroken(
            f"{', '.join(unconfirmed)} is what the question is written for, and you do not confirm it.",
            remedy="Confirm it, or request changes.",
        )
    if not decision.confirmed <= frozenset(ksbs):
        raise RuleBroken("A KSB is confirmed that the question does not carry.", remedy="Open the page again.")
    if decision.change is None:
        raise RuleBroken("It is not said what kind of change it is.", remedy="Choose editorial or material.")
    if is_first and decision.change is Change.EDITORIAL:
        raise RuleBroken("A first version has no history to keep.", remedy="Choose material.")
