"""One table: what went wrong → the answer's status and the page's words. Errors carry data; here they get sentences."""

from __future__ import annotations

import math
import traceback
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from qbank.domain.errors import NotAllowed, NotFound, NotReady, Refusal, RuleBroken
from qbank.services.sign_in_tries import TooManyTries
from qbank.services.windows import NotPrepared, OutsideWindow
from qbank.storage import units
from qbank.web import metrics, saying, sign_ins
from qbank.web.clock import now
from qbank.web.logs import reference

log = structlog.get_logger("qbank.web")

FRAMES_LOGGED: Final = 12


@dataclass(frozen=True, slots=True)
class Words:
    """A page of refusal: its status, its heading, and what it says when the error brings no sentence of its own."""

    status: int
    heading: str
    sentence: str = ""
    remedy: str = ""


REFUSALS: Final[dict[type[Refusal], Words]] = {
    NotFound: Words(404, "Page not found"),
    NotAllowed: Words(403, "Not open to you"),
    RuleBroken: Words(409, "This cannot be done"),
    NotReady: Words(503, "Not ready yet"),
}

STATUSES: Final[dict[int, Words]] = {
    400: Words(400, "This request cannot be read", "The browser sent something incomplete.", "Go back and try again."),
    404: Words(404, "Page not found", "There is no page at this address.", "Check the address, or start from home."),
    405: Words(
        405,
        "This page opens only from its button",
        "It does something, so its address alone opens nothing.",
        "Go back and press the button there.",
    ),
    413: Words(413, "Too large", "What was sent is larger than this page takes.", "Send less, or send it in parts."),
    415: Words(415, "This kind of file is not taken", "The page cannot read what was sent.", "Send another format."),
    429: Words(
        429, "Too many tries", "There were too many tries in a short time.", "Wait five minutes, then try again."
    ),
}

EXPIRED: Final = Words(
    400,
    "This page was open too long",
    "For your safety the page's form has expired, so nothing was changed.",
    "Go back, load the page again and repeat the last step.",
)
DATABASE: Final = Words(
    503, "Not ready yet", "The database cannot be reached or is not set up.", "Ask whoever runs this installation."
)
BUSY: Final = Words(
    503, "Busy", "The database did not answer in time, and nothing was changed.", "Wait a minute, then try again."
)
NO_SPACE: Final = Words(
    503, "Not ready yet", units.NO_SPACE, "Ask whoever runs this installation to make space on its disk."
)
ACCIDENT: Final = Words(500, "Something went wrong", "The fault is ours, not yours, and nothing was half done.")


def set_up(app: Flask) -> None:
    """Every error of every view comes to this table."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(TooManyTries, _too_many_tries)
    app.register_error_handler(OutsideWindow, _outside_window)
    app.register_error_handler(NotPrepared, _not_prepared)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(OperationalError, _no_database)
    app.register_error_handler(HTTPException, _status)
    app.register_error_handler(Exception, _accident)


def _refused(error: Refusal) -> Response:
    metrics.count_refusal(error)
    words = next(words for kind, words in REFUSALS.items() if isinstance(error, kind))
    return _page(words, sentence=error.sentence, remedy=error.remedy, rule=error.rule)


def _outside_window(error: OutsideWindow) -> Response:
    """The one refusal that holds times: said as people say them."""
    at, window = now(), error.window
    if at < window.opens_at:
        sentence = f"The question set opens {saying.day_and_time(window.opens_at, at=at)}."
    else:
        sentence = f"The question set closed {saying.day_and_time(window.closes_at, at=at)}."
    return _page(REFUSALS[RuleBroken], sentence=sentence, remedy=error.remedy)


def _not_prepared(error: NotPrepared) -> Response:
    """A set that waits for what must be recorded first: with the way to where that is done."""
    address = url_for("preparing.prepare", public_id=(request.view_args or {})["public_id"])
    words = ("Go to what comes before the set", address)
    return _page(REFUSALS[RuleBroken], sentence=error.sentence, remedy=error.remedy, rule=error.rule, onward=words)


def _too_many_tries(error: TooManyTries) -> Response:
    """When to try again, to people and to programs; up to the next minute, for a clock shows no seconds."""
    at = now()
    wait = max(error.again_at - at, timedelta(seconds=1))
    again = saying.clock_time(error.again_at + timedelta(seconds=59))
    page = _page(STATUSES[429], sentence=error.sentence, remedy=f"Try again at {again}. Nothing was changed.")
    page.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return page


def _expired(_error: CSRFError) -> Response:
    if request.endpoint == "security.logout" and sign_ins.person_of_request() is None:
        return make_response(redirect(current_app.config["SECURITY_POST_LOGOUT_VIEW"]))  # a second tab: it is done
    return _page(EXPIRED)


def _status(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:  # noqa: PLR2004 - a redirect that travels as an exception
        return make_response(error.get_response())
    words = STATUSES.get(error.code or 500)
    return _page(words) if words else _accident(error)


def _no_database(error: OperationalError) -> Response:
    words = DATABASE
    if units.collided(error) or units.took_too_long(error):
        words = BUSY
    elif units.out_of_space(error):
        words = NO_SPACE
    return _page(words, quoted=_logged(error))


def _accident(error: Exception) -> Response:
    return _page(ACCIDENT, quoted=_logged(error))


def _logged(error: Exception) -> str:
    """Log where it happened, never the error's own text: that may hold a question (promise L10)."""
    log.error(
        "accident",
        reference=reference(),
        kind=type(error).__name__,
        endpoint=request.endpoint,
        where=[
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES_LOGGED:]
        ],
    )
    return reference()


def _page(
    words: Words,
    *,
    sentence: str = "",
    remedy: str = "",
    rule: str | None = None,
    quoted: str | None = None,
    onward: tuple[str, str] | None = None,
) -> Response:
    html = render_template(
        "errors/refusal.html",
        words=words,
        sentence=sentence or words.sentence,
        remedy=remedy or words.remedy,
        rule=rule,
        reference=quoted,
        onward=onward,
        known=g.get("actor") is not None,
    )
    return make_response(html, words.status)
