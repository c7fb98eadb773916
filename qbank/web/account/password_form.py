"""The form for another password of one's own."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput
from wtforms import PasswordField, SubmitField, ValidationError
from wtforms.validators import InputRequired

NOT_RIGHT: Final = "This is not your password now"


class PasswordForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The old password, and the new one once: it can be shown while it is typed."""

    old = PasswordField(
        "Your password now",
        validators=[InputRequired("Enter your password now")],
        widget=GovPasswordInput(),
    )
    new = PasswordField(
        "New password",
        description="At least 12 characters. Several unrelated words are good; no digits or signs are needed.",
        validators=[InputRequired("Enter a new password")],
        widget=GovPasswordInput(),
    )
    submit = SubmitField("Change password", widget=GovSubmitInput())

    def validate_new(self, field: PasswordField) -> None:
        """Refuse the same password again.

        Raises:
            ValidationError: it is the old one.
        """
        if field.data == self.old.data:
            raise ValidationError("The new password must be another than the old one")
