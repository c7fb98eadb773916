"""The forms before a set: a declaration about interests, and a check over a distance. What was typed stays."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextArea
from wtforms import RadioField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from qbank.domain.preparation import MEANS, Checked, Interest, Outcome
from qbank.web.saying import capitalised

LONGEST: Final = 2000


def _words(label: str, description: str) -> TextAreaField:
    return TextAreaField(
        label,
        description=description,
        validators=[MayBeEmpty(), Length(max=LONGEST, message=f"At most {LONGEST:,} characters")],
        filters=[lambda typed: None if typed is None else typed.replace("\0", "").strip()],
        widget=GovTextArea(),
    )


class DeclarationForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Whether the assessor has an interest."""

    interest = RadioField(
        "Your declaration",
        choices=[
            SelectChoice(str(Interest.NONE), "I have no interest in this apprentice, employer or training provider"),
            SelectChoice(str(Interest.DECLARED), "I declare an interest"),
        ],
        validators=[InputRequired("Choose one of the two")],
        widget=GovRadioInput(),
    )
    words = _words("What the interest is", "Only where you declare one. The bank manager reads it")
    submit = SubmitField("Record the declaration", widget=GovSubmitInput())


class CheckForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What was checked over a distance, by what means, and what came of it."""

    how = RadioField("How it was checked", validators=[InputRequired("Choose how")], widget=GovRadioInput())
    outcome = RadioField(
        "What came of it",
        choices=[SelectChoice(str(each), capitalised(str(each))) for each in Outcome],
        validators=[InputRequired("Choose what came of it")],
        widget=GovRadioInput(),
    )
    words = _words("Anything to add", "It may stay empty")
    submit = SubmitField("Record the check", widget=GovSubmitInput())

    def offer(self, what: Checked) -> CheckForm:
        """The same form with the means that belong to the check."""
        self.how.choices = [SelectChoice(str(each), capitalised(str(each))) for each in MEANS[what]]
        self.submit.label.text = f"Record the check of {what}" if what is Checked.IDENTITY else "Record the room check"
        return self
