"""Bombs: whatever is sent, reading it takes no more than a second of processor time and 200 MB."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.endurance.a_bomb import BOMBS

MOST_SECONDS, MOST_MEGABYTES = 1.0, 200


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_read_within_a_second_and_200_megabytes(name):
    asked = [sys.executable, "-m", "tests.endurance.a_bomb", name]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    print(f"\n{said.strip()}")  # noqa: T201 - a long run is read
    seconds, megabytes, _ = said.split(maxsplit=2)

    assert float(seconds) <= MOST_SECONDS
    assert float(megabytes) <= MOST_MEGABYTES
