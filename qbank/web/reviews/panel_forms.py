"""The forms of a review. What was typed stays, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextInput,
)
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from qbank.domain.reviewing import Scope
from qbank.services.panel_deciding import Resolution
from qbank.web.reviews.forms import plain, reason_field, words_field
from review.panel import Choice

LONGEST_LINE: Final = 200
MOST_QUORUM: Final = 20
SAYS: Final = {
    Choice.KEEP: "Keep it as it is",
    Choice.REVISE: "Have it revised; it stays in use meanwhile",
    Choice.REST: "Let it rest until a day",
    Choice.RETIRE: "Retire it: it is never drawn again",
}


def _line(label: str, description: str = "", **more: Any) -> StringField:
    return StringField(
        label,
        description=description,
        validators=[Length(max=LONGEST_LINE, message=f"At most {LONGEST_LINE} characters")],
        filters=[plain],
        widget=GovTextInput(),
        render_kw={"autocomplete": "off", **more},
    )


def _day(label: str, description: str) -> DateField:
    return DateField(
        label, description=description, validators=[MayBeEmpty()], widget=GovTextInput(), render_kw={"type": "date"}
    )


class OpenForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What is reviewed, and by whom."""

    scope = RadioField(
        "What is on the agenda",
        choices=[SelectChoice(each.value, each.value.capitalize()) for each in Scope],
        default=Scope.DUE.value,
        validators=[InputRequired("Select what is on the agenda")],
        widget=GovRadioInput(),
    )
    chair = SelectField("Chair", validators=[InputRequired("Select the chair")], widget=GovSelect())
    members = SelectMultipleField(
        "Members",
        description="The chair is a member too.",
        validators=[InputRequired("Select at least one member")],
        widget=GovCheckboxesInput(),
    )
    quorum = IntegerField(
        "Quorum",
        description="How many votes each question needs, of those who may vote on it.",
        default=2,
        validators=[InputRequired("Enter the quorum"), NumberRange(2, MOST_QUORUM, "The quorum is at least 2")],
        widget=GovTextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    submit = SubmitField("Open the review", widget=GovSubmitInput())


class DeclareForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A member's interests."""

    references = SelectMultipleField(
        "Questions in which you have an interest",
        description="Leave it empty if you have none. Whoever wrote or approved a question has no vote on it anyway.",
        widget=GovCheckboxesInput(),
    )
    words = words_field("Anything else the chair should know", "Leave it empty if there is nothing.")
    submit = SubmitField("Declare", widget=GovSubmitInput())


class InviteForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Another member."""

    person = SelectField("Panel member", validators=[InputRequired("Select the member")], widget=GovSelect())
    external = _line("Where they come from", "For example an employer. Leave it empty for our own people.")
    submit = SubmitField("Invite", widget=GovSubmitInput())


class AgendaForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Another question on the agenda."""

    reference = StringField(
        "Reference of the question",
        description="For example Q-0042",
        validators=[DataRequired("Enter the reference"), Length(max=LONGEST_LINE)],
        filters=[plain],
        widget=GovTextInput(),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    submit = SubmitField("Put it on the agenda", widget=GovSubmitInput())


class VoteForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A member's vote on a question."""

    choice = RadioField(
        "Your vote",
        choices=[SelectChoice(each.value, SAYS[each]) for each in Choice],
        validators=[InputRequired("Select what you vote for")],
        widget=GovRadioInput(),
    )
    reason = words_field("Why", "The others read it once they have voted. Do not quote the question.")


class RemarkForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Something to discuss."""

    words = reason_field("Say something to the panel", "Say what the panel should think of", "")
    submit = SubmitField("Say it", widget=GovSubmitInput())


class ResolveForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What the panel decided of a question: one of the choices that most votes are for."""

    choice = RadioField("Decision", validators=[InputRequired("Select the decision")], widget=GovRadioInput())
    reason = reason_field("Reason", "Say in a sentence why", "It stands in the minutes. Do not quote the question.")
    rest_until = _day("It is live again on", "Only if it rests")
    author = SelectField(
        "Who revises it", description="Only if it is revised", validators=[MayBeEmpty()], widget=GovSelect()
    )
    revised_by = _day("Revised by", "Only if it is revised")

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """What belongs to the choice must be there; a check of a field's own is not run where the field is empty."""
        whole = bool(super().validate(extra_validators))
        rests, revised = self.choice.data == Choice.REST, self.choice.data == Choice.REVISE
        for field, is_asked, words in (
            (self.rest_until, rests, "Enter the day on which it is live again"),
            (self.author, revised, "Select who revises it"),
            (self.revised_by, revised, "Enter the day until which it is revised"),
        ):
            if is_asked and not field.data and not field.errors:
                field.errors = [words]
                whole = False
        return whole

    @property
    def resolution(self) -> Resolution:
        """What was typed, where the form is valid; what does not belong to the choice is left out."""
        choice = Choice(str(self.choice.data))
        rest_until: date | None = self.rest_until.data if choice is Choice.REST else None
        revised_by: date | None = self.revised_by.data if choice is Choice.REVISE else None
        author = int(self.author.data) if choice is Choice.REVISE else None
        return Resolution(choice, str(self.reason.data), rest_until, author, revised_by)


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Why a review is ended without a sign-off."""

    reason = reason_field("Why it is withdrawn", "Say in a sentence why", "It stays on record.")
    submit = SubmitField("Withdraw the review", widget=GovSubmitInput())


class EndForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Why a task is no longer followed."""

    reason = reason_field("Why it is no longer followed", "Say in a sentence why", "The next panel reads it.")
    submit = SubmitField("End the task", widget=GovSubmitInput())
