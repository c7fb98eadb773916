"""The demo as a newcomer starts it: a process of its own on a free loopback port, stopped by its process id."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE_SECONDS = 540
PEOPLE = re.compile(r"(?P<email>[\w.-]+@[\w.-]+)\s+(?P<password>\S+)")


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that answers.

    Args:
        address: where it serves, without a slash at the end.
        passwords: by e-mail address, as it printed them.
        started_in: seconds from the command to the first answer.
        process: its process id.
        folder: where its data are.
        pristine: its database as it was before anybody used it.
    """

    address: str
    passwords: dict[str, str]
    started_in: float
    process: int
    folder: Path
    pristine: Path

    def email_of(self, role: str) -> str:
        """The e-mail address of the example person of that role, which begins with the role's name."""
        return next(email for email in self.passwords if email.startswith(role))


@contextmanager
def served(folder: Path, cache: Path | None = None) -> Iterator[Demo]:
    """A demo with its data in `folder`, without a browser and without a terminal."""
    port = free_port()
    said = folder / f"said-{port}.txt"
    environment = os.environ | {"QBANK_CACHE_FOLDER": str(cache or folder / "cache")}
    options = ["--folder", str(folder / "example"), "--port", str(port), "--no-browser"]
    command = [sys.executable, "-m", "qbank", "demo", *options]
    with said.open("wb") as log:
        begun = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process, said)
            seconds = time.monotonic() - begun
            pristine = folder / "pristine.db"
            with closing(sqlite3.connect(folder / "example" / "qbank.db")) as connection:
                connection.execute("VACUUM INTO ?", (str(pristine),))
            people = dict(PEOPLE.findall(said.read_text(encoding="utf-8")))
            yield Demo(f"http://127.0.0.1:{port}", people, seconds, process.pid, folder / "example", pristine)
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(address: str, process: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"The demo ended by itself:\n{said.read_text(encoding='utf-8')}"
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own loopback address
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise AssertionError(f"No answer in {PATIENCE_SECONDS} seconds:\n{said.read_text(encoding='utf-8')}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
