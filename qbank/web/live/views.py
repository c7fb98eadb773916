"""The live session: its page, and where its entries go, from a script in batches or from a form."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import RuleBroken
from qbank.domain.record_entries import BadEntry, Entry, entry_of
from qbank.domain.recording import record_of
from qbank.services import delivering, recording
from qbank.services.voided_sets import the_set
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.records import Kept, kept_entries
from qbank.storage.queries.sets import DrawnSet
from qbank.web import saying
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.live import page as live_page
from qbank.web.live.fields import entries_of, of_question, of_sitting, single_entry
from qbank.web.session_lines import Row, key_of, row_of
from qbank.web.transaction import reading, transaction
from qbank.web.whole_numbers import whole

bp = Blueprint("live", __name__, url_prefix="/sessions/<public_id>/live")


@bp.get("")
@allowed(Permission.CONDUCT_SESSIONS)
def index(public_id: str) -> str:
    """One question in view, the others beside it, what was written down of each, and the sitting's times."""
    person, at = current_person(), now()
    store = reading()
    row = row_of(store, public_id, person, at=at)
    found = kept_entries(store, row.line.id)
    record = record_of(kept.entry for kept in found)
    recording.must_be_showable(store, store.get_one(AssessmentSession, row.line.id), record, at=at)
    drawn = _drawn(store, row)
    shown = live_page.live(row, drawn, record, row.bands, at=at)
    names = [panel.name for panel in shown.panels] + [live_page.WHOLE]
    wanted = request.args.get("q", "")
    transaction(lambda store: delivering.note_view(store, drawn, how="read", by=person, at=at))
    return render_template(
        "live/index.html",
        row=row,
        line=row.line,
        plan=row.plan,
        live=shown,
        ordinal=drawn.ordinal,
        chosen=wanted if wanted in names else names[0],
        batch=secrets.token_hex(16),
        writer=person.identifier,
        kept=_as_data(found),
    )


@bp.get("/entries")
@allowed(Permission.CONDUCT_SESSIONS)
def entries(public_id: str) -> Response:
    """What was kept since the entry that the script names: by this device or by another. Keeps the sign-in alive."""
    store = reading()
    key = key_of(store, public_id, current_person())
    found = kept_entries(store, key, after=request.args.get("after", 0, type=whole))
    return jsonify(_as_data(found) | {"token": generate_csrf()})


@bp.post("/entries")
@allowed(Permission.CONDUCT_SESSIONS)
def write(public_id: str) -> Response:
    """Keep what is sent: from a script, answered entry by entry; from a form, answered with the page again."""
    person, at = current_person(), now()
    if request.is_json:
        key, (sent, unread) = key_of(reading(), public_id, person), _sent_by_script()
    else:
        row = row_of(reading(), public_id, person, at=at)
        key, sent, unread = row.line.id, _sent_by_form(row), {}
    said = request.get_json() if request.is_json else request.form
    ordinal = _whole(said.get("set"))

    def work(store: Session) -> recording.Written:
        session = store.get_one(AssessmentSession, key)
        return recording.write(store, session, sent, by=person, at=at, ordinal=ordinal)

    written = transaction(work)
    if request.is_json:
        return jsonify(kept=written.kept, refused={**written.refused, **unread}, saved=saying.clock_time(at))
    for because in written.refused.values():
        raise RuleBroken(because, remedy="Go back: what you typed is still there. Load the page again in another tab.")
    return redirect(url_for(".index", public_id=public_id, q=request.form.get("panel"), _anchor="record"))


def _whole(said: object) -> int | None:
    """The ordinal of the set that a page shows, as it sends it; None where it sends none that can be read."""
    return int(str(said)) if re.fullmatch(r"[1-9]\d{0,3}", str(said)) else None


def _as_data(found: Sequence[Kept]) -> dict[str, Any]:
    """Entries for the script, and the id after which it asks for more; None where there are none."""
    return {"entries": [kept.entry.as_data() for kept in found], "last": found[-1].id if found else None}


def _drawn(store: Session, row: Row) -> DrawnSet:
    return the_set(store, row.line.id)


def _sent_by_script() -> tuple[list[Entry], dict[str, str]]:
    """The entries of a batch that can be read, and why each other one cannot, by its identity."""
    body: Any = request.get_json()
    if not isinstance(body, Mapping) or not isinstance(body.get("entries"), list):
        raise BadRequest
    read: list[Entry] = []
    unread: dict[str, str] = {}
    for each in body["entries"]:
        try:
            read.append(entry_of(each))
        except BadEntry as error:
            unread[str(each.get("entry")) if isinstance(each, Mapping) else ""] = error.sentence
    return read, unread


def _sent_by_form(row: Row) -> list[Entry]:
    """What a form says that its page did not show: one thing, or everything of a panel."""
    at, form = now(), request.form
    if form.get("kind") in {"began", "ended", "questioning"}:
        return [single_entry(form, at)]
    store = reading()
    drawn = _drawn(store, row)
    known = {kept.entry.entry: kept.entry for kept in kept_entries(store, row.line.id)}
    record = record_of(known.values())
    panel = form.get("panel", "")
    if panel == live_page.WHOLE:
        return entries_of(of_sitting(row.plan, row.method, record), form, known, at)
    question = next((each for each in drawn.met if str(each.position) == panel), None)
    if question is None:
        raise BadRequest
    return entries_of(of_question(question, record), form, known, at)
