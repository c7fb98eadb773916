"""The forms of bookings. What was typed stays, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import (
    GovFileInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    DateField,
    Field,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from qbank.domain.lifecycle import Sitting
from qbank.services.session_requests import Request
from qbank.web.typed_times import moment_typed

LONGEST: Final = 200
LONGEST_REASON: Final = 2000


def _plain(typed: str | None) -> str | None:
    """What was typed, without blanks around it and without the character that PostgreSQL cannot hold."""
    return None if typed is None else typed.replace("\0", "").strip()


def _line(label: str, asked: str = "", *, description: str = "", **render: Any) -> StringField:
    checks = [DataRequired(asked)] if asked else [MayBeEmpty()]
    return StringField(
        label,
        description=description,
        validators=[*checks, Length(max=LONGEST, message=f"At most {LONGEST} characters")],
        filters=[_plain],
        widget=GovTextInput(),
        render_kw={"autocomplete": "off", **render},
    )


def reason_field(label: str, *, asked: str = "", description: str = "") -> TextAreaField:
    """A field for a sentence or two; `asked` is what is said where it must not be empty."""
    return TextAreaField(
        label,
        description=description,
        validators=[
            DataRequired(asked) if asked else MayBeEmpty(),
            Length(max=LONGEST_REASON, message=f"At most {LONGEST_REASON:,} characters"),
        ],
        filters=[_plain],
        widget=GovTextArea(),
    )


def _day_or_none(label: str, description: str) -> DateField:
    return DateField(
        label,
        description=description,
        validators=[MayBeEmpty()],
        widget=GovTextInput(),
        render_kw={"type": "date"},
    )


def _by_video() -> RadioField:
    return RadioField(
        "How it takes place",
        choices=[SelectChoice("", "In person"), SelectChoice("remote", "By video")],
        default="",
        validators=[MayBeEmpty()],
        widget=GovRadioInput(),
    )


def _day() -> DateField:
    return DateField(
        "Day",
        validators=[InputRequired("Enter the day")],
        widget=GovTextInput(),
        render_kw={"type": "date"},
    )


def _clock() -> TimeField:
    return TimeField(
        "Time",
        description="In UK time",
        validators=[InputRequired("Enter the time")],
        widget=GovTextInput(),
        render_kw={"type": "time"},
    )


Choices = Sequence[SelectChoice]


def choice(value: str, label: str) -> SelectChoice:
    """A line of a list."""
    return SelectChoice(value, label)


def moment_of(day: DateField, clock: TimeField) -> datetime:
    """The moment that two fields of a valid form say.

    Raises:
        RuleBroken: the clocks go forward over that time.
    """
    if day.data is None or clock.data is None:
        raise AssertionError("a valid form has a day and a time: its fields see to it")
    return moment_typed(day.data, clock.data)


def day_of(field: DateField) -> date:
    """The day in a field of a valid form that must have one."""
    if field.data is None:
        raise AssertionError("a valid form has this day: its field sees to it")
    day: date = field.data
    return day


def words_of(field: Field) -> str:
    """What stands in a field; nothing where it was left empty."""
    return str(field.data or "")


class BookingForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A new session."""

    method = SelectField("Assessment method", validators=[InputRequired("Choose the method")], widget=GovSelect())
    kind = RadioField(
        "Sitting",
        choices=[SelectChoice(str(each), str(each).capitalize()) for each in Sitting],
        default=str(Sitting.FIRST),
        widget=GovRadioInput(),
    )
    apprentice = _line("Apprentice’s reference", "Enter the apprentice’s reference", spellcheck="false")
    name = _line("Name", description="This and the next two only for an apprentice who is not registered yet")
    employer = _line("Employer", list="employers")
    provider = _line("Training provider", list="providers")
    plan_version = _line(
        "Plan version",
        description="Only for an apprentice who is not registered yet and started on an older plan than the newest",
        list="versions",
        spellcheck="false",
    )
    started = _day_or_none(
        "Day on which the assessment started",
        "The gateway being signed. For an apprentice who is not registered yet, and anew for a re-take",
    )
    developed = _day_or_none("Day of further development", "Only before a re-sit or re-take")
    development = reason_field("What further development was given", description="Only before a re-sit or re-take")
    assessor = SelectField("Assessor", validators=[InputRequired("Choose the assessor")], widget=GovSelect())
    day = _day()
    clock = _clock()
    remote = _by_video()
    place = _line("Where", "Enter where the session takes place", description="A place, or how to get to the call")
    because = reason_field(
        "Why a day of the plan is not kept",
        description="Only where there is less notice than the plan asks, or the assessment will have ended",
    )
    submit = SubmitField("Book the session", widget=GovSubmitInput())

    def offer(self, methods: Choices, assessors: Choices) -> None:
        """Fill the two lists; the first line of each chooses nothing."""
        nothing = SelectChoice("", "Choose")
        self.method.choices = [nothing, *methods]
        self.assessor.choices = [nothing, *assessors]

    @property
    def request(self) -> Request:
        """What is asked for, of a valid form.

        Raises:
            RuleBroken: the clocks go forward over the time.
        """
        standard, _, method = words_of(self.method).partition("/")
        return Request(
            standard=standard,
            method=method,
            kind=Sitting(words_of(self.kind)),
            apprentice=words_of(self.apprentice),
            name=words_of(self.name),
            employer=words_of(self.employer),
            provider=words_of(self.provider),
            assessor=words_of(self.assessor),
            starts_at=moment_of(self.day, self.clock),
            place=words_of(self.place),
            remote=bool(self.remote.data),
            started=self.started.data,
            developed=self.developed.data,
            development=words_of(self.development),
            because=words_of(self.because),
            plan_version=words_of(self.plan_version),
        )


class ChangeForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Another time, place or assessor."""

    assessor = SelectField("Assessor", validators=[InputRequired("Choose the assessor")], widget=GovSelect())
    day = _day()
    clock = _clock()
    remote = _by_video()
    place = _line("Where", "Enter where the session takes place")
    because = reason_field("Why it takes place at another time", description="Only where the day or the time changes")
    not_kept = reason_field(
        "Why a day of the plan is not kept",
        description="Only where the new day gives less notice than the plan asks, or the assessment will have ended",
    )
    submit = SubmitField("Save the changes", widget=GovSubmitInput())


class CancelForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The end of a booking."""

    because = reason_field("Why it is cancelled", asked="Say in a sentence why")
    submit = SubmitField("Cancel the session", widget=GovSubmitInput())


class FileForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A file of bookings."""

    file = FileField(
        "File",
        description="CSV, up to 500 bookings",
        validators=[FileRequired("Choose a file")],
        widget=GovFileInput(),
    )
    submit = SubmitField("Book them all", widget=GovSubmitInput())
