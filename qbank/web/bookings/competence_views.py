"""Until when each assessor's competence is on record, and the form that records it (I1)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovSubmitInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, SubmitField
from wtforms.validators import InputRequired

from qbank.domain.access import Permission, Role
from qbank.domain.errors import RuleBroken
from qbank.services import competences
from qbank.storage.models import Person
from qbank.storage.queries import people, preparation
from qbank.web.bookings.forms import choice, day_of
from qbank.web.clock import now
from qbank.web.days import calendar_day
from qbank.web.gate import allowed, current_person
from qbank.web.transaction import reading, transaction
from review.days import day_in_uk

bp = Blueprint("competences", __name__, url_prefix="/bookings/assessors")


class CompetenceForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Of one assessor."""

    assessor = SelectField("Assessor", validators=[InputRequired("Choose the assessor")], widget=GovSelect())
    until = DateField(
        "Holds until",
        description="The last day on which what you have seen holds",
        validators=[InputRequired("Enter the day until which it holds")],
        widget=GovTextInput(),
        render_kw={"type": "date"},
    )
    submit = SubmitField("Record it", widget=GovSubmitInput())


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.BOOK_SESSIONS)
def index() -> Response | str | tuple[str, int]:
    """Every assessor with what is on record; the form records for one of them."""
    store, form, refusal, status = reading(), CompetenceForm(), "", 200
    everybody = people.with_role(store, Role.ASSESSOR)
    form.assessor.choices = [choice("", "Choose"), *(choice(str(each.id), each.name) for each in everybody)]
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                _record(int(form.assessor.data), day_of(form.until))
            except RuleBroken as refused:
                status, refusal = 409, str(refused)
            else:
                flash("The competence is recorded.")
                return redirect(url_for(".index"))
    today = day_in_uk(now())
    found = [(each.name, preparation.competent_until(store, each.id)) for each in everybody]
    rows = [(name, calendar_day(until) if until else "–", _state(until, today)) for name, until in found]
    html = render_template("bookings/assessors.html", form=form, refusal=refusal, rows=rows)
    return html if status == 200 else (html, status)  # noqa: PLR2004 - as said above


def _record(person_id: int, until: date) -> None:
    by, at = current_person(), now()
    transaction(lambda store: competences.record(store, store.get_one(Person, person_id), until, by=by, at=at))


def _state(until: date | None, today: date) -> tuple[str, str]:
    """The word of the tag and its tone."""
    if until is None:
        return "not on record", "warm"
    return ("has ended", "warm") if until < today else ("on record", "accent")
