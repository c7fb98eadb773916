"""What another process of a test tells, waited for with an end: a test that hangs keeps all others waiting."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

PATIENCE_SECONDS = 120.0


def heard(line: Connection, seconds: float = PATIENCE_SECONDS) -> Any:
    """The next that comes on the line.

    Raises:
        AssertionError: nothing came.
        EOFError: the other end is closed, as when its process is dead.
    """
    assert line.poll(seconds), f"The other process has told nothing for {seconds:g} s."
    return line.recv()
