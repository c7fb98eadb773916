"""What stands before a door, on every route of the map: the form's seal, the code, the second factor, the password.

Each walk judges the application as it is, and then one from which the guard was taken: there it names every route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask import Flask

from qbank.domain.access import Role
from qbank.web import gate
from tests.an_example import MORNING, Example, opened
from tests.house.the_doors import DOORS, FORBIDDEN, PEOPLE, STRANGER, Door
from tests.page import Client
from tests.web.a_phone import enrol

EXPIRED = "This page was open too long"
PASSWORD_AGAIN = "Your password again"  # noqa: S105 - a heading
SECOND_FACTOR = "/account/second-factor"
ENDS_THE_SIGN_IN = frozenset({"/sign-out", "/account/sign-out-everywhere"})

CLOSED = {route: door for route, door in DOORS.items() if door.opens_to is not None}
ACTS = sorted((rule for method, rule in DOORS if method != "GET"), key=lambda rule: (rule in ENDS_THE_SIGN_IN, rule))


def address(rule: str) -> str:
    """Some address of the route: what stands before a door does not ask what is behind it."""
    return re.sub("<[^>]*>", "anything", re.sub("<int:[^>]*>", "1", rule))


def seal_of(client: Client) -> str:
    """The seal of a form on whichever page this visitor is led to."""
    page = client.get("/")
    hidden = (one.get("value") for one in page.tree.iter("input") if one.get("name") == "csrf_token")
    return str(next(hidden))


def change_doors(app: Flask, patch: pytest.MonkeyPatch, **changes: bool) -> None:
    """Let every door that opens by a permission be as said, for one test."""
    for view in app.view_functions.values():
        door = view.__dict__.get("door")
        if door is not None and door.permission is not None:
            patch.setitem(view.__dict__, "door", replace(door, **changes))


def by_permission(app: Flask) -> set[tuple[str, str]]:
    """The routes that open by a permission."""
    closed = {endpoint for endpoint, door in gate.doors(app).items() if door is not None and door.permission}
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.endpoint in closed and (method, rule.rule) in DOORS
    }


# The password again


@pytest.fixture(scope="module")
def long_ago(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Where every password was given long ago."""
    with opened(example, tmp_path_factory.mktemp("long-ago"), password_again_minutes=0) as app:
        yield app


def asks_again(app: Flask, example: Example) -> set[tuple[str, str]]:
    """The routes that ask somebody whose role they open to for the password."""
    visitors = {who: example.client(app, who) for who in PEOPLE}
    seals = {who: seal_of(client) for who, client in visitors.items()}
    found = set()
    for (method, rule), door in sorted(CLOSED.items(), key=lambda each: each[0][1] in ENDS_THE_SIGN_IN):
        who = min(door.opens_to or ())
        sealed = {"csrf_token": seals[who]} if method != "GET" else None
        answer = visitors[who].http.open(address(rule), method=method, data=sealed, buffered=True)
        if answer.status_code == FORBIDDEN and PASSWORD_AGAIN in answer.text:
            found.add((method, rule))
    return found


def test_the_acts_of_the_table_ask_for_the_password_again_and_nothing_else_does(long_ago, example):
    declared = {route for route, door in DOORS.items() if door.again}

    found = asks_again(long_ago, example)

    assert found - declared == set(), "Say in DOORS that these ask for the password again."
    assert declared - found == set(), "These asked for the password again, and do so no longer."


def test_the_walk_notices_each_act_that_asks_no_longer(long_ago, example, monkeypatch):
    change_doors(long_ago, monkeypatch, fresh=False)

    assert asks_again(long_ago, example) == set()


def test_the_walk_notices_each_act_that_asks_undeclared_and_no_page_that_is_only_looked_at(
    long_ago, example, monkeypatch
):
    change_doors(long_ago, monkeypatch, fresh=True)

    assert asks_again(long_ago, example) == {route for route in by_permission(long_ago) if route[0] != "GET"}


# The seal of the form


