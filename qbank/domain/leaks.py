"""Where a text that turned up may come from: which questions it repeats, ranked, and which copies are named in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from qbank.domain.advice.content_words import content_words, weight_of

MOST_TEXT: Final = 20_000
"""Characters that are looked at: a whole pack."""
MOST_FOUND: Final = 20
FEWEST_WORDS: Final = 3
"""Content words that a text and a stem must have in common to be set beside one another."""
COMMON: Final = 0.6
"""Share of those words, by weight, from which the wording is compared."""
LEAST: Final = 0.6
"""Score from which a question is shown."""
VERBATIM: Final = 0.97
CLOSE: Final = 0.8
_HUNDRED: Final = 100
_MARK: Final = re.compile(r"(?<![A-Z0-9-])[A-Z0-9]{4}-[A-Z0-9]{4}(?![A-Z0-9-])")


@dataclass(frozen=True, slots=True)
class Told:
    """One version of a question that people have been able to see."""

    reference: str
    number: int
    stem: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A question that a text may come from.

    Args:
        version: whichever of the question's versions is nearest.
        words: share of the content words of the shorter of the two that are in both, by weight, in [0, 1].
        wording: how alike the stem is to the passage that is most alike, in [0, 1].
    """

    version: Told
    words: float
    wording: float

    @property
    def score(self) -> float:
        """What the ranking goes by: a light edit keeps the wording, a free one the words."""
        return (self.words + self.wording) / 2

    @property
    def said(self) -> str:
        """How near it is, in words."""
        if self.wording >= VERBATIM:
            return "word for word"
        return "nearly the same words" if self.score >= CLOSE else "the same words in part"


def traces(text: str, versions: Iterable[Told]) -> tuple[Trace, ...]:
    """The questions that a text may come from, likeliest first, each by its nearest version.

    Args:
        text: anything: one question, a whole set, a message that retells them.
        versions: every version that was ever shown.

    Source: rapidfuzz partial_ratio, without case and punctuation: the best alignment of the shorter text in the longer.
    """
    from rapidfuzz import fuzz, utils

    looked_at = text[:MOST_TEXT]
    own = content_words(looked_at).keys()
    best: dict[str, Trace] = {}
    for each in versions:
        stem = content_words(each.stem).keys()
        common = own & stem
        if len(common) < FEWEST_WORDS:
            continue
        words = weight_of(common) / min(weight_of(stem), weight_of(own))
        if words < COMMON:
            continue
        wording = fuzz.partial_ratio(each.stem, looked_at, processor=utils.default_process) / _HUNDRED
        found = Trace(each, words, wording)
        if found.score >= LEAST and (each.reference not in best or found.score >= best[each.reference].score):
            best[each.reference] = found
    return tuple(sorted(best.values(), key=lambda each: (-each.score, each.version.reference)))[:MOST_FOUND]


def as_told(stem: str) -> tuple[str, ...]:
    """The words of a stem as they are told on: the same whatever its case, accents, punctuation and spaces."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(each))
    return tuple(re.findall(r"\w+", re.sub("['\u2018\u2019]", "", plain).casefold()))


def marks_in(text: str) -> tuple[str, ...]:
    """Everything in a text that looks like the mark of a copy, "7F3K-Q2XM", each once."""
    return tuple(dict.fromkeys(_MARK.findall(text[:MOST_TEXT].upper())))
