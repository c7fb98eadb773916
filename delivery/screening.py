"""Lawfulness of many sets at once, and the exposure that lawful sets have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delivery.lawfulness import Lawfulness
from delivery.sampling import Membership, sampled
from delivery.tables import Marginals
from delivery.walk import Walk


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
        asked = self.lawfulness.specification
        members = membership.astype(np.float32)
        kept = np.ones(len(membership), dtype=bool)
        for band, each in ((asked.seconds, self.lawfulness.seconds), (asked.demand, self.lawfulness.demand)):
            if band is not None:
                total = members @ np.array(each, dtype=np.float32)
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


def screened(walk: Walk, screening: Screening, trials: int, seed: bytes, covering: Marginals) -> Screened:
    """Exposure under the side requirements, estimated from this many sets.

    What all the sets were off by, lawful or not, is known exactly from the tables; the lawful ones among them were off
    by about as much, so it is taken back. Of the variance of plain counting the share that is passed over stays.

    Args:
        walk: of the covering law.
        screening: what sets are passed over for.
        trials: sets that are drawn.
        seed: of the simulation.
        covering: the exact marginals of the walk's law.

    Source: control variates; Ross (2013), Simulation, section 9.2.
    """
    asked = screening.lawfulness.specification
    optional = [asked.ksbs.index(code) for code in asked.optional]
    questions = len(screening.carrying)
    lawful = 0
    held = np.zeros(questions)
    explored = np.zeros(len(optional))
    every, every_explored = np.zeros(questions), np.zeros(len(optional))
    for membership in sampled(walk, questions, trials, seed):
        kept = screening.lawful(membership)
        covers = membership.astype(np.float32) @ screening.carrying[:, optional] > 0
        lawful += int(kept.sum())
        held += membership[kept].sum(axis=0)
        explored += covers[kept].sum(axis=0)
        every += membership.sum(axis=0)
        every_explored += covers.sum(axis=0)
    shares = max(lawful, 1)
    exposure = (held / shares - (every / trials - covering.questions)).clip(0.0, 1.0)
    covered = (explored / shares - (every_explored / trials - covering.optional)).clip(0.0, 1.0)
    return Screened(trials, lawful, exposure, covered, float(exposure.sum()))
