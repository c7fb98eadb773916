"""The clock of the review: every method, one method, an early review that is called, an overdue bank that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from qbank.charts import workload
from qbank.charts.workload import workload_chart
from qbank.domain.access import Permission
from qbank.domain.errors import Refusal
from qbank.domain.reviewing import CallKind
from qbank.services import calling, continuing
from qbank.services.continuing import Outlook
from qbank.storage.queries import review_clock
from qbank.web import review_lines
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.rehearsals import health_kept
from qbank.web.review_lines import BankLine
from qbank.web.reviews.forms import CallForm, ContinueForm
from qbank.web.saying import counted
from qbank.web.transaction import reading, transaction
from review.days import day_in_uk

NAMED_IN_A_SENTENCE: Final = 10
NAMED_IN_A_CALL: Final = 200

bp = Blueprint("review_clock", __name__, url_prefix="/review")


@bp.get("")
@allowed(Permission.SEE_REVIEW)
def index() -> str:
    """Every method of every standard: what is due, and how much work comes in which month."""
    found = [
        (plan, lines, months, Markup(workload_chart(months)), workload.finding(months))  # noqa: S704 - our own SVG
        for plan, lines in review_lines.bank_lines(reading(), at=now())
        if (months := review_lines.together(lines))
    ]
    return render_template(
        "reviews/index.html",
        found=found,
        tones=review_lines.TONES,
        works=current_person().may(Permission.WORK_ON_REVIEWS),
        may_quarantine=current_person().may(Permission.KEEP_QUESTIONS),
    )


@bp.get("/<standard>/<method>")
@allowed(Permission.SEE_REVIEW)
def method(standard: str, method: str) -> str:
    """One method: its bank, the questions that a panel would take now, the months to come, and what was called."""
    store, person = reading(), current_person()
    line = review_lines.named(store, standard, method, at=now())
    takes_part = person.may(Permission.SIGN_CONTINUATIONS)
    return render_template(
        "reviews/method.html",
        line=line,
        chart=Markup(workload_chart(line.months)),  # noqa: S704 - our own SVG
        finding=workload.finding(line.months),
        tones=review_lines.TONES,
        calls=review_clock.calls_of(store, [each.id for each in line.clocks]) if takes_part else [],
        person_id=person.identifier,
        may_sign=takes_part,
        outlook=_outlook(line) if takes_part and line.awaits(person.identifier) else None,
        may_call=person.may(Permission.CALL_REVIEW),
        may_open=person.may(Permission.OPEN_REVIEWS),
        may_read=person.may(Permission.SEE_QUESTIONS),
    )


@bp.route("/<standard>/<method>/call", methods=["GET", "POST"])
@allowed(Permission.CALL_REVIEW)
def call(standard: str, method: str) -> Response | tuple[str, int]:
    """Call the review of some questions before their day; filled in with what is asked too often."""
    line, form, refusal, status = review_lines.named(reading(), standard, method, at=now()), CallForm(), None, 200
    if request.method == "GET" and request.args.get("over") == "limit":
        _fill_in(form, line)
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                called = _called(line, form)
            except Refusal as refused:
                status, refusal = 409, refused
            else:
                flash(f"The review of {counted(len(called), 'question')} is called: {_some(called)}")
                return redirect(url_for(".method", standard=standard, method=method))
    return render_template("reviews/call.html", line=line, form=form, refusal=refusal), status


@bp.route("/<standard>/<method>/continue", methods=["GET", "POST"])
@allowed(Permission.SIGN_CONTINUATIONS, fresh=True)
def go_on(standard: str, method: str) -> Response | tuple[str, int]:
    """Sign, as the first, that the bank goes on although its review is overdue."""
    line, form, refusal, status = review_lines.named(reading(), standard, method, at=now()), ContinueForm(), None, 200
    if form.is_submitted():
        status = 400
        if form.validate():
            by, at, until, reason = current_person(), now(), form.day, str(form.reason.data)
            try:
                transaction(
                    lambda store: continuing.ask(store, standard, method, until=until, reason=reason, by=by, at=at)
                )
            except Refusal as refused:
                status, refusal = 409, refused
            else:
                flash("You have signed. It holds once somebody else has signed it too.")
                return redirect(url_for(".method", standard=standard, method=method))
    outlook = _outlook(line)
    return render_template("reviews/continue.html", line=line, form=form, refusal=refusal, outlook=outlook), status


@bp.post("/<standard>/<method>/continue/<int:number>")
@allowed(Permission.SIGN_CONTINUATIONS, fresh=True)
def sign(standard: str, method: str, number: int) -> Response:
    """Sign a continuation that somebody else asked for."""
    review_lines.named(reading(), standard, method, at=now())
    by, at = current_person(), now()
    transaction(lambda store: continuing.sign(store, number, by=by, at=at))
    flash("You have signed.")
    return redirect(url_for(".method", standard=standard, method=method))


def _outlook(line: BankLine) -> Outlook | None:
    """What a signature would change; None for a bank of which no question was ever live."""
    standard, method = line.plan.standard, line.method.code
    return None if line.bank is None else continuing.outlook(reading(), standard, method, at=now())


def _called(line: BankLine, form: CallForm) -> list[str]:
    kind, reason, by, at = CallKind(str(form.kind.data)), str(form.reason.data), current_person(), now()
    named = form.named or calling.carriers(reading(), line.standard_id, form.code)
    return transaction(lambda store: calling.call(store, named, kind=kind, reason=reason, by=by, at=at))


def _fill_in(form: CallForm, line: BankLine) -> None:
    """What the bank's health names as asked more often than its limit: the person who reads it calls."""
    health = health_kept().of_method(line.plan.standard, line.method.code)
    references = review_lines.to_be_called(line, health)[:NAMED_IN_A_CALL]
    if health is None or health.limit is None or not references:
        return
    form.kind.data = CallKind.EXPOSURE.value
    form.references.data = " ".join(references)
    form.reason.data = (
        f"In the year to {day_in_uk(health.at):%d %B %Y} each was surely in more than {health.limit:.3g} of the sets."
    )


def _some(references: Sequence[str]) -> str:
    """The first of them, and whether there are others."""
    first = ", ".join(references[:NAMED_IN_A_SENTENCE])
    return f"{first} and others." if len(references) > NAMED_IN_A_SENTENCE else f"{first}."
