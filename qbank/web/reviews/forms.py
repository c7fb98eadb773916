"""The forms around a review. What was typed stays, whatever is wrong with it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextArea, GovTextInput
from wtforms import DateField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from qbank.domain.reviewing import BY_MANAGERS

LONGEST_REASON: Final = 2000
LONGEST_LIST: Final = 2000
LONGEST_CODE: Final = 20


def plain(typed: str | None) -> str | None:
    """What was typed, without blanks around it and without the character that PostgreSQL cannot hold."""
    return None if typed is None else typed.replace("\0", "").strip()


def reason_field(label: str, asked: str, description: str) -> TextAreaField:
    """A field for a sentence or two; `asked` is what is said where it is empty."""
    return TextAreaField(
        label,
        description=description,
        validators=[DataRequired(asked), Length(max=LONGEST_REASON, message=f"At most {LONGEST_REASON:,} characters")],
        filters=[plain],
        widget=GovTextArea(),
    )


def words_field(label: str, description: str = "") -> TextAreaField:
    """A field for a sentence or two that may stay empty."""
    return TextAreaField(
        label,
        description=description,
        validators=[Length(max=LONGEST_REASON, message=f"At most {LONGEST_REASON:,} characters")],
        filters=[plain],
        widget=GovTextArea(),
    )


class CallForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What happened, to which questions, and why the panel should look at them now."""

    kind = RadioField(
        "What happened",
        choices=[SelectChoice(each.value, each.value.capitalize()) for each in BY_MANAGERS],
        validators=[InputRequired("Select what happened")],
        widget=GovRadioInput(),
    )
    references = StringField(
        "References of the questions",
        description="For example Q-0042 Q-0043. Leave it empty to name a KSB instead.",
        validators=[Length(max=LONGEST_LIST, message=f"At most {LONGEST_LIST:,} characters")],
        filters=[plain],
        widget=GovTextInput(),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    ksb = StringField(
        "Or every question that carries a KSB",
        description="For example K4, where the plan or the law changed on it.",
        validators=[Length(max=LONGEST_CODE, message=f"At most {LONGEST_CODE} characters")],
        filters=[plain],
        widget=GovTextInput(),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reason = reason_field("Why", "Say in a sentence why the panel should look at them", "The panel reads it.")
    submit = SubmitField("Call the review", widget=GovSubmitInput())

    def validate_references(self, field: StringField) -> None:
        """One of the two names the questions."""
        if not field.data and not self.ksb.data:
            raise ValidationError("Enter a reference, or a KSB below")

    @property
    def named(self) -> list[str]:
        """The references, as they are kept."""
        return [each.upper() for each in re.split(r"[\s,;]+", str(self.references.data or "")) if each]

    @property
    def code(self) -> str:
        """The code of the KSB, as it is kept; empty where none was named."""
        return str(self.ksb.data or "").upper()


class ContinueForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Until when an overdue bank goes on, and why its review was not held."""

    until = DateField(
        "The last day",
        description="No set is drawn after it unless a panel has decided.",
        validators=[InputRequired("Enter the last day")],
        widget=GovTextInput(),
        render_kw={"type": "date"},
    )
    reason = reason_field(
        "Why the review was not held in time",
        "Say in a sentence why it was not held",
        "The panel and external quality assurance read it.",
    )
    submit = SubmitField("Sign that the bank goes on", widget=GovSubmitInput())

    @property
    def day(self) -> date:
        """The day, where the form is valid."""
        day = self.until.data
        if day is None:
            raise AssertionError("the form is not valid")
        return day


class ReportForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Which question of a set is reported, and what is wrong with it."""

    position = RadioField("Which question", validators=[InputRequired("Select the question")], widget=GovRadioInput())
    reason = reason_field(
        "What is wrong with it",
        "Say in a sentence what is wrong with it",
        "The review panel reads it. Write nothing about the apprentice.",
    )
    submit = SubmitField("Report the question", widget=GovSubmitInput())
