"""The tables of a frontier under weights: how much weight lies behind every state, and what follows from it.

The backward pass gives Z, the total weight of all full sets; the forward pass gives every inclusion probability. All
terms are positive, so nothing cancels. Weights may span hundreds of powers of e: everything is kept in logarithms where
plain numbers, scaled layer by layer, would lose a state.

Source: Chen, Dempster and Liu (1994), Biometrika 81(3), 457–469, for sets drawn with probability proportional to the
product of their weights; the state adds the KSBs covered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delivery.choosing import Choice, choice_of
from delivery.frontier import Frontier, Layer

Floats = NDArray[np.floating]

FAINTEST: Final = 1e-280
"""A state's weight beside the heaviest of its layer, below which plain numbers would begin to lose digits."""
ROOM: Final = 0.9
"""Share of the exponents of a kind of floats that no product of weights may leave, where states may weigh nothing."""


@dataclass(frozen=True, slots=True)
class LayerTable:
    """One layer under weights.

    Attributes:
        choice: of its members that have a weight; those at -inf cannot be drawn and are left out.
        factors: weight of taking each number of members, the largest 1; logarithms where the tables are.
        rewards: of each state, what taking any member earns on top; empty where no KSB is optional.
        behind: weight behind each state, the largest 1, and a place more that holds nothing; or logarithms.
        scale: by what the weights behind were divided.
        heaviest: logarithm of what the factors were divided by.
    """

    choice: Choice
    factors: Floats
    rewards: Floats
    behind: Floats
    scale: float | np.floating
    heaviest: float | np.floating


@dataclass(frozen=True, slots=True)
class Tables:
    """A frontier under weights.

    Attributes:
        log_total: log Z, -inf where no set can be drawn.
        layers: of the frontier.
        endings: weight behind each ending, as in a layer's table.
        in_logarithms: whether the weights behind are.
    """

    log_total: float
    layers: tuple[LayerTable, ...]
    endings: Floats
    in_logarithms: bool

    def beyond(self, number: int) -> Floats:
        """What lies behind the states that follow a layer."""
        return self.layers[number + 1].behind if number + 1 < len(self.layers) else self.endings

    def chances(self, layer: Layer, number: int) -> list[Floats]:
        """Probability of each count in each state of a layer; see `chances_of`."""
        return chances_of(layer, self.layers[number], self.beyond(number), in_logarithms=self.in_logarithms)


class TooFaintError(Exception):
    """A state weighs so little beside others of its layer that only logarithms can hold it."""


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
        return Tables(-np.inf, (), np.zeros(0, dtype=kind), in_logarithms=False)
    try:
        return _together(frontier, log_weights, log_rewards, kind, in_logarithms=False)
    except TooFaintError:
        return _together(frontier, log_weights, log_rewards, kind, in_logarithms=True)


def backwards(
    frontier: Frontier,
    log_weights: Floats,
    log_rewards: Floats,
    kind: type[np.floating] = np.float64,
    *,
    in_logarithms: bool,
) -> Iterator[tuple[LayerTable, Floats]]:
    """Each layer's table and the weight behind the states that follow, from the last layer to the first.

    Raises:
        TooFaintError: on the way, where plain numbers will not do.
    """
    log_weights, log_rewards = log_weights.astype(kind), log_rewards.astype(kind)
    sure = in_logarithms or _leave_room(frontier, log_weights, log_rewards)
    beyond = _endings(frontier, kind, in_logarithms=in_logarithms)
    for layer in reversed(frontier.layers):
        choice = choice_of(log_weights, layer.members, len(layer.ways))
        if in_logarithms:
            table = _in_logarithms(layer, choice, log_rewards, beyond)
        else:
            table = _plain(layer, choice, log_rewards, beyond, sure=sure)
        yield table, beyond
        beyond = table.behind


