"""One page before the set: what is done, what is outstanding, the declaration, and the checks over a distance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import Refusal
from qbank.domain.preparation import Checked, How, Interest, Outcome
from qbank.services import preparing
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.preparation import preparation_of
from qbank.web import preparation_lines
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.preparing.forms import CheckForm, DeclarationForm
from qbank.web.session_lines import row_of
from qbank.web.transaction import reading, transaction

GUARDED: Final = {"csrf": False}
"""The forms of one page have names of their own; the token that every post must carry is asked for by the gate."""

bp = Blueprint("preparing", __name__, url_prefix="/sessions/<public_id>")


@bp.get("/prepare")
@allowed(Permission.PREPARE_SESSION)
def prepare(public_id: str) -> str:
    """What comes before the set, with a form for each act of the assessor."""
    return _page(public_id)


@bp.post("/prepare/declaration")
@allowed(Permission.PREPARE_SESSION)
def declaration(public_id: str) -> Response | tuple[str, int]:
    """Record whether the assessor has an interest (I2)."""
    person, at = current_person(), now()
    line, form = row_of(reading(), public_id, person, at=at).line, _declaration_form()
    if not form.validate_on_submit():
        return _page(public_id, declaration=form), 400
    interest, words = Interest(form.interest.data), form.words.data or ""

    def work(store: Session) -> None:
        preparing.declare(store, store.get_one(AssessmentSession, line.id), interest, words=words, by=person, at=at)

    return _recorded(public_id, work, "Your declaration is recorded.", declaration=form)


@bp.post("/prepare/identity", defaults={"what": "identity"})
@bp.post("/prepare/room", defaults={"what": "room"})
@allowed(Permission.PREPARE_SESSION)
def check(public_id: str, what: str) -> Response | tuple[str, int]:
    """Record a check of a sitting at a distance (X1)."""
    person, at, checked = current_person(), now(), Checked(what)
    line, form = row_of(reading(), public_id, person, at=at).line, _check_form(checked)
    if not form.validate_on_submit():
        return _page(public_id, **{what: form}), 400
    how, outcome, words = How(form.how.data), Outcome(form.outcome.data), form.words.data or ""

    def work(store: Session) -> None:
        session = store.get_one(AssessmentSession, line.id)
        preparing.check(store, session, checked, how=how, outcome=outcome, words=words, by=person, at=at)

    return _recorded(public_id, work, f"The check of the {what} is recorded.", **{what: form})


def _recorded(
    public_id: str, work: Callable[[Session], None], said: str, **forms: DeclarationForm | CheckForm
) -> Response | tuple[str, int]:
    """Do the act and say so; or the page again, with what stands against it."""
    try:
        transaction(work)
    except Refusal as refusal:
        return _page(public_id, refusal=str(refusal), **forms), 409
    flash(said)
    return redirect(url_for(".prepare", public_id=public_id))


def _page(public_id: str, refusal: str = "", **forms: DeclarationForm | CheckForm) -> str:
    store, at = reading(), now()
    row = row_of(store, public_id, current_person(), at=at)
    found = preparation_of(store, row.line)
    checks = [(what, forms.get(what) or _check_form(what)) for what in Checked if row.line.remote]
    return render_template(
        "preparing/prepare.html",
        row=row,
        line=row.line,
        items=preparation_lines.for_assessor(row, found, at=at),
        has_interest=found.interest is not None and found.interest.what == Interest.DECLARED,
        declaration=forms.get("declaration") or _declaration_form(),
        checks=checks,
        shown=next(iter(forms.values()), None),
        refusal=refusal,
    )


def _declaration_form() -> DeclarationForm:
    return DeclarationForm(prefix="declaration", meta=GUARDED)


def _check_form(what: Checked) -> CheckForm:
    return CheckForm(prefix=str(what), meta=GUARDED).offer(what)
