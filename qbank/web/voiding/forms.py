"""The forms of voids. What was typed stays, whatever is wrong with it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextArea
from wtforms import RadioField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import DataRequired, InputRequired, Length

from qbank.domain.keeping import MOST_REASON
from qbank.domain.voiding import Answered


def _plain(typed: str | None) -> str | None:
    """What was typed, without blanks around it and without the character that PostgreSQL cannot hold."""
    return None if typed is None else typed.replace("\0", "").strip()


def _reason(label: str, asked: str, description: str) -> TextAreaField:
    return TextAreaField(
        label,
        description=description,
        validators=[DataRequired(asked), Length(max=MOST_REASON, message=f"At most {MOST_REASON:,} characters")],
        filters=[_plain],
        widget=GovTextArea(),
    )


class AskForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Why the sets are to be voided."""

    reason = _reason(
        "Why the sets are to be voided",
        "Say in a sentence why",
        "Whoever answers reads it, and it is kept. Write nothing about an apprentice and no words of a question.",
    )
    submit = SubmitField("Ask for the void", widget=GovSubmitInput())


class AnswerForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What the second person says, and why."""

    said = RadioField(
        "Your answer",
        choices=[
            SelectChoice(Answered.AGREED.value, "Agree: the set is used up, and the next pull draws another"),
            SelectChoice(Answered.REFUSED.value, "Refuse: the set stands"),
        ],
        validators=[InputRequired("Select your answer")],
        widget=GovRadioInput(),
    )
    reason = _reason(
        "Why", "Say in a sentence why", "It is kept beside the request. Write nothing about an apprentice."
    )
    submit = SubmitField("Answer", widget=GovSubmitInput())


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Why whoever asked takes the request back."""

    reason = _reason(
        "Why you take it back",
        "Say in a sentence why",
        "It is kept beside the request. Write nothing about an apprentice.",
    )
    submit = SubmitField("Withdraw the request", widget=GovSubmitInput())
