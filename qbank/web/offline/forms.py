"""The forms of offline copies: the passphrase of a new one, and the notes file of one that comes back."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovPasswordInput, GovSubmitInput
from wtforms import PasswordField, SubmitField
from wtforms.validators import EqualTo, InputRequired


class CopyForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The passphrase, twice: nobody can recover it."""

    passphrase = PasswordField(
        "Passphrase",
        description="At least 12 characters. Several unrelated words are good. Nobody can recover it.",
        validators=[InputRequired("Enter a passphrase")],
        widget=GovPasswordInput(),
    )
    again = PasswordField(
        "Passphrase again",
        validators=[EqualTo("passphrase", message="The second passphrase must be the same as the first")],
        widget=GovPasswordInput(),
    )
    submit = SubmitField("Download the offline copy", widget=GovSubmitInput())


class ReturnForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The notes file, and the passphrase that opens it."""

    file = FileField("Notes file", validators=[FileRequired("Choose a notes file")], widget=GovFileInput())
    passphrase = PasswordField(
        "Passphrase of the offline copy",
        validators=[],
        widget=GovPasswordInput(),
    )
    submit = SubmitField("Send the notes", widget=GovSubmitInput())
