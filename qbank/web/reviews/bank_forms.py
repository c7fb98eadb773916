"""The forms for the bank as a whole: the budget that the chair proposes, a member's vote, what the panel decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextInput
from wtforms import DecimalField, HiddenField, RadioField, SubmitField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, NumberRange, Optional

from qbank.services.bank_deciding import LAST_SETS, BankResolution, BankVote
from qbank.web.reviews.forms import reason_field, words_field
from qbank.web.saying import counted
from review.budget import KEPT_SETS, Budget
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


def _share(label: str, description: str, *validators: object) -> DecimalField:
    return DecimalField(
        label,
        description=description,
        places=1,
        validators=[*validators, NumberRange(0, 100, "It lies between 0 and 100")],
        widget=GovTextInput(),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


def _thousandths(share: Decimal | None) -> int:
    return round((share or Decimal(0)) * 10)


class ProposalForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """The budget that the chair puts to the panel."""

    budget = _share(
        "Predictability budget, in per cent of a set",
        "How much of the next set somebody may name at most who kept earlier sets of a provider.",
        InputRequired("Enter a share such as 20"),
    )
    last_sets = RadioField(
        "Of a provider’s sets they kept",
        description="Every night the budget is held to what such a person hits.",
        choices=[SelectChoice(str(each), f"the last {counted(each, 'set')}") for each in KEPT_SETS],
        default=str(LAST_SETS),
        validators=[InputRequired("Select how many sets were kept")],
        widget=GovRadioInput(),
    )
    reason = reason_field("What it rests on", "Say in a sentence what it rests on", "Members read it before they vote.")

    @property
    def proposed(self) -> Budget:
        """What was typed, where the form is valid."""
        return Budget(_thousandths(self.budget.data), int(str(self.last_sets.data)))


class BankVoteForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A member's vote on the bank, and whether they sign the budget that is proposed."""

    on = HiddenField()
    sufficient = _sufficient()
    signs = RadioField(
        "Do you sign the budget that is proposed?",
        choices=[SelectChoice(YES, "Yes, I sign it"), SelectChoice(NO, "No, I would sign another")],
        validators=[InputRequired("Select whether you sign the budget")],
        widget=GovRadioInput(),
    )
    would_sign = _share("The budget you would sign", "Only if it is another than the proposed one.", Optional())
    reason = words_field("Why", "The others read it once they have voted. Say why if you would sign another budget.")

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Whoever would sign another budget says which, and why."""
        whole = bool(super().validate(extra_validators))
        if self.signs.data == NO:
            for field, asked in ((self.would_sign, "Enter the budget you would sign"), (self.reason, "Say why")):
                if not field.errors and field.data in {None, ""}:
                    field.errors = [asked]
                    whole = False
        return whole

    @property
    def said(self) -> BankVote:
        """What was typed, where the form is valid."""
        number = str(self.on.data or "")
        return BankVote(
            is_sufficient=self.sufficient.data == YES,
            on=int(number) if number.isascii() and number.isdigit() else 0,
            would_sign=_thousandths(self.would_sign.data) if self.signs.data == NO else None,
            reason=str(self.reason.data or ""),
        )


class BankForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """What the panel decided of the bank."""

    sufficient = _sufficient()
    departs_because = words_field(
        "Why the decision is not what most votes are for", "Only if it is not. It stands in the certificate."
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
            reason=str(self.reason.data),
            departs_because=str(self.departs_because.data or "") if self._departs else "",
        )

    @property
    def _departs(self) -> bool:
        answer = self.sufficient.data
        return answer in {YES, NO} and self._matter.departs(self._panel, is_sufficient=answer == YES)
