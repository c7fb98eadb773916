"""The benchmark of the draw: every method on every bank, one table a bank. `make bench` runs it.

Environment:
    BANKS: a folder of banks in JSON (as `qbank pool fit` reads them), instead of the usual ones.
    BENCH_BANKS: names of generated banks ("roomy-60 strict-1000"), "starter", or "all".
    BENCH_METHODS: names of methods; see `methods.py`.
    BENCH_DRAWS: sets a method draws in a row, where its seconds suffice.
    BENCH_SECONDS: seconds of processor time that a method has for drawing.
    BENCH_LIMIT: seconds on the clock after which a method is stopped, set-up and evaluation included.
    BENCH_WORKERS: methods running at one time; as many as there are cores.
    BENCH_OUT: a file for the same tables in Markdown; beside it, ending in .json, the figures as they were measured.
    BENCH_SORTITION: a Python that has `sortition-algorithms`.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import banks as all_banks
from tests.benchmarks.banks import Unusable
from tests.benchmarks.methods import METHODS
from tests.benchmarks.table import as_markdown, as_text, cells_of, heading_of

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Doses:
    """How much of everything."""

    draws: int
    seconds: float
    limit: float
    workers: int
    methods: tuple[str, ...]

    @classmethod
    def from_environ(cls):
        wanted = os.environ.get("BENCH_METHODS", "").replace(",", " ").split()
        unknown = set(wanted) - set(METHODS)
        if unknown:
            sys.exit(f"No method is called {', '.join(sorted(unknown))}: there are {', '.join(METHODS)}.")
        return cls(
            draws=int(os.environ.get("BENCH_DRAWS", "20000")),
            seconds=float(os.environ.get("BENCH_SECONDS", "5")),
            limit=float(os.environ.get("BENCH_LIMIT", "120")),
            workers=int(os.environ.get("BENCH_WORKERS", os.cpu_count() or 1)),
            methods=tuple(wanted) or tuple(METHODS),
        )


def chosen_banks():
    """What BANKS and BENCH_BANKS name, else the usual ones."""
    folder, names = os.environ.get("BANKS"), os.environ.get("BENCH_BANKS", "").replace(",", " ").split()
    if folder:
        if not Path(folder).is_dir():
            sys.exit(f"There is no folder {folder}.")
        if left := all_banks.left_out(Path(folder)):
            sys.stdout.write(f"Left out of {folder}, whose files in .json alone are read: {', '.join(left)}.\n")
        return list(all_banks.in_folder(Path(folder))) or sys.exit(f"No file in {folder} ends in .json.")
    if names == ["all"]:
        names = [f"{kind}-{size}" for size in all_banks.SIZES for kind in all_banks.KINDS] + ["starter"]
    found = [all_banks.generated(name) for name in names or all_banks.USUAL if name != "starter"]
    return found + (list(all_banks.starter()) if not names or "starter" in names else [])


def in_a_process(script, job, limit):
    """What a script of this folder answers to a job; a job that ends badly or takes too long is an answer too."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder, "asked.json"), Path(folder, "answer.json")
        asked.write_text(json.dumps(job), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{script}", asked, answer],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            _, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return {"cannot": f"stopped after {limit:g} s"}
        if process.returncode:
            last = (errors.strip().splitlines() or [f"it ended with {process.returncode}"])[-1]
            return {"cannot": f"failed: {last[:160]}"}
        return json.loads(answer.read_text(encoding="utf-8"))


def tables(banks, doses):
    """Title, introduction, rows and floors of each bank, as soon as all its methods are done."""
    with ThreadPoolExecutor(doses.workers) as pool:
        running = [(bank, _begun(pool, bank, doses)) for bank in banks]
        for bank, futures in running:
            if isinstance(bank, Unusable):
                yield bank.name, f"This bank cannot be read: {bank.why}", {}, {}
                continue
            simple, certified, *rows = (future.result() for future in futures)
            if "cannot" in simple:
                yield bank.name, simple["cannot"], {}, {}
                continue
            floors = simple if "cannot" in certified else certified
            yield *heading_of(bank, floors), dict(zip(doses.methods, rows, strict=True)), floors


def _begun(pool, bank, doses):
    """The jobs of one bank: simple floors, certified floors, then a row for each method."""
    if isinstance(bank, Unusable):
        return []
    data = bank.to_dict()
    simple = pool.submit(in_a_process, "floors", {"bank": data, "certified": False}, doses.limit)

    def unless_infeasible(script, **job):
        return (
            simple.result() if "cannot" in simple.result() else in_a_process(script, {"bank": data} | job, doses.limit)
        )

    def row(name):
        seed = zlib.crc32(f"{bank.name} {name}".encode())
        return pool.submit(
            unless_infeasible, "one_method", method=name, seed=seed, draws=doses.draws, seconds=doses.seconds
        )

    certified = pool.submit(unless_infeasible, "floors", certified=True)
    return [simple, certified, *map(row, doses.methods)]


def machine():
    """What it ran on and when; no names."""
    model = platform.processor() or platform.machine()
    told = Path("/proc/cpuinfo")
    if told.exists():
        models = [line.split(":")[1].strip() for line in told.read_text().splitlines() if line.startswith("model name")]
        model = models[0] if models else model
    python, libraries = platform.python_version(), ("numpy", "scipy", "highspy")
    named = ", ".join(f"{name} {version(name)}" for name in libraries)
    return f"{datetime.now(UTC):%d %B %Y %H:%M} UTC; {model}, {os.cpu_count()} cores; Python {python}, {named}"


def main():
    doses, begun = Doses.from_environ(), time.perf_counter()
    banks = chosen_banks()
    opening = (
        f"{machine()}. Up to {doses.draws:,} sets in a row, at most {doses.seconds:g} s of drawing a method, stopped "
        f"after {doses.limit:g} s on the clock; {doses.workers} at one time, each in a process of its own. "
        "Times are processor time."
    )
    sys.stdout.write(f"{opening}\nWhat each column means: docs/benchmarks.md.\n")
    pages, measured = [f"{opening}\n"], {}
    for title, about, rows, floors in tables(banks, doses):
        lines = [cells_of(name, row, floors) for name, row in rows.items()]
        sys.stdout.write(f"\n{as_text(title, about, lines) if lines else f'{title}: {about}{chr(10)}'}")
        sys.stdout.flush()
        pages.append(as_markdown(title, about, lines) if lines else f"### {title}\n\n{about}\n")
        measured[title] = {"about": about, "rows": rows, "floors": floors}
        _keep(pages, measured)
    sys.stdout.write(f"\n{len(banks)} banks in {time.perf_counter() - begun:.0f} s.\n")


def _keep(pages, measured):
    """Write what is there so far, so that a run that is broken off leaves what it had."""
    if os.environ.get("BENCH_OUT"):
        out = Path(os.environ["BENCH_OUT"])
        out.write_text("\n".join(pages), encoding="utf-8")
        out.with_suffix(".json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
