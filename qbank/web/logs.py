"""What is logged of a request: its reference, which view, the status, how long, whose. Nothing that anybody wrote.

No address (it names objects), no field, no e-mail address, no name: an entry is found by its reference, which the
answer carries too, and says where to look in the audit trail.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
from typing import Final, TextIO

import structlog
from flask import Flask, Response, g, request

from qbank.settings import Mode, Settings

log = structlog.get_logger("qbank.web")

HEADER: Final = "X-Request-Reference"

_REFERENCE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread aloud


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Write one line of JSON for each entry, by itself to standard error; the example logs only what is wrong."""
    least = logging.WARNING if settings.mode is Mode.DEMO else logging.INFO
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
    )


def set_up(app: Flask) -> None:
    """Log every answer but files, under the reference that it carries."""

    @app.before_request
    def begin() -> None:
        g.pop("reference", None)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = reference()
        if request.endpoint != "static":
            _log(response.status_code)
        return response


def new_reference() -> str:
    """Eight characters that can be read aloud: "7F3K-Q2XM"."""
    letters = [secrets.choice(_REFERENCE_ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def reference() -> str:
    """The reference of this request."""
    if "reference" not in g:
        g.reference = new_reference()
    made: str = g.reference
    return made


def _log(status: int) -> None:
    person = g.get("actor")
    log.info(
        "answered",
        reference=reference(),
        method=request.method,
        endpoint=request.endpoint,
        status=status,
        milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        person=None if person is None else person.identifier,
    )
