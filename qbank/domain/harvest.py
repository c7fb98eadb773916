"""How much of a bank each person has met, and by which way: what somebody who leaves takes with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qbank.domain.errors import RuleBroken

MUCH: Final = 0.5
"""The part of what may be pulled in a day from which it is pointed out."""


class TooManyPulls(RuleBroken):
    """A person has pulled as many question sets as one may within 24 hours: nobody conducts more, and banks are small.

    Args:
        most: how many that is.
    """

    def __init__(self, most: int) -> None:
        sets = "1 question set" if most == 1 else f"{most} question sets"
        super().__init__(
            f"You have pulled {sets} within 24 hours, and no more can be pulled for now.",
            remedy="Pull the others nearer to their time, or ask whoever runs this installation to allow more.",
        )
        self.most = most


class Way(StrEnum):
    """How somebody met a question."""

    SETS = "in question sets"
    HANDS = "by writing or approving"
    PANELS = "on a review panel"


@dataclass(frozen=True, slots=True)
class Met:
    """What one person met of the questions of a method that are live today.

    Args:
        person: a name.
        ways: how many they met by each way; one question may count in several.
        whole: how many they met by any.
        of: how many are live.
        key: of the person.
        questions: keys of those that they met.
    """

    person: str
    ways: Mapping[Way, int]
    whole: int
    of: int
    key: int
    questions: frozenset[int]

    @property
    def share(self) -> float:
        """Of the live questions, in [0, 1]."""
        return self.whole / self.of if self.of else 0.0


def met_by_each(
    names: Mapping[int, str], found: Mapping[Way, Iterable[tuple[int, int]]], live: Collection[int]
) -> tuple[Met, ...]:
    """What each person met of the live questions; who met most comes first, who met none is left out.

    Args:
        names: of people, by key.
        found: (key of the person, key of the question) by way, in any order and as often as they come.
        live: keys of the questions that are live.
    """
    ways: dict[int, dict[Way, set[int]]] = {}
    for way, pairs in found.items():
        for person, question in pairs:
            if question in live:
                ways.setdefault(person, {}).setdefault(way, set()).add(question)
    every = [
        Met(
            names[person],
            {way: len(by_way.get(way, ())) for way in Way},
            len(whole),
            len(live),
            person,
            whole,
        )
        for person, by_way in ways.items()
        for whole in [frozenset[int]().union(*by_way.values())]
    ]
    return tuple(sorted(every, key=lambda each: (-each.whole, each.person)))
