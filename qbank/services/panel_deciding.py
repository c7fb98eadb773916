"""What a panel does with its agenda: members vote, blind to one another, and talk; decisions are recorded.

What it does with the bank as a whole is in `bank_deciding`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.services.convening import must_be_member, must_be_open
from qbank.storage.models import (
    Person,
    ReviewDecision,
    ReviewDecisionBar,
    ReviewRemark,
    ReviewVote,
)
from qbank.storage.queries.reviews import AgendaLine, KeptReview
from review.days import day_in_uk, months_after
from review.panel import Choice, Lacking, undecidable

REMEDIES = {
    Lacking.MEMBERS: "Invite somebody who may vote on it.",
    Lacking.VOTES: "Wait until more members have voted.",
}


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is decided of a question, with all that belongs to it.

    Args:
        rest_until: the day on which it is live again; only where it rests.
        author: key of whoever revises it; only where it is revised.
        revised_by: until when.
    """

    choice: Choice
    reason: str
    rest_until: date | None = None
    author: int | None = None
    revised_by: date | None = None


def vote(
    store: Session, found: KeptReview, reference: str, choice: Choice, *, reason: str, by: Actor, at: datetime
) -> None:
    """Vote on a question; who thinks again votes again until it is decided.

    The entry of the audit trail does not tell the choice: whoever reads the trail is blind as well.

    Raises:
        NotAllowed: the person is not on the panel, had a hand in the question or declared an interest (L8).
        NotFound: the question is not on the agenda.
        RuleBroken: the member has not declared interests yet, it is decided, or the review is signed off.
    """
    now = must_be_open(store, found)
    member, line = must_be_member(now, by), _line(now, reference)
    seat = now.member(member)
    if seat is None or seat.declared_at is None:
        raise RuleBroken("You have not declared your interests.", remedy="Declare them first.", rule="L8")
    if member in line.barred:
        raise NotAllowed(
            "You had a hand in this question or declared an interest in it, so you do not vote on it.",
            remedy="Vote on the others.",
            rule="L8",
        )
    _must_be_undecided(line)
    before = next((each.number for each in line.votes if each.by_id == member), 0)
    row = ReviewVote(review_id=now.id, question_id=line.question_id, by_id=member, number=before + 1, at=at)
    row.choice, row.reason = choice, reason.strip()
    store.add(row)
    store.flush()
    facts = {"question": reference, "number": row.number}
    audit.record(store, act="review vote cast", subject=now.reference, by=by, at=at, facts=facts)


def remark(store: Session, found: KeptReview, reference: str, *, words: str, by: Actor, at: datetime) -> None:
    """Say something of a question to the panel; after the own vote, so that nobody is led.

    Raises:
        NotAllowed: the person may not see the votes yet.
        NotFound: the question is not on the agenda.
        RuleBroken: nothing is said, or the review is signed off.
    """
    now = must_be_open(store, found)
    member, line = must_be_member(now, by), _line(now, reference)
    if not line.matter.sees_votes(member):
        raise NotAllowed("The discussion opens to you once you have voted.", remedy="Vote first.", rule="L8")
    if not words.strip():
        raise RuleBroken("The remark is empty.", remedy="Say what the panel should think of.")
    row = ReviewRemark(review_id=now.id, question_id=line.question_id, words=words.strip(), at=at, by_id=member)
    store.add(row)
    store.flush()
    facts = {"question": reference}
    audit.record(store, act="review remark made", subject=now.reference, by=by, at=at, facts=facts)


def decide(
    store: Session, found: KeptReview, reference: str, resolution: Resolution, *, by: Actor, at: datetime
) -> None:
    """Record what most votes are for; where they are level, one of those choices.

    Who does not count for it, for a hand in it or an interest, is kept with it: later ones change nothing.

    Raises:
        NotAllowed: somebody else records it, or somebody who has not voted (L8).
        NotFound: the question is not on the agenda.
        RuleBroken: too few votes; another choice leads; something is missing; it is decided.
    """
    now = must_be_open(store, found)
    member, line = must_be_member(now, by), _line(now, reference)
    matter, panel = line.matter, now.panel
    _must_be_undecided(line)
    if member not in matter.recorders(panel):
        raise NotAllowed(
            "The chair records the decision; where the chair may not vote on it, another member who may.",
            remedy="Ask them.",
            rule="L8",
        )
    if member not in matter.votes:
        raise NotAllowed("Whoever records a decision has voted.", remedy="Vote first.", rule="L8")
    lacking = undecidable(panel, matter)
    if lacking is not None:
        raise RuleBroken(f"It cannot be decided: {lacking}.", remedy=REMEDIES[lacking], rule="L8")
    if resolution.choice not in matter.leading(panel):
        raise RuleBroken(
            f"Most votes are for: {' or '.join(matter.leading(panel))}.",
            remedy="Record that, or discuss it and vote again.",
            rule="L8",
        )
    _must_be_whole(store, resolution, day_in_uk(at))
    row = ReviewDecision(review_id=now.id, question_id=line.question_id, choice=resolution.choice, at=at, by_id=member)
    row.reason, row.rest_until = resolution.reason.strip(), resolution.rest_until
    row.author_id, row.revised_by = resolution.author, resolution.revised_by
    store.add(row)
    store.flush()
    barred = sorted(line.barred & panel.members)
    store.add_all(ReviewDecisionBar(review_id=now.id, question_id=line.question_id, person_id=each) for each in barred)
    store.flush()
    told = [f"person {each}" for each in barred]
    facts = {"question": reference, "choice": str(resolution.choice), "barred": told}
    audit.record(store, act="review decision recorded", subject=now.reference, by=by, at=at, facts=facts)


def _line(now: KeptReview, reference: str) -> AgendaLine:
    line = now.line(reference)
    if line is None:
        raise NotFound("This question is not on the agenda.", remedy="Choose one from the agenda.")
    return line


def _must_be_undecided(line: AgendaLine) -> None:
    if line.decision is not None:
        raise RuleBroken(f"{line.reference} is decided: {line.decision.choice}.", remedy="Open it again.", rule="L7")


def _must_be_whole(store: Session, resolution: Resolution, today: date) -> None:
    if not resolution.reason.strip():
        raise RuleBroken("A decision needs a reason.", remedy="Say in a sentence why.")
    rests, revised = resolution.choice is Choice.REST, resolution.choice is Choice.REVISE
    if rests != (resolution.rest_until is not None) or revised != (resolution.author is not None):
        raise RuleBroken(
            "A question that rests has a day on which it is live again; one that is revised has an author.",
            remedy="Give what belongs to the choice, and nothing else.",
        )
    if revised != (resolution.revised_by is not None):
        raise RuleBroken("A revision has a day until which it is done.", remedy="Give the day.")
    for day in (resolution.rest_until, resolution.revised_by):
        if day is not None and not today < day <= months_after(today, 12):
            raise RuleBroken("The day lies within a year from now.", remedy="Give such a day.", rule="W8")
    author = None if resolution.author is None else store.get(Person, resolution.author)
    if revised and (author is None or not author.active or Role.AUTHOR not in author.actor.roles):
        raise RuleBroken("A question is revised by an author.", remedy="Choose one.")