def chances_of(layer: Layer, table: LayerTable, beyond: Floats, *, in_logarithms: bool) -> list[Floats]:
    """Probability of each count in each state of a layer, from the first state that allows the count on.

    Those of a state sum to 1 where a full set can be reached and to 0 elsewhere.
    """
    terms = _terms(layer, table, beyond, in_logarithms=in_logarithms)
    if in_logarithms:
        anchor = _finite(table.behind)
        terms = [np.exp(term - anchor[way.begin : -1]) for way, term in zip(layer.ways, terms, strict=True)]
    total = np.zeros(layer.states, dtype=beyond.dtype)
    for way, term in zip(layer.ways, terms, strict=True):
        total[way.begin :] += term
    total[total == 0] = 1
    return [term / total[way.begin :] for way, term in zip(layer.ways, terms, strict=True)]


def marginals_of(frontier: Frontier, tables: Tables, questions: int) -> Marginals:
    """Every inclusion and covering probability, by one forward pass."""
    included = np.zeros(questions)
    covered = np.zeros(len(frontier.optional))
    reached: Floats = np.ones(1)
    step = _reached_in_logarithms if tables.in_logarithms else _reached
    if not tables.in_logarithms and tables.layers:
        reached = 1 / tables.layers[0].behind[:1].astype(np.float64)
    for number, layer in enumerate(frontier.layers):
        shares, taken, reached = step(layer, tables, number, reached)
        choice = tables.layers[number].choice
        included[choice.members] = choice.included(shares)
        if covered.size:
            covered += np.bincount(layer.fresh, weights=taken, minlength=len(layer.fresh_sets)) @ layer.fresh_sets
    return Marginals(included, covered)


def _leave_room(frontier: Frontier, log_weights: Floats, log_rewards: Floats) -> bool:
    """Whether no product of the weights of a set can be too large or too small for their kind of floats."""
    finite = log_weights[np.isfinite(log_weights)]
    if not finite.size or not np.isfinite(log_rewards).all():
        return False
    most = sum(len(layer.ways) - 1 for layer in frontier.layers)
    longest = min(most, frontier.longest)
    largest = float(np.abs(finite).max()) + float(np.log(len(log_weights)))
    exponent = float(np.log(np.finfo(log_weights.dtype).max))
    return longest * largest + float(np.abs(log_rewards).sum()) < ROOM * exponent / 2


def _terms(layer: Layer, table: LayerTable, beyond: Floats, *, in_logarithms: bool) -> list[Floats]:
    """Weight of taking each count, of each state that allows it."""
    found = []
    for count, way in enumerate(layer.ways):
        term = beyond.take(way.following)
        if in_logarithms:
            term += table.factors[count]
            if count and table.rewards.size:
                term += table.rewards[way.begin :]
        else:
            term *= table.factors[count]
            if count and table.rewards.size:
                term *= table.rewards[way.begin :]
        found.append(term)
    return found


def _together(
    frontier: Frontier, log_weights: Floats, log_rewards: Floats, kind: type[np.floating], *, in_logarithms: bool
) -> Tables:
    steps = backwards(frontier, log_weights, log_rewards, kind, in_logarithms=in_logarithms)
    layers = tuple(table for table, _ in steps)[::-1]
    log_total = layers[0].behind[0] if in_logarithms else kind(0)
    if not in_logarithms:
        for table in reversed(layers):
            log_total += table.heaviest + np.log(table.scale)
    endings = _endings(frontier, kind, in_logarithms=in_logarithms)
    return Tables(float(log_total), layers, endings, in_logarithms=in_logarithms)


def _endings(frontier: Frontier, kind: type[np.floating], *, in_logarithms: bool) -> Floats:
    """Weight behind each ending, and the place that holds nothing."""
    full, nothing = (0.0, -np.inf) if in_logarithms else (1.0, 0.0)
    return np.append(np.full(frontier.endings, full, dtype=kind), kind(nothing))


