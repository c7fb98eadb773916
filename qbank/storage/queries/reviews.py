"""Reviews as they stand: the panel, the agenda with votes and decisions, the bank, the sign-off, and what followed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from qbank.domain.reviewing import Scope
from qbank.storage.models import (
    Person,
    PlanVersion,
    Question,
    QuestionVersion,
    Review,
    ReviewDecision,
    ReviewDecisionBar,
    ReviewDeclaration,
    ReviewInterest,
    ReviewMember,
    ReviewQuestion,
    ReviewRemark,
    ReviewSignOff,
    ReviewVote,
    ReviewWithdrawal,
    Standard,
)
from qbank.storage.queries.hands import hands_in
from qbank.storage.queries.review_banks import (
    BankResolved,
    BankVoted,
    BudgetProposed,
    bank_decision,
    bank_votes,
    budget_proposed,
)
from qbank.storage.queries.rows import rows
from review.panel import BankMatter, BankTask, Choice, Matter, Panel


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the panel.

    Args:
        external: where an invited member comes from; empty for our own people.
        declared_at: when they declared their interests; None before.
        words: what else they said then.
    """

    id: int
    name: str
    external: str
    declared_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Voted:
    """The latest vote of a member on a question."""

    by_id: int
    name: str
    choice: Choice
    reason: str
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A remark of the discussion."""

    name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was decided of a question.

    Args:
        author: who revises it; None unless it is revised.
    """

    choice: Choice
    reason: str
    rest_until: date | None
    author_id: int | None
    author: str | None
    revised_by: date | None
    by: str
    by_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One question on the agenda.

    Args:
        stem: the words asked, for those who may read them.
        why: it is on the agenda: how it stood on the clock, or who put it there.
        barred: keys of those who had a hand in it or declared an interest; of what is decided, those who had by then.
        interested: keys of those who declared an interest, before the decision or after it.
    """

    question_id: int
    version_id: int
    reference: str
    number: int
    digest: str
    stem: str = field(repr=False)
    why: str
    barred: frozenset[int]
    interested: frozenset[int]
    votes: Sequence[Voted]
    remarks: Sequence[Said]
    decision: Resolved | None

    @property
    def declared_later(self) -> frozenset[int]:
        """Who declared an interest once it was decided, which changes the decision no more."""
        return self.interested - self.barred

    @property
    def matter(self) -> Matter:
        """As the rules of a panel see it."""
        votes = {vote.by_id: vote.choice for vote in self.votes}
        return Matter(self.reference, self.barred, votes, self.decision.choice if self.decision else None)


@dataclass(frozen=True, slots=True)
class SignedOff:
    """That a review was signed off; `certificate` is canonical JSON."""

    certificate: str
    digest: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That a review was ended without a sign-off."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A review with all that belongs to it."""

    id: int
    reference: str
    standard: str
    plan_version_id: int
    plan_version: str
    method: str
    scope: Scope
    quorum: int
    chair_id: int
    opened_at: datetime
    opened_by: str
    opened_by_id: int
    members: Sequence[Member]
    agenda: Sequence[AgendaLine]
    bank: BankResolved | None
    proposal: BudgetProposed | None
    bank_votes: Sequence[BankVoted]
    signed: SignedOff | None
    withdrawn: Withdrawn | None

    @property
    def is_open(self) -> bool:
        """Whether the panel still works on it."""
        return self.signed is None and self.withdrawn is None

    @property
    def panel(self) -> Panel:
        """As the rules see it."""
        return Panel(frozenset(each.id for each in self.members), self.chair_id, self.quorum)

    @property
    def bank_matter(self) -> BankMatter:
        """The bank as the rules of a panel see it."""
        votes = {vote.by_id: vote.is_sufficient for vote in self.bank_votes}
        decided = None if self.bank is None else self.bank.is_sufficient
        return BankMatter(votes, decided, self.signatories, is_proposed=self.proposal is not None)

    @property
    def signatories(self) -> frozenset[int]:
        """Keys of the members who sign the budget that is proposed; of none, nobody."""
        signs = (each.by_id for each in self.bank_votes if each.would_sign is None)
        return frozenset() if self.proposal is None else frozenset(signs)

    def bank_task(self, person: int | None) -> BankTask | None:
        """What the person is to do about the bank now; None where nothing."""
        return self.bank_matter.task_of(self.panel, person) if self.is_open and person is not None else None

    @property
    def chair(self) -> Member:
        """Who presides."""
        return next(each for each in self.members if each.id == self.chair_id)

    def member(self, person: int | None) -> Member | None:
        """The person as a member of the panel; None where they are not on it."""
        return next((each for each in self.members if each.id == person), None)

    def line(self, reference: str) -> AgendaLine | None:
        """The question of that reference; None where it is not on the agenda."""
        return next((each for each in self.agenda if each.reference == reference), None)


def review(store: Session, reference: str) -> KeptReview | None:
    """The review of that reference."""
    asked = (
        sa.select(Review, Standard.code, PlanVersion.version, Person.name)
        .join(PlanVersion, PlanVersion.id == Review.plan_version_id)
        .join(Standard, Standard.id == PlanVersion.standard_id)
        .join(Person, Person.id == Review.by_id)
        .where(Review.reference == reference)
    )
    found = rows(store, asked)
    if not found:
        return None
    row, standard, version, opened_by = found[0]
    proposal = budget_proposed(store, row.id)
    return KeptReview(
        id=row.id,
        reference=row.reference,
        standard=standard,
        plan_version_id=row.plan_version_id,
        plan_version=version,
        method=row.method,
        scope=Scope(row.scope),
        quorum=row.quorum,
        chair_id=row.chair_id,
        opened_at=row.at,
        opened_by=opened_by,
        opened_by_id=row.by_id,
        members=_members(store, row.id),
        agenda=_agenda(store, row.id),
        bank=bank_decision(store, row.id),
        proposal=proposal,
        bank_votes=bank_votes(store, row.id, None if proposal is None else proposal.number),
        signed=_signed(store, row.id),
        withdrawn=_withdrawn(store, row.id),
    )


