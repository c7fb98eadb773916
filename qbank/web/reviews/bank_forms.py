"""The forms for the bank as a whole: a member's vote, and what the panel decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextInput
from wtforms import DecimalField, RadioField, SubmitField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, NumberRange

from qbank.services.bank_deciding import LAST_SETS, BankResolution
from qbank.web.reviews.forms import reason_field, words_field
from qbank.web.saying import counted
from review.budget import KEPT_SETS
from review.panel import BankMatter, Panel

QUESTION = "Is the bank of sufficient size to prevent predictability?"
YES, NO = "yes", "no"


def _sufficient() -> RadioField:
    return RadioField(
        QUESTION,
        choices=[SelectChoice(YES, "Yes"), SelectChoice(NO, "No: it stays due until a panel finds it so")],
        validators=[InputRequired("Select yes or no")],
        widget=GovRadioInput(),
    )


class BankVoteForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A member's vote on the bank."""

    sufficient = _sufficient()
    reason = words_field("Why", "The others read it once they have voted. Say also which budget you would sign.")


class BankForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What the panel decided of the bank."""

    sufficient = _sufficient()
    departs_because = words_field(
        "Why the decision is not what most votes are for", "Only if it is not. It stands in the certificate."
    )
    budget = DecimalField(
        "Predictability budget, in per cent of a set",
        description="How much of the next set somebody may name at most who kept earlier sets of a provider.",
        places=1,
        validators=[InputRequired("Enter a share such as 20"), NumberRange(0, 100, "It lies between 0 and 100")],
        widget=GovTextInput(),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    last_sets = RadioField(
        "Of a provider’s sets they kept",
        description="Every night the budget is held to what such a person hits.",
        choices=[SelectChoice(str(each), f"the last {counted(each, 'set')}") for each in KEPT_SETS],
        default=str(LAST_SETS),
        validators=[InputRequired("Select how many sets were kept")],
        widget=GovRadioInput(),
    )
    reason = reason_field("Reason", "Say in a sentence why", "It stands in the minutes.")
    submit = SubmitField("Record the decision on the bank", widget=GovSubmitInput())

    def __init__(self, matter: BankMatter, panel: Panel, **more: Any) -> None:
        super().__init__(**more)
        self._matter, self._panel = matter, panel

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """A decision that is another than most votes are for says why."""
        whole = bool(super().validate(extra_validators))
        if self._departs and not self.departs_because.data:
            self.departs_because.errors = ["Say why the decision is not what most votes are for"]
            whole = False
        return whole

    @property
    def resolution(self) -> BankResolution:
        """What was typed, where the form is valid; why it departs is left out where it does not."""
        return BankResolution(
            is_sufficient=self.sufficient.data == YES,
            budget=round((self.budget.data or Decimal(0)) * 10),
            reason=str(self.reason.data),
            last_sets=int(str(self.last_sets.data)),
            departs_because=str(self.departs_because.data or "") if self._departs else "",
        )

    @property
    def _departs(self) -> bool:
        answer = self.sufficient.data
        return answer in {YES, NO} and self._matter.departs(self._panel, is_sufficient=answer == YES)
