"""Near duplicates: which other questions ask nearly the same, ranked, with the words in common and their share.

It sees the same words and a few that authors use for one another; one idea in quite other words it cannot see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from qbank.domain.advice.content_words import content_words, weight_of
from qbank.domain.advice.remarks import STEM, Remark

CODE: Final = "near-duplicate"

ALIKE: Final = 0.88
"""The share from which two questions are remarked on."""
FEWEST_WORDS: Final = 3
"""Content words that each stem needs for a share to mean anything."""
MOST_SHOWN: Final = 5
"""Others that are remarked on: the nearest."""


@dataclass(frozen=True, slots=True)
class Other:
    """A question already written: its reference, its stem, and its state in the words of the screen."""

    reference: str
    stem: str
    state: str = "live"


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
    found = []
    for other in others:
        theirs = content_words(other.stem)
        share = _share(own, theirs)
        if share >= least:
            spans = tuple(span for word, span in own.items() if word in theirs)
            found.append(Likeness(other, share, tuple(stem[start:end] for start, end in spans), spans))
    return tuple(sorted(found, key=lambda each: (-each.share, each.other.reference)))


def _share(own: Collection[str], theirs: Collection[str]) -> float:
    if min(len(own), len(theirs)) < FEWEST_WORDS:
        return 0.0
    common = weight_of(word for word in own if word in theirs)
    return 2 * common / (weight_of(own) + weight_of(theirs))


def near_duplicate(stem: str, others: Iterable[Other]) -> tuple[Remark, ...]:
    """A remark for each of the nearest, which names it and points from the first word in common to the last."""
    remarks = []
    for each in likenesses(stem, others)[:MOST_SHOWN]:
        start, end = each.spans[0][0], each.spans[-1][1]
        sentence = (
            f"{each.other.reference} ({each.other.state}) asks nearly this: {each.share:.0%} of the words that matter are "
            f"the same ({', '.join(each.words)}). Ask for something else, or make the two enemies or clones."
        )
        remarks.append(Remark(CODE, STEM, start, end, stem[start:end], sentence, other=each.other.reference))
    return tuple(remarks)
