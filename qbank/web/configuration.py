"""What Flask is told: cookies that scripts and other sites cannot use, small requests, the seal on every form."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, abort, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from qbank.settings import Mode, Settings

LARGEST_REQUEST_BYTES = 1_000_000
"""A form with the longest text of a question is far below this."""

LARGEST_FILE_BYTES = 11_000_000
"""Of a request with a file of questions, which may have 10 MB; what is in it is looked at before it is unpacked."""

TAKES_A_FILE = "importing.upload"

TAKES_JSON = frozenset({"live.write", "offline.entries"})
"""The views that scripts send JSON to; to any other it is no form, though the form library would read it as one."""

WITHOUT_THE_SEAL = "qbank.web.offline.views.entries"
"""The one view without the seal: an offline copy is no page of ours, and shows a token of its own instead."""


def refuse_endless_json(app: Flask) -> None:
    """Let JSON that is nested without end be a request that cannot be read; after the libraries chose their reader."""
    loads = app.json.loads

    def careful(text: str | bytes, **options: Any) -> Any:
        try:
            return loads(text, **options)
        except RecursionError:
            raise ValueError("nested too deeply") from None

    app.json.loads = careful  # type: ignore[method-assign, assignment]  # whatever class the libraries chose


def set_up(app: Flask, settings: Settings) -> None:
    """Configure the application and seal every form against requests that other sites forge."""
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        QBANK_ORGANISATION=settings.organisation_name,
        QBANK_PULLS_A_DAY=settings.pulls_a_day,
        QBANK_RETENTION_YEARS=settings.retention_years,
        QBANK_DEMONSTRATION=settings.mode is Mode.DEMO,
        SESSION_COOKIE_NAME="qbank",
        SESSION_COOKIE_SECURE=settings.behind_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a form lasts as long as the sign-in; the sign-in ends by itself
    )
    app.before_request(_refuse_what_no_database_takes)
    app.before_request(_refuse_json_for_a_form)  # before the seal is looked for, too
    app.before_request(_allow_a_file)  # before the seal is looked for, which reads the form
    CSRFProtect(app).exempt(WITHOUT_THE_SEAL)
    if settings.behind_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]  # the documented way


def pulls_a_day() -> int:
    """How many question sets one person may pull within 24 hours."""
    return int(current_app.config["QBANK_PULLS_A_DAY"])


def _refuse_what_no_database_takes() -> None:
    """No address has a NUL in it, and PostgreSQL refuses to be asked for one."""
    if "\0" in request.path:
        abort(404)


def _refuse_json_for_a_form() -> None:
    """A list or a number where fields are expected would be an accident of the form library."""
    if request.is_json and request.endpoint is not None and request.endpoint not in TAKES_JSON:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _allow_a_file() -> None:
    if request.endpoint == TAKES_A_FILE:
        request.max_content_length = LARGEST_FILE_BYTES
