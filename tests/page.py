"""A visitor without a browser: `Client` asks for pages and presses buttons, a `Page` has passed the craft checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import compiled_routes, craft
from tests.compiled_templates import COMPILED

compiled_routes.remember()

TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
STANDS_IN = "the-token-of-this-page"
PAGES_KEPT = 64
CHOSEN_OR_PRESSED = frozenset({"checkbox", "radio", "submit", "button"})


class BadCraft(AssertionError):  # noqa: N818 - names what is bad
    """A page that a browser would show, and that is wrong all the same."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form as it stands on the page: where it goes, and what it would send untouched."""

    path: str
    method: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Page:
    """One answer of the application, parsed.

    Args:
        response: as Werkzeug gives it.
        path: the address of the answer, after redirects.

    Raises:
        BadCraft: the HTML is invalid or lacks what every page has; one sentence a fault.
    """

    response: TestResponse
    path: str
    tree: Element = field(init=False)

    def __post_init__(self) -> None:
        tree, faults = judged(self.response.text)
        if faults:
            raise BadCraft("\n".join([f"{self.path} (status {self.response.status_code}):", *faults]))
        object.__setattr__(self, "tree", tree)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def heading(self) -> str:
        return craft.words(next(self.tree.iter("h1")))

    @property
    def title(self) -> str:
        return craft.words(next(self.tree.iter("title")))

    @property
    def text(self) -> str:
        """What the body says, with single blanks."""
        return craft.words(next(self.tree.iter("body")))

    @property
    def main(self) -> str:
        """What the page itself says, without header and footer."""
        return craft.words(next(self.tree.iter("main")))

    def all(self, tag: str, *, css_class: str | None = None) -> list[Element]:
        """Every element of that tag, of that class where one is named, in order."""
        return [one for one in self.tree.iter(tag) if css_class is None or css_class in one.get("class", "").split()]

    def by_id(self, name: str) -> Element:
        return next(element for element in craft.all_of(self.tree) if element.get("id") == name)

    def link(self, label: str) -> str:
        """The path of the link that says `label`.

        Raises:
            AssertionError: no link says that; the sentence lists those there are.
        """
        links = {craft.words(a): a.get("href", "") for a in self.tree.iter("a")}
        assert label in links, f"{self.path} has no link {label!r}, only {sorted(links)}"
        return urljoin(self.path, links[label])

    def paths(self) -> list[str]:
        """Every path of ours that the page links to, in order, without repeats."""
        targets = [urljoin(self.path, a.get("href", "")) for a in self.tree.iter("a") if a.get("href")]
        return list(dict.fromkeys(urlsplit(target).path for target in targets if not urlsplit(target).netloc))

    def buttons(self) -> list[str]:
        return [label for label, _ in self._buttons()]

    def form(self, button: str) -> Form:
        """The form that the button sends.

        Raises:
            AssertionError: no button says that; the sentence lists those there are.
        """
        for label, form in self._buttons():
            if label == button:
                return Form(
                    path=urljoin(self.path, form.get("action") or self.path),
                    method=form.get("method", "get").lower(),
                    fields=dict(_fields(form)),
                )
        raise AssertionError(f"{self.path} has no button {button!r}, only {self.buttons()}")

    def _buttons(self) -> Iterator[tuple[str, Element]]:
        for form in self.tree.iter("form"):
            for element in form.iter():
                if element.tag == "button" and element.get("type", "submit") == "submit":
                    yield craft.words(element), form
                elif element.tag == "input" and element.get("type") == "submit":
                    yield element.get("value", ""), form


def judged(html: str) -> tuple[Element, list[str]]:
    """A page's tree, and all that is wrong with it; one that differs in its token only is not parsed again."""
    token = TOKEN.search(html)
    if token is None:
        return _judged(html)
    tree, faults = _judged(html.replace(token[1], STANDS_IN))
    own = deepcopy(tree)
    for element in own.iter():
        if element.get("value") == STANDS_IN:
            element.set("value", token[1])
    return own, faults


@lru_cache(maxsize=PAGES_KEPT)
def _judged(html: str) -> tuple[Element, list[str]]:
    tree, faults = craft.parse(html)
    return tree, [*faults, *craft.faults(tree)]


def _fields(form: Element) -> Iterator[tuple[str, str]]:
    for element in form.iter():
        name = element.get("name")
        if not name or element.tag not in {"input", "textarea", "select"}:
            continue
        if element.tag == "select":
            chosen = element.find(".//option[@selected]")
            yield name, "" if chosen is None else chosen.get("value", "")
        elif element.tag == "textarea":
            yield name, element.text or ""
        elif element.get("type") not in CHOSEN_OR_PRESSED or element.get("checked") is not None:
            yield name, element.get("value", "")


class Client:
    """A visitor: keeps cookies, follows redirects, and accepts no page that is badly made."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.jinja_env.bytecode_cache = COMPILED
        self.http: FlaskClient = app.test_client()

    def get(self, path: str) -> Page:
        return self._page(self.http.get(path, follow_redirects=True))

    def press(self, page: Page, button: str, /, **filled: str) -> Page:
        """Fill in the fields of the form that `button` sends, and press it.

        Raises:
            AssertionError: the form has no such field: a visitor could not fill it in either.
        """
        form = page.form(button)
        known = {element.get("name") for tag in ("input", "button") for element in page.tree.iter(tag)}
        strange = set(filled) - set(form.fields) - known
        assert not strange, f"{page.path}: the form of {button!r} has no field {sorted(strange)}"
        values = form.fields | filled
        if form.method == "get":
            return self._page(self.http.get(form.path, query_string=values, follow_redirects=True))
        return self._page(
            self.http.post(form.path, data=values, headers={"Referer": self._origin}, follow_redirects=True)
        )

    def sign_in(self, email: str, password: str) -> Page:
        return self.press(self.get("/sign-in"), "Sign in", email=email, password=password)

    def enter(self, email: str, password: str) -> None:
        """Sign in without a look at the pages before and after, which would be most of the work.

        Raises:
            AssertionError: the door stayed shut.
        """
        token = TOKEN.search(self.http.get("/sign-in").text)
        filled = {"csrf_token": token[1] if token else "", "email": email, "password": password}
        answer = self.http.post("/sign-in", data=filled, headers={"Referer": self._origin})
        assert answer.status_code == 302, f"{email} could not sign in: status {answer.status_code}."

    @property
    def _origin(self) -> str:
        return f"{self.app.config['PREFERRED_URL_SCHEME']}://localhost/"

    @staticmethod
    def _page(response: TestResponse) -> Page:
        return Page(response, response.request.path)
