"""The forms around a suspected leak. What was typed stays."""

from __future__ import annotations

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovSubmitInput, GovTextArea
from wtforms import BooleanField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Length

from qbank.domain.leaks import MOST_TEXT
from qbank.web.reviews.forms import plain, reason_field


class TextForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A text that turned up."""

    text = TextAreaField(
        "The text that turned up",
        description="A message, a list, a whole pack. It is compared with the bank and kept nowhere.",
        validators=[
            DataRequired("Paste the text"),
            Length(max=MOST_TEXT, message=f"At most {MOST_TEXT:,} characters"),
        ],
        filters=[plain],
        widget=GovTextArea(),
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )
    submit = SubmitField("Find where it may come from", widget=GovSubmitInput())


class QuarantineForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Why, and where no set could be drawn afterwards, that this is meant."""

    despite = BooleanField(
        "Stop the draw: no set can be drawn until more questions are live", widget=GovCheckboxInput()
    )
    because = reason_field(
        "Why a leak is suspected",
        "Say in a sentence why a leak is suspected",
        "The panel reads it, and the history of each question keeps it. Do not paste the text here.",
    )
    submit = SubmitField("Quarantine and call their review", widget=GovSubmitInput())
