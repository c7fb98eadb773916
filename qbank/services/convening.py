"""Convenes a review panel: opens the review with its agenda, invites members, keeps what they declare."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.access import Permission, Role
from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.people import Actor
from qbank.domain.reviewing import Scope
from qbank.services import audit
from qbank.storage.locks import lock_numbering
from qbank.storage.models import (
    InService,
    Person,
    PlanVersion,
    Question,
    Review,
    ReviewDeclaration,
    ReviewInterest,
    ReviewMember,
    ReviewQuestion,
    ReviewWithdrawal,
)
from qbank.storage.queries import review_clock, review_lists, reviews, standards, writing
from qbank.storage.queries.reviews import KeptReview
from review.clock import Standing
from review.days import day_in_uk, month_of
from review.workload import planned_months

LEAST_QUORUM = 2
PLANNED = "planned for this month"
CHOSEN = "put on the agenda by hand"


@dataclass(frozen=True, slots=True)
class Convened:
    """What a review is opened with.

    Args:
        standard: its code.
        method: the code of the method.
        scope: what the system puts on the agenda.
        chair: key of the person who presides; a member too.
        members: keys of the members, with or without the chair.
        quorum: how many votes each question needs.
    """

    standard: str
    method: str
    scope: Scope
    chair: int
    members: frozenset[int]
    quorum: int


def open_review(store: Session, asked: Convened, *, by: Actor, at: datetime) -> str:
    """Open a review with its agenda made; returns its reference.

    Args:
        store: in a unit that writes.
        asked: with all that belongs to it.
        by: a bank manager or a panel member.
        at: now.

    Raises:
        NotFound: there is no such method.
        RuleBroken: one is open already; too few members for the quorum; somebody is no panel member; the agenda would
            be empty.
    """
    row = standards.plan_version(store, asked.standard)
    if row is None or asked.method not in {each.code for each in standards.as_loaded(store, row.id).methods}:
        raise NotFound("There is no such method.", remedy="Choose one from the page of the review.")
    person = _named(by)
    lock_numbering(store)
    standing = review_lists.open_review(store, row.standard_id, asked.method)
    if standing is not None:
        raise RuleBroken(
            f"{standing} of this method is still open.", remedy="Sign it off or withdraw it first.", rule="W8"
        )
    members = _enough(asked)
    agenda = _some(agenda_of(store, row, asked.method, asked.scope, at=at))
    made = Review(
        reference=f"RV-{(store.scalar(sa.select(sa.func.max(Review.id))) or 0) + 1:04d}",
        plan_version_id=row.id,
        method=asked.method,
        scope=asked.scope,
        quorum=asked.quorum,
        chair_id=asked.chair,
        at=at,
        by_id=person,
    )
    store.add(made)
    store.flush()
    for member in members:
        _seat(store, made.id, member, external="", by=person, at=at)
    _put(store, made.id, agenda, by=person, at=at)
    facts = {
        "method": asked.method,
        "quorum": asked.quorum,
        "chair": f"person {asked.chair}",
        "members": [f"person {each}" for each in members],
        "questions": len(agenda),
    }
    audit.record(store, act="review opened", subject=made.reference, by=by, at=at, facts=facts)
    return made.reference


def invite(store: Session, found: KeptReview, person: int, *, external: str, by: Actor, at: datetime) -> None:
    """Add a member to the panel of an open review, from outside where `external` says where from.

    Raises:
        NotAllowed: somebody asks who neither presides nor opened the review.
        RuleBroken: the review is signed off, or the person is on the panel already or is no panel member.
    """
    now = must_be_open(store, found)
    presiding = must_preside(now, by)
    if now.member(person) is not None:
        raise RuleBroken("This person is on the panel already.", remedy="Choose another.")
    _seat(store, now.id, person, external=external.strip(), by=presiding, at=at)
    facts = {"member": f"person {person}", "external": "yes" if external.strip() else "no"}
    audit.record(store, act="review member invited", subject=now.reference, by=by, at=at, facts=facts)


def declare(
    store: Session, found: KeptReview, references: Collection[str], *, words: str, by: Actor, at: datetime
) -> None:
    """Keep a member's interests: the questions on which they will not vote, and what else there is to know.

    May be done again to add a question; the words are kept the first time. Nothing that was declared is taken back. An
    interest in what is decided already stays on record and changes the decision no more.

    Raises:
        NotAllowed: the person is not on the panel.
        NotFound: a question is not on the agenda.
        RuleBroken: the review is signed off.
    """
    now = must_be_open(store, found)
    member = must_be_member(now, by)
    lines = {line.reference: line for line in now.agenda}
    for reference in sorted(set(references)):
        if reference not in lines:
            raise NotFound(f"{reference[:20]} is not on the agenda.", remedy="Choose from the agenda.")
        if member not in lines[reference].interested:
            row = ReviewInterest(review_id=now.id, question_id=lines[reference].question_id, by_id=member, at=at)
            store.add(row)
    seat = now.member(member)
    if seat is not None and seat.declared_at is None:
        store.add(ReviewDeclaration(review_id=now.id, by_id=member, words=words.strip(), at=at))
    store.flush()
    facts = {"questions": sorted(set(references))}
    audit.record(store, act="review interests declared", subject=now.reference, by=by, at=at, facts=facts)


def withdraw(store: Session, found: KeptReview, *, reason: str, by: Actor, at: datetime) -> None:
    """End a review without a sign-off: nothing of it counts, no clock starts anew, and another may be opened.

    Raises:
        NotAllowed: somebody asks who neither presides nor may open reviews.
        RuleBroken: it is signed off or withdrawn already, or no reason is given.
    """
    now = must_be_open(store, found)
    person = _named(by) if by.may(Permission.OPEN_REVIEWS) else must_preside(now, by)
    if not reason.strip():
        raise RuleBroken("To withdraw a review needs a reason.", remedy="Say in a sentence why.")
    store.add(ReviewWithdrawal(review_id=now.id, reason=reason.strip(), at=at, by_id=person))
    store.flush()
    facts = {"decided": sum(1 for line in now.agenda if line.decision is not None), "questions": len(now.agenda)}
    audit.record(store, act="review withdrawn", subject=now.reference, by=by, at=at, facts=facts)


def put_on_agenda(store: Session, found: KeptReview, reference: str, *, by: Actor, at: datetime) -> None:
    """Put another question in service of the same method on the agenda.

    Raises:
        NotAllowed: somebody asks who neither presides nor opened the review.
        NotFound: there is no such question in service of this method.
        RuleBroken: the review is signed off, or the question is on the agenda already.
    """
    now = must_be_open(store, found)
    presiding = must_preside(now, by)
    if now.line(reference) is not None:
        raise RuleBroken(f"{reference} is on the agenda already.", remedy="Open it from the agenda.")
    question = writing.question_by_reference(store, reference)
    serving = None if question is None else store.get(InService, question.id)
    standard = store.get_one(PlanVersion, now.plan_version_id).standard_id
    if question is None or serving is None or (question.standard_id, question.method) != (standard, now.method):
        raise NotFound(
            f"No question of this method in service has the reference {reference[:20]}.",
            remedy="Check it on the page of the review's clock.",
        )
    _put(store, now.id, [(question.id, serving.question_version_id, CHOSEN)], by=presiding, at=at)
    facts = {"question": reference}
    audit.record(store, act="question put on the agenda", subject=now.reference, by=by, at=at, facts=facts)


def agenda_of(
    store: Session, row: PlanVersion, method: str, scope: Scope, *, at: datetime
) -> list[tuple[int, int, str]]:
    """(key of the question, key of its version in service, why) of what the system puts on an agenda today."""
    rhythm, today = review_clock.rhythm_of(standards.as_loaded(store, row.id)), day_in_uk(at)
    clocks = review_clock.clocks_of(store, row.standard_id, method, rhythm)
    done = review_clock.decided_in_month(store, row.standard_id, method, today)
    planned = planned_months([each.clock.due_on for each in clocks], today=today, done=done)
    serving = {
        each.question_id: each.question_version_id
        for each in store.scalars(
            sa.select(InService).join(Question, Question.id == InService.question_id).where(Question.method == method)
        )
    }
    found = []
    for each, month in zip(clocks, planned, strict=True):
        standing = each.clock.standing(today)
        is_planned = standing is Standing.IN_ORDER and month <= month_of(today)
        if standing is not Standing.IN_ORDER or is_planned or scope is Scope.EVERY:
            found.append((each.id, serving[each.id], PLANNED if is_planned else str(standing)))
    return found


def as_now(store: Session, found: KeptReview) -> KeptReview:
    """The review as it is in this unit, once every other act on it has ended."""
    lock_numbering(store)
    now = reviews.review(store, found.reference)
    if now is None:
        raise AssertionError("a review is never deleted")
    return now


def must_be_open(store: Session, found: KeptReview) -> KeptReview:
    """The review as it is in this unit.

    Raises:
        RuleBroken: it is signed off or withdrawn.
    """
    now = as_now(store, found)
    if now.withdrawn is not None:
        raise RuleBroken(f"{now.reference} was withdrawn and stays as it is.", remedy="Open another.", rule="L7")
    if now.signed is not None:
        raise RuleBroken(f"{now.reference} is signed off and stays as it is.", remedy="Open another.", rule="L7")
    return now


def must_be_member(found: KeptReview, by: Actor) -> int:
    """The key of a member who is a panel member still.

    Raises:
        NotAllowed: they are not on the panel, or no panel member any more.
    """
    if Role.PANEL_MEMBER not in by.roles:
        raise NotAllowed("You are no panel member any more.", remedy="Ask a bank manager.", rule="L8")
    if by.identifier is None or found.member(by.identifier) is None:
        raise NotAllowed("You are not on the panel of this review.", remedy="Ask the chair to invite you.", rule="L8")
    return by.identifier


def must_preside(found: KeptReview, by: Actor) -> int:
    """The key of the chair, or of who opened the review.

    Raises:
        NotAllowed: they are neither.
    """
    if by.identifier is None or by.identifier not in {found.chair_id, found.opened_by_id}:
        raise NotAllowed("Only the chair, or whoever opened the review, does this.", remedy="Ask them.", rule="L8")
    return by.identifier


def _enough(asked: Convened) -> list[int]:
    """The keys of the members, the chair among them: as many as the quorum needs."""
    members = sorted(asked.members | {asked.chair})
    if asked.quorum < LEAST_QUORUM or len(members) < asked.quorum:
        raise RuleBroken(
            f"A quorum is at least {LEAST_QUORUM} and at most the number of members.",
            remedy="Name more members, or a smaller quorum.",
            rule="L8",
        )
    return members


def _some(agenda: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    if not agenda:
        raise RuleBroken(
            "Nothing is due, called or planned for this month.",
            remedy="Choose every question, or wait until something is.",
        )
    return agenda


def _seat(store: Session, review_id: int, person: int, *, external: str, by: int, at: datetime) -> None:
    found = store.get(Person, person)
    if found is None or not found.active or Role.PANEL_MEMBER not in found.actor.roles:
        raise RuleBroken(
            f"{found.name if found else 'This person'} is no panel member.",
            remedy="Choose one, or have the role given to them.",
        )
    store.add(ReviewMember(review_id=review_id, person_id=person, external=external, at=at, by_id=by))
    store.flush()


def _put(store: Session, review_id: int, agenda: Sequence[tuple[int, int, str]], *, by: int, at: datetime) -> None:
    store.add_all(
        ReviewQuestion(review_id=review_id, question_id=question, question_version_id=version, why=why, at=at, by_id=by)
        for question, version, why in agenda
    )
    store.flush()


def _named(by: Actor) -> int:
    if by.identifier is None:
        raise RuleBroken(
            "A review is opened and ended by a person.", remedy="Sign in and do it on the pages.", rule="L8"
        )
    return by.identifier