def _members(store: Session, review_id: int) -> list[Member]:
    declared = sa.and_(
        ReviewDeclaration.review_id == ReviewMember.review_id, ReviewDeclaration.by_id == ReviewMember.person_id
    )
    asked = (
        sa.select(ReviewMember, Person.name, ReviewDeclaration.at, ReviewDeclaration.words)
        .join(Person, Person.id == ReviewMember.person_id)
        .outerjoin(ReviewDeclaration, declared)
        .where(ReviewMember.review_id == review_id)
        .order_by(Person.name, Person.id)
    )
    return [Member(row.person_id, name, row.external, at, words or "") for row, name, at, words in rows(store, asked)]


def _agenda(store: Session, review_id: int) -> list[AgendaLine]:
    asked = (
        sa.select(
            ReviewQuestion, Question.reference, QuestionVersion.number, QuestionVersion.digest, QuestionVersion.stem
        )
        .join(Question, Question.id == ReviewQuestion.question_id)
        .join(QuestionVersion, QuestionVersion.id == ReviewQuestion.question_version_id)
        .where(ReviewQuestion.review_id == review_id)
        .order_by(Question.reference)
    )
    found = rows(store, asked)
    keys = [row.question_id for row, *_ in found]
    hands, interests = hands_in(store, keys), _interests(store, review_id)
    votes, remarks, decided = _votes(store, review_id), _remarks(store, review_id), _decisions(store, review_id)
    bars = _bars(store, review_id)
    return [
        AgendaLine(
            question_id=row.question_id,
            version_id=row.question_version_id,
            reference=reference,
            number=number,
            digest=digest,
            stem=stem,
            why=row.why,
            barred=frozenset(bars[row.question_id])
            if row.question_id in decided
            else hands[row.question_id] | frozenset(interests[row.question_id]),
            interested=frozenset(interests[row.question_id]),
            votes=tuple(votes[row.question_id].values()),
            remarks=tuple(remarks[row.question_id]),
            decision=decided.get(row.question_id),
        )
        for row, reference, number, digest, stem in found
    ]


def _interests(store: Session, review_id: int) -> Mapping[int, set[int]]:
    asked = sa.select(ReviewInterest.question_id, ReviewInterest.by_id)
    return _people(store, asked.where(ReviewInterest.review_id == review_id))


def _bars(store: Session, review_id: int) -> Mapping[int, set[int]]:
    asked = sa.select(ReviewDecisionBar.question_id, ReviewDecisionBar.person_id)
    return _people(store, asked.where(ReviewDecisionBar.review_id == review_id))


def _people(store: Session, asked: sa.Select[int, int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for question, person in rows(store, asked):
        found[question].add(person)
    return found


def _votes(store: Session, review_id: int) -> Mapping[int, dict[int, Voted]]:
    asked = (
        sa.select(ReviewVote, Person.name)
        .join(Person, Person.id == ReviewVote.by_id)
        .where(ReviewVote.review_id == review_id)
        .order_by(ReviewVote.number)
    )
    found: dict[int, dict[int, Voted]] = defaultdict(dict)
    for row, name in rows(store, asked):
        vote = Voted(row.by_id, name, Choice(row.choice), row.reason, row.number, row.at)
        found[row.question_id][row.by_id] = vote
    return found


def _remarks(store: Session, review_id: int) -> Mapping[int, list[Said]]:
    asked = (
        sa.select(ReviewRemark, Person.name)
        .join(Person, Person.id == ReviewRemark.by_id)
        .where(ReviewRemark.review_id == review_id)
        .order_by(ReviewRemark.id)
    )
    found: dict[int, list[Said]] = defaultdict(list)
    for row, name in rows(store, asked):
        found[row.question_id].append(Said(name, row.words, row.at))
    return found


def _decisions(store: Session, review_id: int) -> Mapping[int, Resolved]:
    author = aliased(Person)
    asked = (
        sa.select(ReviewDecision, Person.name, author.name)
        .join(Person, Person.id == ReviewDecision.by_id)
        .outerjoin(author, author.id == ReviewDecision.author_id)
        .where(ReviewDecision.review_id == review_id)
    )
    return {
        row.question_id: Resolved(
            choice=Choice(row.choice),
            reason=row.reason,
            rest_until=row.rest_until,
            author_id=row.author_id,
            author=author_name,
            revised_by=row.revised_by,
            by=by,
            by_id=row.by_id,
            at=row.at,
        )
        for row, by, author_name in rows(store, asked)
    }


def _signed(store: Session, review_id: int) -> SignedOff | None:
    asked = (
        sa.select(ReviewSignOff, Person.name)
        .join(Person, Person.id == ReviewSignOff.by_id)
        .where(ReviewSignOff.review_id == review_id)
    )
    found = rows(store, asked)
    if not found:
        return None
    row, name = found[0]
    return SignedOff(row.certificate, row.digest, name, row.at)


def _withdrawn(store: Session, review_id: int) -> Withdrawn | None:
    asked = (
        sa.select(ReviewWithdrawal, Person.name)
        .join(Person, Person.id == ReviewWithdrawal.by_id)
        .where(ReviewWithdrawal.review_id == review_id)
    )
    found = rows(store, asked)
    return Withdrawn(found[0][0].reason, found[0][1], found[0][0].at) if found else None
