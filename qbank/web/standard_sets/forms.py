"""The forms of standard sets: how many, which question instead of which, and what a second person decides."""

from __future__ import annotations

from typing import Any, Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextArea, GovTextInput
from wtforms import HiddenField, IntegerField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.validators import Optional as MayBeEmpty

from qbank.domain.standard_sets import Decided

MOST_SETS: Final = 40
LONGEST_REASON: Final = 2000
LONGEST_REFERENCE: Final = 20
ANOTHER: Final = "another"


def _plain(typed: str | None) -> str | None:
    """What was typed, without blanks around it and without the character that PostgreSQL cannot hold."""
    return None if typed is None else typed.replace("\0", "").strip()


class AssembleForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """How many sets."""

    count = IntegerField(
        "How many sets",
        description="Leave it empty for as many as share no question.",
        validators=[MayBeEmpty(), NumberRange(2, MOST_SETS, f"The number of sets must be between 2 and {MOST_SETS}")],
        widget=GovTextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    submit = SubmitField("Assemble standard sets", widget=GovSubmitInput())


class ExchangeForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The question that comes: one of those that fit, or another by its reference."""

    into = RadioField(
        "The question that takes its place",
        validators=[InputRequired("Select the question that takes its place")],
        widget=GovRadioInput(),
    )
    other = StringField(
        "Its reference, if it is another",
        description="For example Q-0042. A question with which the set breaks a rule is refused, and the rule named.",
        validators=[Length(max=LONGEST_REFERENCE, message=f"At most {LONGEST_REFERENCE} characters")],
        filters=[_plain],
        widget=GovTextInput(),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    seen = HiddenField()
    submit = SubmitField("Exchange the question", widget=GovSubmitInput())

    def validate_other(self, field: StringField) -> None:
        """Another question needs its reference."""
        if self.into.data == ANOTHER and not field.data:
            raise ValidationError("Enter the reference of the question")

    @property
    def reference(self) -> str:
        """The question that was chosen."""
        return str(self.other.data if self.into.data == ANOTHER else self.into.data)


class DecisionForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What the second person decides about the sets as a whole."""

    decided = RadioField(
        "Are these sets fit to be asked?",
        choices=[
            SelectChoice(Decided.APPROVED.value, "Yes, I approve them as a whole"),
            SelectChoice(Decided.SENT_BACK.value, "No, I send them back"),
        ],
        validators=[InputRequired("Select whether you approve them or send them back")],
        widget=GovRadioInput(),
    )
    reason = TextAreaField(
        "What should be different",
        description="Needed where you send them back. Whoever assembled them reads it.",
        validators=[Length(max=LONGEST_REASON, message=f"At most {LONGEST_REASON:,} characters")],
        filters=[_plain],
        widget=GovTextArea(),
    )
    seen = HiddenField()
    submit = SubmitField("Save the decision", widget=GovSubmitInput())

    def validate_reason(self, field: TextAreaField) -> None:
        """What is sent back needs a reason."""
        if self.decided.data == Decided.SENT_BACK and not field.data:
            raise ValidationError("Say in a sentence what should be different")


def number_in(field: Any) -> int:
    """The number that a hidden field holds; 0, which no revision has, where somebody wrote something else there."""
    typed = str(field.data or "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < LONGEST_REFERENCE else 0
