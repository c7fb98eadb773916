"""The shapes of what comes from outside: each reader takes plain JSON data, and refuses what is not of its shape.

A refusal here is a TypeError or a ValueError that says what is wrong; who reads a whole document names the document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

T = TypeVar("T")

MOST: Final = (1 << 31) - 1
_WEIGHT: Final = re.compile(r"-?\d{1,9}\.\d{9}")
_FIGURE: Final = re.compile(r"-?\d{1,9}\.\d{6}")


def parts(value: object, what: str, names: frozenset[str]) -> Mapping[str, Any]:
    """A mapping with exactly these keys.

    Raises:
        TypeError: it is none.
        ValueError: it lacks one or has another.
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} is no object")
    for name in sorted(names ^ value.keys(), key=str):
        raise ValueError(f"{what} {'has no' if name in names else 'has an unknown part'} {str(name)[:40]!r}")
    return value


def mapping(value: object, what: str) -> dict[str, Any]:
    """A mapping with any keys."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} holds no object")
    return dict(value)


def yes_or_no(value: object, what: str) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{what} is neither true nor false")
    return value


def named(value: object, what: str, name: str) -> None:
    """Return when a document names this format."""
    if value != name:
        raise ValueError(f"{what} is of another format than {name!r}")


def text(value: object, what: str) -> str:
    """Text that UTF-8 can hold."""
    if not isinstance(value, str):
        raise TypeError(f"{what} is no text")
    value.encode()
    return value


def whole(value: object, what: str, lowest: int = 0, highest: int = MOST) -> int:
    """A whole number within bounds; True and False are none."""
    if type(value) is not int or not lowest <= value <= highest:
        raise ValueError(f"{what} is no whole number from {lowest:,} to {highest:,}")
    return value


def every(value: object, what: str, of: Callable[[object, str], T]) -> list[T]:
    """A list, each entry of one shape."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"{what} is no list")
    return [of(each, what) for each in value]


def weight(value: object, what: str) -> str:
    """A logarithm with nine decimals, as text."""
    if not _WEIGHT.fullmatch(text(value, what)):
        raise ValueError(f"{what} holds a number without nine decimals")
    return str(value)


def figure(value: object, what: str) -> str:
    """A figure with six decimals, as text."""
    if not _FIGURE.fullmatch(text(value, what)):
        raise ValueError(f"{what} is no number with six decimals")
    return str(value)
