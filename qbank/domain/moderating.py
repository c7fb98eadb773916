"""Which assessments are moderated: those that always are, and of the others some by lot.

The lot of a submission follows from the digest of its own entry in the audit trail. That digest depends on every entry
before it and on the microsecond of the submission, so nobody knows it beforehand, and nobody who could choose is asked:
the sample is settled in the same unit that keeps the assessment. Whoever holds the trail can draw it again.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

from delivery.randomness import WORD, Stream

LABEL: Final = "qbank moderation lot 1"


class Why(StrEnum):
    """Why an assessment is in the sample."""

    NEW_ASSESSOR = "new assessor"
    REPLACED = "a question was replaced"
    INCOMPLETE = "incomplete assessment"
    CORRECTED = "a correction"
    LOT = "by lot"


ALWAYS: Final = (Why.REPLACED, Why.INCOMPLETE, Why.CORRECTED)


class Outcome(StrEnum):
    """What a moderator decides."""

    UPHELD = "upheld"
    RETURNED = "returned"


class Standing(StrEnum):
    """Where an assessment stands between its submission and its confirmation."""

    AWAITS_MODERATION = "awaiting moderation"
    RETURNED = "returned to the assessor"
    UPHELD = "upheld"
    HELD = "held with the others"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Assessed:
    """One session that an assessor has assessed in the rolling window.

    Args:
        reference: of the session.
        sampled: whether it is in the sample for any reason.
        open: whether it is not confirmed yet, so that it can still be drawn.
    """

    reference: str
    sampled: bool
    open: bool


def needed(count: int, *, rate: float, least: int) -> int:
    """How many of so many must be in the sample: the share rounded up, and at least so many where there are as many.

    Source: assessment plan, rule Q1; decision 19.
    """
    return min(count, max(least, ceil(_exact(rate) * count)))


def drawn_by_lot(window: Sequence[Assessed], newest: str, *, rate: float, least: int, seed: str) -> tuple[str, ...]:
    """The references that the lot of the newest submission adds to its assessor's sample, in the order of their lots.

    Every submission is chosen with the chance `rate`, whatever was chosen before, so that no assessor can know that the
    next is not. Where the sample would still be smaller than the plan asks, those with the lowest lots among all that
    are open make it up.

    Args:
        window: every session that the assessor assessed in the rolling window, the newest among them.
        newest: the reference of the session that was just submitted.
        rate: the share that is moderated; 1 until a new assessor is released, by the plan's data.
        least: the least number in the window.
        seed: the digest of the submission's audit entry.

    Source: assessment plan, rule Q1; decisions 19 and 44.
    """
    lots = {each.reference: lot(seed, each.reference) for each in window if each.open and not each.sampled}
    chosen = [newest] if newest in lots and lots[newest] < _exact(rate) * WORD else []
    short = needed(len(window), rate=rate, least=least) - sum(each.sampled for each in window) - len(chosen)
    others = sorted((reference for reference in lots if reference not in chosen), key=lambda each: (lots[each], each))
    return (*chosen, *others[: max(short, 0)])


def lot(seed: str, reference: str) -> int:
    """The lot of a session, uniform on 0 to 2^64 - 1: the first word of the stream of the digest and the reference."""
    return Stream(f"{seed} {reference}".encode(), label=LABEL).word()


def months_before(at: datetime, months: int) -> datetime:
    """The same time so many months earlier; the last day of a shorter month for one that it does not have."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def _exact(rate: float) -> Fraction:
    """The share as it is written in the plan's data: a twentieth of 60 is 3, and not a little more."""
    return Fraction(str(rate))
