"""Every page of the map of addresses, visited as those who may see it: no barrier for anybody, on any screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.routing.exceptions import RoutingException

from qbank.app import create_app
from qbank.settings import Settings
from tests.journeys.a_browser import barriers, colours, overflow, picture
from tests.journeys.a_live_session import PATIENCE_MILLISECONDS
from tests.journeys.a_refusal import emptied, faults_of_a_refusal, forms_of, was_refused

ROLES = ("assessor", "author", "approver", "panel", "iqa", "manager", "eqa")
NOT_A_PAGE = frozenset(
    {
        "static",
        "health.index",
        "health.readiness",
        "health.figures",
        "booking_files.example",
        "live.entries",
        "assessing.pack_pdf",
        "import_templates.workbook",
        "import_templates.table",
        "quality.evidence",
        "reviews.certificate",
        "reviews.minutes",
    }
)
OWN_JOURNEY = frozenset(
    {"security.login", "account.second_factor.code", "progress.standing", "importing.preview", "importing.report"}
)
ENOUGH_OF_A_KIND = 2
ASKED_ONLY_IN_NEED = ("/review/customer-service-specialist-3/interview/continue", "/voids/ask")
"""Links lead there when a bank is due, and where a set was pulled and not sat."""
NOWHERE = "/no-such-page"
TOKEN = re.compile(r'value="[\w.-]{60,}"')


ASKS_FOR_NOTHING = {
    "authoring.submit": "what was changed, and why, may stay unsaid",
    "live.write": "a note may say nothing",
    "authoring.save": "a draft is kept however little it says",
    "finishing.save": "grades are kept as far as they are given, and checked on the next page",
    "reviews.declare": "whoever ticks no question declares that there is no interest",
    "standard_sets.assemble": "without a number it assembles as many as it proposes",
}
"""Forms that show fields, none of which must be filled in: they are not sent, for they would be accepted."""
BUTTONS_ALONE = frozenset(
    {
        "account.sign_out_everywhere",
        "authoring.put_back",
        "authoring.revise",
        "authoring.take_back",
        "authoring.take_up",
        "finishing.submit",
        "gaps.ask",
        "plans.adopt",
        "plans.fit",
        "progress.cancel",
        "quality.confirm",
        "quality.confirm_others",
        "quality.release",
        "quality.reveal",
        "review_health.work_out",
        "reviews.sign_off",
        "security.logout",
        "sessions.pull",
        "standard_sets.adopt",
        "standard_sets.submit",
    }
)
"""Forms that show nothing to fill in."""
NOT_MET = frozenset(
    {
        "account.second_factor.check_code",
        "account.second_factor.disable",
        "account.second_factor.renew",
        "authoring.settle",
        "combining.sign",
        "finishing.correct_it",
        "importing.bring_in",
        "keeping.do",
        "leaks.do",
        "offline.entries",
        "pairing.declare",
        "quality.exception",
        "retention.confirm",
        "retention.erase",
        "review_bank.decide",
        "review_clock.sign",
        "review_questions.decide",
        "review_questions.remark",
        "security.login",
        "standard_sets.decide",
        "voiding.answer",
        "voiding.put",
        "voiding.withdraw",
    }
)
"""Forms of states that the example is not in, of sign-in, and of pages that follow on a form."""


@dataclass
class Walk:
    """What one role's walk through the pages came to.

    Args:
        found: paths of pages that links lead to from home, each with its endpoint.
        faults: what is wrong with them for anybody, in light and in dark, on a wide and on a narrow screen.
        refused: endpoints of the forms that were sent empty, each with what is wrong with the answer.
        pictures: of the pages, by endpoint, wide and narrow.
    """

    found: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    pictures: dict[str, list[Path]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def addresses(tmp_path_factory) -> MapAdapter:
    folder = tmp_path_factory.mktemp("map")
    return create_app(Settings(data_folder=folder, cache_folder=folder)).url_map.bind("localhost")


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    """The walks that were made so far: each role's is made once."""
    return {}


