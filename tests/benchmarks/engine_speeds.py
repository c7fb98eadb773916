"""What the engine takes on one core: a fit, its memory, its plan, a draw with nothing and with half the bank excluded.

    python -m tests.benchmarks.engine_speeds roomy-300 strict-300

Each bank has a process of its own, so that its memory is its own. Times are processor time; how long this machine takes
for ten million additions in a plain loop is printed first, for machines differ by more than programs do. A draw's time
is the middle and the longest of those that were made, its plan in memory and its certificate included. Half a bank is
excluded anew for each conditioned draw: every second question, by a lot.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import time
from statistics import median

from delivery.certificate import certify
from delivery.draw import Eligibility, draw
from delivery.errors import DeliveryRefusal
from delivery.exposure import exposure_floor
from delivery.plan import fit
from delivery.randomness import Stream
from tests.benchmarks.banks import generated, starter

DRAWS = 200
CONDITIONED_DRAWS = 12
TITLES = (
    "bank",
    "fit s",
    "memory MB",
    "plan MB",
    "busiest / z",
    "one draw ms",
    "longest",
    "half excluded ms",
    "longest",
    "by",
)


def seed_of(number):
    """A seed of this benchmark's own: no set is given to anybody."""
    return hashlib.sha256(f"engine speeds {number}".encode()).digest()


def half_of(pool, number):
    """An eligibility that excludes every second question, by a lot."""
    order = Stream(seed_of(number), label="qbank benchmark halves 1").shuffled(range(len(pool)))
    return Eligibility({pool.candidates[at].reference: "met before" for at in order[: len(pool) // 2]})


def timed(act, numbers):
    """Milliseconds of processor time that each act took, and what each gave; refusals are None."""
    took, gave = [], []
    for number in numbers:
        begun = time.process_time()
        try:
            gave.append(act(number))
        except DeliveryRefusal:
            gave.append(None)
        took.append((time.process_time() - begun) * 1000)
    return took, gave


def plain_loop():
    """Seconds of processor time for ten million additions in a plain loop."""
    begun, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - begun


def row_of(name):
    """A bank's row, in the order of the titles."""
    bank = next((each for each in starter() if each.name == f"starter, {name}"), None) or generated(name)
    begun = time.process_time()
    plan = fit(bank.pool, bank.specification)
    fitting = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    stored = len(plan.to_bytes()) / 1e6

    def one(number, eligibility=None):
        eligibility = eligibility or Eligibility()
        drawn = draw(plan, seed=seed_of(number), eligibility=eligibility)
        certify(plan, drawn, eligibility)
        return drawn.way

    one(0)
    single, _ = timed(one, range(DRAWS))
    halves = {number: half_of(plan.pool, number) for number in range(CONDITIONED_DRAWS)}
    half, ways = timed(lambda number: one(number, halves[number]), halves)
    floor = exposure_floor(bank.pool, bank.specification)
    said = [f"{ways.count(way)} {way or 'refused'}" for way in dict.fromkeys(ways)]
    return (
        name,
        f"{fitting:.1f}",
        f"{memory:.0f}",
        f"{stored:.1f}",
        f"{float(plan.figures['largest_exposure']) / floor:.3f}",
        f"{median(single):.2f}",
        f"{max(single):.2f}",
        f"{median(half):.1f}",
        f"{max(half):.1f}",
        ", ".join(said),
    )


if __name__ == "__main__":
    if len(sys.argv) == 2:
        sys.stdout.write(f"| {' | '.join(row_of(sys.argv[1]))} |\n")
    else:
        sys.stdout.write(f"Ten million additions in a plain loop: {plain_loop():.2f} s\n\n")
        sys.stdout.write(f"| {' | '.join(TITLES)} |\n|{'---|' * len(TITLES)}\n")
        sys.stdout.flush()
        for each in sys.argv[1:]:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.engine_speeds", each], check=True)
