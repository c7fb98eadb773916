"""What a page asks for: its links and forms, and the names that the view behind it looks for in a request.

Nothing is listed here that the application does not say itself, so a new route, field or parameter is known the day it
is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RoutingException

from tests.page import Client

MARK = "quixotag"
SCRIPT = re.compile(r"\s*(javascript:|data:|(https?:)?//quixo)")
NOT_TYPED = frozenset({"hidden", "checkbox", "radio", "submit", "password"})
BUTTONS_OF_A_PAGE = 3
REFUSAL = 400
SEAL = "csrf_token"


class Asked(ImmutableMultiDict[str, Any]):
    """Parameters that remember which names a view looked for."""

    names: set[str] = set()  # noqa: RUF012 - shared on purpose: one request at a time

    def get(self, key: str, *rest: Any, **more: Any) -> Any:
        self.names.add(key)
        return super().get(key, *rest, **more)

    def getlist(self, key: str, *rest: Any, **more: Any) -> list[Any]:
        self.names.add(key)
        return super().getlist(key, *rest, **more)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


class Remembering(Request):
    """A request whose parameters remember what was looked for."""

    parameter_storage_class = Asked


@dataclass
class Filled:
    """One form of a page: where it goes, what it would send, and which of that is typed or a file."""

    path: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class Read(HTMLParser):
    """Links and forms of a page, and what in its markup no author of ours would have written."""

    def __init__(self, html: str, path: str = "") -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.forms: list[Filled] = []
        self.strange: list[str] = []
        self._form: Filled | None = None
        self._list = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._judge(tag, said)
        if tag == "a" and "href" in said:
            self.links.append(urljoin(self.path, said["href"]))
        elif tag == "form":
            self._form = Filled(urljoin(self.path, said.get("action") or self.path), said.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and tag in {"input", "textarea", "select", "button", "option"}:
            self._fill(self._form, tag, said)

    def handle_endtag(self, tag: str) -> None:
        self._area = ""
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] += data

    def _judge(self, tag: str, said: Mapping[str, str]) -> None:
        runs = any(name.startswith("on") for name in said)
        leads = [said.get(name, "") for name in ("href", "src", "action", "formaction")]
        if MARK in tag or runs or any(SCRIPT.match(each) for each in leads):
            self.strange.append(f"<{tag} {dict(said)}>"[:120])

    def _fill(self, form: Filled, tag: str, said: Mapping[str, str]) -> None:
        name, kind, value = said.get("name", ""), said.get("type", "text"), said.get("value", "")
        if tag == "option":
            if self._list and not form.fields[self._list]:
                form.fields[self._list] = value
            return
        self._list = name if tag == "select" else ""
        if not name:
            return
        if tag == "input" and kind == "file":
            form.files.add(name)
            return
        form.fields.setdefault(name, value)
        if tag == "textarea" or (tag == "input" and kind not in NOT_TYPED):
            form.typed.add(name)
            self._area = name if tag == "textarea" else ""


@dataclass
class Walk:
    """What a walk found: one page of each kind with who saw it, and the forms that go to each view."""

    pages: dict[str, tuple[Client, str]] = field(default_factory=dict)
    forms: dict[str, list[tuple[Client, Filled]]] = field(default_factory=dict)

    def on(self, app: Flask, client: Client, start: Iterable[str] = ("/",)) -> None:
        """Follow every link from there, as this person, to pages of a kind that nobody saw; to the first anyhow."""
        waiting, done, first = list(start), set(), True
        while waiting:
            path = waiting.pop(0)
            kind = endpoint_of(app, path, "GET")
            if path in done or kind in {None, "static"} or (kind in self.pages and not first):
                continue
            done.add(path)
            first = False
            answer = client.http.get(path, buffered=True, follow_redirects=True)
            if answer.status_code >= REFUSAL:
                continue
            self.pages.setdefault(str(kind), (client, path))
            if answer.mimetype == "text/html":
                read = Read(answer.text, answer.request.full_path)
                waiting += [local(link) for link in read.links if urlsplit(link).netloc in {"", "localhost"}]
                self._keep(app, client, read.forms)

    def _keep(self, app: Flask, client: Client, forms: Iterable[Filled]) -> None:
        for form in forms:
            kind = endpoint_of(app, form.path, "POST") if form.method == "post" else None
            if kind is not None and len(self.forms.setdefault(kind, [])) < BUTTONS_OF_A_PAGE:
                self.forms[kind].append((client, form))


def local(link: str) -> str:
    """The path of a link of ours, with its parameters."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def endpoint_of(app: Flask, path: str, method: str) -> str | None:
    """The endpoint that an address leads to; None where there is none."""
    try:
        return app.url_map.bind("localhost").match(urlsplit(path).path, method=method)[0]
    except (HTTPException, RoutingException):
        return None
