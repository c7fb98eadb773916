"""The public name of a question, Q-0042, wherever one is read: in a file, in a document, on a page."""

from __future__ import annotations

import re
from typing import Final

_REFERENCE: Final = re.compile(r"Q-[0-9]{4,12}")


def is_reference(word: str) -> bool:
    """Whether a word is the name that a question may have: Q, a hyphen, and four to twelve digits."""
    return _REFERENCE.fullmatch(word) is not None


def reference_of(number: int) -> str:
    """The name of the question of that number."""
    return f"Q-{number:04d}"


def number_in(reference: str) -> int:
    """The number that a reference carries."""
    return int(reference.removeprefix("Q-"))
