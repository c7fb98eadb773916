"""The walk of a law of which only the states that a draw met are kept: its thresholds, from weights summed anew.

They are floats turned into words, so they may differ from those of the first program in their last places. A run of
4,096 sets looks at some 200,000 words: that one of them falls between two such thresholds is a matter of one in
millions.
"""

from __future__ import annotations

from collections.abc import Sequence

from qbank.verify.walking import Option, Step
from qbank.verify.weighing import NOTHING, Weighing
from qbank.verify.words import FULL


class Summed:
    """One step of that walk; a state is its number among those of the law."""

    def __init__(self, law: Weighing, depth: int, step: Step) -> None:
        self._law = law
        self._depth = depth
        self._known: dict[int, Sequence[Option]] = {}
        self.members = step.members
        self.taking = step.taking

    def options(self, state: int, /) -> Sequence[Option]:
        """What may happen in a state; an option without a word is none, and the last has one in any case."""
        if state not in self._known:
            self._known[state] = self._worked_out(state)
        return self._known[state]

    def _worked_out(self, state: int) -> Sequence[Option]:
        terms = self._law.terms(self._depth, state)
        possible = [count for count, (_, _, value) in enumerate(terms) if value > NOTHING]
        found: list[Option] = []
        low, upto = 0, 0.0
        for count in possible:
            share, then, _ = terms[count]
            upto += share
            high = FULL if count == possible[-1] else min(int(upto * FULL), FULL - 1)
            if high > low:
                found.append(Option(count, then, low, high))
                low = high
        return found
