"""What a panel does with the bank as a whole: it votes on it, blind to one another, and its chair records the decision.

Before that the chair proposes a predictability budget, and each member signs it with their vote or names another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.people import Actor
from qbank.domain.reviewing import must_be_a_reason
from qbank.services import audit
from qbank.services.convening import must_be_member, must_be_open
from qbank.storage.models import ReviewBankDecision, ReviewBankVote, ReviewBudget, ReviewBudgetProposal
from qbank.storage.queries.review_banks import BudgetProposed, votes_cast
from qbank.storage.queries.reviews import KeptReview
from review.budget import KEPT_SETS, WHOLE, Budget

LAST_SETS: Final = 10
"""Of how many kept sets a budget speaks where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class BankResolution:
    """What is decided of the bank, with all that belongs to it.

    Args:
        is_sufficient: whether the bank is of sufficient size to prevent predictability (W7).
        reason: in a sentence.
        departs_because: why it is another than most votes are for; empty where it is not.
    """

    is_sufficient: bool
    reason: str
    departs_because: str = ""


@dataclass(frozen=True, slots=True)
class BankVote:
    """What a member says of the bank and of the budget that is proposed.

    Args:
        is_sufficient: whether they find the bank of sufficient size (W7).
        on: number of the proposal that they read.
        would_sign: which other budget they would sign, in thousandths; None where they sign the proposed one.
        reason: in a sentence; may be empty where they sign.
    """

    is_sufficient: bool
    on: int
    would_sign: int | None = None
    reason: str = ""


def propose_budget(store: Session, found: KeptReview, budget: Budget, *, reason: str, by: Actor, at: datetime) -> None:
    """Put a predictability budget to the panel; votes on an earlier one count no more.

    Raises:
        NotAllowed: somebody else than the chair proposes it (L8).
        RuleBroken: it is no share, nothing is measured for so many sets, it has no reason or is proposed already; the
            bank is decided on, or the review has ended.
    """
    now = must_be_open(store, found)
    if must_be_member(now, by) != now.chair_id:
        raise NotAllowed("The chair proposes the budget.", remedy="Ask the chair.", rule="L8")
    _must_be_undecided(now)
    _must_be_measured(budget)
    said = must_be_a_reason(reason, what="a budget")
    before = now.proposal
    if before is not None and (before.budget, before.last_sets) == (budget.thousandths, budget.last):
        raise RuleBroken(
            "This budget is proposed already.", remedy="Propose another, or wait for the votes.", rule="W7"
        )
    number = 1 if before is None else before.number + 1
    row = ReviewBudgetProposal(review_id=now.id, number=number, reason=said, at=at, by_id=now.chair_id)
    row.budget, row.last_sets = budget.thousandths, budget.last
    store.add(row)
    store.flush()
    facts = {"number": number, "budget": row.budget, "last_sets": row.last_sets}
    audit.record(store, act="review budget proposed", subject=now.reference, by=by, at=at, facts=facts)


def vote_on_bank(store: Session, found: KeptReview, said: BankVote, *, by: Actor, at: datetime) -> None:
    """Vote on the bank and on its budget; who thinks again votes again until it is decided.

    Every member may: whoever wrote some of its questions is not barred from the bank. The entry of the audit trail
    tells on which proposal it is, and not the vote.

    Raises:
        NotAllowed: the person is not on the panel.
        RuleBroken: the member has not declared interests yet; no budget is proposed, or another than they read; they
            would sign another and give no reason; it is decided, or the review has ended.
    """
    now = must_be_open(store, found)
    member = must_be_member(now, by)
    seat = now.member(member)
    if seat is None or seat.declared_at is None:
        raise RuleBroken("You have not declared your interests.", remedy="Declare them first.", rule="L8")
    _must_be_undecided(now)
    proposed = _must_be_proposed(now)
    _must_be_a_vote(said, proposed)
    number = votes_cast(store, now.id, member) + 1
    row = ReviewBankVote(review_id=now.id, by_id=member, number=number, is_sufficient=said.is_sufficient, at=at)
    row.proposal, row.would_sign, row.reason = proposed.number, said.would_sign, said.reason.strip()
    store.add(row)
    store.flush()
    facts = {"number": number, "proposal": proposed.number}
    audit.record(store, act="review vote on the bank cast", subject=now.reference, by=by, at=at, facts=facts)


