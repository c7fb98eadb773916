"""What sampled sets hold, as a fit sees them: questions of each type, and which optional KSBs are covered.

Kept as pairs of a set and a feature: ten for a set of ten, where a table would need a place for every type.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delivery.alike import Types

Floats = NDArray[np.float64]
Indices = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Features:
    """The features of some sets.

    Attributes:
        sets: how many sets.
        many: how many features there are: a fit's parameters.
        rows: of each pair, the set.
        columns: of each pair, the feature; a set that has a feature twice has the pair twice.
    """

    sets: int
    many: int
    rows: Indices
    columns: Indices

    @classmethod
    def of(cls, types: Types, carrying: NDArray[np.floating], sets: int, rows: Indices, members: Indices) -> Features:
        """Of sets and the questions that they hold.

        Args:
            types: of the questions.
            carrying: which question carries which optional KSB; shape (questions, optional KSBs).
            sets: how many.
            rows: the set of each pair.
            members: the question of each pair.
        """
        kinds, optional = len(types.sizes), carrying.shape[1]
        columns = types.of[members].astype(np.int32)
        if optional:
            covers: NDArray[np.bool_] = np.zeros((sets, optional), dtype=bool)
            for code in range(optional):
                covers[rows[carrying[members, code] > 0], code] = True
            covering, codes = np.nonzero(covers)
            rows = np.append(rows, covering.astype(np.int32))
            columns = np.append(columns, (kinds + codes).astype(np.int32))
        return cls(sets, kinds + optional, rows, columns)

    @classmethod
    def together(cls, parts: list[Features]) -> Features:
        """All of these sets, one after another."""
        begins = np.cumsum([0, *(each.sets for each in parts)])
        rows = [(each.rows + begin).astype(np.int32) for each, begin in zip(parts, begins[:-1], strict=True)]
        columns = np.concatenate([each.columns for each in parts])
        return cls(int(begins[-1]), parts[0].many, np.concatenate(rows), columns)

    def kept(self, wanted: NDArray[np.bool_]) -> Features:
        """Those of some of the sets."""
        number = np.cumsum(wanted, dtype=np.int32) - 1
        held = wanted[self.rows]
        return Features(int(wanted.sum()), self.many, number[self.rows[held]], self.columns[held])

    def weighed(self, weights: Floats) -> Floats:
        """Of each set, the sum of its features' weights."""
        return np.bincount(self.rows, weights=weights[self.columns], minlength=self.sets).astype(np.float64, copy=False)

    def summed(self, shares: Floats) -> Floats:
        """Of each feature, the sum of its sets' shares."""
        return np.bincount(self.columns, weights=shares[self.rows], minlength=self.many).astype(np.float64, copy=False)

    @property
    def counted_together(self) -> Floats:
        """How often two features are in one set, summed over the sets; shape (features, features)."""
        lengths = np.bincount(self.rows, minlength=self.sets)
        wide = np.full((self.sets, int(lengths.max(initial=0))), self.many, dtype=np.int64)  # one more stands for none
        wide[np.arange(wide.shape[1]) < lengths[:, None]] = self.columns[np.argsort(self.rows, kind="stable")]
        size = self.many + 1
        found: Floats = np.zeros((self.many, self.many))
        for column in wide.T:
            both = (column[:, None] * size + wide).ravel()
            found += np.bincount(both, minlength=size * size).reshape(size, size)[:-1, :-1]
        return found


class Covariance:
    """Of the features of sets that come in parts and are not kept.

    Args:
        many: how many features there are.
    """

    def __init__(self, many: int) -> None:
        self._sets = 0
        self._once = np.zeros(many)
        self._together = np.zeros((many, many))

    def add(self, features: Features) -> None:
        """Count in more sets."""
        self._sets += features.sets
        self._once += features.summed(np.ones(features.sets))
        self._together += features.counted_together

    @property
    def found(self) -> Floats:
        """Shape (features, features)."""
        mean = self._once / self._sets
        return self._together / self._sets - np.outer(mean, mean)
