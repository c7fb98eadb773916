"""L3, L10: whatever is sent to whatever page, field or parameter: a clear answer, no accident, nothing half done.

Addresses come from the map and the links, fields from the forms and from what views look for: a new one is tried
the day it is there. `make endurance` sends more of everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, abort, make_response, redirect, request

from qbank.storage.models import Employer
from qbank.web import gate, transaction
from tests.an_example import Example, opened
from tests.page import Client
from tests.web.a_hostile_visit import visited
from tests.web.a_hostile_visitor import HOSTILE, Attack, Place
from tests.web.what_is_asked import Filled, Remembering


@pytest.fixture(scope="module")
def house(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    with opened(example, folder) as app:
        app.request_class = Remembering
        for name, (view, methods) in NAIVE.items():
            app.add_url_rule(f"/{name}", name, gate.public(view), methods=methods)
        yield app, folder / "qbank.db"


def test_L3_no_input_brings_an_accident_a_script_or_half_an_act(house, example):
    attack = visited(*house, example)

    assert [str(fault) for fault in attack.faults if fault.path.strip("/").partition("?")[0] not in NAIVE] == []
    every = {
        (m, rule.endpoint) for rule in house[0].url_map.iter_rules() for m in (rule.methods or set()) & {"GET", "POST"}
    }
    assert every - attack.tried == {("GET", "static")}


def counts():
    return f"<h1>Page {int(request.args.get('page', '1'))}</h1>"


def shows():
    return f"<h1>Found</h1><p>{request.args.get('words', '')}</p>"


def leads():
    return redirect(request.args.get("next", "/"))


def says_nothing():
    return make_response("no" if request.args.get("page") else "yes", 400 if request.args.get("page") else 200)


def does_half():
    with transaction.engine().begin() as connection:
        connection.execute(sa.insert(Employer).values(name=f"Half {request.form.get('count', '')[:20]}"))
    abort(409)


def forgets():
    return make_response('<h1>No</h1><form method="post"><input name="because"><input name="count"></form>', 400)


NAIVE = {
    "counts": (counts, ["GET"]),
    "shows": (shows, ["GET"]),
    "leads": (leads, ["GET"]),
    "says-nothing": (says_nothing, ["GET"]),
    "does-half": (does_half, ["POST"]),
    "forgets": (forgets, ["POST"]),
}
"""What a careless view would do."""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("counts", "answered 500 ValueError"),
        ("shows", "has markup of the visitor's"),
        ("leads", "leads to another place"),
        ("says-nothing", "says nothing clear"),
        ("does-half", "refused, and yet ['employers'] changed"),
        ("forgets", "lost what was typed in because"),
    ],
)
def test_the_judge_notices_a_careless_view(house, name, said):
    app, file = house
    place = Place(file)
    attack = Attack(app, place, dose=len(HOSTILE) if NAIVE[name][1] == ["GET"] else 2, groups=9)
    if NAIVE[name][1] == ["GET"]:
        attack.page(Client(app), f"/{name}")
    else:
        client = Client(app)
        seal = client.get("/sign-in").form("Sign in").fields["csrf_token"]
        fields = {"csrf_token": seal, "because": "", "count": "1"}
        attack.form(client, Filled(f"/{name}", "post", fields, {"because"}))
    place.close()

    assert [fault for fault in attack.faults if fault.what.startswith(said)], [str(each) for each in attack.faults[:5]]


@pytest.mark.parametrize(
    "path",
    ["/standard-sets/a/b/{}", "/voids/{}", "/audit?before={}", "/bookings?show=past&after={}", "/bookings?booked={}"],
)
def test_a_number_larger_than_any_key_is_no_number(house, example, path):
    """A database refuses to be asked for it, with an accident of its own."""
    client = example.client(house[0], "manager")

    assert client.http.get(path.format(2**31)).status_code in {200, 404}
