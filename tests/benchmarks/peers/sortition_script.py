"""Asks `sortition-algorithms` for its maximin lottery: from a file with a bank to a file with sets and probabilities.

Run by the Python that has the package.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from sortition_algorithms.committee_generation import find_distribution_maximin, standardize_distribution
from sortition_algorithms.features import FeatureValueMinMax
from sortition_algorithms.people import People


def largest_memory():
    """Megabytes, as in `one_method.py`, which this script cannot import."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else ["VmHWM: 0"]
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main():
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    length = asked["length"]
    before = largest_memory()
    begun = time.process_time()
    names = [f"ksb{number}" for number in range(len(asked["carrying"][0]))]
    features = {
        name: {
            "yes": FeatureValueMinMax(min=1, max=min(length, asked["most"])),
            "no": FeatureValueMinMax(min=0, max=length),
        }
        for name in names
    }
    people = People([])
    for at, row in enumerate(asked["carrying"]):
        facts = {name: "yes" if carries else "no" for name, carries in zip(names, row, strict=True)}
        people.add(str(at), facts, features, row_number=at)
    found = find_distribution_maximin(features, people, length, [])
    sets, shares = standardize_distribution(found[0], found[1])
    answer = {
        "sets": [sorted(map(int, each)) for each in sets],
        "shares": shares,
        "seconds": time.process_time() - begun,
        "memory": largest_memory() - before,
        "version": version("sortition-algorithms"),
    }
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")


main()
