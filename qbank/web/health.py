"""Whether this installation can serve: for machines that watch it. Tells nothing about what is in it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify

from qbank.web.gate import public
from qbank.web.transaction import reading

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def index() -> Response:
    """200 and "ready" when the database answers; else the table of errors says 503."""
    reading().execute(sa.text("SELECT count(*) FROM people"))
    return jsonify(status="ready")
