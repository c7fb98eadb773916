"""The forms that take a one-time code: to sign in, to enrol, to turn the second factor off."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

NOT_RIGHT: Final = "This code is not right, or has been used already"
NOT_FROM_THE_APP: Final = "This is not the code that the app shows now"
NOT_YOUR_PASSWORD: Final = "This is not your password"  # noqa: S105 - a sentence

MOST_TYPED: Final = 60


def _code(label: str) -> StringField:
    return StringField(
        label,
        validators=[InputRequired("Enter the code"), Length(max=MOST_TYPED, message=NOT_RIGHT)],
        widget=GovTextInput(),
        render_kw={"spellcheck": "false"},
    )


class CodeForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The code after the password: from the app, or a recovery code."""

    code = _code("Code from your app")
    next = HiddenField()
    submit = SubmitField("Sign in", widget=GovSubmitInput())


class EnrolForm(FlaskForm):  # type: ignore[misc]  # likewise
    """The first code of a new secret, which travels along encrypted: it is kept only once the app has shown it."""

    sealed = HiddenField()
    code = _code("Code that the app shows")
    submit = SubmitField("Turn it on", widget=GovSubmitInput())


class DisableForm(FlaskForm):  # type: ignore[misc]  # likewise
    """Password and code together, so that neither a stolen phone nor a stolen password turns it off."""

    password = PasswordField(
        "Your password", validators=[InputRequired("Enter your password")], widget=GovPasswordInput()
    )
    code = _code("Code from your app, or a recovery code")
    submit = SubmitField("Turn it off", widget=GovSubmitInput())
