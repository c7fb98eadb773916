"""A day's peak, as an open loop: requests fall due at a steady rate, whether or not the ones before were answered.

Of twenty requests one pulls a set, seven look at a session, seven ask what a live session's record holds by now, one
adds a note to it, and four look at the list of sessions. Each is timed from the moment when it fell due.
"""

from __future__ import annotations

import http.client
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.domain.record_entries import milliseconds
from qbank.services import passwords, people
from qbank.storage import units
from tests.benchmarks.bench_pull import PASSWORD, Visitor
from tests.services import a_bank

ASSESSORS, SESSIONS = 12, 10
"""Each assessor has so many sessions; the first of them has its set and a live record before the peak begins."""
MIX = ("pull", *["session"] * 7, *["record"] * 7, "note", *["list"] * 4)
AT_ONCE = 64


def organisation(url: str) -> None:
    """The small bank, assessors who can sign in, and sessions of each that start in two hours."""
    a_bank.fill(url)
    now, password = datetime.now(UTC), passwords.hashed(PASSWORD)
    with a_bank.opened(url) as engine, units.write_unit(engine) as store:
        for number in range(ASSESSORS):
            name = f"assessor-{number}"
            facts = {"name": name, "email": f"{name}@example.org", "password": password, "roles": [Role.ASSESSOR]}
            people.create(store, **facts, by=COMMAND_LINE, at=a_bank.BOOKED)
        for number in range(ASSESSORS * SESSIONS):
            who, soon = f"assessor-{number % ASSESSORS}", now + timedelta(hours=2)
            a_bank.a_session(store, apprentice=number + 1, assessor=who, starts_at=soon, at=now - timedelta(days=21))


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: what it was, its status, and the seconds from when it fell due until its last byte."""

    kind: str
    status: int
    seconds: float


class Browser:
    """One assessor, signed in: a cookie counts at whichever process serves."""

    def __init__(self, port: int, email: str) -> None:
        visitor = Visitor(port, email)
        self.paths = list(dict.fromkeys(re.findall(r'href="(/sessions/[\w-]+)"', visitor.ask("GET", "/sessions")[2])))
        self.token = visitor.token_on(self.paths[0])
        self.cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        self.ask(port, "POST", f"{self.paths[0]}/pull")

    def do(self, port: int, kind: str, number: int) -> int:
        """The status of one request of that kind."""
        live, other = self.paths[0], self.paths[number % len(self.paths)]
        if kind == "pull":
            return self.ask(port, "POST", f"{other}/pull")
        if kind == "note":
            return self.ask(port, "POST", f"{live}/live/entries", note=True)
        return self.ask(port, "GET", {"session": other, "record": f"{live}/live/entries", "list": "/sessions"}[kind])

    def ask(self, port: int, verb: str, path: str, *, note: bool = False) -> int:
        """The status of the answer, read to its end."""
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/json" if note else "application/x-www-form-urlencoded",
            "X-CSRFToken": self.token,
            "Referer": f"http://127.0.0.1:{port}{path}",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
            connection.request(verb, path, a_note() if note else None, headers)
            answer = connection.getresponse()
            answer.read()
            if renewed := answer.headers.get("Set-Cookie"):  # a sign-in ends where its cookie is half an hour old
                self.cookie = renewed.partition(";")[0]
            return answer.status


class Peak:
    """All the assessors, on however many processes serve."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = ports
        self.browsers = [Browser(ports[0], f"assessor-{number}@example.org") for number in range(ASSESSORS)]

    def go_on(self, seconds: float, a_second: int) -> list[Answered]:
        """So many requests a second, for so long."""
        begun, count = time.perf_counter() + 1, int(seconds * a_second)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda number: self._one(number, begun + number / a_second), range(count)))

    def _one(self, number: int, due: float) -> Answered:
        time.sleep(max(0.0, due - time.perf_counter()))
        kind, who = MIX[number % len(MIX)], self.browsers[number // len(MIX) % ASSESSORS]
        status = who.do(self.ports[number % len(self.ports)], kind, number // (len(MIX) * ASSESSORS))
        return Answered(kind, status, time.perf_counter() - due)


def a_note() -> str:
    entry = {
        "entry": secrets.token_hex(16),
        "kind": "note",
        "position": 1,
        "follows": None,
        "device": "browser 1",
        "at": milliseconds(datetime.now(UTC)),
        "said": {"text": "Names what was learned."},
    }
    return json.dumps({"entries": [entry]})


def in_words(found: Sequence[Answered]) -> str:
    """Median and 99th percentile, of all and by kind, and what was answered otherwise than well."""
    lines = [_line("all", [each.seconds for each in found])]
    lines += [_line(kind, [each.seconds for each in found if each.kind == kind]) for kind in dict.fromkeys(MIX)]
    statuses = Counter(each.status for each in found)
    return "\n".join([*lines, f"statuses: {dict(sorted(statuses.items()))}"])


def _line(name: str, seconds: Sequence[float]) -> str:
    middle, late, longest = (
        f"{1000 * each:.0f} ms" for each in (percentile(seconds, 0.5), percentile(seconds, 0.99), max(seconds))
    )
    return f"{name}: {len(seconds)}, median {middle}, 99th percentile {late}, longest {longest}"


def percentile(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]
