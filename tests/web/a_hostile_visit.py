"""A hostile visit to the whole house: everybody of the example walks first, then every page and form is attacked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from flask import Flask

from qbank.domain.access import permissions_of
from qbank.web import gate
from tests.an_example import Example
from tests.house.the_doors import PEOPLE
from tests.page import Client
from tests.web.a_hostile_visitor import HOSTILE, Attack, Place
from tests.web.what_is_asked import SEAL, Filled, Walk

WHO = ("manager", "assessor", "author", "approver", "panel", "iqa")
ENDS = ("account.sign_out_everywhere", "security.logout")
BEHIND_A_SET = (
    "",
    *("/set", "/live", "/finish", "/finish/check", "/offline", "/offline/return", "/replace/1", "/gaps"),
)
DUMMY = {"number": "1", "family_id": "1", "position": "1", "reference": "Q-0001", "name": "rest"}
"""What stands in an address to which no link led."""


def visited(
    app: Flask,
    file: Path,
    example: Example,
    *,
    values: Sequence[str] = HOSTILE,
    dose: int = 1,
    groups: int = 1,
) -> Attack:
    """Everybody's visit, on the application whose database is that file; it is as it was before, afterwards."""
    clients = {who: example.client(app, who) for who in WHO}
    with closing(Place(file)) as before:
        walk = _walked(app, clients)
        with closing(Place(file)) as place:
            attack = Attack(app, place, values, dose, groups)
            _attacked(attack, walk, clients)
        before.restore()
    return attack


def _walked(app: Flask, clients: dict[str, Client]) -> Walk:
    walk = Walk()
    for client in clients.values():
        walk.on(app, client)
        for puller, form in walk.forms.get("sessions.pull", [])[:1]:
            if puller is client:
                client.http.post(form.path, data=form.fields)
                walk.on(app, client, [form.path.replace("/pull", part) for part in BEHIND_A_SET])
    return walk


def _attacked(attack: Attack, walk: Walk, clients: dict[str, Client]) -> None:
    for client, path in walk.pages.values():
        attack.page(client, path)
    for kind in [each for each in walk.forms if each not in ENDS]:
        for client, form in walk.forms[kind] if attack.dose > 1 else walk.forms[kind][:1]:
            attack.form(client, form)
    _others(attack, clients)
    for kind in ENDS:
        attack.form(*walk.forms[kind][0])


def _others(attack: Attack, clients: dict[str, Client]) -> None:
    """What no link and no form led to: with an address made up, as somebody who gets in."""
    for rule in attack.app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: DUMMY.get(found[1], "A" * 22), rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if (method, rule.endpoint) not in attack.tried and rule.endpoint not in {"static", *ENDS}:
                client = clients[_who_may(attack.app, rule.endpoint)]
                if method == "GET":
                    attack.page(client, path)
                else:
                    attack.form(client, Filled(path, "post", {SEAL: _seal(client)}))


def _who_may(app: Flask, endpoint: str) -> str:
    door = gate.doors(app)[endpoint]
    wanted = None if door is None else door.permission
    return next(who for who in WHO if wanted is None or wanted in permissions_of(frozenset({PEOPLE[who]})))


def _seal(client: Client) -> str:
    return client.get("/").form("Sign out").fields[SEAL]
