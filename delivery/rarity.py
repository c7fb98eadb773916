"""Where lawful sets are too rare to be drawn: which requirement is to blame, and how little would have to give.

A recorded run's sets cover every required KSB in the right length. Each of them is looked at for what else it breaks.
The requirement to blame is the one without which most sets would be lawful; of a band, the smallest change is the
widening after which enough sets of the run are inside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from delivery.eligibility import bits
from delivery.errors import TooRarelyLawful
from delivery.lawfulness import SIDES, Lawfulness
from delivery.saying import clock, count_of
from delivery.specification import Band

Sets = Sequence[Collection[int]]


def too_rare(sets: Sets, lawfulness: Lawfulness, least: int, excluded: int = 0) -> TooRarelyLawful:
    """The refusal, with what the run shows.

    Args:
        sets: of the run, as positions in the pool.
        lawfulness: what they were looked at for.
        least: how many of them should be lawful.
        excluded: bits of the positions that may not be drawn; sets that hold one are left out of the blame.
    """
    left = [positions for positions in sets if not bits(positions) & excluded]
    lawful = sum(not _broken(positions, lawfulness) for positions in left)
    blamed = blamed_in_order(left, lawfulness)[0]
    without = [positions for positions in left if not _broken(positions, lawfulness) - {blamed}]
    requirement, change = _said(blamed, lawfulness, without, least)
    return TooRarelyLawful(len(sets), lawful, requirement, change)


def blamed_in_order(sets: Sets, lawfulness: Lawfulness) -> list[str]:
    """Side requirements, first the one without which most sets would be lawful; of several, the one broken most."""
    broken = [_broken(positions, lawfulness) for positions in sets]

    def blame(name: str) -> tuple[int, int]:
        return sum(not names - {name} for names in broken), sum(name in names for names in broken)

    return sorted(SIDES, key=blame, reverse=True)


def _broken(positions: Collection[int], lawfulness: Lawfulness) -> frozenset[str]:
    asked = lawfulness.specification
    together = bits(positions)
    busiest = asked.most_per_ksb is not None and lawfulness.busiest(positions) > asked.most_per_ksb
    return frozenset(
        name
        for name, wrong in (
            ("seconds", asked.seconds is not None and lawfulness.seconds_of(positions) not in asked.seconds),
            ("demand", asked.demand is not None and lawfulness.demand_of(positions) not in asked.demand),
            ("most_per_ksb", busiest),
            ("enemies", any(lawfulness.enemies[at] & together for at in positions)),
        )
        if wrong
    )


def _said(name: str, lawfulness: Lawfulness, sets: Sets, least: int) -> tuple[str, str]:
    """The requirement as a phrase, and its smallest change."""
    asked = lawfulness.specification
    if name == "seconds" and asked.seconds is not None:
        change = _widened("minutes", asked.seconds, [lawfulness.seconds_of(each) for each in sets], least, clock)
        return f"planned minutes from {clock(asked.seconds.lowest)} to {clock(asked.seconds.highest)}", change
    if name == "demand" and asked.demand is not None:
        change = _widened("demand", asked.demand, [lawfulness.demand_of(each) for each in sets], least, str)
        return f"demand from {asked.demand.lowest} to {asked.demand.highest}", change
    if name == "most_per_ksb" and asked.most_per_ksb is not None:
        busiest = sorted(lawfulness.busiest(each) for each in sets)
        enough = count_of(max(busiest[: max(least, 1)], default=asked.most_per_ksb + 1), "question")
        return f"no KSB in more than {count_of(asked.most_per_ksb, 'question')} of a set", f"allow {enough} on a KSB"
    return "no two enemy questions in one set", "look again at which questions are enemies"


def _widened(what: str, band: Band, values: Sequence[int], least: int, said: Callable[[int], str]) -> str:
    """The least widening, on the side that needs it, after which enough sets of the run are inside."""
    outside = sorted(values, key=lambda value: max(band.lowest - value, value - band.highest, 0))
    if len(outside) < max(least, 1):
        return f"widen the band of {what}, and write questions nearer to its middle"
    kept = outside[: max(least, 1)]
    lowest, highest = min(band.lowest, *kept), max(band.highest, *kept)
    return f"let the band of {what} run from {said(lowest)} to {said(highest)}"
