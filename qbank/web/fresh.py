"""The password again, before an act that somebody at a browser left open should not be able to do.

Only posts ask: they are the acts. The page that asks carries what was typed along, so that the right password is at
once followed by the act, and nobody types anything twice.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Flask, current_app, make_response, render_template, request
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput
from werkzeug.wrappers import Response
from wtforms import PasswordField, SubmitField
from wtforms.validators import InputRequired

from qbank.domain.people import Actor
from qbank.services import passwords, sign_ins
from qbank.settings import Settings
from qbank.storage.models import Person
from qbank.web import tries
from qbank.web.clock import now
from qbank.web.sign_ins import standing
from qbank.web.transaction import reading, transaction

FIELD: Final = "password_again"
NOT_RIGHT: Final = "This is not your password"
_NOT_CARRIED: Final = frozenset({FIELD, "csrf_token", "submit"})
_EXTENSION: Final = "qbank.fresh"


class PasswordAgainForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The password, once more."""

    password_again = PasswordField(
        "Your password", validators=[InputRequired("Enter your password")], widget=GovPasswordInput()
    )
    submit = SubmitField("Go on", widget=GovSubmitInput())


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application the time after which it asks again."""
    app.extensions[_EXTENSION] = timedelta(minutes=settings.password_again_minutes)


def password_wanted(person: Actor) -> Response | None:
    """The page that asks for the password; None when it was given lately, or is given right with this request.

    Raises:
        TooManyTries: somebody guesses it at a browser left open.
    """
    here = standing()
    lately: timedelta = current_app.extensions[_EXTENSION]
    if here is None or now() - here.password_at < lately:
        return None
    form = PasswordAgainForm()
    if FIELD in request.form and form.validate() and _is_right(form, person):
        transaction(lambda store: sign_ins.password_given(store, here.id, at=now()))
        return None
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_CARRIED]
    page = render_template("account/password_again.html", form=form, carried=carried, lately=lately)
    return make_response(page, HTTPStatus.FORBIDDEN)


def _is_right(form: PasswordAgainForm, person: Actor) -> bool:
    mine = reading().get_one(Person, person.identifier)
    number = tries.admit(mine.email)
    if passwords.is_right(form.password_again.data or "", mine.password):
        tries.succeeded(number)
        return True
    tries.failed(mine.email)
    form.password_again.errors = [NOT_RIGHT]
    return False
