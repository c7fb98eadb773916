"""What a panel does with the bank as a whole: members vote, blind to one another; the chair records what is decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.services.convening import must_be_member, must_be_open
from qbank.storage.models import ReviewBankDecision, ReviewBankVote, ReviewBudget
from qbank.storage.queries.reviews import KeptReview
from review.budget import KEPT_SETS, WHOLE

LAST_SETS: Final = 10
"""Of how many kept sets a budget speaks where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class BankResolution:
    """What is decided of the bank, with all that belongs to it.

    Args:
        is_sufficient: whether the bank is of sufficient size to prevent predictability (W7).
        budget: how many thousandths of a set somebody may know who heard earlier ones: what the panel signs.
        reason: in a sentence.
        last_sets: of how many of a provider's last sets they kept the budget speaks; one of those that are measured.
        departs_because: why it is another than most votes are for; empty where it is not.
    """

    is_sufficient: bool
    budget: int
    reason: str
    last_sets: int = LAST_SETS
    departs_because: str = ""


def vote_on_bank(
    store: Session, found: KeptReview, *, is_sufficient: bool, reason: str, by: Actor, at: datetime
) -> None:
    """Vote on the bank; who thinks again votes again until it is decided.

    Every member may: whoever wrote some of its questions is not barred from the bank. The entry of the audit trail does
    not tell the vote.

    Raises:
        NotAllowed: the person is not on the panel.
        RuleBroken: the member has not declared interests yet, it is decided, or the review has ended.
    """
    now = must_be_open(store, found)
    member = must_be_member(now, by)
    seat = now.member(member)
    if seat is None or seat.declared_at is None:
        raise RuleBroken("You have not declared your interests.", remedy="Declare them first.", rule="L8")
    _must_be_undecided(now)
    before = next((each.number for each in now.bank_votes if each.by_id == member), 0)
    row = ReviewBankVote(review_id=now.id, by_id=member, number=before + 1, is_sufficient=is_sufficient, at=at)
    row.reason = reason.strip()
    store.add(row)
    store.flush()
    facts = {"number": row.number}
    audit.record(store, act="review vote on the bank cast", subject=now.reference, by=by, at=at, facts=facts)


def decide_bank(store: Session, found: KeptReview, resolution: BankResolution, *, by: Actor, at: datetime) -> None:
    """Record what the panel decided of the bank as a whole, once as many have voted as the quorum asks.

    The entry of the audit trail tells how many votes there were for each, and the SHA-256 of why the decision departs.

    Raises:
        NotAllowed: somebody else than the chair records it, or the chair has not voted (L8).
        RuleBroken: too few have voted; something is missing or too much; the budget is no share, or nothing is measured
            for so many sets; it is decided.
    """
    now = must_decide(store, found, by)
    _must_be_whole(now, resolution)
    row = ReviewBankDecision(review_id=now.id, is_sufficient=resolution.is_sufficient, at=at, by_id=now.chair_id)
    row.budget, row.reason = resolution.budget, resolution.reason.strip()
    row.departs_because = resolution.departs_because.strip() or None
    store.add(row)
    store.flush()
    store.add(ReviewBudget(review_id=now.id, last_sets=resolution.last_sets))
    store.flush()
    facts = _facts(now, resolution, row.departs_because)
    audit.record(store, act="review decision on the bank", subject=now.reference, by=by, at=at, facts=facts)


def must_decide(store: Session, found: KeptReview, by: Actor) -> KeptReview:
    """The review as it stands, where this person may record the decision on the bank now.

    It is asked before anything is said of what they would decide: what is missing there would tell how others voted.

    Raises:
        NotAllowed: somebody else than the chair records it, or the chair has not voted (L8).
        RuleBroken: too few have voted; it is decided.
    """
    now = must_be_open(store, found)
    if must_be_member(now, by) != now.chair_id:
        raise NotAllowed("The chair records the decision on the bank.", remedy="Ask the chair.", rule="L8")
    _must_be_undecided(now)
    _must_be_voted_on(now)
    return now


def _facts(now: KeptReview, resolution: BankResolution, departs_because: str | None) -> dict[str, Any]:
    counts = now.bank_matter.counted(now.panel)
    facts: dict[str, Any] = {
        "sufficient": "yes" if resolution.is_sufficient else "no",
        "budget": resolution.budget,
        "last_sets": resolution.last_sets,
        "votes_yes": counts[True],
        "votes_no": counts[False],
    }
    if departs_because is not None:
        facts["departs"] = hashlib.sha256(departs_because.encode()).hexdigest()
    return facts


def _must_be_undecided(now: KeptReview) -> None:
    if now.bank is not None:
        raise RuleBroken("The bank is decided on already.", remedy="Open the review again.", rule="L7")


def _must_be_voted_on(now: KeptReview) -> None:
    matter = now.bank_matter
    if now.chair_id not in matter.votes:
        raise NotAllowed("Whoever records a decision has voted.", remedy="Vote first.", rule="L8")
    if not matter.has_quorum(now.panel):
        raise RuleBroken(
            f"It cannot be decided: {len(matter.votes)} of the {now.quorum} votes that the quorum asks for are cast.",
            remedy="Wait until more members have voted.",
            rule="L8",
        )


def _must_be_whole(now: KeptReview, resolution: BankResolution) -> None:
    if not resolution.reason.strip():
        raise RuleBroken("A decision needs a reason.", remedy="Say in a sentence why.")
    departs, says_why = (
        now.bank_matter.departs(now.panel, is_sufficient=resolution.is_sufficient),
        resolution.departs_because.strip(),
    )
    if departs and not says_why:
        raise RuleBroken(
            "Most votes are for the other answer.", remedy="Say why the decision departs from them.", rule="W7"
        )
    if says_why and not departs:
        raise RuleBroken(
            "The decision is not another than most votes are for.", remedy="Leave out why it departs.", rule="W7"
        )
    if not 0 <= resolution.budget <= WHOLE:
        raise RuleBroken("The budget lies between 0% and 100%.", remedy="Give a share of a set.", rule="W7")
    if resolution.last_sets not in KEPT_SETS:
        measured = ", ".join(map(str, KEPT_SETS))
        raise RuleBroken("Nothing is measured for so many sets.", remedy=f"Choose one of {measured}.", rule="W7")
