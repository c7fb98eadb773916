"""Apprentices whose personal data is due to be erased: who, what holds them, and the act after a page that confirms."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovSubmitInput
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, SubmitField
from wtforms.validators import InputRequired

from qbank.domain.access import Permission
from qbank.domain.errors import Refusal
from qbank.domain.retention import Retained
from qbank.services import erasing
from qbank.web.bookings.forms import choice
from qbank.web.clock import now
from qbank.web.days import calendar_day
from qbank.web.gate import allowed, current_person
from qbank.web.transaction import engine, reading, transaction
from review.days import day_in_uk

LEFT_BESIDE: Final = (
    " Pages were being read, and erased words may lie in the file beside the database: have “qbank people "
    "erase-apprentices --really” run later."
)

bp = Blueprint("retention", __name__, url_prefix="/bookings/personal-data")


class ChosenForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Whose data is erased."""

    chosen = SelectMultipleField(
        "Whose data is to be erased",
        validators=[InputRequired("Select whose data is to be erased")],
        widget=GovCheckboxesInput(),
    )
    submit = SubmitField("Go on", widget=GovSubmitInput())


@bp.get("")
@allowed(Permission.ERASE_APPRENTICES)
def index() -> str:
    """Who is due, and what holds whom."""
    due = _due()
    return _choosing(due, _form(due))


@bp.post("")
@allowed(Permission.ERASE_APPRENTICES)
def confirm() -> str | tuple[str, int]:
    """The page that says what goes and what stays, before anything is erased."""
    due = _due()
    form = _form(due)
    if not form.validate():
        return _choosing(due, form), HTTPStatus.BAD_REQUEST
    chosen = [one for one in due if one.reference in _references(form)]
    return render_template("bookings/erase.html", form=form, chosen=chosen, day=_day)


@bp.post("/erase")
@allowed(Permission.ERASE_APPRENTICES, fresh=True)
def erase() -> Response | tuple[str, int]:
    """Erase the data of those who were shown, all or none; what has come between is said."""
    due, refusal = _due(), ""
    form = _form(due)
    if form.validate():
        by, at, years, references = current_person(), now(), _years(), _references(form)
        try:
            transaction(lambda store: erasing.erase_due(store, references, years=years, by=by, at=at))
        except Refusal as refused:
            refusal = str(refused)
        else:
            is_clean = erasing.cleanse(engine())
            flash(f"Erased: what was known of {', '.join(references)}." + ("" if is_clean else LEFT_BESIDE))
            return redirect(url_for(".index"))
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.BAD_REQUEST
    return _choosing(due, form, refusal=refusal), status


def _due() -> list[Retained]:
    return erasing.due(reading(), years=_years(), at=now())


def _years() -> int:
    years: int = current_app.config["QBANK_RETENTION_YEARS"]
    return years


def _form(due: Sequence[Retained]) -> ChosenForm:
    form = ChosenForm()
    free = [one for one in due if not one.held_by]
    form.chosen.choices = [choice(one.reference, f"{one.name}, {one.reference}, last act {_day(one)}") for one in free]
    return form


def _references(form: ChosenForm) -> list[str]:
    return [str(reference) for reference in form.chosen.data or ()]


def _choosing(due: Sequence[Retained], form: ChosenForm, refusal: str = "") -> str:
    held = [one for one in due if one.held_by]
    free = len(due) - len(held)
    return render_template(
        "bookings/retention.html", form=form, held=held, free=free, years=_years(), refusal=refusal, day=_day
    )


def _day(one: Retained) -> str:
    return calendar_day(day_in_uk(one.last))
