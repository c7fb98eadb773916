"""A demo over three years of simulated history, laid by the command, in a file or on a PostgreSQL server of its own."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.a_demo import PEOPLE, free_port
from tests.journeys.a_live_session import MortalDemo

STANDARD = "customer-service-specialist-3"
LOOKS = 30


class LongDemo(MortalDemo):
    """As a copy of the demo, and with a history that began three years ago.

    Args:
        folder: empty; where it lives.
        database: the address of an empty database; without one it is a file.
        apprentices: in the history.
    """

    def __init__(self, folder: Path, *, database: str = "", apprentices: int) -> None:
        self.folder, self.port, self.starts = folder, free_port(), 0
        self.address, self.database = f"http://127.0.0.1:{self.port}", folder / "example" / "qbank.db"
        self._url = database or super().url
        self.more = ("--database", database) if database else ()
        begun = time.monotonic()
        self.said = self.run(
            *("demo", "--folder", str(folder / "example"), "--no-serve", *self.more),
            *("--history", "--apprentices", str(apprentices)),
        )
        self.laid_in = time.monotonic() - begun
        self.passwords = dict(PEOPLE.findall(self.said))
        self.start()

    @property
    def url(self) -> str:
        return self._url

    def run(self, *words: str, **settings: str) -> str:
        """What the command says, which must succeed."""
        environment = os.environ | {"QBANK_CACHE_FOLDER": str(self.folder / "cache"), "COLUMNS": "120"} | settings
        command = [sys.executable, "-m", "qbank", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout


def looks(page: Page, demo: LongDemo, path: str) -> tuple[float, float]:
    """Milliseconds in which the page came whole, to the person who is signed in there: median, 95th percentile."""
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    took = []
    for _ in range(LOOKS):
        line = http.client.HTTPConnection("127.0.0.1", demo.port, timeout=60)
        begun = time.perf_counter()
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        took.append((time.perf_counter() - begun) * 1000)
        line.close()
        assert answer.status == 200, path
    return statistics.median(took), statistics.quantiles(took, n=20, method="inclusive")[-1]
