"""A hostile visitor: sends to every page, field and parameter what no form would send, and judges what comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import structlog
from flask import Flask
from werkzeug.test import TestResponse

from tests.page import Client
from tests.web.what_is_asked import MARK, REFUSAL, SEAL, Asked, Filled, Read, endpoint_of

OF_HTML = f"\"'><{MARK} onload=quixoscript()></textarea></title></script><{MARK}>"
HOSTILE = (
    *("-1", "9" * 31, "1e999", "NaN", "٣٤", "²", "0x10", "1.5", " 1 ", "", "none"),
    *("\0", "a\0b", "\ud800", "\udcff", "\u202e\u200b\ufeff", "\r\nX-Quixo: 1", "e\u0301" * 50, "\x1b[2J"),
    *("0000-00-00", "9999-12-31", "0001-01-01", "2026-02-30", "2026-06-04T25:61", "23:59:60", "31/02/2026"),
    *("' OR 1=1 --", '"; DROP TABLE people; --', "%", "_", "\\", "*" * 400, '"a', "NEAR(a b", "a AND", "^:-"),
    *(OF_HTML, "javascript:quixoscript()", "//quixo.example", "https://quixo.example/", "{{7*7}}", "%s%n", "../../etc"),
    "x" * 10_000,
)
"""Numbers that are none, characters that are none, days that are none, pieces of three languages, and too much."""
BODIES = (
    *(b'{"a":' * 5_000, b"[]", b"null", b'"x"', b"0", b"{", b"", b"[" * 20_000, b"\xff\xfe{}", b"NaN"),
    *(b'{"entries": null}', b'{"entries": 3}', b'{"entries": [null]}', b'{"entries": [{}]}', b'{"entries": {"a": 1}}'),
)
FILES = (
    *(b"a,b\n1,2\n", b"PK\x03\x04", b"\xff\xfe", b"", b"\0", b"=1+1\n", b"{}", b"[]", b'{"a": "\\ud800"}', b"\x1f\x8b"),
    *(b"[" * 20_000, b'"' + b"a" * 200_000, b"<!DOCTYPE a>"),
)
WRITTEN_BY_LOOKING = frozenset({"sign_in_tries", "set_views", "audit_entries"})
"""What an answer may write that refuses: a try of a password; that a set was shown again, with its entry."""
SAVES_WHAT_IT_CAN = frozenset({"finishing.save"})
"""Keeps every judgement that is whole and asks for the others: nobody types twenty-six of them again for one."""
ACCIDENT = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer, and what brought it about."""

    what: str
    method: str
    path: str
    sent: str

    def __str__(self) -> str:
        return f"{self.what}: {self.method} {self.path[:150]} {self.sent[:300]}"


