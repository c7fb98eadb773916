"""Whether the walk's whole numbers are those that the plan's weights give.

The law says: a set that covers every required KSB in the right length (or time) has a probability proportional to the
product of its questions' weights and of its optional KSBs' rewards. Here the weight behind every state is summed anew,
over states written as (spent, KSBs covered so far that still matter), and each option's share of words is compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qbank.verify.walking import Step
from qbank.verify.words import FULL

NEAR: Final = 2.0**-36
"""How far a share of words may be from the float worked out here. Every share is a ratio of sums of positive terms."""

State = tuple[int, int]
"""What is spent, and the KSBs covered, as bits."""
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
    """

    codes: int
    later: int
    cost: int
    sums: Sequence[float]
    reach: float


class Weighing:
    """The law of a plan, summed anew for the questions that a walk may take."""

    def __init__(self, plan: Mapping[str, Any], steps: Sequence[Step], excluded: frozenset[str] = frozenset()) -> None:
        self._pool = plan["pool"]
        self._asked = plan["specification"]
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
        self._behind: list[dict[State, float]] = [{} for _ in range(len(steps) + 1)]

    def holds(self) -> bool:
        """Whether every option that the walk can come to has the share of words that the weights give it."""
        self.sum_up()
        met: dict[int, State] = {0: (0, 0)}
        for depth, step in enumerate(self._steps):
            onward: dict[int, State] = {}
            for number, state in met.items():
                if not self._shares_hold(depth, step, number, state, onward):
                    return False
            if not self._takes_hold(step):
                return False
            met = onward
        return True

    @property
    def log_total(self) -> float:
        """Log of the weight of all sets together; `holds` or `sum_up` comes first."""
        return self._behind[0][0, 0]

    def terms(self, depth: int, state: State) -> list[tuple[float, State | None, float]]:
        """Of each number of questions in a state: its share of words, what follows, and log of the weight behind it."""
        here = self._behind[depth][state]
        found = [self._taking(depth, state, count) for count in range(len(self._layers[depth].sums))]
        return [(math.exp(value - here) if value > NOTHING else 0.0, then, value) for value, then in found]

    def newly_explored(self, depth: int, state: State) -> list[int]:
        """Which optional KSBs, by their place in the specification, a question of this step newly covers here."""
        fresh = self._layers[depth].codes & ~state[1]
        return [place for place, (bit, _) in enumerate(self._rewards) if bit & fresh]

    def _shares_hold(self, depth: int, step: Step, number: int, state: State, onward: dict[int, State]) -> bool:
        here = self._behind[depth][state]
        options = {option.count: option for option in step.options(number)}
        for count in range(len(step.members) + 1):
            value, then = self._taking(depth, state, count)
            share = math.exp(value - here) if value > NOTHING else 0.0
            option = options.pop(count, None)
            words = option.high - option.low if option else 0
            if abs(words / FULL - share) > NEAR:
                return False
            kept = option is not None and option.onward < len(self._next_states(depth))
            if option and kept and then is not None and onward.setdefault(option.onward, then) != then:
                return False
        return not options

    def _next_states(self, depth: int) -> Sequence[object]:
        return self._steps[depth + 1].states if depth + 1 < len(self._steps) else ()

    def _takes_hold(self, step: Step) -> bool:
        """Whether each question of a step is taken with the chance that its weight gives it among those that follow."""
        logs = [self._weights[at] for at in step.members]
        for at in range(len(logs)):
            whole, rest = _symmetric(logs[at:]), _symmetric(logs[at + 1 :])
            for wanted in range(1, min(len(step.taking[at]), len(logs) - at - 1) + 1):
                share = math.exp(logs[at] + rest[wanted - 1] - whole[wanted])
                if abs(step.taking[at][wanted - 1] / FULL - share) > NEAR:
                    return False
        return True

    def sum_up(self) -> None:
        """The weight behind every state, from the last layer back; states are found from the first layer on."""
        found: list[set[State]] = [{(0, 0)}]
        for depth in range(len(self._steps)):
            ways = (
                self._then(depth, state, count) for state in found[-1] for count in range(len(self._layers[depth].sums))
            )
            found.append({state for state in ways if state is not None})
        self._behind[-1] = {state: 0.0 if self._full(state[0]) else NOTHING for state in found[-1]}
        for depth in reversed(range(len(self._steps))):
            self._behind[depth] = {state: self._total(depth, state) for state in found[depth]}
        if self._behind[0][0, 0] == NOTHING:
            raise ValueError("the plan's questions have no lawful set")

    def _total(self, depth: int, state: State) -> float:
        values = [self._taking(depth, state, count)[0] for count in range(len(self._layers[depth].sums))]
        highest = max(values)
        return (
            highest + math.log(math.fsum(math.exp(value - highest) for value in values))
            if highest > NOTHING
            else NOTHING
        )

    def _taking(self, depth: int, state: State, count: int) -> tuple[float, State | None]:
        """Log of the weight behind taking this many questions in a state, and the state that follows."""
        then = self._then(depth, state, count)
        if then is None:
            return NOTHING, None
        layer = self._layers[depth]
        fresh = layer.codes & ~state[1] if count else 0
        reward = math.fsum(reward for bit, reward in self._rewards if bit & fresh)
        return self._behind[depth + 1].get(then, NOTHING) + layer.sums[count] + reward, then

    def _then(self, depth: int, state: State, count: int) -> State | None:
        layer = self._layers[depth]
        spent = state[0] + count * layer.cost
        covered = state[1] | layer.codes if count else state[1]
        closing = self._required & layer.codes & ~layer.later
        if count >= len(layer.sums) or spent > self._budget or closing & ~covered:
            return None
        if (self._required & layer.later & ~covered).bit_count() > (self._budget - spent) * layer.reach:
            return None
        return spent, covered & layer.later

    @property
    def _budget(self) -> int:
        length: int | None = self._asked["length"]
        return length if length is not None else int(self._asked["seconds"][1])

    def _full(self, spent: int) -> bool:
        length: int | None = self._asked["length"]
        return spent == length if length is not None else spent >= int(self._asked["seconds"][0])

    def _meanings(self) -> list[Layer]:
        layers: list[Layer] = []
        later, reach = 0, 0.0
        for step in reversed(self._steps):
            kinds = {(self._carried(at), self._cost(at)) for at in step.members}
            if len(kinds) > 1:
                raise ValueError("a layer holds questions that differ in KSBs or time")
            carried, cost = kinds.pop() if kinds else (0, 1)
            sums = _symmetric([self._weights[at] for at in step.members])
            layers.append(Layer(carried, later, cost, sums, reach))
            later |= carried
            reach = max(reach, (carried & self._required).bit_count() / cost)
        if self._required & ~later:
            raise ValueError("nobody carries a required KSB")
        return layers[::-1]

    def _carried(self, at: int) -> int:
        return sum(self._bit.get(code, 0) for code in self._pool[at]["ksbs"])

    def _cost(self, at: int) -> int:
        return 1 if self._asked["length"] is not None else int(self._pool[at]["seconds"])


def _symmetric(logs: Sequence[float]) -> list[float]:
    """Log of the elementary symmetric sums of weights given as logarithms, of every order from 0."""
    scale = max(logs, default=0.0)
    sums = [1.0] + [0.0] * len(logs)
    for done, log in enumerate(logs, start=1):
        weight = math.exp(log - scale)
        for order in range(done, 0, -1):
            sums[order] += weight * sums[order - 1]
    return [math.log(value) + order * scale if value else NOTHING for order, value in enumerate(sums)]
