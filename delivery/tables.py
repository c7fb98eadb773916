"""The tables of a frontier under weights: how much weight lies behind every state, and what follows from it.

The backward pass gives Z, the total weight of all full sets; the forward pass gives every inclusion probability. All
terms are positive, so nothing cancels. Weights may span hundreds of powers of e: everything is kept in logarithms where
plain numbers, scaled layer by layer, would lose a state.

Source: Chen, Dempster and Liu (1994), Biometrika 81(3), 457–469, for sets drawn with probability proportional to the
product of their weights; the state adds the KSBs covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from delivery.frontier import NOWHERE, Frontier, Layer

Floats = NDArray[np.floating]

FAINTEST: Final = 1e-280
"""A state's weight beside the heaviest of its layer, below which plain numbers would begin to lose digits."""


@dataclass(frozen=True, slots=True)
class LayerTable:
    """One layer under weights.

    Attributes:
        members: positions in the pool of the members with a weight; those at -inf cannot be drawn and are left out.
        chances: probability of each count in each state; shape (counts, states), columns sum to 1 where a full set
            can be reached and to 0 elsewhere.
        includes: probability that member r is taken when j are still to be taken from members r, r + 1, …; shape
            (members, counts), column 0 unused.
    """

    members: tuple[int, ...]
    chances: Floats
    includes: Floats


@dataclass(frozen=True, slots=True)
class Tables:
    """A frontier under weights: `log_total` is log Z, -inf where no set can be drawn."""

    log_total: float
    layers: tuple[LayerTable, ...]


@dataclass(frozen=True, slots=True)
class Marginals:
    """Inclusion probability of each question, and covering probability of each optional KSB."""

    questions: NDArray[np.float64]
    optional: NDArray[np.float64]


def tables_of(
    frontier: Frontier, log_weights: Floats, log_rewards: Floats, kind: type[np.floating] = np.float64
) -> Tables:
    """The tables under these weights.

    Args:
        frontier: the states.
        log_weights: of each question of the pool; -inf takes it out.
        log_rewards: of each optional KSB, earned when a set covers it.
        kind: `numpy.longdouble` for the tables that become thresholds, where a few bits more are worth the time.
    """
    if not frontier.layers:
        return Tables(-np.inf, ())
    if kind is np.float64:
        plain = _plain_tables(frontier, log_weights, log_rewards)
        if plain is not None:
            return plain
    behind: Floats = np.zeros(frontier.endings, dtype=kind)
    found = []
    for layer in reversed(frontier.layers):
        members = tuple(at for at in layer.members if log_weights[at] > -np.inf)
        sums, includes = _choosing(log_weights[list(members)].astype(kind), len(layer.following))
        behind, chances = _step(layer, sums, log_rewards.astype(kind), behind)
        found.append(LayerTable(members, chances, includes))
    return Tables(float(behind[0]), tuple(found[::-1]))


def marginals_of(frontier: Frontier, tables: Tables, questions: int) -> Marginals:
    """Every inclusion and covering probability, by one forward pass."""
    included = np.zeros(questions)
    covered = np.zeros(len(frontier.optional))
    reached: NDArray[Any] = np.ones(1)
    for layer, table in zip(frontier.layers, tables.layers, strict=True):
        flow = table.chances * reached
        included[list(table.members)] += _shares(flow.sum(axis=1), table.includes)
        if covered.size:
            taken = np.bincount(layer.fresh, weights=flow[1:].sum(axis=0), minlength=len(layer.fresh_sets))
            covered += taken @ layer.fresh_sets
        onward = layer.following != NOWHERE
        reached = np.bincount(layer.following[onward], weights=flow[onward])
    return Marginals(included, covered)


def _plain_tables(frontier: Frontier, log_weights: Floats, log_rewards: Floats) -> Tables | None:
    """The tables in plain numbers, three times as quick; None where a state would be too faint for them.

    Every state of a frontier leads to a full set, so under finite weights none of them weighs nothing: a state below
    `FAINTEST` is one that only logarithms can hold. A term lost beside a state that is not faint is below 1e-28 of it.
    """
    if not (np.isfinite(log_weights).all() and np.isfinite(log_rewards).all()):
        return None
    behind: Floats = np.ones(frontier.endings)
    log_scale = 0.0
    found = []
    for layer in reversed(frontier.layers):
        sums, includes = _choosing(log_weights[list(layer.members)], len(layer.following))
        heaviest = float(sums.max())
        terms = np.append(behind, 0.0)[layer.following]  # NOWHERE indexes the last place
        terms *= np.exp(sums - heaviest)[:, None]
        if log_rewards.size:
            earned = layer.fresh_sets @ log_rewards
            heaviest += float(earned.max(initial=0.0))
            terms[1:] *= np.exp(earned - earned.max(initial=0.0))[layer.fresh]
            terms[0] *= np.exp(-earned.max(initial=0.0))
        total = terms[0].copy()  # row by row: a quarter of the time of summing down the columns
        for row in terms[1:]:
            total += row
        largest = float(total.max())
        if not total.min() > FAINTEST * max(largest, 1e-20):
            return None
        terms /= total
        behind = total / largest
        log_scale += heaviest + float(np.log(largest))
        found.append(LayerTable(layer.members, terms, includes))
    return Tables(log_scale, tuple(found[::-1]))


def _step(layer: Layer, sums: Floats, log_rewards: Floats, behind: Floats) -> tuple[Floats, Floats]:
    """Weight behind each state of a layer from that behind the next, and the chance of each count."""
    beyond = np.append(behind, -np.inf)  # NOWHERE indexes the last place
    terms = beyond[layer.following] + sums[:, None]
    if log_rewards.size:
        terms[1:] += (layer.fresh_sets @ log_rewards)[layer.fresh]
    highest = terms.max(axis=0)
    anchor = np.where(np.isfinite(highest), highest, 0.0)
    terms -= anchor
    parts = np.exp(terms, out=terms)
    total = parts.sum(axis=0)
    with np.errstate(divide="ignore"):
        here = anchor + np.log(total)
    return here, parts / np.where(total > 0, total, 1.0)


def _choosing(log_weights: Floats, counts: int) -> tuple[Floats, Floats]:
    """Log elementary symmetric sums of the weights, and the chance of each member on the way to a subset of each size.

    Sums over the members from r on are built from the last member backwards, scaled by the largest weight.
    """
    size = len(log_weights)
    scale = log_weights.max() if size else log_weights.dtype.type(0)
    weights = np.exp(log_weights - scale)
    sums = np.zeros((size + 1, counts), dtype=log_weights.dtype)
    sums[size, 0] = 1
    for at in range(size - 1, -1, -1):
        sums[at] = sums[at + 1]
        sums[at, 1:] += weights[at] * sums[at + 1, :-1]
    includes = np.zeros((size, counts), dtype=log_weights.dtype)
    if counts > 1:
        taking = weights[:, None] * sums[1:, :-1]
        np.divide(taking, sums[:-1, 1:], out=includes[:, 1:], where=sums[:-1, 1:] > 0)
    with np.errstate(divide="ignore"):
        return np.log(sums[0]) + np.arange(counts) * scale, includes


def _shares(counts: Floats, includes: Floats) -> NDArray[np.float64]:
    """Inclusion probability of each member, from how likely each count of the layer is."""
    waiting = counts.copy()
    shares = np.zeros(len(includes))
    for at, chance in enumerate(includes):
        taken = waiting * chance
        shares[at] = taken.sum()
        waiting -= taken
        waiting[:-1] += taken[1:]
    return shares
