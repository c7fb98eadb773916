"""Many draws at once: the sets that many seeds give, worked out in arrays, question for question as one by one.

For research and for checking: nobody's session is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.errors import TooRarelyLawful
from delivery.plan import DrawPlan
from delivery.randomness import DRAW
from delivery.sampling import MEMBERS_LOOKED_AT, Membership, Streams, walked
from delivery.screening import Screening

Ints = NDArray[np.int64]

AT_ONCE: Final = 4096
"""Seeds; their words then take a few megabytes."""


def draws(plan: DrawPlan, seeds: Sequence[bytes]) -> Iterator[tuple[str, ...]]:
    """The question set of each seed, in asking order, where nothing is excluded: what `draw` gives for it.

    Raises:
        TooRarelyLawful: the plan's recorded run met no lawful set, or some seed's stream has none among its first.
    """
    if not plan.rehearsal.lawful_sets:
        raise TooRarelyLawful(plan.rehearsal.trials)
    references = plan.pool.references
    screening = Screening.of(plan.lawfulness)
    for begin in range(0, len(seeds), AT_ONCE):
        for positions in _drawn(plan, screening, seeds[begin : begin + AT_ONCE]):
            yield tuple(references[at] for at in positions)


def _drawn(plan: DrawPlan, screening: Screening, seeds: Sequence[bytes]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in seeds]
    waiting = np.arange(len(seeds))
    order = np.array([at for layer in plan.walk.layers for at in layer.members], dtype=np.int64)
    words = len(plan.walk.layers) + MEMBERS_LOOKED_AT
    for number in range(plan.most_attempts):
        streams = Streams([(DRAW, seeds[at], number) for at in waiting.tolist()], words)
        membership = walked(plan.walk, streams, len(plan.pool))
        lawful = screening.lawful(membership)
        for rows, positions in _shuffled(membership, np.flatnonzero(lawful), order, streams):
            for at, asked in zip(waiting[rows].tolist(), positions.tolist(), strict=True):
                found[at] = asked
        waiting = waiting[~lawful]
        if not waiting.size:
            return found
    raise TooRarelyLawful(plan.most_attempts)


def _shuffled(membership: Membership, rows: Ints, order: Ints, streams: Streams) -> Iterator[tuple[Ints, Ints]]:
    """The sets of some rows in asking order, those of one length together; each with its rows."""
    in_order = membership[rows][:, order]
    lengths = in_order.sum(axis=1)
    for length in np.unique(lengths).tolist():
        alike = lengths == length
        found = order[in_order[alike].nonzero()[1]].reshape(-1, length)
        places = np.arange(len(found))
        for last in range(length - 1, 0, -1):
            other = streams.below(rows[alike], last + 1)
            found[places, last], found[places, other] = found[places, other], found[places, last]
        yield rows[alike], found
