"""In which order the files of tests are begun, and which of them may take their time."""

from __future__ import annotations

import pytest

LONGEST = (
    "journeys/test_an_assessors_first_set.py",
    "journeys/test_every_page.py",
    "storage/test_migrations.py",
    "web/test_side_doors.py",
    "house/test_doors.py",
)
"""Begun first, in this order. One worker makes the demo for the first of them, and fits the starter bank; another finds
it fitted when it is through with the next, which need no demo."""


def in_turn(items: list[pytest.Item]) -> None:
    """The longest files, then the other journeys: a worker that began them last would keep the other waiting.

    A long dose and a benchmark may take their time.
    """
    items.sort(key=_turn)
    for item in items:
        if not item.path.name.startswith("test_"):
            item.add_marker(pytest.mark.timeout(0))


def _turn(item: pytest.Item) -> int:
    folder, name = item.path.parts[-2:]
    longest = f"{folder}/{name}"
    return LONGEST.index(longest) if longest in LONGEST else len(LONGEST) + (folder != "journeys")
