"""Standard sets and the people who make them: where they stand, and who may decide about them."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor


class Decided(StrEnum):
    """What a second person decided about submitted standard sets."""

    APPROVED = "approved"
    SENT_BACK = "sent back"


class Standing(StrEnum):
    """Where standard sets are on their way into use."""

    ASSEMBLED = "being adjusted"
    SUBMITTED = "awaiting approval"
    SENT_BACK = "sent back"
    APPROVED = "approved"


def standing_of(*, submitted: bool, decided: Decided | None) -> Standing:
    """Where the latest revision stands: whether it was submitted, and what was decided about it."""
    if decided is Decided.APPROVED:
        return Standing.APPROVED
    if decided is Decided.SENT_BACK:
        return Standing.SENT_BACK
    return Standing.SUBMITTED if submitted else Standing.ASSEMBLED


def must_be_a_second_person(by: Actor, makers: Collection[int]) -> None:
    """Refuse whoever assembled, adjusted or submitted the sets.

    Raises:
        RuleBroken: they did, or they are nobody by name.

    Source: assessment plan, rule O3: standardised questions, which the organisation devises; ours: L8, by two people.
    """
    if by.identifier is None:
        raise RuleBroken("Standard sets are approved by a person.", remedy="Sign in and approve them.", rule="L8")
    if by.identifier in makers:
        raise RuleBroken(
            "You assembled, adjusted or submitted these sets, and nobody approves their own.",
            remedy="Ask another approver.",
            rule="L8",
        )