def decide_bank(store: Session, found: KeptReview, resolution: BankResolution, *, by: Actor, at: datetime) -> None:
    """Record what the panel decided of the bank as a whole, once as many have voted as the quorum asks.

    The budget is the one that is proposed, where more of those who voted sign it than do not. The entry of the audit
    trail tells who signed, how many votes there were for each answer, and the SHA-256 of why the decision departs.

    Raises:
        NotAllowed: somebody else than the chair records it, or the chair has not voted (L8).
        RuleBroken: too few have voted, or most do not sign the budget; something is missing or too much; it is decided.
    """
    now = must_decide(store, found, by)
    proposed = _must_be_proposed(now)
    _must_be_whole(now, resolution)
    row = ReviewBankDecision(review_id=now.id, is_sufficient=resolution.is_sufficient, at=at, by_id=now.chair_id)
    row.budget, row.reason = proposed.budget, resolution.reason.strip()
    row.departs_because = resolution.departs_because.strip() or None
    store.add(row)
    store.flush()
    store.add(ReviewBudget(review_id=now.id, last_sets=proposed.last_sets))
    store.flush()
    facts = _facts(now, proposed, resolution, row.departs_because)
    audit.record(store, act="review decision on the bank", subject=now.reference, by=by, at=at, facts=facts)


def must_decide(store: Session, found: KeptReview, by: Actor) -> KeptReview:
    """The review as it stands, where this person may record the decision on the bank now.

    It is asked before anything is said of what they would decide: what is missing there would tell how others voted.

    Raises:
        NotAllowed: somebody else than the chair records it, or the chair has not voted (L8).
        RuleBroken: no budget is proposed, too few have voted, or most do not sign it; it is decided.
    """
    now = must_be_open(store, found)
    if must_be_member(now, by) != now.chair_id:
        raise NotAllowed("The chair records the decision on the bank.", remedy="Ask the chair.", rule="L8")
    _must_be_undecided(now)
    _must_be_proposed(now)
    _must_be_voted_on(now)
    return now


def _facts(
    now: KeptReview, proposed: BudgetProposed, resolution: BankResolution, departs_because: str | None
) -> dict[str, Any]:
    counts = now.bank_matter.counted(now.panel)
    facts: dict[str, Any] = {
        "sufficient": "yes" if resolution.is_sufficient else "no",
        "budget": proposed.budget,
        "last_sets": proposed.last_sets,
        "proposal": proposed.number,
        "signed_by": [f"person {each}" for each in sorted(now.signatories)],
        "votes_yes": counts[True],
        "votes_no": counts[False],
    }
    if departs_because is not None:
        facts["departs"] = hashlib.sha256(departs_because.encode()).hexdigest()
    return facts


def _must_be_undecided(now: KeptReview) -> None:
    if now.bank is not None:
        raise RuleBroken("The bank is decided on already.", remedy="Open the review again.", rule="L7")


def _must_be_proposed(now: KeptReview) -> BudgetProposed:
    if now.proposal is None:
        raise RuleBroken("No budget is proposed yet.", remedy="The chair proposes one first.", rule="W7")
    return now.proposal


def _must_be_measured(budget: Budget) -> None:
    if not 0 <= budget.thousandths <= WHOLE:
        raise RuleBroken("The budget lies between 0% and 100%.", remedy="Give a share of a set.", rule="W7")
    if budget.last not in KEPT_SETS:
        measured = ", ".join(map(str, KEPT_SETS))
        raise RuleBroken("Nothing is measured for so many sets.", remedy=f"Choose one of {measured}.", rule="W7")


def _must_be_a_vote(said: BankVote, proposed: BudgetProposed) -> None:
    if said.on != proposed.number:
        raise RuleBroken("Another budget is proposed since.", remedy="Read it, and vote on that one.", rule="W7")
    if said.would_sign is None:
        return
    if not 0 <= said.would_sign <= WHOLE:
        raise RuleBroken("The budget lies between 0% and 100%.", remedy="Give a share of a set.", rule="W7")
    if said.would_sign == proposed.budget:
        raise RuleBroken("That is the budget that is proposed.", remedy="Sign it, or name another.", rule="W7")
    must_be_a_reason(said.reason, what="another budget")


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
    if not matter.is_signed(now.panel):
        raise RuleBroken(
            f"The panel does not sign this budget: {len(matter.signs)} of the {len(matter.votes)} who voted do.",
            remedy="Propose another: members have said which they would sign.",
            rule="W7",
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
