"""The predictability budget that a panel signs: how much of the next set somebody may know who kept earlier ones.

A watch compares it with what the sets of a year gave away. What is compared is the mean of hits, not the end of its
interval: a budget that is broken by chance is looked at by people, one that is broken and excused by chance is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from review.predictability import Predicted
from review.rates import Interval

WHOLE: Final = 1000
KEPT_SETS: Final = (1, 3, 10, 30)
"""How many of a provider's last sets an adversary has kept: for these, hits are measured and budgets signed."""

UNWATCHED_AFTER: Final = timedelta(days=2)
"""A nightly look that is older has not happened: two nights went by."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a panel signed.

    Args:
        thousandths: of a set.
        last: how many of a provider's last sets are kept; at least 1.
    """

    thousandths: int
    last: int

    def hits(self, guesses: int) -> float:
        """The budget as hits of so many named."""
        return guesses * self.thousandths / WHOLE


@dataclass(frozen=True, slots=True)
class Checked:
    """One night's look.

    Args:
        at: when.
        budget: as it was signed then.
        guesses: how many questions are named; at least 1.
        hits: on average; None where too few sets were drawn to say.
        interval: of the hits; None likewise.
        sets: from how many sets.
    """

    at: datetime
    budget: Budget
    guesses: int
    hits: float | None
    interval: Interval | None
    sets: int

    @property
    def is_broken(self) -> bool:
        """Whether more was hit than the panel signed; never where there is no saying."""
        return self.hits is not None and self.hits > self.budget.hits(self.guesses)


def look(budget: Budget, found: Sequence[Predicted], guesses: int, *, at: datetime) -> Checked:
    """The budget beside what was measured.

    Args:
        budget: as it is signed.
        found: what was hit, for several numbers of kept sets.
        guesses: how many questions were named.
        at: now.

    Raises:
        ValueError: nothing was measured for the budget's number of kept sets.
    """
    hits = next((each.hits for each in found if each.last == budget.last), None)
    if hits is None:
        raise ValueError(f"Nothing was measured for the last {budget.last} sets.")
    return Checked(at, budget, guesses, hits.value, hits.interval, hits.of)


def broken_since(checks: Sequence[Checked]) -> datetime | None:
    """Since when a budget is broken without a look in between that found it kept; None where it is not.

    Args:
        checks: in the order of time. One that cannot say changes nothing, nor does another budget: broken is broken.
    """
    since: datetime | None = None
    for each in checks:
        if each.hits is not None:
            since = (since or each.at) if each.is_broken else None
    return since


def still_broken(checks: Sequence[Checked], signed: Budget | None) -> Checked | None:
    """The latest look that could say something, if the budget that is signed now is broken by it; else None.

    Args:
        checks: in the order of time.
        signed: as the latest review has it. What was looked at under another figure is held to this one; what was
            hit with another number of kept sets says nothing of it, until the next look.
    """
    latest = next((each for each in reversed(checks) if each.hits is not None), None)
    if latest is None or signed is None or latest.budget.last != signed.last:
        return None
    found = replace(latest, budget=signed)
    return found if found.is_broken else None


def unwatched_since(checks: Sequence[Checked], signed_at: datetime, *, at: datetime) -> datetime | None:
    """Since when nobody has looked at a budget; None where the latest look, or the signature, is recent.

    Args:
        checks: in the order of time; a look that could not say something is one.
        signed_at: when the budget was signed off: before that there was nothing to look at.
        at: now.
    """
    last = max([signed_at, *(each.at for each in checks[-1:])])
    return last if at - last > UNWATCHED_AFTER else None