class Place:
    """The application's SQLite file, as it was, and whether anything was written to it since."""

    def __init__(self, file: Path) -> None:
        self._watch = sqlite3.connect(file, isolation_level=None)
        self._kept = sqlite3.connect(":memory:")
        self._watch.backup(self._kept)
        names = self._kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        self._tables = [name for (name,) in names if not name.startswith(("sqlite_", "search"))]
        self._seen = self._version()

    def was_written(self) -> bool:
        """Whether anybody wrote since this was asked last."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def changed(self) -> set[str]:
        """Tables that have another number of rows than at the start."""
        return {name for name in self._tables if self._count(self._watch, name) != self._count(self._kept, name)}

    def restore(self) -> None:
        """As it was at the start."""
        self._kept.backup(self._watch)
        self._seen = self._version()

    def close(self) -> None:
        """Let go of the file."""
        self._watch.close()
        self._kept.close()

    def _version(self) -> int:
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    @staticmethod
    def _count(connection: sqlite3.Connection, name: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - the schema's own


@dataclass
class Attack:
    """A hostile visit.

    Args:
        app: the application, whose requests are `Remembering`.
        place: its database.
        values: what is sent; each place where something can be sent gets the next ones, one after the other.
        dose: how many of them each place gets.
        groups: how many groups the fields of a form are put into; those of a group get the same value at once.
    """

    app: Flask
    place: Place
    values: Sequence[str] = HOSTILE
    dose: int = 1
    groups: int = 2
    faults: list[Fault] = field(default_factory=list)
    tried: set[tuple[str, str | None]] = field(default_factory=set)
    requests: int = 0
    _turn: int = 0

    def page(self, client: Client, path: str) -> None:
        """Every parameter that the view looks for, sent twice, and every part of the address."""
        parts = urlsplit(path)
        usual = dict(parse_qsl(parts.query))
        Asked.names.clear()
        self._send(client, "GET", path)
        names = sorted({*Asked.names, *usual, "page"} - {SEAL})
        for group in in_groups(names, self.groups):
            for value in self._next(self.values, self.dose):
                said = usual | dict.fromkeys(group, value)
                self._send(client, "GET", f"{parts.path}?{query(said)}&{query(said)}")
        self._address(client, "GET", parts.path)

    def form(self, client: Client, form: Filled) -> None:
        """Every field, alone or with others; none of them; a file that is none; and what is no form at all."""
        usual = {name: value or ("Quixobenign" if name in form.typed else "") for name, value in form.fields.items()}
        seal = {name: value for name, value in usual.items() if name == SEAL}
        Asked.names.clear()
        self._post(client, form, seal)
        names = sorted({*Asked.names, *usual} - {SEAL} - form.files)
        for group in in_groups(names, self.groups):
            for value in self._next(self.values, self.dose):
                self._post(client, form, usual | dict.fromkeys(group, value), hostile=group)
        for name in sorted(form.files):
            for content in self._next(FILES, 2 * self.dose):
                file = (BytesIO(content), f"{OF_HTML}.csv")
                self._post(client, form, {**usual, name: file}, hostile=[name])
        for body in self._next(BODIES, self.dose):
            headers = {"X-CSRFToken": seal.get(SEAL, "")}
            self._send(client, "POST", form.path, data=body, content_type="application/json", headers=headers)
        self._address(client, "POST", urlsplit(form.path).path, data=usual)

    def _address(self, client: Client, method: str, path: str, **more: Any) -> None:
        parts = path.split("/")
        for position in range(2, len(parts)):
            for value in self._next(self.values, self.dose):
                changed = [*parts[:position], quoted(value), *parts[position + 1 :]]
                self._send(client, method, "/".join(changed), **more)

    def _next(self, of: Sequence[Any], count: int) -> list[Any]:
        self._turn += count
        return [of[(self._turn - each) % len(of)] for each in range(min(count, len(of)))]

    def _post(self, client: Client, form: Filled, data: Mapping[str, Any], *, hostile: Collection[str] = ()) -> None:
        sent: Any = dict(data) if any(isinstance(each, tuple) for each in data.values()) else query(data)
        kind = None if isinstance(sent, dict) else "application/x-www-form-urlencoded"
        answer = self._send(client, "POST", form.path, data=sent, content_type=kind)
        if answer.status_code == REFUSAL:
            for name in lost(answer, form, {name: data[name] for name in data if name not in hostile}):
                self.faults.append(Fault(f"lost what was typed in {name}", "POST", form.path, str(data)))

    def _send(self, client: Client, method: str, path: str, **more: Any) -> TestResponse:
        self.requests += 1
        endpoint = endpoint_of(self.app, path, method)
        self.tried.add((method, endpoint))
        with structlog.testing.capture_logs() as logged:
            answer = client.http.open(path, method=method, buffered=True, **more)
        where = next((f" {each['kind']} {each['where'][-4:]}" for each in logged if each["event"] == "accident"), "")
        sent = str(more.get("data", ""))
        self.faults += [Fault(f"{what}{where}", method, path, sent) for what in faults_of(answer)]
        if self.place.was_written():
            changed = self.place.changed() - WRITTEN_BY_LOOKING
            if answer.status_code >= REFUSAL and changed and endpoint not in SAVES_WHAT_IT_CAN:
                self.faults.append(Fault(f"refused, and yet {sorted(changed)} changed", method, path, sent))
            self.place.restore()
        return answer


def faults_of(answer: TestResponse) -> Iterator[str]:
    """What no answer may be, whatever was sent."""
    if answer.status_code >= ACCIDENT:
        yield f"answered {answer.status_code}"
    if "X-Quixo" in answer.headers:
        yield "has a header of the visitor's"
    if urlsplit(answer.headers.get("Location", "")).netloc not in {"", "localhost"}:
        yield "leads to another place"
    if answer.mimetype == "text/html":
        if strange := Read(answer.text).strange:
            yield f"has markup of the visitor's, {strange[0]}"
        if REFUSAL <= answer.status_code < ACCIDENT and "<h1" not in answer.text:
            yield "says nothing clear"


def lost(answer: TestResponse, form: Filled, data: Mapping[str, Any]) -> list[str]:
    """Typed fields that a refusing page shows again without what was typed."""
    again = [one for one in Read(answer.text, form.path).forms if urlsplit(one.path).path == urlsplit(form.path).path]
    typed = {name: str(data[name]).strip() for name in form.typed & data.keys()}
    return sorted(
        {name for name, value in typed.items() for one in again if one.fields.get(name, value).strip() != value}
    )


def in_groups(names: Sequence[str], most: int) -> list[Sequence[str]]:
    """The names in at most so many groups."""
    return [names[first::most] for first in range(min(most, len(names)))]


def quoted(value: str) -> str:
    """As it stands in an address, whatever it is."""
    return quote(value, safe="", errors="surrogatepass")


def query(values: Mapping[str, str]) -> str:
    """As a form or a parameter sends it."""
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in values.items())
