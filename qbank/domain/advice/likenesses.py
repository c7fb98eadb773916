"""Near duplicates: which other questions ask nearly the same, ranked, with the words in common and their share.

It sees the same words and a few that authors use for one another; one idea in quite other words it cannot see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qbank.domain.advice.content_words import content_words, weight_of
from qbank.domain.advice.remarks import STEM, Remark

CODE: Final = "near-duplicate"

ALIKE: Final = 0.82
"""The share from which two questions are remarked on: as a hint, because one in three may be wrong."""
FEWEST_WORDS: Final = 2
"""Content words that each stem needs for a share to mean anything."""
MOST_SHOWN: Final = 5
"""Others that are remarked on: the nearest."""
STEMS_KEPT: Final = 20_000
"""Stems whose words are kept in memory, about 20 MB at most."""


@dataclass(frozen=True)
class Other:
    """A question already written: its reference, its stem, and its state in the words of the screen.

    A draft that was never submitted has no reference yet: its state says whose it is.
    """

    reference: str
    stem: str
    state: str = "live"

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return f"{self.reference} ({self.state})" if self.reference else self.state

    @property
    def words(self) -> frozenset[str]:
        """Its content words."""
        return _weighed(self.stem)[0]

    @property
    def weight(self) -> float:
        """What they weigh together."""
        return _weighed(self.stem)[1]


@lru_cache(maxsize=STEMS_KEPT)
def _weighed(stem: str) -> tuple[frozenset[str], float]:
    """Content words and their weight: kept, for a bank's stems are compared with each text that is saved."""
    words = frozenset(content_words(stem))
    return words, weight_of(words)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a stem is to another question's.

    Args:
        other: that question.
        share: of the content words of both stems, by weight, those in common, in [0, 1]; Dice's coefficient.
        words: the words in common as this stem writes them, in its order.
        spans: where each of them stands in this stem.
    """

    other: Other
    share: float
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def likenesses(stem: str, others: Iterable[Other], *, least: float = ALIKE) -> tuple[Likeness, ...]:
    """The other questions that are at least so alike, nearest first, then by reference.

    Args:
        stem: the words asked.
        others: questions of the same method in any state; the question itself left out.
        least: the share to begin from, in [0, 1].
    """
    own = content_words(stem)
    if len(own) < FEWEST_WORDS:
        return ()
    weight = weight_of(own)
    found = []
    for other in others:
        common = other.words & own.keys()
        share = 2 * weight_of(common) / (weight + other.weight) if len(other.words) >= FEWEST_WORDS else 0.0
        if share >= least:
            spans = tuple(span for word, span in own.items() if word in common)
            found.append(Likeness(other, share, tuple(stem[start:end] for start, end in spans), spans))
    return tuple(sorted(found, key=lambda each: (-each.share, each.other.reference)))


def near_duplicate(stem: str, others: Iterable[Other]) -> tuple[Remark, ...]:
    """A remark for each of the nearest, which names it and points from the first word in common to the last."""
    remarks = []
    for each in likenesses(stem, others)[:MOST_SHOWN]:
        start, end = each.spans[0][0], each.spans[-1][1]
        name = f"{each.other.name[:1].upper()}{each.other.name[1:]}"
        sentence = (
            f"{name} asks nearly this: {each.share:.0%} of the words that matter are the same "
            f"({', '.join(each.words)}). Ask for something else, or {_settled(each.other)}."
        )
        remarks.append(Remark(CODE, STEM, start, end, stem[start:end], sentence, other=each.other.reference or None))
    return tuple(remarks)


def _settled(other: Other) -> str:
    """What two that are alike may become; a draft is no question yet that could be kept apart from another."""
    return "make the two enemies or clones" if other.reference else "agree with its author whose of the two it will be"
