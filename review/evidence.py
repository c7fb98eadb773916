"""What a year of use says about one question, for the panel: each figure with its number, interval and source.

Figures from fewer than the least number are hidden. Employers, providers and assessors are keys that nobody is shown: a
panel is told how many there are and where most was, never who.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import fsum, sqrt
from typing import Final

from review.days import month_of, months_after, months_between
from review.rates import Figure, Interval, mean_share, per_asking, share, t_deviate
from review.shrinkage import Cell, shrunken

OVERLAP: Final = (
    "overlap rate: Chen, Ankenmann and Spray, Exploring the relationship between item exposure rate and item overlap "
    "rate, Journal of Educational Measurement 40 (2003), 129–145, within groups; its interval by leaving out one group "
    "at a time: R. G. Miller, The jackknife – a review, Biometrika 61 (1974), 1–15"
)
FEWEST_GROUPS: Final = 5
"""Groups with two sets or more, without which there is no saying how much groups differ."""


class Near(StrEnum):
    """What two sets have in common."""

    MONTH = "month"
    EMPLOYER = "employer"
    PROVIDER = "provider"
    ASSESSOR = "assessor"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One set of the method that was drawn while the question was in the bank.

    Args:
        on: the day.
        employer, provider, assessor: keys.
        holds: whether the question is in it.
    """

    on: date
    employer: int
    provider: int
    assessor: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """One set that holds the question, and what the record of its sitting says.

    Args:
        put: whether it was asked; None where nothing says so.
        rephrased: whether in other words.
        replaced: whether another question was drawn in its place.
        supplementary: how many of the assessor's own questions belong to it.
        on: the day of the sitting; None where nothing says that it was put.
    """

    put: bool | None
    rephrased: bool = False
    replaced: bool = False
    supplementary: int = 0
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an assessor decided of one criterion on the evidence of one question.

    Args:
        question, assessor, sitting: keys.
    """

    question: int
    assessor: int
    sitting: int
    criterion: str
    met: bool


@dataclass(frozen=True, slots=True)
class MonthOfUse:
    """One month: the sets that were drawn, and those of them that hold the question."""

    month: date
    sets: int
    held: int

    def share(self, *, least: int) -> Figure:
        """The share of the month's sets that hold it."""
        return share(self.held, self.sets, least=least)


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the question was met.

    Args:
        groups: how many there are, employers for instance.
        met_in: in how many of them.
        most: the share of sets that hold it in the group where that is largest; of the largest of many shares some is
            chance.
        twice: the chance that two sets of one group both hold it.
    """

    near: Near
    groups: int
    met_in: int
    most: Figure
    twice: Figure


@dataclass(frozen=True, slots=True)
class Handling:
    """What assessors did with it.

    Args:
        skipped: share of recorded askings at which it was not asked.
        rephrased: share of those at which it was asked.
        replaced: share of the sets that hold it.
        supplementary: of the assessor's own questions, for each asking.
    """

    skipped: Figure
    rephrased: Figure
    replaced: Figure
    supplementary: Figure


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it.

    Args:
        exposure: share of the sets that hold it.
        months: in order, without gaps.
        last_asked: the day on which it was put last; None where no record says that it was.
        spread: by month, employer, provider and assessor.
        criteria: share of judgements on its evidence that hold a criterion to be met, by the criterion's code.
        met: the same over all criteria, each sitting counting once with the share that it holds to be met: judgements
            of one sitting are not independent.
        demand: the same before an assessor of average severity; hidden where the two cannot be told apart.
    """

    exposure: Figure
    months: tuple[MonthOfUse, ...]
    last_asked: date | None
    spread: tuple[Spread, ...]
    handling: Handling
    criteria: Mapping[str, Figure]
    met: Figure
    demand: Figure


def evidence(
    question: int,
    *,
    drawn: Sequence[Drawn],
    askings: Sequence[Asking],
    outcomes: Sequence[Outcome],
    least: int,
) -> Evidence:
    """What is known about a question.

    Args:
        question: its key.
        drawn: every set of the method in the time looked at.
        askings: one for each set that holds the question.
        outcomes: of that question and of those asked beside it, by which the severity of assessors is known.
        least: the fewest from which a figure is shown.
    """
    own = [each for each in outcomes if each.question == question]
    by_criterion: dict[str, list[bool]] = defaultdict(list)
    for each in own:
        by_criterion[each.criterion].append(each.met)
    sittings: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for each in own:
        sittings[each.assessor, each.sitting].append(each.met)
    met = mean_share([sum(found) / len(found) for found in sittings.values()], len(own), least=least)
    return Evidence(
        exposure=share(sum(each.holds for each in drawn), len(drawn), least=least),
        months=_months(drawn),
        last_asked=max((each.on for each in askings if each.on is not None), default=None),
        spread=tuple(_spread(near, drawn, least) for near in Near),
        handling=_handling(askings, least),
        criteria={code: share(sum(held), len(held), least=least) for code, held in sorted(by_criterion.items())},
        met=met,
        demand=shrunken(cells_of(outcomes), least=least).get(question, Figure(None, met.of, None, met.source)),
    )


