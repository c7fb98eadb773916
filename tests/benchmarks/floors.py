"""What no method can go below on a bank, worked out beside the methods and by none of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from delivery.errors import DeliveryRefusal
from delivery.exposure import exposure_floor, overlap_floor
from delivery.feasibility import must_be_feasible
from tests.benchmarks.the_bank import Bank


def floors_of(bank):
    """Floors of the largest exposure, the overlap and the best guess; or why the bank has no lawful set."""
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


if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_text(json.dumps(floors_of(Bank.from_dict(job["bank"]))), encoding="utf-8")