@dataclass
class Judged:
    """What was looked at, as whomever.

    Args:
        parts: of pages, as they were written.
        descents: marks of the texts whose contrast was judged; see `colours`.
        forms: endpoints of the forms that were sent empty.
    """

    parts: set[str] = field(default_factory=set)
    descents: set[int] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def judged() -> Judged:
    return Judged()


@pytest.fixture
def walk_of(walks, addresses, signed_in, judged) -> Callable[[str], Walk]:
    def walk(role: str) -> Walk:
        if role not in walks:
            page = signed_in(role)
            more = [standard_sets_assembled(page), *ASKED_ONLY_IN_NEED] if role == "manager" else []
            walks[role] = walked(with_sets(page) if role == "assessor" else page, addresses, role, more, judged)
        return walks[role]

    return walk


def endpoint(addresses: MapAdapter, path: str, method: str = "GET") -> str | None:
    try:
        return addresses.match(path, method=method)[0]
    except (HTTPException, RoutingException):
        return None


def walked(page: Page, addresses: MapAdapter, role: str, more: list[str], judged: Judged) -> Walk:
    """Follow every link from home and from `more`, look at each page while it is open; a few of a kind are enough.

    Neither is a page looked at again whose every part was judged already: a standard is the same for all who read it.
    """
    walk = Walk()
    waiting = ["/", "/sessions", NOWHERE]  # the second is refused to most: their refusal is a page too
    waiting += [*more, *beyond_a_form(page)]
    while waiting:
        path = waiting.pop(0)
        kind = endpoint(addresses, path) or path
        enough = list(walk.found.values()).count(kind) >= ENOUGH_OF_A_KIND
        if path in walk.found or kind in NOT_A_PAGE or enough:
            continue
        page.goto(path)
        parts = parts_of(page)
        if not parts <= judged.parts:
            if kind not in walk.found.values():
                walk.pictures[kind] = picture(page, name_of(role, kind))
            walk.faults += looked_at(page, judged.descents)
            judged.parts |= parts
        walk.found[path] = kind
        waiting += links_of(page)
        walk.refused |= refused(page, addresses, judged)
    return walk


def refused(page: Page, addresses: MapAdapter, judged: Judged) -> dict[str, list[str]]:
    """Send each form of the page that must have something, without it; what is wrong with each answer, by endpoint."""
    here, found = page.url, {}
    for form in forms_of(page):
        kind = endpoint(addresses, form.path, "POST")
        if not form.asks or kind is None or kind in judged.forms or kind in ASKS_FOR_NOTHING:
            continue
        judged.forms.add(kind)
        response = emptied(page, form)
        if was_refused(page, response):
            found[kind] = [*looked_at(page, judged.descents), *faults_of_a_refusal(page)]
        else:
            found[kind] = [f"{kind} took a form with nothing in it on {here}: name it in ASKS_FOR_NOTHING"]
        page.goto(here)
    return found


def parts_of(page: Page) -> set[str]:
    """What stands above, in and below the page, without the tokens that are new each time."""
    parts = page.eval_on_selector_all("body > *", "parts => parts.map(part => part.outerHTML)")
    return {TOKEN.sub("", part) for part in parts}


def links_of(page: Page) -> list[str]:
    """The paths that the page leads to, asked for at once: a list of questions has hundreds."""
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    targets = map(urlsplit, hrefs)
    return [each.path for each in targets if each.path.startswith("/") and not each.netloc]


def looked_at(page: Page, descents: set[int]) -> list[str]:
    """What is wrong with the page that is open, for anybody."""
    faults = [*barriers(page, contrast=False), *colours(page, descents)]
    wider = overflow(page)
    return [*faults, *([f"{page.url} is {wider} pixels too wide"] if wider else [])]


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
        page.wait_for_load_state()
        pull = page.get_by_role("button", name="Pull the question set")
        if pull.count():
            pull.click()
            page.get_by_role("heading", name="Question set").wait_for()
    return page


