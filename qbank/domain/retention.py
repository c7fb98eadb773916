"""How long personal data of apprentices is kept, and what holds it back from being erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qbank.domain.errors import RuleBroken
from review.days import day_in_uk


@dataclass(frozen=True, slots=True)
class Retained:
    """An apprentice whose personal data is still kept.

    Args:
        key: of the apprentice's row.
        last: the last act of their assessment, whatever it was.
        held_by: what holds their data, each in words; empty for nothing.
    """

    key: int
    reference: str
    name: str
    last: datetime
    held_by: tuple[str, ...] = ()


def kept_until(last: date, years: int) -> date:
    """The day from which data may be erased: so many years after, the last of February where there is no 29th."""
    try:
        return last.replace(year=last.year + years)
    except ValueError:
        return last.replace(year=last.year + years, day=28)


def must_be_erasable(one: Retained, *, today: date, years: int) -> None:
    """Refuse to erase too early, or what is held.

    Raises:
        RuleBroken: says which, and until when.
    """
    if one.held_by:
        raise RuleBroken(
            f"The data of {one.reference} is held: {'; '.join(one.held_by)}.",
            remedy="Finish what is open, or let the hold go.",
        )
    until = kept_until(day_in_uk(one.last), years)
    if today < until:
        raise RuleBroken(
            f"The data of {one.reference} is kept until {until:%-d %B %Y}.", remedy="Erase it on that day or later."
        )