def _plain(layer: Layer, choice: Choice, log_rewards: Floats, beyond: Floats, *, sure: bool) -> LayerTable:
    """A layer in plain numbers, a tenth of the time.

    Every state of a frontier leads to a full set, so under finite weights none of them weighs nothing: a state below
    `FAINTEST` is one that only logarithms can hold. A term lost beside a state that is not faint is below 1e-28 of it.
    Where the weights are `sure` to leave room a state that weighs nothing is one that no set with a weight comes to.
    """
    kind = log_rewards.dtype
    heaviest = choice.sums.max()
    rewards: Floats = np.zeros(0, dtype=kind)
    if log_rewards.size:
        rewards = np.exp(layer.fresh_sets @ log_rewards)[layer.fresh]
    behind = np.zeros(layer.states + 1, dtype=kind)
    table = LayerTable(choice, np.exp(choice.sums - heaviest), rewards, behind, 1.0, heaviest)
    for way, term in zip(layer.ways, _terms(layer, table, beyond, in_logarithms=False), strict=True):
        behind[way.begin : -1] += term
    largest = behind.max()
    if not largest > 0 or not (sure or behind[:-1].min() > FAINTEST * max(largest, kind.type(1e-20))):
        raise TooFaintError
    behind[:-1] /= largest
    return replace(table, scale=largest)


def _in_logarithms(layer: Layer, choice: Choice, log_rewards: Floats, beyond: Floats) -> LayerTable:
    """A layer in logarithms."""
    kind = log_rewards.dtype
    rewards: Floats = np.zeros(0, dtype=kind)
    if log_rewards.size:
        rewards = (layer.fresh_sets @ log_rewards)[layer.fresh]
    behind = np.full(layer.states + 1, -np.inf, dtype=kind)
    table = LayerTable(choice, choice.sums, rewards, behind, 1.0, 0.0)
    terms = _terms(layer, table, beyond, in_logarithms=True)
    for way, term in zip(layer.ways, terms, strict=True):
        np.maximum(behind[way.begin : -1], term, out=behind[way.begin : -1])
    anchor = _finite(behind[:-1])
    total = np.zeros(layer.states, dtype=kind)
    for way, term in zip(layer.ways, terms, strict=True):
        total[way.begin :] += np.exp(term - anchor[way.begin :])
    with np.errstate(divide="ignore"):
        behind[:-1] = anchor + np.log(total)
    return table


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0)


def _reached(layer: Layer, tables: Tables, number: int, reached: Floats) -> tuple[Floats, Floats, Floats]:
    """One step forward in plain numbers.

    Args:
        layer: of the frontier.
        tables: in plain numbers.
        number: of the layer.
        reached: probability of each state, divided by the weight behind it.

    Returns:
        The probability of each count; of each state that of taking any; and what is reached in the next layer.
    """
    table, beyond = tables.layers[number], tables.beyond(number)
    onward = np.zeros(layer.following + 1)
    shares = np.zeros(len(layer.ways))
    taken = np.zeros(layer.states if table.rewards.size else 0)
    for count, way in enumerate(layer.ways):
        here = reached[way.begin :] * (table.factors[count] / table.scale)
        if count and table.rewards.size:
            here *= table.rewards[way.begin :]
        behind = beyond.take(way.following)
        shares[count] = np.einsum("i,i->", here, behind)  # a threaded dot product costs more than it saves
        if count and taken.size:
            taken[way.begin :] += here * behind
        onward += np.bincount(way.following, weights=here, minlength=layer.following + 1)
    return shares, taken, onward[:-1]


def _reached_in_logarithms(layer: Layer, tables: Tables, number: int, reached: Floats) -> tuple[Floats, Floats, Floats]:
    """The same where the tables are in logarithms; what is reached are probabilities."""
    onward = np.zeros(layer.following + 1)
    shares = np.zeros(len(layer.ways))
    taken = np.zeros(layer.states)
    for count, (way, chance) in enumerate(zip(layer.ways, tables.chances(layer, number), strict=True)):
        moved = (chance * reached[way.begin :]).astype(np.float64)
        shares[count] = moved.sum()
        if count:
            taken[way.begin :] += moved
        onward += np.bincount(way.following, weights=moved, minlength=layer.following + 1)
    return shares, taken, onward[:-1]
