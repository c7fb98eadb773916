"""What pages say of the review's clock: one line a method, the questions that need a panel, the months to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound
from qbank.domain.standards import Method, Plan
from qbank.services.bank_health import Health
from qbank.storage.queries import review_clock, standards
from qbank.storage.queries.review_clock import KeptContinuation, QuestionClock
from review.clock import Clock, Standing
from review.days import day_in_uk, month_of
from review.workload import MonthOfWork, forecast, planned_months

TONES: Final = {Standing.OVERDUE: "error", Standing.CALLED: "warm", Standing.SOON: "warm", Standing.IN_ORDER: "quiet"}
FIRST: Final = (Standing.OVERDUE, Standing.CALLED, Standing.SOON, Standing.IN_ORDER)
"""In which order a panel takes them."""


@dataclass(frozen=True, slots=True)
class BankLine:
    """The bank of one method on the clock.

    Args:
        standard_id: key of its standard.
        clocks: of every question in service, by reference.
        planned: the month for which each is planned, by reference.
        bank: the clock of the bank as a whole; None where no question was ever live.
        goes_on: the continuation by which it is drawn from today, if it is overdue and one holds.
        months: the work of the next twelve months.
    """

    plan: Plan
    method: Method
    standard_id: int
    today: date
    clocks: Sequence[QuestionClock]
    planned: Mapping[str, date]
    bank: Clock | None
    goes_on: KeptContinuation | None
    continuations: Sequence[KeptContinuation]
    months: Sequence[MonthOfWork]

    @property
    def counts(self) -> Mapping[Standing, int]:
        """How many questions stand where."""
        found = Counter(each.clock.standing(self.today) for each in self.clocks)
        return {standing: found[standing] for standing in FIRST}

    @property
    def awaiting(self) -> int:
        """How many questions are overdue, due soon or called early."""
        return len(self.clocks) - self.counts[Standing.IN_ORDER]

    @property
    def standing(self) -> Standing | None:
        """How the bank stands; None where it has none."""
        return None if self.bank is None else self.bank.standing(self.today)

    @property
    def is_stopped(self) -> bool:
        """Whether no set is drawn from it today."""
        return self.standing is Standing.OVERDUE and self.goes_on is None

    @property
    def may_go_on(self) -> bool:
        """Whether a continuation can be asked for."""
        return self.standing in {Standing.SOON, Standing.OVERDUE}

    def awaits(self, person_id: int | None) -> bool:
        """Whether a continuation that still lasts awaits the signature of that person."""
        return any(
            each.given.until >= self.today
            and len(each.given.signed_by) < self.plan.continuation_signatures
            and person_id not in each.given.signed_by
            for each in self.continuations
        )

    def standing_of(self, each: QuestionClock) -> Standing:
        """How one of its questions stands today."""
        return each.clock.standing(self.today)

    @property
    def for_the_panel(self) -> list[QuestionClock]:
        """What a panel that meets now would take: by the clock, by a call, then by the plan of the year."""
        return sorted(
            (each for each in self.clocks if self._is_taken(each)),
            key=lambda each: (FIRST.index(self.standing_of(each)), each.clock.due_on, each.reference),
        )

    def _is_taken(self, each: QuestionClock) -> bool:
        return each.clock.is_open(self.today) or self.planned[each.reference] <= month_of(self.today)


def to_be_called(line: BankLine, health: Health | None) -> tuple[str, ...]:
    """Questions in service that are asked more often than their limit, and whose review nobody has called."""
    standing = {each.reference: each.clock for each in line.clocks}
    over = () if health is None else [each.reference for each in health.over]
    return tuple(each for each in over if each in standing and not standing[each].is_called)


def bank_lines(store: Session, *, at: datetime) -> list[tuple[Plan, list[BankLine]]]:
    """Every method of every standard, by title of the standard."""
    return [(plan, [line_of(store, plan, method, at=at) for method in plan.methods]) for plan in standards.plans(store)]


def named(store: Session, standard: str, method: str, *, at: datetime) -> BankLine:
    """The line of a method.

    Raises:
        NotFound: no standard has that code, or no such method.
    """
    return line_of(store, *method_named(store, standard, method), at=at)


def method_named(store: Session, standard: str, method: str) -> tuple[Plan, Method]:
    """A method with the standard that it belongs to.

    Raises:
        NotFound: no standard has that code, or no such method.
    """
    plan = standards.plan_of(store, standard)
    found = next((each for each in plan.methods if each.code == method), None) if plan else None
    if plan is None or found is None:
        raise NotFound("No method has this address.", remedy="Choose one from the page of the review.")
    return plan, found


def line_of(store: Session, plan: Plan, method: Method, *, at: datetime) -> BankLine:
    """The bank of a method, as it stands on the day of `at`."""
    row = standards.plan_version(store, plan.standard)
    if row is None:
        raise AssertionError("the plan was read from it")
    rhythm, today = review_clock.rhythm_of(plan), day_in_uk(at)
    clocks = review_clock.clocks_of(store, row.standard_id, method.code, rhythm)
    due = [each.clock.due_on for each in clocks]
    done = review_clock.decided_in_month(store, row.standard_id, method.code, today)
    kept = review_clock.continuations(store, row.standard_id, method.code)
    signatures = plan.continuation_signatures
    return BankLine(
        plan=plan,
        method=method,
        standard_id=row.standard_id,
        today=today,
        clocks=clocks,
        planned=dict(
            zip((each.reference for each in clocks), planned_months(due, today=today, done=done), strict=True)
        ),
        bank=review_clock.bank_clock(store, row.standard_id, method.code, rhythm),
        goes_on=next((each for each in kept if each.given.holds(today, signatures=signatures)), None),
        continuations=kept,
        months=forecast(due, today=today, done=done),
    )


def together(lines: Sequence[BankLine]) -> list[MonthOfWork]:
    """The work of all methods of a standard, month by month."""
    return [
        MonthOfWork(months[0].month, sum(each.due for each in months), sum(each.planned for each in months))
        for months in zip(*(line.months for line in lines), strict=True)
    ]
