"""A queue in a folder of the test's own, with a clock that it sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qbank.jobs.queue import Doing, Jobs
from qbank.jobs.seal import Seal

SEAL = Seal.from_secret("of these tests")


class Refused(Exception):  # noqa: N818 - as the domain's are called
    """An answer for people."""


@dataclass
class Clock:
    at: datetime = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs_in(tmp_path: Path, clock: Clock) -> Callable[..., Jobs]:
    """One process's view of the same queue."""

    def made(doing: Doing = Doing.AT_ONCE, seal: Seal = SEAL) -> Jobs:
        return Jobs(tmp_path / "jobs" / "jobs.db", seal, clock, (Refused,), doing)

    return made
