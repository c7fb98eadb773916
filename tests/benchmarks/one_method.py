"""One method on one bank, in a process of its own: so that its memory is its own, and nothing can stop the others.

Reads a job (JSON) from the file named first, writes the row to the file named second.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

import delivery.design  # noqa: F401 - loaded before memory is looked at, like every library below
from delivery.errors import DeliveryRefusal
from tests.benchmarks.measures import measured
from tests.benchmarks.methods import METHODS
from tests.benchmarks.peers.peer import CannotServe
from tests.benchmarks.running import run
from tests.benchmarks.the_bank import Bank


def row_of(job):
    """The row of a job's bank and method; where the method cannot serve the bank, the reason."""
    bank = Bank.from_dict(job["bank"])
    chance = np.random.default_rng(job["seed"])  # noqa: TID251 - a simulation: no set is given to anybody
    try:
        return _served(bank, METHODS[job["method"]][1], job, chance)
    except CannotServe as why:
        return {"cannot": str(why)}
    except DeliveryRefusal as refused:
        return {"cannot": f"refused: {refused}"}


def largest_memory():
    """Megabytes that this process held at most so far, as Linux counts them; elsewhere 0."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _served(bank, kind, job, chance):
    before = largest_memory()
    begun = time.process_time()
    peer = kind(bank)
    setting_up = time.process_time() - begun
    memory = largest_memory() - before
    found = run(peer, len(bank), draws=job["draws"], seconds=job["seconds"], chance=chance)
    single = getattr(peer, "single_draw_seconds", None)
    return measured(bank, peer, found, chance) | {
        "set_up": getattr(peer, "seconds", setting_up),
        "memory": getattr(peer, "memory", memory),
        "a_second": len(found.sets) / found.seconds,
        "single": single(chance) if single else None,
        "version": getattr(peer, "version", None),
        "strength": getattr(peer, "strength", None),
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(row_of(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
