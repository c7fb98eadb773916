"""A stem as it is heard: its sentences, without what it quotes, and the words that open or close a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

AUXILIARY: Final = (
    r"(?:did|do|does|is|are|was|were|have|has|had|can|could|will|would|should|shall|may|might|must)(?:n['’]t)?"
)
SUBJECT: Final = (
    r"(?:you|your|it|its|he|she|they|their|we|our|i|there|this|that|these|those|the|a|an|any|some|every|each|most|many"
    r"|all|both|one|either|anyone|anybody|anything|somebody|someone|people|customers?|callers?|guests?|passengers?"
    r"|tenants?|patients?|residents?|visitors?|members?|clients?|users?|parents?|pupils?|drivers?|suppliers?|managers?"
    r"|staff|teams?|colleagues?|others|culture|age|feedback|today(?:['’]s)?)"
)
OPEN_WORD: Final = r"(?:what|how|why|which|who|whom|whose|where|when)"
REQUEST: Final = (
    r"(?:tell (?:me|us)|talk (?:me|us|about)|(?:walk|take|run) (?:me |us )?through|(?:walk|take|show|give) (?:me|us)"
    r"|give an?|provide an?|describe|explain|outline|share|name|say|compare|discuss|set out|list|summarise|recall"
    r"|think of an?|elaborate on|expand on)"
)
POLITE: Final = re.compile(
    rf"^(?:can|could|would|will) you (?:please |perhaps |just |briefly )*{REQUEST}\b|^do {REQUEST}\b"
    r"|^(?:may|might|can|could) i (?:ask|hear)\b",
    re.IGNORECASE,
)
"""A request in the form of a closed question: everybody answers it with an account."""

_QUOTED: Final = re.compile(r"(?<![\w])['\u2018\"“](?=\w)(?:[^'’\"”]|['’](?=\w)){1,300}['’\"”](?!\w)")
_SENTENCE: Final = re.compile(r"[^.?!;]+[.?!;]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a stem.

    Args:
        text: its words, trimmed at both ends; quoted speech is blanked, so that offsets hold.
        start: where it begins in the stem.
        asks: whether it ends in a question mark.
    """

    text: str
    start: int
    asks: bool

    def span(self, found: re.Match[str], group: int | str = 0) -> tuple[int, int]:
        """Where a match in this sentence stands in the stem."""
        return self.start + found.start(group), self.start + found.end(group)


def without_quotations(text: str) -> str:
    """The text with every character of quoted speech replaced by a middle dot: what others said asks nothing."""
    return _QUOTED.sub(lambda found: "·" * len(found.group()), text)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, in order; a semicolon ends one too."""
    for found in _SENTENCE.finditer(without_quotations(text)):
        words = found.group()
        trimmed = words.strip()
        if trimmed:
            yield Sentence(trimmed, found.start() + len(words) - len(words.lstrip()), "?" in trimmed[-3:])