@pytest.fixture(scope="module")
def house(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with opened(example, tmp_path_factory.mktemp("seals")) as app:
        yield app


def takes(app: Flask, example: Example, *, seal: str, as_json: bool = False) -> set[str]:
    """The routes that take a post with that seal from somebody whose role they open to, or from anybody."""
    visitors = {STRANGER: Client(app)} | {who: example.client(app, who) for who in PEOPLE}
    return {
        rule
        for rule in ACTS
        for who in comers(rule, DOORS["POST", rule])
        if not refused(visitors[who], address(rule), seal, as_json=as_json)
    }


def comers(rule: str, door: Door) -> list[str]:
    """Who posts: one for whom the door opens; at an open one also a stranger, who has nothing to sign out of."""
    if door.opens_to is not None:
        return [min(door.opens_to)]
    return ["author"] if rule == "/sign-out" else [STRANGER, "author"]


def refused(client: Client, path: str, seal: str, *, as_json: bool) -> bool:
    if as_json:
        answer = client.http.post(path, json={}, headers={"X-CSRFToken": seal})
    else:
        answer = client.http.post(path, data={"csrf_token": seal} if seal else None)
    expired = answer.status_code == HTTPStatus.BAD_REQUEST and EXPIRED in answer.text
    return expired or (as_json and answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


UNSEALED = {rule for (_, rule), door in DOORS.items() if door.unsealed}


@pytest.mark.parametrize("as_json", [False, True], ids=["as a form", "as JSON"])
@pytest.mark.parametrize("seal", ["none", "made up", "another's"])
def test_every_act_refuses_a_post_without_the_seal_of_its_own_form(house, example, seal, as_json):
    shown = {"none": "", "made up": "IjEi.made-up.seal"}.get(seal) or seal_of(example.client(house, "second.assessor"))

    taken = takes(house, example, seal="" if seal == "none" else shown, as_json=as_json)

    assert taken == UNSEALED, "A route that takes a post of another site says so in DOORS, with what it asks instead."


def test_the_walk_notices_each_act_that_is_let_off_the_seal(house, example, monkeypatch):
    every = {f"{view.__module__}.{view.__name__}" for view in house.view_functions.values()}
    monkeypatch.setattr(house.extensions["csrf"], "_exempt_views", every)

    assert takes(house, example, seal="") == set(ACTS) - {"/sign-in"}  # its form looks for the seal itself once more


# The code, and the second factor


def landed(visitors: dict[str, Client]) -> dict[tuple[str, str], set[str]]:
    """Where each closed route leads the visitors, without what comes after the path."""
    seals = {who: seal_of(client) for who, client in visitors.items()}
    return {
        (method, rule): {
            client.http.open(
                address(rule),
                method=method,
                data={"csrf_token": seals[who]} if method != "GET" else None,
                buffered=True,
            )
            .headers.get("Location", "no redirect")
            .partition("?")[0]
            for who, client in visitors.items()
        }
        for method, rule in sorted(CLOSED, key=lambda route: route[1] in ENDS_THE_SIGN_IN)
    }


def test_a_half_open_sign_in_opens_no_route_but_the_page_for_its_code(example, tmp_path):
    """Every route of the map, as somebody of every role who has given the password and not the code."""
    with opened(example, tmp_path) as app:
        for who in PEOPLE:
            enrol(example.client(app, who), MORNING)
        half_open = {who: example.client(app, who) for who in PEOPLE}

        found = landed(half_open)

        assert set().union(*found.values()) == {"/account/code"}
        assert {half_open[who].get("/sign-in").heading for who in PEOPLE} == {"Enter your code"}


def test_who_must_set_up_a_second_factor_opens_no_other_route_before(example, tmp_path, monkeypatch):
    """Every route of the map, as somebody of every role who has signed in by the password alone."""
    with opened(example, tmp_path, second_factor_for=", ".join(Role)) as app:
        visitors = {who: example.client(app, who) for who in PEOPLE}

        found = landed(visitors)

        elsewhere = {route for route, places in found.items() if places != {SECOND_FACTOR}}
        assert elsewhere == {("GET", SECOND_FACTOR)}  # the act itself leads back to its page
        assert {route for route, door in DOORS.items() if door.unenrolled} == {
            ("GET", SECOND_FACTOR),
            ("POST", SECOND_FACTOR),
        }
        change_doors(app, monkeypatch, unenrolled=True)
        naive = landed({"author": example.client(app, "author")})
        led = {route for route, places in naive.items() if places == {SECOND_FACTOR}}
        assert led == {("POST", SECOND_FACTOR), ("POST", f"{SECOND_FACTOR}/off")}  # without a factor, back to its page
