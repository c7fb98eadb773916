"""One bank as the benchmark's methods see it: a pool, a specification, and the arrays that most of them want."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from delivery.pool import Candidate, Pool
from delivery.specification import Specification

NOBODY = -1
"""Fills the row of a set that is shorter than the longest."""


@dataclass(frozen=True)
class Bank:
    """Question sets of a bank are rows of positions in its pool, filled up with `NOBODY`."""

    name: str
    pool: Pool
    specification: Specification

    def to_dict(self):
        """Plain data, for a process of its own."""
        return {
            "name": self.name,
            "pool": [each.to_dict() for each in self.pool.candidates],
            "specification": self.specification.to_dict(),
        }

    @classmethod
    def from_dict(cls, data):
        pool = Pool(tuple(map(Candidate.from_dict, data["pool"])))
        return cls(data["name"], pool, Specification.from_dict(data["specification"]))

    def __len__(self):
        return len(self.pool)

    @cached_property
    def required(self):
        """Who carries which required KSB; shape (questions, required KSBs)."""
        return self._carrying(self.specification.required)

    @cached_property
    def counted(self):
        """Likewise for every KSB that `most_per_ksb` counts."""
        return self._carrying(self.specification.ksbs)

    def _carrying(self, codes):
        table = [[code in each.ksbs for code in codes] for each in self.pool.candidates]
        return np.array(table, dtype=bool).reshape(len(self), len(codes))

    @cached_property
    def seconds(self):
        return np.array([each.seconds for each in self.pool.candidates], dtype=np.int64)

    @cached_property
    def demand(self):
        return np.array([each.demand for each in self.pool.candidates], dtype=np.int64)

    @cached_property
    def enemies(self):
        """Positions of each question's enemies."""
        position = {reference: at for at, reference in enumerate(self.pool.references)}
        return tuple(frozenset(position[name] for name in each.enemies) for each in self.pool.candidates)

    @cached_property
    def enemy_pairs(self):
        """Shape (pairs, 2)."""
        pairs = [(one, other) for one, others in enumerate(self.enemies) for other in others if one < other]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def in_bands(self, sets):
        """Which sets keep length, bands and cap and hold no enemies; coverage is not looked at."""
        asked = self.specification
        lengths = (sets != NOBODY).sum(axis=1)
        kept = lengths == asked.length if asked.length is not None else lengths > 0
        for band, each in ((asked.seconds, self.seconds), (asked.demand, self.demand)):
            if band is not None:
                total = np.append(each, 0)[sets].sum(axis=1)  # NOBODY indexes the last place
                kept &= (total >= band.lowest) & (total <= band.highest)
        for one, other in self.enemy_pairs:
            kept &= ~((sets == one).any(axis=1) & (sets == other).any(axis=1))
        if asked.most_per_ksb is not None and self.counted.size:
            nobody = np.zeros((1, self.counted.shape[1]), dtype=bool)
            kept &= (np.concatenate([self.counted, nobody])[sets].sum(axis=1) <= asked.most_per_ksb).all(axis=1)
        return kept

    def covers(self, sets):
        """Which sets hold every required KSB."""
        nobody = np.zeros((1, self.required.shape[1]), dtype=bool)
        return np.concatenate([self.required, nobody])[sets].any(axis=1).all(axis=1)


def rows_of(sets):
    """Lists of positions as one array."""
    widest = max((len(each) for each in sets), default=0)
    rows = np.full((len(sets), widest), NOBODY, dtype=np.int32)
    for row, each in zip(rows, sets, strict=True):
        row[: len(each)] = each
    return rows


def rows_of_membership(membership):
    """A table of who is in which set, shape (sets, questions), as rows of positions."""
    lengths = membership.sum(axis=1)
    rows = np.full((len(membership), int(lengths.max(initial=0))), NOBODY, dtype=np.int32)
    rows[np.arange(rows.shape[1]) < lengths[:, None]] = membership.nonzero()[1]
    return rows


def stacked(blocks):
    """Rows of several widths one under another."""
    blocks = list(blocks)
    widest = max((block.shape[1] for block in blocks), default=0)
    padded = [np.pad(each, ((0, 0), (0, widest - each.shape[1])), constant_values=NOBODY) for each in blocks]
    return np.concatenate(padded) if padded else np.zeros((0, 0), dtype=np.int32)


def times_asked(sets, questions):
    """How many sets each question stands in."""
    return np.bincount(sets[sets != NOBODY], minlength=questions)
