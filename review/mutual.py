"""Two people who approve, nearly always, only one another's questions: a second pair of eyes that never changes.

It says nothing of how well they looked, and where only two people write and approve it cannot be otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

LEAST: Final = 5
"""Approvals of the other's questions that each gave. Where three others write as much as one another, five in a row are
of one of them by chance once in 81 times (3 / 3^5), and that both people's are is rarer still."""
NEARLY: Final = 0.8
"""Of all that each approved: four of five, so that one approval of somebody else's question hides nothing."""


@dataclass(frozen=True, slots=True)
class Approved:
    """One version that was approved.

    Attributes:
        approver: key of whoever approved it.
        authors: keys of all who wrote it.
    """

    approver: int
    authors: frozenset[int]


@dataclass(frozen=True, slots=True)
class Mutual:
    """Two people who approve one another's questions.

    Attributes:
        first, second: their keys, the smaller first.
        first_of_second: versions with the second among the authors that the first approved.
        first_of_all: versions that the first approved.
        second_of_first, second_of_all: likewise.
    """

    first: int
    second: int
    first_of_second: int
    first_of_all: int
    second_of_first: int
    second_of_all: int


def mutual(approvals: Collection[Approved], *, least: int = LEAST, nearly: float = NEARLY) -> tuple[Mutual, ...]:
    """The pairs who approve, nearly always, only one another's; those with the most approvals between them first.

    Args:
        approvals: those that are looked at, for instance of a year, each once.
        least: approvals of the other's versions that each of the two gave.
        nearly: the least share that these are of all that each approved, in [0, 1].
    """
    whole = Counter(each.approver for each in approvals)
    between = Counter((each.approver, author) for each in approvals for author in each.authors)

    def alone(approver: int, author: int) -> bool:
        count = between[approver, author]
        return count >= least and count >= nearly * whole[approver]

    found = [
        Mutual(one, two, between[one, two], whole[one], between[two, one], whole[two])
        for one, two in sorted(between)
        if one < two and alone(one, two) and alone(two, one)
    ]
    return tuple(sorted(found, key=lambda each: -(each.first_of_second + each.second_of_first)))
