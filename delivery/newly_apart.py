"""Questions that became enemies after a draw plan was fitted: one of each two stays out until it is fitted anew.

A plan's law knows the enemies that its pool had. Leaving one of two new ones out keeps them apart in every set, stays
in the law's family, and needs nothing of whoever replays the draw but the frozen eligibility. Which of the two goes
follows from the pool and from what this apprentice may not be given anyway: the one that can be spared more easily by
what is left. So it is not the same one for everybody: a question that somebody has met needs no enemy kept out for it,
and the last carrier of a KSB that is left for them is not the one that goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import Final

from delivery.pool import Candidate, Pool

NEW_ENEMY: Final = "is a new enemy or clone of a question that stays in, until the draw plan is fitted anew"


def kept_out(pool: Pool, pairs: Iterable[tuple[str, str]], excluded: Container[str] = ()) -> dict[str, str]:
    """The questions that are kept out, with the reason.

    Pairs are looked at in order of their references. Of each that the pool does not know, and of which neither is out
    already, the question goes whose scarcest KSB more of the questions left carry; of two alike the later reference.

    Args:
        pool: of the draw plan.
        pairs: references that must not meet; those that are not of the pool are passed over.
        excluded: references that may not be drawn anyway.
    """
    candidates = {each.reference: each for each in pool.candidates}
    left = Counter(code for name, each in candidates.items() if name not in excluded for code in each.ksbs)
    found: dict[str, str] = {}
    for one, other in sorted({(min(pair), max(pair)) for pair in pairs}):
        if one not in candidates or other not in candidates or other in candidates[one].enemies:
            continue
        if any(name in excluded or name in found for name in (one, other)):
            continue
        out = max((candidates[one], candidates[other]), key=lambda each: (_spare(each, left), each.reference))
        left.subtract(out.ksbs)
        found[out.reference] = NEW_ENEMY
    return found


def _spare(candidate: Candidate, left: Counter[str]) -> int:
    """How many questions carry its scarcest KSB."""
    return min((left[code] for code in candidate.ksbs), default=0)
