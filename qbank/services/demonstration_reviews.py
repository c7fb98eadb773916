"""Reviews of the example: one that was signed off this morning, with a revision to be done, and one that is open."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.people import Actor
from qbank.domain.reviewing import Scope
from qbank.domain.standards import Plan
from qbank.services import bank_deciding, convening, panel_deciding, signing_off
from qbank.services.bank_deciding import LAST_SETS, BankResolution, BankVote
from qbank.services.convening import Convened
from qbank.services.panel_deciding import Resolution
from qbank.storage.models import Person, Review
from qbank.storage.queries import people as known
from qbank.storage.queries.reviews import KeptReview, review
from review.budget import Budget
from review.days import day_in_uk, months_after
from review.panel import Choice

PANEL: Final = ("panel@example.org", "second.panel@example.org")
AUTHOR: Final = "author@example.org"
MANAGER: Final = "manager@example.org"
QUORUM: Final = 2
MONTHS_TO_REVISE: Final = 2
BUDGET: Final = Budget(thousandths=250, last=LAST_SETS)
IT_RESTS_ON: Final = "The year’s sets gave less away than a quarter, and the panel keeps what it signed."


def fill(store: Session, plan: Plan, *, at: datetime) -> None:
    """Make what is missing: nothing, once there is a review."""
    found = [known.by_email(store, email) for email in (*PANEL, AUTHOR, MANAGER)]
    if None in found or store.scalar(sa.select(Review.id).limit(1)) is not None:
        return
    chair, second, author, manager = (person for person in found if person is not None)
    first, last = plan.methods[0].code, plan.methods[-1].code
    _signed(store, _opened(store, plan, last, chair, second, manager, at=at), chair, second, author)
    running = _opened(store, plan, first, chair, second, manager, at=at)
    question = running.agenda[0].reference
    reason = "It is clear, and it was asked often enough to know."
    panel_deciding.vote(store, running, question, Choice.KEEP, reason=reason, by=second.actor, at=at)
    reason = "It is large enough; the thin KSBs should have more."
    bank_deciding.propose_budget(store, running, BUDGET, reason=IT_RESTS_ON, by=chair.actor, at=at)
    said = BankVote(is_sufficient=True, on=1, reason=reason)
    bank_deciding.vote_on_bank(store, _kept(store, running.reference), said, by=second.actor, at=at)


def _opened(
    store: Session, plan: Plan, method: str, chair: Person, second: Person, manager: Person, *, at: datetime
) -> KeptReview:
    asked = Convened(plan.standard, method, Scope.DUE, chair.id, frozenset({second.id}), QUORUM)
    found = _kept(store, convening.open_review(store, asked, by=manager.actor, at=at))
    for member in (chair, second):
        convening.declare(store, found, (), words="", by=member.actor, at=at)
    return _kept(store, found.reference)


def _signed(store: Session, found: KeptReview, chair: Person, second: Person, author: Person) -> None:
    at = found.opened_at
    revised = Resolution(
        Choice.REVISE,
        "Two assessors had to say it in other words.",
        author=author.id,
        revised_by=months_after(day_in_uk(at), MONTHS_TO_REVISE),
    )
    for place, line in enumerate(found.agenda):
        made = Resolution(Choice.KEEP, "Fit for its purpose.") if place else revised
        for member in (chair, second):
            _vote(store, found, line.reference, made.choice, member.actor, at)
        panel_deciding.decide(store, found, line.reference, made, by=chair.actor, at=at)
    reason = "Whoever kept ten sets knows less than a quarter of the next."
    bank_deciding.propose_budget(store, found, BUDGET, reason=reason, by=chair.actor, at=at)
    for member, why in ((chair, ""), (second, "A year of sets gave less away than last year.")):
        said = BankVote(is_sufficient=True, on=1, reason=why)
        bank_deciding.vote_on_bank(store, found, said, by=member.actor, at=at)
    bank_deciding.decide_bank(store, found, BankResolution(is_sufficient=True, reason=reason), by=chair.actor, at=at)
    signing_off.sign_off(store, found, by=chair.actor, at=at)


def _vote(store: Session, found: KeptReview, reference: str, choice: Choice, by: Actor, at: datetime) -> None:
    panel_deciding.vote(store, found, reference, choice, reason="", by=by, at=at)


def _kept(store: Session, reference: str) -> KeptReview:
    found = review(store, reference)
    assert found is not None, "opened in this unit"  # noqa: S101 - narrows for the type checker
    return found
