"""Which sign-in a request belongs to. The cookie carries a key; whether that still opens anything, the database says.

After the password of somebody with a second factor, a sign-in is half open: its person is nobody yet, except to the
page that asks for the code (`awaiting`).

This module is the only one that touches Flask's own session.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import current_user, user_logged_out
from flask_security import login_user, logout_user, user_authenticated
from sqlalchemy.orm import Session

from qbank.domain.people import Actor
from qbank.services import second_factors, sign_ins
from qbank.services.sign_ins import Ending, Limits
from qbank.settings import Settings
from qbank.storage.models import SignIn
from qbank.web.clock import now
from qbank.web.transaction import reading, transaction

SEEN_STEP: Final = timedelta(seconds=30)
"""A page notes that somebody is still there at most this often: reading should not write each time."""

_KEY: Final = "sign_in"
_SEAL: Final = "csrf_token"
_AWAITING: Final = "code_awaited_from"
_WHOLE_SINCE: Final = "whole_since"
_EXTENSION: Final = "qbank.sign_ins"
_KEPT: Final = "qbank.sign_ins.kept"


class _Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie; what a page's script asked without a sign-in is answered without one.

    Such an answer may come late, after somebody signed in anew in another tab, and would put a visitor's cookie in the
    place of theirs. A page that a person goes to still gets its cookie, for forms need one.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if _KEY in session or not _by_script(request):
            super().save_session(app, session, response)


def _by_script(asked: Request) -> bool:
    """Whether a script asked, and no person who goes somewhere; every browser of today says so."""
    return asked.headers.get("Sec-Fetch-Dest") == "empty"


def set_up(app: Flask, settings: Settings) -> None:
    """Follow whoever signs in and out; the browser forgets its cookie when the sign-in would have ended."""
    app.session_interface = _Cookies()
    idle = timedelta(minutes=settings.sign_in_minutes)
    app.extensions[_EXTENSION] = Limits(idle=idle, longest=timedelta(hours=settings.sign_in_hours))
    app.extensions[_KEPT] = timedelta(days=settings.sign_in_days)
    app.config["PERMANENT_SESSION_LIFETIME"] = idle
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)


def limits() -> Limits:
    """How long a sign-in lasts here."""
    made: Limits = current_app.extensions[_EXTENSION]
    return made


def person_of_request() -> Actor | None:
    """The person whose whole sign-in this request carries; ends in the browser what has ended here."""
    if not current_user.is_authenticated:
        return None
    person: Actor = current_user.actor
    found = standing()
    if found is None or found.person_id != person.identifier:
        logout_user()
        return None
    if found.half_open:
        g.setdefault(_AWAITING, person)
        return None
    if now() - found.seen_at >= SEEN_STEP:
        transaction(lambda store: sign_ins.seen(store, found.id, at=now()))
    return person


def awaiting() -> Actor | None:
    """The person who has given the password at this browser, and not yet the code; None if there is nobody such."""
    person: Actor | None = g.get(_AWAITING)
    return person


def standing() -> SignIn | None:
    """The sign-in of this request, if it stands."""
    key = session.get(_KEY)
    return None if key is None else sign_ins.standing(reading(), key, at=now(), limits=limits())


def sign_in_again(account: Any, *, password_at: datetime) -> None:
    """Begin a new and whole sign-in in this browser, for a person who has shown all that there is to show.

    `password_at` is when the password was given.
    """
    g.setdefault(_WHOLE_SINCE, password_at)
    login_user(account, remember=False, authn_via=["password"])


def leave() -> None:
    """End the sign-in of this browser."""
    logout_user()


def _begin(_app: Flask, user: Any, **_more: object) -> None:
    """A new key and a new seal for forms at every sign-in: what was in the cookie before opens nothing after."""
    _end_kept(Ending.REPLACED)
    session.pop(_SEAL, None)
    g.pop(_SEAL, None)
    session.permanent = True
    since, person = g.pop(_WHOLE_SINCE, None), user.actor
    half_open = since is None and second_factors.of(reading(), person.identifier) is not None
    session[_KEY] = transaction(
        lambda store: sign_ins.begin(store, person, at=now(), password_at=since, half_open=half_open)
    )
    transaction(_forget_old)


def _forget_old(store: Session) -> None:
    sign_ins.forget_old(store, at=now(), kept=current_app.extensions[_KEPT], limits=limits())


def _end(_app: Flask, **_more: object) -> None:
    _end_kept(Ending.SIGNED_OUT)


def _end_kept(because: Ending) -> None:
    key = session.pop(_KEY, None)
    if key is not None:
        transaction(lambda store: sign_ins.end(store, key, at=now(), because=because))
