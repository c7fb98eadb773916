"""Whether this installation lives and can serve, for machines that watch it. Tells nothing about what is in it."""

from __future__ import annotations

import hmac
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST

from qbank.domain.errors import NotReady
from qbank.storage import migrating
from qbank.web import checkpoints, metrics
from qbank.web.gate import public
from qbank.web.transaction import engine, reading

bp = Blueprint("health", __name__)

READY: Final = "ready"
NOT_READY: Final = "not ready"
UNAVAILABLE: Final = 503


@bp.get("/health")
@public
def index() -> Response:
    """200 and "ready" when the database answers; else the table of errors says 503."""
    reading().execute(sa.text("SELECT count(*) FROM people"))
    return jsonify(status=READY)


@bp.get("/ready")
@public
def readiness() -> Response:
    """200 when requests may come here: database reached, at this code's revision, its trail vouched for; else 503."""
    found = {"database": _database(), "checkpoints": _checkpoints()}
    fine = all(word == READY for word in found.values())
    return make_response(jsonify(status=READY if fine else NOT_READY, **found), 200 if fine else UNAVAILABLE)


@bp.get("/metrics")
@public
def figures() -> Response:
    """The figures of operation, to whoever shows the token; to anybody else there is no such page."""
    wanted, shown = metrics.token(), request.authorization
    if not wanted or shown is None or shown.type != "bearer":
        abort(404)
    if not hmac.compare_digest((shown.token or "").encode(), wanted.encode()):
        abort(404)
    answer = make_response(metrics.as_text())
    answer.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return answer


def _database() -> str:
    try:
        migrating.ensure_latest(engine())
    except NotReady as refusal:
        return refusal.sentence
    return READY


def _checkpoints() -> str:
    """Entries that wait longer than they may mean that what is done is not vouched for (promise L7)."""
    try:
        waited = checkpoints.seen_to()
    except NotReady:
        return "The newest checkpoint cannot be believed."
    except sa.exc.DBAPIError:
        return "The audit trail cannot be read."
    if waited > checkpoints.longest_wait():
        return f"An entry has waited {waited.total_seconds() / 60:.0f} minutes for its checkpoint."
    return READY
