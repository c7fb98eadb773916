"""The gate: closed by default. A view declares `@allowed(...)` or `@public`, or the application does not start.

Who may do what is the table of `domain/access.py`; whose session or question it is, the queries know; whose request
it is, `sign_ins` knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import NotAllowed
from qbank.domain.people import Actor
from qbank.web import fresh, second_factors, sign_ins

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Door:
    """Who may open a view: everybody when `permission` is None.

    Args:
        half_open: only for somebody who has given the password and not yet the code; `permission` is None.
        fresh: for an act, the password must have been given a short while ago, or is asked for again.
        unenrolled: also open to those who must set up a second factor first.
    """

    permission: Permission | None
    half_open: bool = False
    fresh: bool = False
    unenrolled: bool = False


PUBLIC: Final = Door(None)

LIBRARY_DOORS: Final[dict[str, Door]] = {
    "static": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
}
"""The views that libraries mount: listed here, so that nothing mounted escapes the check."""


_LOOKS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that do nothing: `fresh` asks before acts."""


class DoorsMissing(Exception):  # noqa: N818 - says what is missing, like the other refusals
    """Views without a door: the application does not start."""


def allowed(permission: Permission, *, fresh: bool = False, unenrolled: bool = False) -> Callable[[View], View]:
    """Only people whose roles grant `permission` may open this view; `fresh` and `unenrolled` as in `Door`."""

    def declare(view: View) -> View:
        view.__dict__["door"] = Door(permission, fresh=fresh, unenrolled=unenrolled)
        return view

    return declare


def public(view: View) -> View:
    """Anybody may open this view."""
    view.__dict__["door"] = PUBLIC
    return view


def code_awaited(view: View) -> View:
    """Only somebody who has given the password, and whose code is awaited, may open this view."""
    view.__dict__["door"] = Door(None, half_open=True)
    return view


def doors(app: Flask) -> dict[str, Door | None]:
    """The door of every endpoint in the map of addresses; None where it is missing."""
    endpoints = sorted({rule.endpoint for rule in app.url_map.iter_rules()})
    return {endpoint: _door(app, endpoint) for endpoint in endpoints}


def close(app: Flask) -> None:
    """Check that every view has a door, then guard every request. The last step of `create_app`.

    Raises:
        DoorsMissing: a view has no door; the sentence names each.
    """
    missing = [endpoint for endpoint, door in doors(app).items() if door is None]
    if missing:
        raise DoorsMissing(f"Declare @allowed(...) or @public on: {', '.join(missing)}.")
    app.before_request(_guard)


def current_person() -> Actor:
    """The signed-in person of this request.

    Raises:
        NotAllowed: nobody is signed in, so a public view asked for what it cannot have.
    """
    actor = signed_in_person()
    if actor is None:
        raise NotAllowed("Nobody is signed in.", remedy="Sign in and try again.")
    return actor


def signed_in_person() -> Actor | None:
    """The signed-in person, or None; asks nothing of the database once the gate has looked."""
    actor: Actor | None = g.get("actor")
    return actor


def _guard() -> Response | None:
    if request.endpoint == "static":
        return None
    g.actor = sign_ins.person_of_request()
    door = PUBLIC if request.endpoint is None else door_of(request.endpoint)  # an unknown page is a page too
    if door.half_open:
        return None if sign_ins.awaiting() is not None else redirect("/")
    if door.permission is None:
        return None
    actor = signed_in_person()
    if actor is None:
        return _to("account.second_factor.code" if sign_ins.awaiting() is not None else "security.login")
    return _kept_from(actor, door, door.permission)


def _kept_from(actor: Actor, door: Door, permission: Permission) -> Response | None:
    """What stands between a signed-in person and the view, if anything does."""
    if not actor.roles:
        return make_response(render_template("account/no_role.html"), HTTPStatus.FORBIDDEN)
    if not door.unenrolled and second_factors.must_enrol(actor):
        return redirect(url_for("account.second_factor.index"))
    if not actor.may(permission):
        raise NotAllowed(
            f"This page is for people who may {permission.value}; none of your roles grants that.",
            remedy="Ask whoever runs qbank for your organisation if your work needs it.",
        )
    return fresh.password_wanted(actor) if door.fresh and request.method not in _LOOKS else None


def door_of(endpoint: str) -> Door:
    """The door of one endpoint of the running application.

    Raises:
        DoorsMissing: the endpoint was added after the gate closed.
    """
    door = _door(current_app, endpoint)
    if door is None:
        raise DoorsMissing(f"{endpoint} was mounted after the gate closed.")
    return door


def _door(app: Flask, endpoint: str) -> Door | None:
    if endpoint in LIBRARY_DOORS:
        return LIBRARY_DOORS[endpoint]
    door: Door | None = getattr(app.view_functions[endpoint], "door", None)
    return door


def _to(endpoint: str) -> Response:
    """There first, and then to the page that was wanted."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
    return redirect(url_for(endpoint, next=wanted))
