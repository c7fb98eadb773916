"""How often units of work met in this process, for whoever watches the installation: numbers, and nothing of what."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from threading import Lock
from typing import Final

_counts: Final[Counter[str]] = Counter()
_counting: Final = Lock()


class Met(StrEnum):
    """How two units of work met."""

    AGAIN = "tried again"
    GAVE_UP = "gave up"
    NO_SPACE = "no space"


def count(what: Met) -> None:
    """One more."""
    with _counting:
        _counts[what] += 1


def counts() -> dict[Met, int]:
    """All of them, since this process began."""
    with _counting:
        return {what: _counts[what] for what in Met}
