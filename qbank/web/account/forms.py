"""The form of the sign-in page."""

from __future__ import annotations

from typing import Any, Final

from flask_security import LoginForm
from flask_security.utils import validate_redirect_url
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import Field, HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired

from qbank.web import tries

WRONG: Final = "The e-mail address or the password is not right"


def _without_nul(typed: str | None) -> str | None:
    """What was typed without the one character that neither HTML nor PostgreSQL can hold."""
    return None if typed is None else typed.replace("\0", "")


class SignInForm(LoginForm):
    """E-mail address and password; whichever is wrong, the sentence is the same, so that neither is revealed."""

    email = StringField(  # type: ignore[assignment]  # an e-mail field refuses addresses before we could
        "E-mail address",
        validators=[InputRequired("Enter your e-mail address")],
        filters=[_without_nul],
        widget=GovTextInput(),
        render_kw={"autocomplete": "username", "spellcheck": "false", "inputmode": "email"},
    )
    password = PasswordField(
        "Password",
        validators=[InputRequired("Enter your password")],
        widget=GovPasswordInput(),
    )
    next = HiddenField()
    remember = None  # type: ignore[assignment]  # nobody stays signed in on a machine they left
    submit = SubmitField("Sign in", widget=GovSubmitInput())

    def validate_next(self, field: Field) -> None:
        """Forget an address that is not ours: a sign-in never leads to another site."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""

    def validate(self, **more: Any) -> bool:
        """Whether this person may sign in; if not, one sentence in one place, whichever of the two was wrong.

        Raises:
            TooManyTries: before the password is looked at.
        """
        if not (self.email.data and self.password.data):
            return super().validate(**more)
        number = tries.admit(self.email.data)
        if super().validate(**more):
            tries.succeeded(number)
            return True
        tries.failed(self.email.data)
        if WRONG in {*self.email.errors, *self.password.errors}:
            self.email.errors, self.password.errors = [WRONG], []
        return False
