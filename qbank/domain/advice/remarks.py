"""What a check says: a code, a sentence, and the words in the question that it points at."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Final

STEM: Final = "stem"
PROBES: Final = "probes"


@dataclass(frozen=True, slots=True)
class Remark:
    """One piece of advice; it never blocks.

    Args:
        code: the check's, "closed-opener".
        part: the part of the question that the words stand in: "stem", or "probes".
        probe: which probe, from 0; None when the part is the stem, or the probes as a whole.
        start, end: where the words stand in that part's text as it was written, characters from 0, the end not
            included; both 0 when there are no words to point at.
        words: the words themselves.
        sentence: what to think about and what to do, for the author; ends with a full stop.
        hint: whether the check is right less often than nine times in ten, so that screens say "hint".
        other: the reference of the other question, where the remark is about two; else None.
    """

    code: str
    part: str
    start: int
    end: int
    words: str
    sentence: str
    probe: int | None = None
    hint: bool = False
    other: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, by the names above."""
        return asdict(self)


def on_stem(code: str, found: re.Match[str] | tuple[int, int], stem: str, sentence: str) -> Remark:
    """A remark on words of the stem; `found` is a match in it, or in a text of its length, or their start and end."""
    start, end = found if isinstance(found, tuple) else found.span()
    words = stem[start:end]
    start += len(words) - len(words.lstrip(" ,;:"))
    end -= len(words) - len(words.rstrip(" ,;:"))
    return Remark(code, STEM, start, end, stem[start:end], sentence)
