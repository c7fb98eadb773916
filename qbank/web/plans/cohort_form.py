"""The form that switches the cohort factor of a method on or off."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextInput
from wtforms import IntegerField, RadioField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from qbank.domain.cohorts import CohortRule

ON: Final = "on"
_LONGEST: Final = 20


class CohortForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """Off, or on with its factor and window."""

    standing = RadioField(
        "Questions heard at the same provider or employer",
        choices=[SelectChoice("off", "Come as often as all others"), SelectChoice(ON, "Come less often for a while")],
        validators=[InputRequired("Choose one of the two")],
        widget=GovRadioInput(),
    )
    factor = StringField(
        "How often a heard question is let pass",
        description="From 0.333333 to 0.999999. The lower, the less is known beforehand and the easier to guess",
        validators=[MayBeEmpty(), Length(max=_LONGEST, message="Enter a number such as 0.7")],
        filters=[lambda typed: (typed or "").strip()],
        widget=GovTextInput(),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    months = IntegerField(
        "Months for which a set counts as heard",
        validators=[MayBeEmpty()],
        widget=GovTextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    submit = SubmitField("Save the choice", widget=GovSubmitInput())

    def lacks_figures(self) -> bool:
        """Whether it is to be on without a factor or a window; says so beside the fields."""
        if self.standing.data != ON:
            return False
        if not self.factor.data:
            self.factor.errors = ["Enter a number such as 0.7"]
        if self.months.data is None:
            self.months.errors = ["Enter a number of months such as 12"]
        return bool(self.factor.errors or self.months.errors)

    @property
    def rule(self) -> CohortRule | None:
        """What was chosen, of a valid form.

        Raises:
            RuleBroken: the factor or the window is out of bounds.
        """
        if self.standing.data != ON or self.months.data is None:
            return None
        return CohortRule.chosen(str(self.factor.data), self.months.data)
