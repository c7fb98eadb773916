"""Choosing some of a layer's members: the total weight of all subsets of a size, and how likely each member is in one.

Members of equal weight form a group: of n such members the subsets of size j weigh C(n, j) w^j together, and each
member is in j / n of them. A layer of several groups multiplies what the groups give.

Source: Chen, Dempster and Liu (1994), Biometrika 81(3), 457–469 (elementary symmetric functions).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """The members of a layer under weights.

    Attributes:
        members: positions in the pool, of those with a weight.
        log_weights: of each.
        sums: log of the total weight of all subsets of 0, 1, 2 … members.
    """

    members: Ints
    log_weights: Floats
    sums: Floats

    def included(self, shares: Floats) -> NDArray[np.float64]:
        """Inclusion probability of each member, from how likely each number of members is."""
        expected = float(shares @ np.arange(len(shares)))
        if _alike(self.log_weights):
            return np.full(len(self.members), expected / max(len(self.members), 1))
        values, group, sizes = np.unique(self.log_weights, return_inverse=True, return_counts=True)
        scale = values[-1]
        weights = np.exp(values - scale)
        whole = np.exp(self.sums - np.arange(len(shares)) * scale)
        alone = [_alone(weight, size, len(shares)) for weight, size in zip(weights, sizes, strict=True)]
        before, after = _products(alone), _products(alone[::-1])[::-1]
        ratio = np.divide(shares[1:], whole[1:], out=np.zeros_like(whole[1:]), where=whole[1:] > 0)
        each = np.zeros(len(values))
        for at, (weight, size) in enumerate(zip(weights, sizes, strict=True)):
            others = np.convolve(before[at], after[at + 1])
            fewer = np.convolve(others, _alone(weight, size - 1, len(shares)))
            each[at] = weight * float(fewer[: len(ratio)] @ ratio)
        return each[group]

    def includes(self, counts: int) -> Floats:
        """Probability that member r is taken when j are still to be taken from member r and those after it.

        Sums over the members from r on are built from the last member backwards, scaled by the largest weight.

        Returns:
            Shape (members, counts), column 0 unused.
        """
        size, kind = len(self.members), self.log_weights.dtype
        weights = np.exp(self.log_weights - self.log_weights.max()) if size else self.log_weights
        sums = np.zeros((size + 1, counts), dtype=kind)
        sums[size, 0] = 1
        for at in range(size - 1, -1, -1):
            sums[at] = sums[at + 1]
            sums[at, 1:] += weights[at] * sums[at + 1, :-1]
        found = np.zeros((size, counts), dtype=kind)
        if counts > 1:
            taking = weights[:, None] * sums[1:, :-1]
            np.divide(taking, sums[:-1, 1:], out=found[:, 1:], where=sums[:-1, 1:] > 0)
        return found


def choice_of(log_weights: Floats, members: Ints, counts: int) -> Choice:
    """The choice among these members.

    Args:
        log_weights: of each question of the pool; -inf keeps it out.
        members: positions in the pool.
        counts: 1 more than the most that are taken.
    """
    logs = log_weights[members]
    if np.isneginf(logs).any():
        members, logs = members[logs > -np.inf], logs[logs > -np.inf]
    orders = np.arange(counts)
    if _alike(logs):
        weight = logs[0] if len(logs) else logs.dtype.type(0)
        sums = _binomials(len(logs), counts, logs.dtype.char)
        with np.errstate(divide="ignore"):
            return Choice(members, logs, np.log(sums) + orders * weight)
    values, sizes = np.unique(logs, return_counts=True)
    with np.errstate(divide="ignore"):
        alone = [_alone(weight, size, counts) for weight, size in zip(np.exp(values - values[-1]), sizes, strict=True)]
        sums = np.log(_products(alone)[-1])
    return Choice(members, logs, sums + orders * values[-1])


def _alike(log_weights: Floats) -> bool:
    return not len(log_weights) or bool((log_weights == log_weights[0]).all())


@lru_cache(maxsize=4096)
def _binomials(size: int, counts: int, kind: str) -> Floats:
    """C(size, 0), C(size, 1) …, each from the one before; remembered, for a fit asks for the same in each pass."""
    found: Floats = np.ones(counts, dtype=kind)
    orders = np.arange(1, counts)
    found[1:] = np.cumprod(np.maximum(size - orders + 1, 0).astype(found.dtype) / orders)
    found.setflags(write=False)
    return found


def _alone(weight: np.floating, size: int, counts: int) -> Floats:
    """Elementary symmetric sums of one group, of orders 0 to counts - 1."""
    return _binomials(int(size), counts, weight.dtype.char) * weight ** np.arange(counts)


def _products(factors: list[Floats]) -> list[Floats]:
    """Of the first 0, 1, 2 … of these sums, what they give together; of as many orders as each."""
    found = [np.ones(1, dtype=factors[0].dtype)]
    for each in factors:
        found.append(np.convolve(found[-1], each)[: len(each)])
    return found
