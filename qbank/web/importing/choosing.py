"""Which rows of a file somebody chose: by a box for each, or, of a long file, all but those that are named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from werkzeug.datastructures import MultiDict

from qbank.domain.bank_rows import MOST_ROWS

MOST_BOXES: Final = 500
"""Rows up to which each has a box of its own; a form has no more than a thousand fields."""

MOST_TYPED: Final = 4_000
"""Characters of what is named: more than anybody types, and more than the numbers of all the boxes come to."""

_RANGE: Final = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


def chosen_in(form: MultiDict[str, str], possible: Collection[int]) -> frozenset[int]:
    """The numbers of the rows that were chosen.

    Args:
        form: has "row" for each box that is ticked, or "all" with what to leave out.
        possible: numbers of the rows that may be chosen.

    Raises:
        ValueError: what to leave out cannot be read.
    """
    if form.get("all") == "yes":
        return frozenset(possible) - numbers_in(form.get("without", ""))
    ticked = {int(each) for each in form.getlist("row") if each.isascii() and each.isdecimal()}
    return frozenset(possible) & ticked


def numbers_in(typed: str) -> frozenset[int]:
    """The numbers that "14, 20-31" names; each range is gone through once, however often it is named.

    Raises:
        ValueError: it names none, or too many.
    """
    if len(typed) > MOST_TYPED:
        raise ValueError("more than anybody types")
    found: set[int] = set()
    reached = -1
    for first, last in sorted(_ranges(typed)):
        found.update(range(max(first, reached + 1), last + 1))
        reached = max(reached, last)
    return frozenset(found)


def ranges_of(numbers: Iterable[int]) -> str:
    """The numbers as `numbers_in` reads them: "14,20-31"."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def _ranges(typed: str) -> Iterator[tuple[int, int]]:
    for part in typed.replace(";", ",").split(","):
        if not part.strip():
            continue
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(part)
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last <= first + MOST_ROWS:
            raise ValueError(part)
        yield first, last
