"""The forms of what a bank manager records for a booked session: start, subject, what arrived, adjustments."""

from __future__ import annotations

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextInput
from wtforms import DateField, IntegerField, RadioField, SubmitField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from qbank.domain.preparation import MOST_EXTRA_MINUTES, Adjusted
from qbank.services.handing_in import HandedIn
from qbank.services.preparing import Change
from qbank.web.bookings.forms import reason_field, words_of

MOST: int = 1_000_000
_CHANGES = {
    "time": "More time",
    "large": "The pack in large type",
    "contrast": "The pack in high contrast",
    "standard": "The pack as everybody’s, after all",
    "interpreter": "An interpreter",
    "no interpreter": "No interpreter, after all",
    "other": "Something else",
}


def _day(label: str, asked: str) -> DateField:
    return DateField(label, validators=[InputRequired(asked)], widget=GovTextInput(), render_kw={"type": "date"})


def _count(label: str, *, asked: str = "", most: int = MOST, description: str = "") -> IntegerField:
    within = NumberRange(min=0, max=most, message=f"Enter a number up to {most:,}")
    return IntegerField(
        label,
        description=description,
        validators=[InputRequired(asked) if asked else MayBeEmpty(), within],
        widget=GovTextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class StartForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """When the assessment started."""

    started = _day("Day on which the assessment started", "Enter the day")
    because = reason_field("Why it is another day than the one on record", description="Only where one is on record")
    submit = SubmitField("Record the start", widget=GovSubmitInput())


class SubjectForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The project's subject."""

    words = reason_field("What the project is about", asked="Enter the subject")
    agreed = _day("Agreed on", "Enter the day on which it was agreed")
    submit = SubmitField("Agree the subject", widget=GovSubmitInput())


class SubmissionForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A report or evidence that arrived."""

    received = _day("Received on", "Enter the day on which it arrived")
    count = _count("Count", asked="Enter the number")
    again = _count("Of these, handed in for an earlier attempt", description="They count together with new evidence")
    because = reason_field(
        "Why it is late, or more or less than the plan asks", description="Leave it empty where it is neither"
    )
    submit = SubmitField("Record what arrived", widget=GovSubmitInput())

    @property
    def handed_in(self) -> HandedIn:
        """What arrived, of a valid form."""
        if self.received.data is None or self.count.data is None:
            raise AssertionError("a valid form has a day and a number: its fields see to it")
        again = self.again.data or 0 if self.again is not None else 0
        return HandedIn(self.received.data, self.count.data, again, words_of(self.because))


class AdjustmentForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """An adjustment that is approved."""

    change = RadioField(
        "What you approve",
        choices=[SelectChoice(value, label) for value, label in _CHANGES.items()],
        validators=[InputRequired("Choose what you approve")],
        widget=GovRadioInput(),
    )
    minutes = _count(
        "Minutes more", most=MOST_EXTRA_MINUTES, description="Only for more time. 0 takes an earlier approval back"
    )
    because = reason_field("Why", asked="Say in a sentence why")
    submit = SubmitField("Approve the adjustment", widget=GovSubmitInput())

    def lacks_minutes(self) -> bool:
        """Whether more time is asked for without its minutes; says so beside the field."""
        if self.change.data == "time" and self.minutes.data is None:
            self.minutes.errors = ["Enter the minutes"]
            return True
        return False

    @property
    def asked(self) -> Change:
        """What it alters, of a valid form."""
        word = str(self.change.data)
        if word == "time":
            return Change(Adjusted.TIME, extra_minutes=self.minutes.data)
        if word in {"large", "contrast", "standard"}:
            return Change(Adjusted.FORMAT, variant=word)
        if word == "other":
            return Change(Adjusted.OTHER)
        return Change(Adjusted.INTERPRETER, interpreter=word == "interpreter")