def cells_of(outcomes: Iterable[Outcome]) -> tuple[Cell, ...]:
    """What each assessor judged on each question: of each sitting the share of criteria that are held to be met."""
    judged: dict[tuple[int, int], dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for each in outcomes:
        judged[each.question, each.assessor][each.sitting].append(each.met)
    shares = {key: [sum(met) / len(met) for met in sittings.values()] for key, sittings in judged.items()}
    return tuple(
        Cell(question, assessor, fsum(found), len(found), fsum(each**2 for each in found))
        for (question, assessor), found in shares.items()
    )


def twice(groups: Iterable[tuple[int, int]], *, least: int) -> Figure:
    """The chance that two sets of one group both hold the question, over all pairs within groups.

    Args:
        groups: (sets that hold it, sets) of each; groups of one set have no pairs and do not count.
        least: the fewest sets, in groups of two or more, from which the figure is shown; five such groups at least.

    Source:
        Chen, Ankenmann and Spray (2003): one question's part in the overlap rate. The interval leaves out one group at
        a time (Miller 1974) on the scale of square roots, on which the chance of a pair is that of a single set;
        by Student's distribution. Where no pair was seen the groups say nothing of how much they differ, and nothing is
        shown.
    """
    pairs = [(held * (held - 1), sets * (sets - 1), sets) for held, sets in groups if sets > 1]
    of, count = sum(sets for *_, sets in pairs), len(pairs)
    if of < least or count < FEWEST_GROUPS:
        return Figure(None, of, None, OVERLAP)
    both, every = sum(hits for hits, *_ in pairs), sum(total for _, total, _ in pairs)
    if both == 0:
        return Figure(None, of, None, OVERLAP)
    root = sqrt(both / every)
    left_out = [sqrt((both - hits) / (every - total)) for hits, total, _ in pairs]
    middle = sum(left_out) / count
    error = sqrt((count - 1) / count * sum((each - middle) ** 2 for each in left_out))
    reach = t_deviate(count - 1) * error
    return Figure(both / every, of, Interval(max(0.0, root - reach) ** 2, min(1.0, root + reach) ** 2), OVERLAP)


def _months(drawn: Sequence[Drawn]) -> tuple[MonthOfUse, ...]:
    if not drawn:
        return ()
    sets = Counter(month_of(each.on) for each in drawn)
    held = Counter(month_of(each.on) for each in drawn if each.holds)
    first, last = min(sets), max(sets)
    months = [months_after(first, place) for place in range(months_between(first, last) + 1)]
    return tuple(MonthOfUse(month, sets[month], held[month]) for month in months)


_KEYS: Final[Mapping[Near, Callable[[Drawn], object]]] = {
    Near.MONTH: lambda each: month_of(each.on),
    Near.EMPLOYER: lambda each: each.employer,
    Near.PROVIDER: lambda each: each.provider,
    Near.ASSESSOR: lambda each: each.assessor,
}


def _spread(near: Near, drawn: Sequence[Drawn], least: int) -> Spread:
    key = _KEYS[near]
    sets = Counter(key(each) for each in drawn)
    held = Counter(key(each) for each in drawn if each.holds)
    counts = [(held[group], count) for group, count in sets.items()]
    largest = max((each for each in counts if each[1] >= least), key=lambda each: each[0] / each[1], default=None)
    hits, of = largest or (0, max(sets.values(), default=0))
    most = share(hits, of, least=least)
    return Spread(near, len(counts), sum(hits > 0 for hits, _ in counts), most, twice(counts, least=least))


def _handling(askings: Sequence[Asking], least: int) -> Handling:
    recorded = [each for each in askings if each.put is not None]
    put = [each for each in recorded if each.put]
    return Handling(
        skipped=share(len(recorded) - len(put), len(recorded), least=least),
        rephrased=share(sum(each.rephrased for each in put), len(put), least=least),
        replaced=share(sum(each.replaced for each in askings), len(askings), least=least),
        supplementary=per_asking(sum(each.supplementary for each in put), len(put), least=least),
    )
