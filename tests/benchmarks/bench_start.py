"""How long a newcomer waits: each figure is printed beside its bound, and above it the run fails."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.journeys.a_demo import served

DRAW = ("draw", "--standard", "customer-service-specialist-3", "--method")
METHODS = ("interview", "observation", "discussion")
REPEATS = 5

LONGEST_CACHED_DRAW_SECONDS = 1.0
LONGEST_SECOND_START_SECONDS = 10.0
LONGEST_FIRST_START_SECONDS = 90.0


def say(what: str, seconds: float, bound: float) -> None:
    print(f"\n{what}: {seconds:.2f} s (bound {bound:g} s)")  # noqa: T201 - a benchmark is read


def run(folder: Path, *arguments: str) -> float:
    """Seconds of one whole process of the command."""
    environment = os.environ | {"QBANK_DATA_FOLDER": str(folder / "data"), "QBANK_CACHE_FOLDER": str(folder / "cache")}
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "qbank", *arguments], env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun


def test_a_draw_with_its_plan_in_the_cache_takes_under_a_second_as_a_whole_process(tmp_path):
    for method in METHODS:
        first = run(tmp_path, *DRAW, method)
        again = statistics.median(run(tmp_path, *DRAW, method) for _ in range(REPEATS))
        say(f"qbank draw, {method}, first (fits the plan)", first, float("inf"))
        say(f"qbank draw, {method}, again", again, LONGEST_CACHED_DRAW_SECONDS)
        assert again < LONGEST_CACHED_DRAW_SECONDS


def test_the_demo_is_ready_and_ready_again(tmp_path):
    with served(tmp_path) as first:
        say("qbank demo, from nothing to the first answer", first.started_in, LONGEST_FIRST_START_SECONDS)
    with served(tmp_path) as again:
        say("qbank demo, started again", again.started_in, LONGEST_SECOND_START_SECONDS)

    assert first.started_in < LONGEST_FIRST_START_SECONDS
    assert again.started_in < LONGEST_SECOND_START_SECONDS
