"""Whether the walk's whole numbers are those that the plan's weights give.

The law says: a set that covers every required KSB in the right length (or time) has a probability proportional to the
product of its questions' weights and of its optional KSBs' rewards. Here the weight behind every state is summed anew,
over states written as (spent, KSBs covered so far that still matter, what else is held), and each option's share of
words is compared. States that the walk has as one are each compared with it. Every state has a number in its layer.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final

from qbank.verify.holding import Holding
from qbank.verify.walking import Step
from qbank.verify.words import FULL

NEAR: Final = 2.0**-36
"""How far a share of words may be from the float worked out here. Every share is a ratio of sums of positive terms."""

State = tuple[int, int, int]
"""What is spent, the KSBs covered, as bits, and what else the walk holds: see `qbank.verify.holding`."""
START: Final = (0, 0, 0)
NOTHING: Final = -math.inf


@dataclass(frozen=True, slots=True)
class Layer:
    """One step's meaning.

    Attributes:
        codes: the specification's KSBs that its questions carry, as bits.
        later: the KSBs that some later step's questions carry, as bits.
        cost: what one question spends.
        sums: log of the elementary symmetric sums of its weights, from 0 questions up.
        reach: most required KSBs that a later question covers for what it spends.
        cheapest: least that a later question spends.
    """

    codes: int
    later: int
    cost: int
    sums: Sequence[float]
    reach: float
    cheapest: int


class Weighing:
    """The law of a plan, summed anew for the questions that a walk may take.

    Args:
        plan: the draw plan.
        steps: the walk; of a law that is conditioned, its questions.
        excluded: references of questions that no step may hold.
        held: names of the side requirements that the walk's states hold; None for those that the plan says.
    """

    def __init__(
        self,
        plan: Mapping[str, Any],
        steps: Sequence[Step],
        excluded: frozenset[str] = frozenset(),
        held: Collection[str] | None = None,
    ) -> None:
        self._pool = plan["pool"]
        self._asked = plan["specification"]
        length: int | None = self._asked["length"]
        self._lowest, self._budget = (length, length) if length is not None else map(int, self._asked["seconds"])
        self._steps = steps
        self._bit = {code: 1 << at for at, code in enumerate((*self._asked["required"], *self._asked["optional"]))}
        self._required = sum(self._bit[code] for code in self._asked["required"])
        self._rewards = [
            (self._bit[code], float(reward))
            for code, reward in zip(self._asked["optional"], plan["log_rewards"], strict=True)
        ]
        self._weights = [float(weight) for weight in plan["log_weights"]]
        drawable = [at for at, each in enumerate(self._pool) if each["reference"] not in excluded]
        if sorted(at for step in steps for at in step.members) != drawable:
            raise ValueError("the walk's layers do not hold each drawable question once")
        self._layers = self._meanings()
        names = plan.get("held", ()) if held is None else held
        self._holding = Holding(plan, names, steps) if names else None
        self._ways: list[list[array[int]]] = []
        self._fresh: list[list[int]] = []
        self._full: list[bool] = []
        self._behind: list[array[float]] = []

    def holds(self) -> bool:
        """Whether every option that the walk can come to has the share of words that the weights give it."""
        if not self._behind:
            self.sum_up()
        met: set[tuple[int, int]] = {(0, 0)}
        for depth, step in enumerate(self._steps):
            onward: set[tuple[int, int]] = set()
            for number, state in met:
                if not self._shares_hold(depth, step, number, state, onward):
                    return False
            if not self._takes_hold(step):
                return False
            met = onward
        return True

    @property
    def log_total(self) -> float:
        """Log of the weight of all sets together; `holds` or `sum_up` comes first."""
        return self._behind[0][0]

    @property
    def log_number(self) -> float:
        """Log of how many sets there are; `holds` or `sum_up` comes first."""
        even = [
            [math.log(math.comb(len(step.members), count)) for count in range(len(ways))]
            for step, ways in zip(self._steps, self._ways, strict=True)
        ]
        return self._summed(even, rewarded=False)[0][0]

    def terms(self, depth: int, state: int) -> list[tuple[float, int | None, float]]:
        """Of each number of questions in a state: its share of words, what follows, and log of the weight behind it."""
        here = self._behind[depth][state]
        ways = self._ways[depth]
        earned = self._reward(self._fresh[depth][state]) if self._rewards else 0.0
        values = _values(ways, self._layers[depth].sums, self._behind[depth + 1], state, earned)
        return [
            (math.exp(value - here) if value > NOTHING else 0.0, None if way[state] < 0 else way[state], value)
            for value, way in zip(values, ways, strict=True)
        ]

    def newly_explored(self, depth: int, state: int) -> list[int]:
        """Which optional KSBs, by their place in the specification, a question of this step newly covers here."""
        fresh = self._fresh[depth][state] if self._rewards else 0
        return [place for place, (bit, _) in enumerate(self._rewards) if bit & fresh]

    def _shares_hold(self, depth: int, step: Step, number: int, state: int, onward: set[tuple[int, int]]) -> bool:
        options = {option.count: option for option in step.options(number)}
        following = len(self._steps[depth + 1].states) if depth + 1 < len(self._steps) else 0
        for count, (share, then, _) in enumerate(self.terms(depth, state)):
            option = options.pop(count, None)
            words = option.high - option.low if option else 0
            if abs(words / FULL - share) > NEAR:
                return False
            if option and then is not None and option.onward < following:
                onward.add((option.onward, then))
        return not options

    def _takes_hold(self, step: Step) -> bool:
        """Whether each question of a step is taken with the chance that its weight gives it among those that follow."""
        due = shares_of_taking([self._weights[at] for at in step.members])
        return all(
            abs(word / FULL - share) <= NEAR
            for words, shares in zip(step.taking, due, strict=True)
            for word, share in zip(words, shares, strict=False)
        )

    def sum_up(self) -> None:
        """The weight behind every state, from the last layer back; states are found from the first layer on."""
        if not self._ways:
            self._lay_out()
        self._behind = self._summed([layer.sums for layer in self._layers], rewarded=True)
        if self._behind[0][0] == NOTHING:
            raise ValueError("the plan's questions have no lawful set")

    def _lay_out(self) -> None:
        """Number the states of every layer, and note which state of the next follows on each number of questions."""
        here = [START]
        explored = sum(bit for bit, _ in self._rewards)
        for depth, layer in enumerate(self._layers):
            number: dict[State, int] = {}
            ways = []
            for count in range(min(len(layer.sums) - 1, self._budget // layer.cost) + 1):
                way = array("i")
                for state in here:
                    then = self._then(depth, state, count)
                    way.append(-1 if then is None else number.setdefault(then, len(number)))
                ways.append(way)
            self._ways.append(ways)
            self._fresh.append([explored & layer.codes & ~state[1] for state in here] if explored else [])
            here = list(number)
        self._full = [self._lowest <= state[0] for state in here]

    def _summed(self, sums: Sequence[Sequence[float]], *, rewarded: bool) -> list[array[float]]:
        """Log of the weight behind every state of every layer, and of every ending.

        Args:
            sums: of each layer, log of the weight of taking 0, 1, 2 … questions.
            rewarded: whether newly covered optional KSBs count.
        """
        beyond = array("d", (0.0 if full else NOTHING for full in self._full))
        found = [beyond]
        for depth in reversed(range(len(self._steps))):
            ways = self._ways[depth]
            rewards = self._earned(depth) if rewarded else repeat(0.0, len(ways[0]))
            beyond = array(
                "d", (_log_sum(_values(ways, sums[depth], beyond, at, earned)) for at, earned in enumerate(rewards))
            )
            found.append(beyond)
        return found[::-1]

    def _earned(self, depth: int) -> Iterable[float]:
        """Of each state of a layer, the reward of taking any of its questions."""
        if not self._rewards:
            return repeat(0.0, len(self._ways[depth][0]))
        known = {mask: self._reward(mask) for mask in set(self._fresh[depth])}
        return map(known.__getitem__, self._fresh[depth])

    def _reward(self, fresh: int) -> float:
        return math.fsum(reward for bit, reward in self._rewards if bit & fresh)

    def _then(self, depth: int, state: State, count: int) -> State | None:
        layer = self._layers[depth]
        spent = state[0] + count * layer.cost
        covered = state[1] | layer.codes if count else state[1]
        closing = self._required & layer.codes & ~layer.later
        if count >= len(layer.sums) or spent > self._budget or closing & ~covered:
            return None
        if (self._required & layer.later & ~covered).bit_count() > (self._budget - spent) * layer.reach:
            return None
        if self._holding is None:
            return spent, covered & layer.later, 0
        more = self._holding.after(depth, state[2], count, (self._budget - spent) // layer.cheapest)
        return None if more is None else (spent, covered & layer.later, more)

    def _meanings(self) -> list[Layer]:
        layers: list[Layer] = []
        later, reach, cheapest = 0, 0.0, self._budget + 1
        for step in reversed(self._steps):
            kinds = {(self._carried(at), self._cost(at)) for at in step.members}
            if len(kinds) > 1:
                raise ValueError("a layer holds questions that differ in KSBs or time")
            carried, cost = kinds.pop() if kinds else (0, 1)
            sums = _symmetric([self._weights[at] for at in step.members])
            layers.append(Layer(carried, later, cost, sums, reach, cheapest))
            later |= carried
            reach = max(reach, (carried & self._required).bit_count() / cost)
            cheapest = min(cheapest, cost) if step.members else cheapest
        if self._required & ~later:
            raise ValueError("nobody carries a required KSB")
        return layers[::-1]

    def _carried(self, at: int) -> int:
        return sum(self._bit.get(code, 0) for code in self._pool[at]["ksbs"])

    def _cost(self, at: int) -> int:
        return 1 if self._asked["length"] is not None else int(self._pool[at]["seconds"])


def shares_of_taking(logs: Sequence[float]) -> list[list[float]]:
    """Of each question of a layer: its chance to be taken when 1, 2 … are still to be taken from it and those after it.

    Not those where as many are left as are to be taken: then no word is used.
    """
    found = []
    for at in range(len(logs)):
        whole, rest = _symmetric(logs[at:]), _symmetric(logs[at + 1 :])
        found.append([math.exp(logs[at] + rest[most - 1] - whole[most]) for most in range(1, len(logs) - at)])
    return found


def _values(
    ways: Sequence[array[int]], sums: Sequence[float], beyond: array[float], state: int, earned: float
) -> list[float]:
    """Log of the weight behind taking 0, 1, 2 … questions in a state."""
    return [
        beyond[way[state]] + total + (earned if count else 0.0) if way[state] >= 0 else NOTHING
        for count, (way, total) in enumerate(zip(ways, sums, strict=False))
    ]


def _log_sum(values: Sequence[float]) -> float:
    highest = max(values)
    if highest == NOTHING:
        return NOTHING
    return highest + math.log(math.fsum(math.exp(value - highest) for value in values))


def _symmetric(logs: Sequence[float]) -> list[float]:
    """Log of the elementary symmetric sums of weights given as logarithms, of every order from 0."""
    scale = max(logs, default=0.0)
    sums = [1.0] + [0.0] * len(logs)
    for done, log in enumerate(logs, start=1):
        weight = math.exp(log - scale)
        for order in range(done, 0, -1):
            sums[order] += weight * sums[order - 1]
    return [math.log(value) + order * scale if value else NOTHING for order, value in enumerate(sums)]
