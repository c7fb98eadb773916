"""The forms of acts on questions in service, and of pairs. What was typed stays."""

from __future__ import annotations

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextArea, GovTextInput
from wtforms import DateField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from qbank.domain.keeping import MOST_REASON, Kept, PairKind

BUTTONS = {Kept.REST: "Rest", Kept.RETURN: "Bring back", Kept.RETIRE: "Retire"}
KINDS = {
    PairKind.ENEMY: "Enemies: they never meet in one set",
    PairKind.CLONE: "Clones: they never meet, and nobody who met one gets the other at a re-sit",
}


def _plain(typed: str | None) -> str | None:
    return None if typed is None else typed.replace("\0", "").strip()


def _reason(description: str) -> TextAreaField:
    return TextAreaField(
        "Why",
        description=description,
        validators=[
            DataRequired("Say in a sentence why"),
            Length(max=MOST_REASON, message=f"At most {MOST_REASON:,} characters"),
        ],
        filters=[_plain],
        widget=GovTextArea(),
    )


class ActForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A reason, and of a rest the day on which it ends."""

    until = DateField(
        "Until",
        description="On that day it is live again by itself. Leave it empty to rest it until somebody brings it back",
        validators=[MayBeEmpty()],
        widget=GovTextInput(),
        render_kw={"type": "date"},
    )
    because = _reason("The history of each question keeps it")
    submit = SubmitField("Do it", widget=GovSubmitInput())

    def offer(self, act: Kept, said: str) -> ActForm:
        """The same form for that act; `said` is what it acts on."""
        self.submit.label.text = f"{BUTTONS[act]} {said}"
        if act is not Kept.REST:
            del self.until
        return self


class OtherForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Which other question; it is read before anything is declared."""

    class Meta:
        """It changes nothing, so it goes by its address."""

        csrf = False

    other = StringField(
        "Reference of the other question",
        filters=[_plain],
        widget=GovTextInput(),
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )
    submit = SubmitField("Read both", widget=GovSubmitInput())


class PairForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What two questions are to one another, and why."""

    kind = RadioField(
        "What they are to one another",
        choices=[SelectChoice(str(kind), label) for kind, label in KINDS.items()],
        validators=[InputRequired("Choose what they are to one another")],
        widget=GovRadioInput(),
    )
    because = _reason("The page of either question shows it")
    submit = SubmitField("Keep them apart", widget=GovSubmitInput())


class ApartForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Why two questions may meet again."""

    because = _reason("The audit trail tells that they may meet again, and the bank keeps the reason")
    submit = SubmitField("Let them meet again", widget=GovSubmitInput())
