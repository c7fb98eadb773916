"""How long an assessor waits for a set: `make bench` prints it. Aim: the 95th percentile below 100 ms, on each.

An open loop: ten times a second one of twenty assessors presses "pull" whether or not the presses before have been
answered, and waits from the moment when they meant to press. The bank has 200 questions and 10,000 simulated sets lie
behind it (BENCH_PAST for fewer); the program serves from a process of its own, on this machine, over HTTP, and on
PostgreSQL also from two (BENCH_SERVING: how many), between which the assessors are shared out.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from itertools import chain, cycle
from urllib.parse import urlencode

import psycopg
import pytest
import sqlalchemy as sa

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.services import fitting, passwords, people, seeding, simulating
from qbank.storage import migrating, units
from tests.databases import shelf, url
from tests.journeys.a_demo import free_port, wait_for
from tests.services.a_bank import METHOD, a_plan, a_session, opened, questions

__all__ = ["shelf", "url"]

QUESTIONS = 200
PAST = int(os.environ.get("BENCH_PAST", "10000"))
PULLS, A_SECOND, ASSESSORS = 200, 10, 20
SERVING = int(os.environ.get("BENCH_SERVING", "2"))
PASSWORD = "lanterns by the harbour wall"  # noqa: S105 - of somebody who does not exist
SECRET = "a secret of the tests, long enough"  # noqa: S105 - the tests' own


def assessors():
    """The first parts of their addresses; the first is the one whom a session is given to as a rule."""
    return ["assessor", *(f"assessor-{number}" for number in range(2, ASSESSORS + 1))]


def organisation(address):
    """A bank of 200 questions in use, assessors who can sign in, and the sets of the past."""
    migrating.upgrade(address)
    past, today = datetime.now(UTC) - timedelta(days=60), datetime.now(UTC)
    with opened(address) as engine:
        with units.write_unit(engine) as store:
            row = seeding.load_standard(store, a_plan(), by=COMMAND_LINE, at=past)
            seeding.load_questions(store, a_plan(), questions(QUESTIONS), by=COMMAND_LINE, at=past)
            hashed = passwords.hashed(PASSWORD)
            for name in assessors():
                people.create(
                    store,
                    name=name,
                    email=f"{name}@example.org",
                    password=hashed,
                    roles=[Role.ASSESSOR],
                    by=COMMAND_LINE,
                    at=past,
                )
        fitting.adopt_for_today(engine, row, METHOD, by=COMMAND_LINE, at=past)
        laid_at = time.perf_counter()
        simulating.lay(engine, row, apprentices=PAST, by=COMMAND_LINE, at=today)
        print(f"\n{PAST:,} apprentices' past laid in {time.perf_counter() - laid_at:.0f} s")  # noqa: T201 - likewise
        soon = today + timedelta(hours=2)
        booked(engine, range(1, PULLS + 1), starts_at=soon, at=today - timedelta(days=21))


def made_durable(address):
    """Let a PostgreSQL server wait for its disk as a server does; those of the tests need not."""
    if address.startswith("postgresql"):
        plain = sa.make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = on")
            connection.execute("SELECT pg_reload_conf()")


def booked(engine, numbers, *, starts_at, at):
    """Sessions of those apprentices, by their numbers in the database."""
    with units.write_unit(engine) as store:
        return [
            a_session(store, apprentice=number, assessor=who, starts_at=starts_at, at=at).id
            for number, who in zip(numbers, cycle(assessors()), strict=False)
        ]


@contextmanager
def serving(address, folder) -> Iterator[int]:
    """`qbank serve` on that database; gives the port."""
    port = free_port()
    said = folder / f"said-{port}.txt"
    environment = os.environ | {
        "QBANK_DATABASE_URL": address,
        "QBANK_DATA_FOLDER": str(folder),
        "QBANK_CACHE_FOLDER": str(folder / "cache"),
        "QBANK_SEED_KEY": SECRET,
        "QBANK_PULLS_A_DAY": str(PULLS),
        "QBANK_SECRET_KEY": SECRET[::-1],
    }
    with said.open("wb") as log:
        command = [sys.executable, "-m", "qbank", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process, said)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


class Visitor:
    """Somebody signed in, one connection for each request."""

    def __init__(self, port, email="assessor@example.org"):
        self.port, self.cookies = port, {}
        token = self.token_on("/sign-in")
        told = self.ask("POST", "/sign-in", {"csrf_token": token, "email": email, "password": PASSWORD})
        assert told[0] == http.client.FOUND, told

    def ask(self, verb, path, fields=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"Origin": f"http://127.0.0.1:{self.port}", "Referer": f"http://127.0.0.1:{self.port}{path}"}
        connection.request(verb, path, urlencode(fields or {}), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
        connection.close()
        return answer.status, answer.headers.get("Location", ""), body

    def token_on(self, path):
        """The token of the forms on that page."""
        status, _, body = self.ask("GET", path)
        assert status == http.client.OK, (path, status, body[:500])
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', body).group(1)


def pull(visitor, path, token, due):
    """Seconds from when the press was due until the set had been drawn and told where it is."""
    time.sleep(max(0.0, due - time.perf_counter()))
    status, where, body = visitor.ask("POST", f"{path}/pull", {"csrf_token": token})
    took = time.perf_counter() - due
    assert (status, where.endswith("/set")) == (http.client.FOUND, True), (status, where, body[:300])
    return took


def theirs(visitor):
    """The visitor, the address of a session of theirs, and their token: for each of their sessions."""
    paths = re.findall(r'href="(/sessions/[\w-]+)"', visitor.ask("GET", "/sessions")[2])[: PULLS // ASSESSORS]
    return [(visitor, path, visitor.token_on(path)) for path in paths]


@pytest.mark.parametrize("processes", sorted({1, SERVING}))
def test_pulling_sets_in_an_open_loop(shelf, tmp_path, processes):
    address = shelf.copy("bench_pulls", organisation)
    if processes > 1 and address.startswith("sqlite"):
        return  # one process serves an embedded database
    made_durable(address)
    with ExitStack() as served:
        ports = [served.enter_context(serving(address, tmp_path)) for _ in range(processes)]
        each = [
            theirs(Visitor(port, f"{who}@example.org")) for port, who in zip(cycle(ports), assessors(), strict=False)
        ]
        presses = list(chain.from_iterable(zip(*each, strict=True)))
        for _ in ports:
            pull(*presses.pop(), time.perf_counter())  # the first one of each process reads the plan
        begun = time.perf_counter() + 1
        with ThreadPoolExecutor(32) as pool:
            times = pool.map(lambda each: pull(*each[1], begun + each[0] / A_SECOND), enumerate(presses))
            times = sorted(times)

    middle, late = times[len(times) // 2], times[round(0.95 * len(times)) - 1]
    print(  # noqa: T201 - a benchmark prints
        f"\npull, {address.partition(':')[0]}, {processes} serving, {PAST:,} sets behind it, {A_SECOND} a second, "
        f"{len(times)} pulls: median {1000 * middle:.0f} ms, 95th percentile {1000 * late:.0f} ms, "
        f"longest {1000 * times[-1]:.0f} ms"
    )
    assert len(times) == PULLS - processes
