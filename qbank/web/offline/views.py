"""An offline copy: made with a passphrase, and its notes taken back by upload or from the copy itself."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qbank.documents.packs import Coded
from qbank.domain.access import Permission
from qbank.domain.errors import NotAllowed, NotReady, Refusal, RuleBroken
from qbank.domain.recording import beside_questions
from qbank.domain.standards import Level
from qbank.services import offline, offline_changes, passwords
from qbank.services.voided_sets import the_set
from qbank.services.windows import must_be_open
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.sets import DrawnSet
from qbank.web import paper, saying
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person, public
from qbank.web.logs import new_reference
from qbank.web.offline.files import Marked, offline_file
from qbank.web.offline.forms import CopyForm, ReturnForm
from qbank.web.session_lines import Row, row_of
from qbank.web.transaction import reading, transaction

bp = Blueprint("offline", __name__)

BEARER: Final = "Bearer "
FILES_ORIGIN: Final = "null"
"""What a browser says of a page that was opened from a file: nobody else may read the answers."""


@bp.get("/sessions/<public_id>/offline")
@allowed(Permission.PULL_QUESTION_SET)
def index(public_id: str) -> str:
    """The form for a passphrase, and what an offline copy is."""
    row, _ = _drawn(public_id, now())
    return _page(row, CopyForm())


@bp.post("/sessions/<public_id>/offline")
@allowed(Permission.PULL_QUESTION_SET)
def make(public_id: str) -> AnyResponse | tuple[str, int]:
    """A new copy, on record before its bytes leave."""
    by, at, mark = current_person(), now(), new_reference()
    row, drawn = _drawn(public_id, at)
    form = CopyForm()
    if not form.validate_on_submit() or not _withstands(form, row):
        return _page(row, form), HTTPStatus.BAD_REQUEST
    copy = offline.planned(row.plan, row.line.starts_at, mark=mark)
    if at >= copy.opens_until:
        raise RuleBroken(
            f"An offline copy of {row.line.reference} would have ended {saying.date_and_time(copy.opens_until)}.",
            remedy="Read the set on its page.",
        )
    pack = paper.pack_of(row, drawn, mark=mark, by=by, at=at, organisation=current_app.config["QBANK_ORGANISATION"])
    server = url_for(".entries", mark=mark, _external=True)
    made = offline_file(pack, row.bands, copy, form.passphrase.data or "", server=server, marked=_marked(row))
    transaction(
        lambda store: offline.keep(store, store.get_one(AssessmentSession, row.line.id), drawn, copy, by=by, at=at)
    )
    answer = Response(made, mimetype="text/html")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{row.line.reference}-offline-{mark}.html")
    return answer


@bp.get("/sessions/<public_id>/offline/return")
@allowed(Permission.PULL_QUESTION_SET)
def back(public_id: str) -> str:
    """The form for a notes file."""
    return _return_page(row_of(reading(), public_id, current_person(), at=now()), ReturnForm())


@bp.post("/sessions/<public_id>/offline/return")
@allowed(Permission.PULL_QUESTION_SET)
def take_back(public_id: str) -> AnyResponse | tuple[str, int]:
    """Keep the notes of a file; sent again, they are kept once."""
    by, at = current_person(), now()
    row, form = row_of(reading(), public_id, by, at=at), ReturnForm()
    if not form.validate_on_submit():
        return _return_page(row, form), HTTPStatus.BAD_REQUEST
    try:
        entries = offline.read_notes(form.file.data.read(), form.passphrase.data or "")
    except RuleBroken as refusal:
        form.file.errors = [str(refusal)]
        return _return_page(row, form), HTTPStatus.BAD_REQUEST
    written = transaction(
        lambda store: offline.take_back(store, store.get_one(AssessmentSession, row.line.id), entries, by=by, at=at)
    )
    already = len(written.kept) - written.new
    flash(
        f"{saying.counted(written.new, 'entry', 'entries')} kept, {already} were here already, "
        f"{len(written.refused)} could not be kept. {' '.join(sorted(set(written.refused.values())))}".rstrip()
    )
    for change in offline_changes.of_copies(reading(), row.line.id, entries):
        flash(change.words, "changed")
    return redirect(url_for(".back", public_id=public_id))


@bp.route("/offline/<mark>/entries", methods=["POST", "OPTIONS"], provide_automatic_options=False)
@public
def entries(mark: str) -> Response:
    """What a copy sends by itself: its token says who, and no cookie counts here."""
    if request.method == "OPTIONS":
        return _for_files(Response(status=HTTPStatus.NO_CONTENT))
    said = request.headers.get("Authorization", "")
    token = said.removeprefix(BEARER) if said.startswith(BEARER) else ""
    try:
        data = request.get_json(silent=True)
        sent = offline.entries_of(data.get("entries") if isinstance(data, dict) else None)
        written = transaction(lambda store: offline.send(store, mark, token, sent, at=now()))
    except Refusal as refusal:
        return _for_files(_because(refusal))
    changed = [each.as_data() for each in offline_changes.since(reading(), mark)]
    return _for_files(jsonify(kept=list(written.kept), refused=dict(written.refused), changed=changed))


def _because(refusal: Refusal) -> Response:
    status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    answer = jsonify(because=str(refusal))
    answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(refusal, NotReady) else status
    return answer


def _for_files(answer: Response) -> Response:
    """Let a page that was opened from a file read the answer, and no page of any site."""
    answer.headers["Access-Control-Allow-Origin"] = FILES_ORIGIN
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    answer.headers["Vary"] = "Origin"
    return answer


def _drawn(public_id: str, at: datetime) -> tuple[Row, DrawnSet]:
    """The session and its set.

    Raises:
        NotFound: not a session of this person's.
        RuleBroken: the set may not be seen now, or was not pulled yet, or was voided.
    """
    store = reading()
    row = row_of(store, public_id, current_person(), at=at)
    must_be_open(store, store.get_one(AssessmentSession, row.line.id), at)
    return row, the_set(store, row.line.id)


def _marked(row: Row) -> Marked:
    """What can be marked without a question: every criterion of the method, and where its evidence comes from."""
    criteria = row.plan.criteria_of(row.line.method, Level.PASS, Level.DISTINCTION)
    own = beside_questions(row.method)
    return Marked(tuple(Coded(each.code, each.text, each.level.value) for each in criteria), str(own))


def _withstands(form: Any, row: Row) -> bool:
    """Whether the passphrase is strong enough; if not, the form says why."""
    known = [row.line.apprentice, row.line.assessor, row.line.employer, row.line.reference]
    try:
        passwords.must_withstand(form.passphrase.data, known=[*known, current_app.config["QBANK_ORGANISATION"]])
    except RuleBroken as refusal:
        form.passphrase.errors = [str(refusal)]
        return False
    return True


def _page(row: Row, form: CopyForm) -> str:
    copy = offline.planned(row.plan, row.line.starts_at, mark="")
    return render_template("offline/index.html", row=row, line=row.line, form=form, copy=copy)


def _return_page(row: Row, form: ReturnForm) -> str:
    return render_template("offline/return.html", row=row, line=row.line, form=form)
