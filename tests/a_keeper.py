"""What a process of the tests started ends with it, also where a signal ended it that nobody can catch.

A process of its own waits for the end of whoever started it, then ends the PostgreSQL servers of the folders that it
was told of and removes those. A server that nobody ended kept its memory, and its files lie in memory, too.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

PATIENCE_SECONDS = 20.0


def ends_with_us(folder: Path) -> None:
    """See to it that this folder goes, and the server whose data are in it, when this process is gone."""
    told = _keeper().stdin
    assert told is not None
    told.write(f"{folder}\n".encode())
    told.flush()


@cache
def _keeper() -> subprocess.Popen[bytes]:
    """The process that waits; of a session of its own, which no key of a terminal ends."""
    ours = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    atexit.register(_wait_for, ours)
    return ours


def _wait_for(keeper: subprocess.Popen[bytes]) -> None:
    keeper.stdin.close()  # type: ignore[union-attr]  # it has one
    keeper.wait(timeout=3 * PATIENCE_SECONDS)


def end_server(folder: Path) -> None:
    """End the server of that folder at once, if one runs: nothing is saved.

    Raises:
        AssertionError: it goes on.
    """
    with suppress(FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
        process = psutil.Process(int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
        if str(folder) in process.cmdline():  # else the number is another's by now
            os.kill(process.pid, signal.SIGQUIT)
            assert_over(process)


def assert_over(*processes: psutil.Process) -> None:
    """Wait until each is over. One whose parent has not asked what became of it is over, too.

    Where the first process of a container asks after nobody, such a one stays for ever.

    Raises:
        AssertionError: one goes on.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while left := [each for each in processes if _goes_on(each)]:
        assert time.monotonic() < until, f"Still there after {PATIENCE_SECONDS:g} s: {left}."
        time.sleep(0.01)


def _goes_on(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def main() -> None:
    """Read folders, a line each, until whoever writes is gone; then end what is in them."""
    for folder in [Path(line.rstrip("\n")) for line in sys.stdin]:
        with suppress(AssertionError):
            end_server(folder)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
