"""L11, soak: fifty mixed requests a second for half an hour, without an error, and memory that does not grow.

`make endurance` runs this; `ENDURANCE_OPTIONS='--rounds 60'` says how many seconds instead of 1,800. The aim is a
growth below 10% between the first minute, when everything has been used once, and the end.
"""

from __future__ import annotations

import psutil
import pytest

from tests.benchmarks.a_peak import Peak, in_words, organisation
from tests.benchmarks.bench_pull import made_durable, serving

A_SECOND = 50
WARM_SECONDS = 60
MOST_GROWTH = 1.10


def megabytes(port: int) -> float:
    """What the process that serves on that port holds."""
    own = psutil.Process().children(recursive=True)
    (process,) = (each for each in own if str(port) in each.cmdline())
    return process.memory_info().rss / 1e6


@pytest.mark.parametrize("rounds", [1_800], indirect=True)
def test_L11_half_an_hour_of_mixed_requests_without_an_error_or_growing_memory(shelf, tmp_path, rounds):
    address = shelf.copy("soak", organisation)
    made_durable(address)
    with serving(address, tmp_path) as port:
        peak = Peak([port])
        peak.go_on(min(WARM_SECONDS, rounds), A_SECOND)
        warm = megabytes(port)
        found = peak.go_on(rounds, A_SECOND)
        after = megabytes(port)

    print(f"\n{address.partition(':')[0]}: {warm:.0f} MB after a minute, {after:.0f} MB at the end\n{in_words(found)}")  # noqa: T201 - a long run is read
    assert {each.status for each in found} <= {200, 302}
    assert after < MOST_GROWTH * warm
