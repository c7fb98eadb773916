"""Lawfulness of many sets at once, and the exposure that lawful sets have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.lawfulness import Lawfulness
from delivery.sampling import Membership
from delivery.tables import Marginals

EXACT: Final = 1 << 24
"""Below it single precision counts whole numbers exactly."""
AT_ONCE: Final = 1 << 21
"""Cells of a table of sets that are looked at as numbers at one time."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What is looked at in sets that already cover every required KSB in the right length.

    Attributes:
        lawfulness: the requirements, one set at a time.
        carrying: which question carries which KSB; shape (questions, KSBs).
        pairs: enemies as two columns of positions; shape (pairs, 2).
    """

    lawfulness: Lawfulness
    carrying: NDArray[np.float32]
    pairs: NDArray[np.int64]

    @classmethod
    def of(cls, lawfulness: Lawfulness) -> Screening:
        """The screening for these requirements."""
        bits = range(len(lawfulness.specification.ksbs))
        carrying = np.array([[mask >> bit & 1 for bit in bits] for mask in lawfulness.ksbs], dtype=np.float32)
        pairs = [
            (one, other)
            for one, enemies in enumerate(lawfulness.enemies)
            if enemies
            for other in _bits_below(enemies, one)
        ]
        return cls(lawfulness, carrying, np.array(pairs, dtype=np.int64).reshape(-1, 2))

    def lawful(self, membership: Membership) -> NDArray[np.bool_]:
        """Which of the sets are lawful; shape (sets,)."""
        rows = max(1, AT_ONCE // max(1, membership.shape[1]))
        parts = [membership[begin : begin + rows] for begin in range(0, len(membership), rows)]
        return np.concatenate([self._lawful(part) for part in parts]) if parts else np.zeros(0, dtype=bool)

    def _lawful(self, membership: Membership) -> NDArray[np.bool_]:
        asked = self.lawfulness.specification
        members = membership.astype(np.float32)
        kept = np.ones(len(membership), dtype=bool)
        for band, each in ((asked.seconds, self.lawfulness.seconds), (asked.demand, self.lawfulness.demand)):
            if band is not None:
                total = members @ np.array(each, dtype=np.float32) if sum(each) < EXACT else membership @ np.array(each)
                kept &= (total >= band.lowest) & (total <= band.highest)
        for one, other in self.pairs:
            kept &= ~(membership[:, one] & membership[:, other])
        if asked.most_per_ksb is not None and self.carrying.size:
            kept &= (members @ self.carrying).max(axis=1) <= asked.most_per_ksb
        return kept


def _bits_below(mask: int, bound: int) -> list[int]:
    return [at for at in range(min(bound, mask.bit_length())) if mask >> at & 1]


@dataclass(frozen=True, slots=True)
class Screened:
    """What a seeded simulation found.

    Attributes:
        trials: sets drawn.
        lawful: how many of them were lawful.
        exposure: of each question, share of the lawful sets that held it.
        explored: of each optional KSB, share of the lawful sets that covered it.
        length: mean number of questions in a lawful set.
    """

    trials: int
    lawful: int
    exposure: NDArray[np.float64]
    explored: NDArray[np.float64]
    length: float


def screened(blocks: Iterable[Membership], screening: Screening, covering: Marginals) -> Screened:
    """Exposure under the side requirements, estimated from sampled sets of the covering law.

    What all the sets were off by, lawful or not, is known exactly from the tables; the lawful ones among them were off
    by about as much, so it is taken back. Of the variance of plain counting the share that is passed over stays.

    Args:
        blocks: which questions are in which sets, some sets at a time.
        screening: what sets are passed over for.
        covering: the exact marginals of their law.

    Source: control variates; Ross (2013), Simulation, section 9.2.
    """
    asked = screening.lawfulness.specification
    optional = np.array([asked.ksbs.index(code) for code in asked.optional], dtype=np.int64)
    carriers = np.flatnonzero(screening.carrying[:, optional].any(axis=1))
    questions = len(screening.carrying)
    trials = lawful = 0
    held = np.zeros(questions)
    explored = np.zeros(len(optional))
    every, every_explored = np.zeros(questions), np.zeros(len(optional))
    for membership in blocks:
        kept = screening.lawful(membership)
        covers = membership[:, carriers].astype(np.float32) @ screening.carrying[np.ix_(carriers, optional)] > 0
        trials += len(kept)
        lawful += int(kept.sum())
        held += membership[kept].sum(axis=0)
        explored += covers[kept].sum(axis=0)
        every += membership.sum(axis=0)
        every_explored += covers.sum(axis=0)
    shares = max(lawful, 1)
    exposure = (held / shares - (every / trials - covering.questions)).clip(0.0, 1.0)
    covered = (explored / shares - (every_explored / trials - covering.optional)).clip(0.0, 1.0)
    return Screened(trials, lawful, exposure, covered, float(exposure.sum()))
