"""How numbers are said in sentences."""

from __future__ import annotations

from collections.abc import Sequence


def clock(seconds: int) -> str:
    """Seconds as people read them: 46:00."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def count_of(number: int, noun: str) -> str:
    """A number with its noun: 1 question, 2 questions."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Sequence[str]) -> str:
    """K1, K2 and K3."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
