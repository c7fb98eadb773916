"""What a bank manager records for a booked session: when the assessment started, what arrived, what is adjusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.deadlines import evidence_pieces, report_words
from qbank.domain.errors import Refusal, RuleBroken
from qbank.domain.lifecycle import Sitting
from qbank.services import handing_in, preparing, starting
from qbank.services.reasons import ReasonNeeded
from qbank.storage.models import AssessmentSession
from qbank.storage.queries import preparation
from qbank.web import preparation_lines
from qbank.web.bookings.arranging_forms import AdjustmentForm, StartForm, SubjectForm, SubmissionForm
from qbank.web.bookings.forms import day_of, words_of
from qbank.web.bookings.views import row_at
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.session_lines import Row
from qbank.web.transaction import reading, transaction
from review.days import day_in_uk

bp = Blueprint("arranging", __name__, url_prefix="/bookings/<public_id>")

Answer = Response | str | tuple[str, int]


@bp.route("/start", methods=["GET", "POST"])
@allowed(Permission.BOOK_SESSIONS)
def start(public_id: str) -> Answer:
    """When the assessment started, or a corrected day with its reason (G1, G5, R8)."""
    row, form = row_at(public_id), StartForm()
    last = preparation.last_start(reading(), reading().get_one(AssessmentSession, row.line.id).apprentice_id)
    if not form.is_submitted() and last is not None:
        form.started.data = last.started_on

    def work(store: Session, session: AssessmentSession) -> None:
        because = words_of(form.because)
        starting.correct(store, session, day_of(form.started), because=because, by=current_person(), at=now())

    months = row.plan.assessment_months
    return _answer(row, form, work, "start", "The start of the assessment is recorded.", months=months)


@bp.route("/subject", methods=["GET", "POST"])
@allowed(Permission.BOOK_SESSIONS)
def subject(public_id: str) -> Answer:
    """The subject of the project, which the organisation agrees (W4)."""
    row, form = row_at(public_id), SubjectForm()
    if row.method.report_words is None:
        raise RuleBroken("This method has no project.", rule="W4")
    if not form.is_submitted():
        form.agreed.data = day_in_uk(now())

    def work(store: Session, session: AssessmentSession) -> None:
        words = words_of(form.words)
        handing_in.agree_subject(store, session, words, day_of(form.agreed), by=current_person(), at=now())

    return _answer(row, form, work, "subject", "The subject is agreed.")


@bp.route("/submission", methods=["GET", "POST"])
@allowed(Permission.BOOK_SESSIONS)
def submission(public_id: str) -> Answer:
    """The report or the evidence that arrived, with the reason where it is late, or more or less than asked."""
    row = row_at(public_id)
    words, pieces = report_words(row.method), evidence_pieces(row.method)
    band = words or pieces
    if band is None:
        raise RuleBroken("Nothing is handed in for this method.", rule="P2")
    form = SubmissionForm()
    form.count.label.text = "Words, without the annexes" if words else "Pieces of evidence"
    if words or row.line.kind == Sitting.FIRST:
        del form.again
    if not form.is_submitted():
        form.received.data = day_in_uk(now())

    def work(store: Session, session: AssessmentSession) -> None:
        handing_in.receive(store, session, form.handed_in, by=current_person(), at=now())

    days = preparation.deadlines_of(reading(), row.line)
    noun = "words" if words else "pieces"
    return _answer(row, form, work, "submission", "It is recorded.", days=days, band=band, noun=noun)


@bp.route("/adjustments", methods=["GET", "POST"])
@allowed(Permission.BOOK_SESSIONS)
def adjustments(public_id: str) -> Answer:
    """The adjustments that stand, and one more that is approved by whoever records it."""
    row, form = row_at(public_id), AdjustmentForm()

    def work(store: Session, session: AssessmentSession) -> None:
        preparing.adjust(store, session, form.asked, because=words_of(form.because), by=current_person(), at=now())

    standing = [
        (said, who, each.words or "", each.at)
        for each, who in preparation.adjustments_of(reading(), row.line)
        if (said := preparation_lines.adjusted(each))
    ]
    return _answer(row, form, work, "adjustments", "The adjustment is approved.", standing=standing)


def _answer(
    row: Row,
    form: FlaskForm,
    work: Callable[[Session, AssessmentSession], None],
    page: str,
    said: str,
    **known: Any,
) -> Answer:
    """The page of the form; once it is sent, the act, or the form again with what stands against it."""
    status, refusal = 200, ""
    if form.is_submitted():
        status, is_whole = 400, form.validate()
        if isinstance(form, AdjustmentForm):
            is_whole = not form.lacks_minutes() and is_whole
        if is_whole:
            try:
                transaction(lambda store: work(store, store.get_one(AssessmentSession, row.line.id)))
            except ReasonNeeded as needed:
                form.because.errors = [str(needed)]
            except Refusal as refused:
                status, refusal = 409, str(refused)
            else:
                flash(said)
                return redirect(url_for("bookings.session", public_id=row.line.public_id))
    html = render_template(f"arranging/{page}.html", row=row, line=row.line, form=form, refusal=refusal, **known)
    return html if status == 200 else (html, status)  # noqa: PLR2004 - as said above