def standard_sets_assembled(page: Page) -> str:
    """The path of two standard sets that this bank manager had assembled."""
    page.goto("/plans")
    page.get_by_role("link", name="Practical observation").click()
    page.get_by_role("link", name="Standard sets", exact=True).click()
    page.get_by_label("How many sets").fill("2")
    page.get_by_role("button", name="Assemble standard sets").click()
    page.get_by_role("heading", name="How alike they are").wait_for(timeout=3 * PATIENCE_MILLISECONDS)
    return urlsplit(page.url).path


def name_of(role: str, kind: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{role}-{kind}".lower()).strip("-")


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_a_role_has_a_barrier_or_is_read_by_scrolling_sideways(walk_of, role):
    assert walk_of(role).faults == []


@pytest.mark.parametrize("role", ROLES)
def test_a_form_without_what_it_must_have_is_refused_on_a_page_without_a_barrier(walk_of, role):
    assert {kind: faults for kind, faults in walk_of(role).refused.items() if faults} == {}


def test_the_judgement_of_a_refusal_notices_what_is_said_at_no_field(visitor):
    page = visitor()
    page.goto("/sign-in")
    (form,) = forms_of(page)
    emptied(page, form)
    assert faults_of_a_refusal(page) == []

    page.evaluate("document.querySelector('#email').removeAttribute('aria-describedby')")
    page.evaluate("document.querySelector('#password').id = 'elsewhere'")
    page.evaluate("document.title = 'Sign in'")

    said = " ".join(faults_of_a_refusal(page))
    assert "the title is Sign in" in said
    assert "what is said at #email does not describe it" in said
    assert "leads to #password, which is not there" in said


def test_the_judgement_itself_notices_a_barrier(visitor):
    page = visitor()
    page.goto("/sign-in")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")

    assert [barrier for barrier in barriers(page) if "button-name" in barrier] != []


@pytest.mark.parametrize(("colour", "said"), [("#1a1a1a", "in the dark: "), ("#eeeeee", "")])
def test_the_judgement_of_colours_notices_a_text_of_a_new_descent_and_none_is_judged_twice(visitor, colour, said):
    page, seen = visitor(), set()
    page.goto("/sign-in")
    assert colours(page, seen) == []
    known = set(seen)
    assert colours(page, seen) == []
    assert seen == known

    page.evaluate("document.querySelector('main').append(document.createElement('p'))")
    page.evaluate("document.querySelector('main > p:last-child').textContent = 'Hard to read'")
    page.evaluate("colour => { document.querySelector('main > p:last-child').style.color = colour }", colour)

    faults = [fault for fault in colours(page, seen) if "color-contrast" in fault]
    assert faults != []
    assert all(fault.startswith(said or "http") for fault in faults)


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
    picture(page, "manager-progress")
    page.unroute("**/js/progress.js*")
    page.reload()
    page.get_by_role("heading", level=1, name="Draw plan").wait_for(timeout=3 * PATIENCE_MILLISECONDS)
    faults += barriers(page)
    picture(page, "manager-rehearsal")

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


def test_every_page_of_the_map_was_looked_at(walk_of, addresses):
    """A picture of each is kept, wide and narrow."""
    pages = {rule.endpoint for rule in addresses.map.iter_rules() if "GET" in (rule.methods or ())}
    seen = {kind for role in ROLES for kind in walk_of(role).found.values()}

    assert pages - NOT_A_PAGE - OWN_JOURNEY - seen == set()
    kept = {kind for role in ROLES for kind, paths in walk_of(role).pictures.items() if all(map(Path.exists, paths))}
    assert seen - OWN_JOURNEY - kept == set()  # whoever is signed in is led home from the page of signing in


def test_every_form_of_the_map_was_refused_or_is_named(walk_of, addresses):
    forms = {rule.endpoint for rule in addresses.map.iter_rules() if "POST" in (rule.methods or ())}
    seen = {kind for role in ROLES for kind in walk_of(role).refused}

    assert forms - seen - set(ASKS_FOR_NOTHING) - BUTTONS_ALONE - NOT_MET == set(), "Let the walk meet it, or name it."
