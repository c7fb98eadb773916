"""A bank whose review is overdue: no set is drawn from it, unless two people signed that it goes on for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.people import Actor
from qbank.domain.reviewing import must_be_a_reason, must_be_another_signer, must_be_lawful_until
from qbank.domain.standards import Plan
from qbank.services import audit, foreseeing
from qbank.storage.models import Attempt, BankContinuation, BankContinuationSignature, PlanVersion
from qbank.storage.queries import review_clock, standards
from qbank.storage.queries.review_clock import KeptContinuation
from review.clock import Clock, Standing
from review.days import day_in_uk


def must_be_in_time(store: Session, attempt: Attempt, *, at: datetime) -> KeptContinuation | None:
    """Ensure that the bank of an attempt may be drawn from today; the continuation by which it is, if it is overdue.

    Raises:
        RuleBroken: its review is overdue, and no continuation holds (W8).
    """
    plan = standards.as_loaded(store, attempt.plan_version_id)
    standard_id = store.get_one(PlanVersion, attempt.plan_version_id).standard_id
    bank = review_clock.bank_clock(store, standard_id, attempt.method, review_clock.rhythm_of(plan))
    today = day_in_uk(at)
    if bank is None or bank.standing(today) is not Standing.OVERDUE:
        return None
    for each in review_clock.continuations(store, standard_id, attempt.method):
        if each.given.holds(today, signatures=plan.continuation_signatures):
            return each
    raise RuleBroken(
        f"The question bank of the {attempt.method} was due for its review on {bank.due_on.day} "
        f"{bank.due_on:%B %Y}, and no set is drawn from it until a panel has decided.",
        remedy="Ask a bank manager: the panel reviews it, or two people sign that it goes on until a day.",
        rule="W8",
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a continuation would change.

    Args:
        day: on which the bank stops without one: today, or the day to come on which it falls due.
        questions: in service.
        overdue: how many of them are overdue themselves on that day, and stay out whatever is signed.
        lacking: why no lawful set could be drawn from the others; empty where one could.
    """

    day: date
    questions: int
    overdue: int
    lacking: str


def outlook(store: Session, standard: str, method: str, *, at: datetime) -> Outlook:
    """What a continuation of that bank would change: a question that is overdue itself is not drawn by one.

    Raises:
        NotFound: there is no such bank.
    """
    row, plan, bank = _bank(store, standard, method)
    today = day_in_uk(at)
    day = max(today, bank.due_on)
    clocks = review_clock.clocks_of(store, row.standard_id, method, review_clock.rhythm_of(plan))
    then = at if day == today else datetime.combine(day, time(12), UTC)
    return Outlook(
        day=day,
        questions=len(clocks),
        overdue=sum(each.clock.standing(day) is Standing.OVERDUE for each in clocks),
        lacking=foreseeing.as_it_is(store, row, method, at=then),
    )


def _bank(store: Session, standard: str, method: str) -> tuple[PlanVersion, Plan, Clock]:
    row = standards.plan_version(store, standard)
    if row is not None:
        plan = standards.as_loaded(store, row.id)
        bank = review_clock.bank_clock(store, row.standard_id, method, review_clock.rhythm_of(plan))
        if bank is not None:
            return row, plan, bank
    raise NotFound("There is no bank of that method.", remedy="Choose one from the page of the review.")


def ask(
    store: Session, standard: str, method: str, *, until: date, reason: str, by: Actor, at: datetime
) -> BankContinuation:
    """Ask for a continuation, which is the first signature to it; it holds once others have signed.

    Args:
        store: in a unit that writes.
        standard: its code.
        method: the code of the method whose bank goes on.
        until: the last day.
        reason: why the review was not held; shown to the panel and to external quality assurance.
        by: a person.
        at: now.

    Raises:
        NotFound: there is no such bank.
        RuleBroken: its review is not due, the day is not lawful, no reason is given, or nobody by name asks.
    """
    row, plan, bank = _bank(store, standard, method)
    must_be_lawful_until(until, bank, today=day_in_uk(at), most_months=plan.assessment_months)
    made = BankContinuation(
        standard_id=row.standard_id,
        method=method,
        until=until,
        reason=must_be_a_reason(reason, what="a continuation"),
        at=at,
        by_id=must_be_another_signer(by, ()),
    )
    store.add(made)
    store.flush()
    facts = {"standard": standard, "continuation": made.id, "until": until.isoformat(), "due": bank.due_on.isoformat()}
    audit.record(store, act="non-compliance: continuation asked for", subject=method, by=by, at=at, facts=facts)
    return made


def sign(store: Session, continuation_id: int, *, by: Actor, at: datetime) -> KeptContinuation:
    """Sign a continuation that somebody else asked for.

    Raises:
        NotFound: there is none.
        RuleBroken: its last day has passed, or the person signed before (L8).
    """
    row = store.get(BankContinuation, continuation_id)
    if row is None:
        raise NotFound("There is no such continuation.", remedy="Choose one from the page of the review.")
    found = _kept(store, row)
    signer = must_be_another_signer(by, found.given.signed_by)
    if row.until < day_in_uk(at):
        raise RuleBroken("Its last day has passed.", remedy="Ask for another, with a later day.", rule="W8")
    store.add(BankContinuationSignature(continuation_id=row.id, by_id=signer, at=at))
    store.flush()
    facts = {"continuation": row.id, "until": row.until.isoformat()}
    audit.record(store, act="non-compliance: continuation signed", subject=row.method, by=by, at=at, facts=facts)
    return _kept(store, row)


def _kept(store: Session, row: BankContinuation) -> KeptContinuation:
    return next(each for each in review_clock.continuations(store, row.standard_id, row.method) if each.id == row.id)
