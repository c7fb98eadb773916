"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_TOKEN: Final = re.compile(r"\s+|\w+(?:['’-]\w+)*|[^\w\s]")
_MOST_TOKENS: Final = 2_000
"""Beyond these, what differs is shown whole: the comparison takes time that grows with the product of both sides."""


class Kept(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words that fared alike; blanks and line breaks are kept as they stand."""

    words: str
    kept: Kept


def word_diff(old: str, new: str) -> tuple[Run, ...]:
    """Both texts as one: the runs that are not added make the old one, those that are not removed the new one.

    Equal texts give one run, or none when both are empty.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    runs = (
        Run("".join(before[:start]), Kept.SAME),
        *_runs(before[start : len(before) - end], after[start : len(after) - end]),
        Run("".join(before[len(before) - end :]), Kept.SAME),
    )
    return tuple(run for run in runs if run.words)


def _alike(before: list[str], after: list[str]) -> int:
    """How many tokens both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))


def _runs(before: list[str], after: list[str]) -> Iterator[Run]:
    if len(before) + len(after) > _MOST_TOKENS:
        yield Run("".join(before), Kept.REMOVED)
        yield Run("".join(after), Kept.ADDED)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield Run("".join(before[start:end]), Kept.SAME)
        else:
            yield Run("".join(before[start:end]), Kept.REMOVED)
            yield Run("".join(after[other_start:other_end]), Kept.ADDED)
