"""Too long to say aloud in one breath: a stretch between two pauses whose beginning is lost when its end comes."""

from __future__ import annotations

import re
from typing import Final

from qbank.domain.advice.remarks import Remark, on_stem

CODE: Final = "one-breath"

MOST_SYLLABLES: Final = 41
"""Between two pauses: as many as the longest stretch of the starter bank, which panels read aloud."""

_STRETCH: Final = re.compile(r"[^.?!;:–—]+")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+")
_VOWELS: Final = re.compile(r"[aeiouy]+", re.IGNORECASE)


def one_breath(stem: str) -> tuple[Remark, ...]:
    """A remark on each stretch that has more syllables than a breath carries; a comma is no pause."""
    found = []
    for stretch in _STRETCH.finditer(stem):
        count = sum(syllables(word) for word in _WORD.findall(stretch.group()))
        if count > MOST_SYLLABLES:
            sentence = f"About {count} syllables without a pause: set the scene in one sentence and ask in the next."
            found.append(on_stem(CODE, stretch, stem, sentence))
    return tuple(found)


def syllables(word: str) -> int:
    """About how many syllables a word has: its groups of vowels, a silent final e left out; at least 1."""
    if word.isdigit():
        return 2 * len(word)
    groups = len(_VOWELS.findall(word))
    silent = word.lower().endswith(("e", "es", "ed")) and not word.lower().endswith(("le", "ted", "ded", "ses", "ces"))
    return max(1, groups - silent)
