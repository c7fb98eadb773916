"""What no method can go below on a bank: simple floors at once, and certified ones for whoever has the time.

The certified floors are those of `delivery/bounds.py`, each proven by prices that hold for every law on lawful sets;
our fitted plan only gives the linear programs their first columns.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from delivery.bounds import BEST_GUESS, LARGEST_EXPOSURE, OVERLAP, bounds_of
from delivery.errors import DeliveryRefusal
from delivery.exposure import exposure_floor, overlap_floor
from delivery.feasibility import must_be_feasible
from delivery.plan import fit
from tests.benchmarks.the_bank import Bank


def simple_floors(bank):
    """Floors that one division gives; or why the bank has no lawful set."""
    try:
        must_be_feasible(bank.pool, bank.specification)
    except DeliveryRefusal as refused:
        return {"cannot": str(refused)}
    length = bank.specification.length
    return {
        "exposure": exposure_floor(bank.pool, bank.specification),
        "overlap": overlap_floor(bank.pool, bank.specification) or None,
        "hits": length**2 / len(bank) if length else None,
        "certified": False,
    }


def certified_floors(bank):
    """Floors with their proof; where the time decides the length, for sets as long as our plan's."""
    found = bounds_of(fit(bank.pool, bank.specification))
    timed = bank.specification.length is None
    names = {"exposure": LARGEST_EXPOSURE, "overlap": OVERLAP, "hits": BEST_GUESS}
    return {key: float(found.of(what, at_length=timed).value) for key, what in names.items()} | {"certified": True}


if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    kind = certified_floors if job["certified"] else simple_floors
    Path(sys.argv[2]).write_text(json.dumps(kind(Bank.from_dict(job["bank"]))), encoding="utf-8")
