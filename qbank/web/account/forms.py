"""The form of the sign-in page."""

from __future__ import annotations

from typing import ClassVar

from flask_security import LoginForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired


class SignInForm(LoginForm):  # type: ignore[misc]  # the library's form is untyped
    """E-mail address and password. A wrong address and a wrong password get one sentence, so that neither is revealed."""

    email = StringField(
        "E-mail address",
        validators=[InputRequired("Enter your e-mail address")],
        widget=GovTextInput(),
        render_kw={"autocomplete": "username", "spellcheck": "false", "inputmode": "email"},
    )
    password = PasswordField(
        "Password",
        validators=[InputRequired("Enter your password")],
        widget=GovPasswordInput(),
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
    remember: ClassVar[None] = None
    submit = SubmitField("Sign in", widget=GovSubmitInput())
