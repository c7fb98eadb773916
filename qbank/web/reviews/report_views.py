"""An assessor reports a question of their own session to the review panel."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from qbank.domain.access import Permission
from qbank.domain.errors import Refusal
from qbank.services import calling
from qbank.services.voided_sets import the_set
from qbank.storage.models import AssessmentSession
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.reviews.forms import ReportForm
from qbank.web.session_lines import row_of
from qbank.web.transaction import reading, transaction

bp = Blueprint("reporting", __name__, url_prefix="/sessions/<public_id>")


@bp.route("/report", methods=["GET", "POST"])
@allowed(Permission.CONDUCT_SESSIONS)
def report(public_id: str) -> Response | tuple[str, int]:
    """Choose the question by its place and reference; its words are on the page of the set, while that is open."""
    row = row_of(reading(), public_id, current_person(), at=now())
    drawn = the_set(reading(), row.line.id)
    form, refusal, status = ReportForm(), None, 200
    places = {each.position: f"question {each.place}" for each in drawn.asked}
    form.position.choices = [
        SelectChoice(str(each.position), f"{each.reference}, {places.get(each.position, 'which was replaced')}")
        for each in drawn.met
    ]
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                reference = _reported(row.line.id, int(form.position.data), str(form.reason.data))
            except Refusal as refused:
                status, refusal = 409, refused
            else:
                flash(f"{reference} is reported. The review panel will look at it.")
                return redirect(url_for("sessions.session", public_id=public_id))
    return render_template("reviews/report.html", row=row, line=row.line, form=form, refusal=refusal), status


def _reported(session_id: int, position: int, reason: str) -> str:
    by, at = current_person(), now()
    return transaction(
        lambda store: calling.report(
            store, store.get_one(AssessmentSession, session_id), position, reason=reason, by=by, at=at
        )
    )
