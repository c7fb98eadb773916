"""How often each question of a bank was in the sets of the year, and which are asked more often than their limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qbank.storage.queries.health import HeardSets
from review.limits import surely_above
from review.rates import Figure, Interval, share

MOST_ASKED: Final = 10


@dataclass(frozen=True, slots=True)
class Exposed:
    """In how many of the year's sets since it went live a question was, beside what the plan in use says."""

    reference: str
    rate: Figure
    planned: float

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Exposed:
        """What stands behind `dataclasses.asdict`.

        Raises:
            KeyError, TypeError: it is of another shape.
        """
        return cls(data["reference"], figure_from(data["rate"]), data["planned"])


@dataclass(frozen=True, slots=True)
class Exposures:
    """What is said of the questions that are asked most.

    Args:
        most: those in the largest shares of sets, the largest first.
        over: those whose interval lies wholly above the limit, the largest first; none where there is no limit.
    """

    most: tuple[Exposed, ...]
    over: tuple[Exposed, ...]


def exposures_of(heard: HeardSets, rates: Mapping[str, float], limit: float | None, *, least: int) -> Exposures:
    """Those that are estimable, first; the question's own days count on both sides of the share.

    Args:
        heard: the sets of the year.
        rates: by the plan in use.
        limit: of the share of sets that may hold a question; None where the assessment plan sets none.
        least: the fewest sets from which a share is shown.
    """
    since, sets = heard.live_from, len(heard.providers)
    times = Counter(reference for place, reference in heard.held if place >= since.get(reference, sets))
    shares = {each: share(count, sets - since[each], least=least) for each, count in times.items()}
    order = sorted(shares, key=lambda each: (-(shares[each].value or 0.0), each))
    above = [] if limit is None else surely_above(limit, ((each, shares[each]) for each in order))
    return Exposures(_named(order[:MOST_ASKED], shares, rates), _named(above, shares, rates))


def figure_from(data: Mapping[str, Any]) -> Figure:
    """A figure that was kept as plain data.

    Raises:
        KeyError, TypeError: it is of another shape.
    """
    interval = None if data["interval"] is None else Interval(**data["interval"])
    return Figure(data["value"], data["of"], interval, data["source"])


def _named(references: Sequence[str], shares: Mapping[str, Figure], rates: Mapping[str, float]) -> tuple[Exposed, ...]:
    return tuple(Exposed(each, shares[each], rates.get(each, 0.0)) for each in references)
