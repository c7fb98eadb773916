"""The two forms with which a set is extended. What was typed stays, whatever is wrong with it."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovRadioInput,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import DecimalField, HiddenField, RadioField, SelectMultipleField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from qbank.domain.lifecycle import Replaced

LONGEST_REASON: Final = 2000
MOST_MINUTES: Final = 60


def _plain(typed: str | None) -> str | None:
    """What was typed, without blanks around it and without the character that PostgreSQL cannot hold."""
    return None if typed is None else typed.replace("\0", "").strip()


class ReplaceForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Why a question is replaced."""

    reason = RadioField(
        "Why it cannot be asked",
        choices=[SelectChoice(each.value, each.value.capitalize()) for each in Replaced],
        validators=[InputRequired("Select why it cannot be asked")],
        widget=GovRadioInput(),
    )
    because = TextAreaField(
        "In a sentence",
        description="The internal quality assurer reads it.",
        validators=[
            DataRequired("Say in a sentence why it cannot be asked"),
            Length(max=LONGEST_REASON, message=f"At most {LONGEST_REASON:,} characters"),
        ],
        filters=[_plain],
        widget=GovTextArea(),
    )
    submit = SubmitField("Replace the question by lot", widget=GovSubmitInput())


class ExchangeForm(ReplaceForm):
    """The same, with what was asked already: where one question is not enough, another that was not asked goes too."""

    told = HiddenField()
    asked = SelectMultipleField(
        "Asked already",
        description="Tick every question that the apprentice has heard. One of the others goes.",
        coerce=int,
        widget=GovCheckboxesInput(),
    )
    submit = SubmitField("Replace two questions by lot", widget=GovSubmitInput())

    @property
    def is_told(self) -> bool:
        """Whether somebody said what was asked, be it nothing."""
        return str(self.told.data) == "yes"


class GapsForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What an observation left open, and how long there is."""

    ksbs = SelectMultipleField(
        "What was not evidenced",
        validators=[InputRequired("Select at least one that was not evidenced")],
        widget=GovCheckboxesInput(),
    )
    minutes = DecimalField(
        "Minutes left for questions",
        validators=[
            InputRequired("Enter the minutes left, such as 3.5"),
            NumberRange(min=0.25, max=MOST_MINUTES, message=f"Minutes must be between 0.25 and {MOST_MINUTES}"),
        ],
        widget=GovTextInput(),
        render_kw={"inputmode": "decimal", "autocomplete": "off", "classes": "govuk-input--width-3"},
    )
    after = HiddenField()
    submit = SubmitField("Draw the questions", widget=GovSubmitInput())
