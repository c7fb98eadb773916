"""The clock of the annual review: from when a question or a bank counts, when it is due, and how it stands today.

A day begins at midnight in the United Kingdom. Nothing is extended here: what falls due today is overdue today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from review.days import months_after


class Standing(StrEnum):
    """How a question, or a bank, stands on the clock of its review."""

    IN_ORDER = "in order"
    SOON = "due soon"
    CALLED = "called early"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a standard has its questions reviewed.

    Args:
        months: from one decision of a panel to the day on which the next is overdue; at least 1.
        opens_month: after how many of them the review opens; at most `months`.

    Source: assessment plan, rules W8 and Q3: at least once a year.
    """

    months: int
    opens_month: int


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one question or bank.

    Args:
        counted_from: the day of the last panel decision or, before the first, of the approval.
        opens_on: from this day its review is open.
        due_on: from this day on it is overdue.
        is_called: whether an event has called its review early, and no panel has decided since.
    """

    counted_from: date
    opens_on: date
    due_on: date
    is_called: bool = False

    def standing(self, today: date) -> Standing:
        """How it stands on a day; what is overdue is that, called or not."""
        if today >= self.due_on:
            return Standing.OVERDUE
        if self.is_called:
            return Standing.CALLED
        return Standing.SOON if today >= self.opens_on else Standing.IN_ORDER

    def is_open(self, today: date) -> bool:
        """Whether a panel that meets on that day has it on its agenda by the clock alone."""
        return self.standing(today) is not Standing.IN_ORDER


def clock(
    approved_on: date,
    decided_on: Iterable[date],
    rhythm: Rhythm,
    *,
    called_at: Iterable[datetime] = (),
    answered_at: datetime | None = None,
) -> Clock:
    """The clock that follows from what happened.

    Args:
        approved_on: when the text was approved or, of a bank, its first question.
        decided_on: when panels decided that it stays; any order. A later approval of the text counts instead.
        rhythm: of the standard.
        called_at: when events called the review early.
        answered_at: when the panel took the last decision that was signed off since: what was called by then is
            answered by it, and nothing that came between that decision and the sign-off.

    Source: assessment plan, rules W8 and Q3; decision review-clock.
    """
    decided = max(decided_on, default=None)
    start = approved_on if decided is None else max(approved_on, decided)
    return Clock(
        counted_from=start,
        opens_on=months_after(start, rhythm.opens_month),
        due_on=months_after(start, rhythm.months),
        is_called=any(answered_at is None or at > answered_at for at in called_at),
    )


@dataclass(frozen=True, slots=True)
class Text:
    """One version of a question that went live at some time.

    Args:
        number: of the version.
        live_on: the day on which it went live first.
        is_material: whether an approver called it a material change, which begins a question's history anew.
    """

    number: int
    live_on: date
    is_material: bool = False


def same_text(texts: Iterable[Text], number: int) -> tuple[Text, ...]:
    """The versions that are the text of that version, but for editorial changes: a decision on one is on all.

    Args:
        texts: every version of one question that went live; any order.
        number: of the version that is asked about.

    Returns:
        In the order of their numbers; empty where the version has never been live and no earlier one of its text was.
    """
    in_order = sorted(texts, key=lambda each: each.number)
    first = max((each.number for each in in_order if each.is_material and each.number <= number), default=0)
    after = min((each.number for each in in_order if each.is_material and each.number > number), default=None)
    return tuple(each for each in in_order if each.number >= first and (after is None or each.number < after))
