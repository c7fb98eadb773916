"""The walk, a second time: whole numbers as unpacked lists, options as tuples."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from qbank.verify.words import FULL


@dataclass(frozen=True, slots=True)
class Option:
    """Take `count` questions and go on to `onward`, when the word is at least `low` and below `high`."""

    count: int
    onward: Any
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Step:
    """One layer: its questions, the options of each state, and the words below which a question is taken."""

    members: Sequence[int]
    states: Sequence[Sequence[Option]]
    taking: Sequence[Sequence[int]]

    def options(self, state: int) -> Sequence[Option]:
        """What may happen in a state.

        Raises:
            ValueError: the walk has no such state, or nothing may happen in it.
        """
        if not 0 <= state < len(self.states) or not self.states[state]:
            raise ValueError("the walk leads to a state that it does not have")
        return self.states[state]


def steps_of(data: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The walk in a plan or a certificate.

    Raises:
        ValueError: its numbers are not those of a walk.
    """
    return [_step(layer) for layer in data]


def _step(layer: Mapping[str, Any]) -> Step:
    first = _numbers(layer["first"], "I")
    count, onward = _numbers(layer["count"], "H"), _numbers(layer["following"], "I")
    upper, include = _numbers(layer["upper"], "Q"), _numbers(layer["include"], "Q")
    if not first or first[-1] != len(count) or not len(count) == len(onward) == len(upper):
        raise ValueError("a layer's columns do not have one length")
    states = []
    for begin, end in pairwise(first):
        lows = [0, *(top + 1 for top in upper[begin:end])]
        options = [Option(count[at], onward[at], lows[at - begin], upper[at] + 1) for at in range(begin, end)]
        if options and (options[-1].high != FULL or any(option.low >= option.high for option in options)):
            raise ValueError("a state's options do not share out all words")
        states.append(options)
    members = list(layer["members"])
    columns = len(include) // len(members) if members else 0
    return Step(members, states, [include[at * columns : (at + 1) * columns] for at in range(len(members))])


def _numbers(text: str, kind: str) -> tuple[int, ...]:
    content = base64.b64decode(text, validate=True)
    return struct.unpack(f">{len(content) // struct.calcsize(kind)}{kind}", content)


class Options(Protocol):
    """What a walk needs of a step, however its states are named."""

    @property
    def members(self) -> Sequence[int]:
        """Its questions."""

    @property
    def taking(self) -> Sequence[Sequence[int]]:
        """The words below which a question is taken."""

    def options(self, state: Any, /) -> Sequence[Option]:
        """What may happen in a state."""


def walked(steps: Sequence[Options], words: Iterator[int], start: Any = 0) -> tuple[list[int], int, int]:
    """The set that the words choose, and how likely a walk chooses it: numerator / 2^(64 × words used)."""
    chosen: list[int] = []
    numerator, used, state = 1, 0, start
    for step in steps:
        options = step.options(state)
        option = options[0]
        if len(options) > 1:
            word = next(words)
            option = next(each for each in options if word < each.high)
            numerator *= option.high - option.low
            used += 1
        if option.count:
            factor, more = _pick(step, option.count, words, chosen)
            numerator *= factor
            used += more
        state = option.onward
    return chosen, numerator, used


def _pick(step: Options, wanted: int, words: Iterator[int], chosen: list[int]) -> tuple[int, int]:
    numerator, used = 1, 0
    for at, member in enumerate(step.members):
        if not wanted:
            break
        if wanted < len(step.members) - at:
            edge = step.taking[at][wanted - 1]
            used += 1
            if next(words) >= edge:
                numerator *= FULL - edge
                continue
            numerator *= edge
        chosen.append(member)
        wanted -= 1
    return numerator, used
