"""Every page of the map of addresses, visited as those who may see it: no barrier for anybody, on any screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter
from werkzeug.routing.exceptions import RoutingException

from qbank.app import create_app
from qbank.settings import Settings
from tests.journeys.a_browser import barriers, overflow, picture

ROLES = ("assessor", "author", "approver", "panel", "iqa", "manager", "eqa")
NOT_A_PAGE = frozenset({"static", "health.index", "booking_files.example", "live.entries", "assessing.pack_pdf"})
ENOUGH_OF_A_KIND = 3
NOWHERE = "/no-such-page"


@pytest.fixture(scope="module")
def map_of_addresses(tmp_path_factory) -> Map:
    folder = tmp_path_factory.mktemp("map")
    return create_app(Settings(data_folder=folder, cache_folder=folder)).url_map


def endpoint(addresses: MapAdapter, path: str) -> str | None:
    try:
        return addresses.match(path, method="GET")[0]
    except (HTTPException, RoutingException):
        return None


def walk(page: Page, addresses: MapAdapter) -> dict[str, str]:
    """Paths of pages that links lead to from home, each with its endpoint; a few of a kind are enough."""
    found: dict[str, str] = {}
    waiting = ["/", "/sessions", NOWHERE]  # the second is refused to most: their refusal is a page too
    waiting += beyond_a_form(page)
    while waiting:
        path = waiting.pop(0)
        kind = endpoint(addresses, path) or path
        if path in found or kind in NOT_A_PAGE or list(found.values()).count(kind) >= ENOUGH_OF_A_KIND:
            continue
        found[path] = kind
        page.goto(path)
        for link in page.locator("a[href]").all():
            target = urlsplit(link.get_attribute("href") or "")
            if target.path.startswith("/") and not target.netloc:
                waiting.append(target.path)
    return found


def beyond_a_form(page: Page) -> list[str]:
    """Pages that follow on a form, and those of an assessment that was submitted, should this person have any."""
    page.goto("/sessions")
    graded = page.get_by_role("row").filter(has_text="submitted").get_by_role("link")
    closed = page.get_by_role("row").filter(has_text="closed").get_by_role("link")
    if not graded.count():
        return []
    session, unfinished = (each.first.get_attribute("href") for each in (graded, closed))
    return [session, f"{session}/result", f"{session}/correct", f"{unfinished}/finish/check"]


def with_sets(page: Page) -> Page:
    """The same page, once two of the assessor's sessions of today have their question sets."""
    for method in ("Interview", "Observation"):
        page.goto("/")
        page.get_by_role("row").filter(has_text=method).get_by_role("link").first.click()
        page.get_by_role("heading", level=1, name="Session AS-").wait_for()
        pull = page.get_by_role("button", name="Pull the question set")
        if pull.count():
            pull.click()
            page.get_by_role("heading", name="Question set").wait_for()
    return page


def name_of(role: str, kind: str, number: int) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{role}-{kind}-{number}".lower()).strip("-")


def visit(page: Page, found: dict[str, str], look: Callable[[Page], list[str]]) -> list[str]:
    faults = []
    for path in found:
        page.goto(path)
        faults += look(page)
    return faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_an_assessor_has_a_barrier(signed_in, map_of_addresses, scheme):
    page = with_sets(signed_in("assessor", color_scheme=scheme))
    found = walk(page, map_of_addresses.bind("localhost"))

    assert visit(page, found, barriers) == []


@pytest.mark.parametrize("role", ROLES[1:])
def test_no_page_of_the_other_roles_has_a_barrier(signed_in, map_of_addresses, role):
    page = signed_in(role)
    found = walk(page, map_of_addresses.bind("localhost"))

    assert visit(page, found, barriers) == []


def test_the_judgement_itself_notices_a_barrier(visitor):
    page = visitor()
    page.goto("/sign-in")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")

    assert [barrier for barrier in barriers(page) if "button-name" in barrier] != []


def test_no_refusal_and_no_long_work_of_a_bank_manager_has_a_barrier(signed_in):
    page = signed_in("manager")
    page.goto("/bookings/new")
    page.get_by_role("button", name="Book the session").click()
    page.get_by_role("alert").wait_for()
    faults = barriers(page)
    page.goto("/bookings/file")
    page.set_input_files("input[type=file]", {"name": "week.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    page.get_by_role("button", name="Book them all").click()
    page.get_by_role("table", name="1 fault").wait_for()
    faults += barriers(page)
    page.goto("/plans")
    page.get_by_role("link", name="Professional discussion").click()
    page.route("**/js/progress.js*", lambda route: route.abort())  # nothing leads away from the page of long work
    page.get_by_role("button", name="Fit and rehearse").click()
    page.get_by_role("heading", level=1, name="Fitting and rehearsing").wait_for()
    faults += barriers(page)

    assert faults == []


def test_signing_in_has_no_barrier_before_and_after_a_mistake(visitor):
    page = visitor()
    page.goto("/sign-in")
    faults = barriers(page)
    picture(page, "sign-in")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    faults += barriers(page)
    picture(page, "sign-in-mistake")

    assert faults == []


def test_every_page_is_read_without_scrolling_sideways_on_a_narrow_screen(signed_in, map_of_addresses):
    page = with_sets(signed_in("assessor"))
    found = walk(page, map_of_addresses.bind("localhost"))

    wider = visit(page, found, lambda shown: [f"{shown.url} by {overflow(shown)} px"] if overflow(shown) else [])

    assert wider == []


def test_every_page_of_the_map_was_looked_at(signed_in, map_of_addresses):
    """Also keeps a picture of each, wide and narrow."""
    pages = {rule.endpoint for rule in map_of_addresses.iter_rules() if "GET" in (rule.methods or ())} - NOT_A_PAGE
    seen = set()
    for role in ("assessor", "manager", "iqa"):
        page = signed_in(role) if role != "assessor" else with_sets(signed_in(role))
        found = walk(page, map_of_addresses.bind("localhost"))
        seen |= set(found.values())
        for number, (path, kind) in enumerate(found.items(), start=1):
            page.goto(path)
            picture(page, name_of(role, kind, number))
    page = signed_in("manager")
    page.goto("/plans")
    page.get_by_role("link", name="Interview").first.click()
    page.get_by_role("button", name="Fit and rehearse").click()  # no link leads to the page of long work
    page.get_by_role("heading", level=1, name="Fitting and rehearsing").wait_for()
    seen.add(endpoint(map_of_addresses.bind("localhost"), urlsplit(page.url).path))
    picture(page, "manager-progress")

    assert pages - seen - {"security.login", "account.second_factor.code"} == set()  # own account's journey sees both
