"""What reviews ask of a person: open ones with what waits for their vote, and revisions that panels asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from qbank.domain.access import Permission
from qbank.domain.people import Actor
from qbank.storage.queries import budgets, review_lists, reviews, standards
from qbank.storage.queries.review_lists import ReviewLine, Task
from qbank.storage.queries.reviews import KeptReview
from qbank.web import review_lines
from qbank.web.rehearsals import health_kept
from qbank.web.review_lines import BankLine
from review.budget import Checked, broken_since, still_broken, unwatched_since
from review.days import day_in_uk
from review.panel import BankTask


@dataclass(frozen=True, slots=True)
class OpenReview:
    """An open review as it stands for one person.

    Args:
        method: its title.
        waiting: how many questions wait for the person's vote.
        ready: how many have the votes that they need and wait for this person's record.
        on_bank: what the person is to do about the bank as a whole; None where nothing.
        is_member: whether the person is on the panel.
        has_declared: whether they declared their interests.
    """

    reference: str
    method: str
    questions: int
    decided: int
    waiting: int
    ready: int
    on_bank: BankTask | None
    is_member: bool
    has_declared: bool


@dataclass(frozen=True, slots=True)
class Revisions:
    """Revisions to be done: those that the person follows, or their own.

    Args:
        mine: the person's own, the one that is due first before the others.
    """

    open_count: int
    late_count: int
    mine: Sequence[Task]


@dataclass(frozen=True, slots=True)
class BrokenBudget:
    """A bank of which more is predictable than its panel signed.

    Args:
        standard, method: their codes.
        title: of the method.
        since: the day of the first look that found it broken, without one since that found it kept.
        latest: the latest look that could say something.
    """

    standard: str
    method: str
    title: str
    since: date
    latest: Checked


@dataclass(frozen=True, slots=True)
class UnwatchedBudget:
    """A bank at whose budget nobody has looked for days.

    Args:
        standard, method: their codes.
        title: of the method.
        since: of the latest look, or of the signature where there was none.
    """

    standard: str
    method: str
    title: str
    since: date


@dataclass(frozen=True, slots=True)
class AskedTooOften:
    """Questions of a bank that are asked more often than their limit, and of which nobody has called the review.

    Args:
        standard, method: their codes.
        title: of the method.
        references: in the order of how often they were asked.
    """

    standard: str
    method: str
    title: str
    references: tuple[str, ...]


def unwatched_budgets(store: Session, *, at: datetime) -> list[UnwatchedBudget]:
    """Every bank with a signed budget that the nightly watch has left alone, in the order of the standards."""
    found = []
    for plan in standards.plans(store):
        version = standards.plan_version(store, plan.standard)
        for method in plan.methods if version is not None else ():
            signed = budgets.signed_budget(store, version.standard_id, method.code)  # type: ignore[union-attr]
            if signed is None:
                continue
            checks = budgets.checks_of(store, version.standard_id, method.code)  # type: ignore[union-attr]
            since = unwatched_since(checks, signed.signed_at, at=at)
            if since is not None:
                found.append(UnwatchedBudget(plan.standard, method.code, method.title, day_in_uk(since)))
    return found


def asked_too_often(lines: Sequence[BankLine]) -> list[AskedTooOften]:
    """Of each bank, what its health names, less what was called already or is out of service."""
    found = [
        (line, review_lines.to_be_called(line, health_kept().of_method(line.plan.standard, line.method.code)))
        for line in lines
    ]
    return [
        AskedTooOften(line.plan.standard, line.method.code, line.method.title, references)
        for line, references in found
        if references
    ]


def broken_budgets(store: Session) -> list[BrokenBudget]:
    """Every bank whose budget is broken, in the order of the standards."""
    found = []
    for plan in standards.plans(store):
        version = standards.plan_version(store, plan.standard)
        for method in plan.methods if version is not None else ():
            checks = budgets.checks_of(store, version.standard_id, method.code)  # type: ignore[union-attr]
            signed = budgets.signed_budget(store, version.standard_id, method.code)  # type: ignore[union-attr]
            latest = still_broken(checks, None if signed is None else signed.budget)
            if latest is not None:
                since = broken_since(checks) or latest.at
                found.append(BrokenBudget(plan.standard, method.code, method.title, day_in_uk(since), latest))
    return found


def open_reviews(store: Session, person: Actor) -> list[OpenReview]:
    """The reviews that have not ended, those with something for this person first."""
    going = [line for line in review_lists.reviews(store) if not line.signed_at and not line.withdrawn_at]
    found = [_standing(store, line, person.identifier) for line in going]
    return sorted(found, key=lambda each: (not each.is_member, -each.waiting - each.ready))


def revisions(store: Session, person: Actor, *, today: date) -> Revisions:
    """The revisions that are still to be done: all for those who follow them, an author's own for the author."""
    found = [each for each in review_lists.tasks(store) if each.is_open]
    mine = [each for each in found if each.author_id == person.identifier]
    followed = found if person.may(Permission.WORK_ON_REVIEWS) else mine
    return Revisions(len(followed), sum(each.revised_by < today for each in followed), mine)


def _standing(store: Session, line: ReviewLine, person: int | None) -> OpenReview:
    """The votes are read only where the person is on the panel."""
    found = reviews.review(store, line.reference) if person in line.members else None
    seat = None if found is None else found.member(person)
    waiting, to_record = (0, 0) if found is None or person is None else _left(found, person)
    return OpenReview(
        reference=line.reference,
        method=standards.as_loaded(store, line.plan_version_id).method(line.method).title,
        questions=line.questions,
        decided=line.decided,
        waiting=waiting,
        ready=to_record,
        on_bank=None if found is None else found.bank_task(person),
        is_member=seat is not None,
        has_declared=seat is not None and seat.declared_at is not None,
    )


def _left(found: KeptReview, person: int) -> tuple[int, int]:
    matters, panel = [line.matter for line in found.agenda], found.panel
    waiting = sum(each.awaits(panel, person) for each in matters)
    return waiting, sum(each.is_ready(panel) and person in each.recorders(panel) for each in matters)
