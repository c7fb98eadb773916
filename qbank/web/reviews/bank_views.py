"""The bank as a whole in a review: its health, the budget that is proposed, the members' votes, the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import Refusal
from qbank.services import bank_deciding
from qbank.services.plan_adoption import version_of
from qbank.storage.queries import budgets, standards
from qbank.storage.queries.reviews import KeptReview
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.reviews.bank_forms import NO, YES, BankForm, BankVoteForm, ProposalForm
from qbank.web.reviews.health_lines import health_of
from qbank.web.reviews.views import named
from qbank.web.transaction import reading, transaction

bp = Blueprint("review_bank", __name__, url_prefix="/reviews/<reference>/bank")

Answer = Response | tuple[str, int]


@dataclass(slots=True)
class _Forms:
    """The forms of the page; one of them was sent and could not be kept, or none."""

    propose: ProposalForm
    vote: BankVoteForm
    resolve: BankForm
    refusal: Refusal | None = None
    sent: FlaskForm | None = None


@bp.get("")
@allowed(Permission.WORK_ON_REVIEWS)
def bank(reference: str) -> str:
    """What is known of the bank, and what this person may do with it now."""
    found = named(reference)
    return _page(found, _forms(found))


@bp.post("/budget")
@allowed(Permission.WORK_ON_REVIEWS)
def propose(reference: str) -> Answer:
    """Put a predictability budget to the panel."""
    found, by, at = named(reference), current_person(), now()
    forms = _forms(found, propose=ProposalForm(prefix="budget"))
    return _acted(
        found,
        forms,
        forms.propose,
        lambda store: bank_deciding.propose_budget(
            store, found, forms.propose.proposed, reason=str(forms.propose.reason.data), by=by, at=at
        ),
        "The budget is proposed. Each member votes on it with their vote on the bank.",
    )


@bp.post("/vote")
@allowed(Permission.WORK_ON_REVIEWS)
def vote(reference: str) -> Answer:
    """Vote, or vote again."""
    found, by, at = named(reference), current_person(), now()
    forms = _forms(found, vote=BankVoteForm(prefix="vote"))
    return _acted(
        found,
        forms,
        forms.vote,
        lambda store: bank_deciding.vote_on_bank(store, found, forms.vote.said, by=by, at=at),
        "Your vote on the bank is kept. You can vote again until it is decided.",
    )


@bp.post("/decision")
@allowed(Permission.WORK_ON_REVIEWS)
def decide(reference: str) -> Answer:
    """Record the decision."""
    found, by, at = named(reference), current_person(), now()
    forms = _forms(found, resolve=BankForm(found.bank_matter, found.panel, prefix="decision"))
    try:
        bank_deciding.must_decide(reading(), found, by)
    except Refusal as refusal:
        forms.refusal, forms.sent = refusal, forms.resolve
        return _page(found, forms), 409
    return _acted(
        found,
        forms,
        forms.resolve,
        lambda store: bank_deciding.decide_bank(store, found, forms.resolve.resolution, by=by, at=at),
        "The decision on the bank is recorded.",
    )


def _forms(
    found: KeptReview,
    *,
    propose: ProposalForm | None = None,
    vote: BankVoteForm | None = None,
    resolve: BankForm | None = None,
) -> _Forms:
    return _Forms(
        propose or ProposalForm(formdata=None, data=_present_budget(found), prefix="budget"),
        vote or BankVoteForm(formdata=None, data=_my_vote(found), prefix="vote"),
        resolve or BankForm(found.bank_matter, found.panel, formdata=None, prefix="decision"),
    )


def _present_budget(found: KeptReview) -> dict[str, Any]:
    """What the chair may keep: the budget that is proposed, else the one that the last panel signed."""
    if found.proposal is not None:
        return {"budget": _share(found.proposal.budget), "last_sets": str(found.proposal.last_sets)}
    store = reading()
    standard_id = version_of(store, found.standard, found.method).standard_id
    signed = budgets.signed_budget(store, standard_id, found.method)
    if signed is None:
        return {}
    return {"budget": _share(signed.budget.thousandths), "last_sets": str(signed.budget.last)}


def _my_vote(found: KeptReview) -> dict[str, Any]:
    on = {} if found.proposal is None else {"on": str(found.proposal.number)}
    mine = next((each for each in found.bank_votes if each.by_id == current_person().identifier), None)
    if mine is None:
        return on
    answers = {"sufficient": YES if mine.is_sufficient else NO, "signs": YES if mine.would_sign is None else NO}
    return on | answers | {"would_sign": _share(mine.would_sign), "reason": mine.reason}


def _share(thousandths: int | None) -> Decimal | None:
    return None if thousandths is None else Decimal(thousandths) / 10


def _acted(found: KeptReview, forms: _Forms, sent: FlaskForm, act: Callable[[Session], object], done: str) -> Answer:
    if not sent.validate_on_submit():
        forms.sent = sent
        return _page(found, forms), 400
    try:
        transaction(act)
    except Refusal as refusal:
        forms.refusal, forms.sent = refusal, sent
        return _page(found, forms), 409
    flash(done)
    back = "reviews.review" if sent is forms.resolve else ".bank"
    return redirect(url_for(back, reference=found.reference))


def _page(found: KeptReview, forms: _Forms) -> str:
    key, matter = current_person().identifier or 0, found.bank_matter
    me, is_open = found.member(key), found.is_open and found.bank is None
    return render_template(
        "reviews/bank.html",
        review=found,
        method=standards.as_loaded(reading(), found.plan_version_id).method(found.method),
        **health_of(found.standard, found.method, at=now()),
        works=True,
        forms=forms,
        sent=forms.sent or forms.vote,
        kept_open=forms.sent,
        me=me,
        has_voted=key in matter.votes,
        votes_now=is_open and found.proposal is not None and me is not None and me.declared_at is not None,
        proposes=is_open and key == found.chair_id,
        sees=matter.sees_votes(key),
        counts=matter.counted(found.panel),
        presides=is_open and key == found.chair_id and key in matter.votes,
        has_quorum=matter.has_quorum(found.panel),
        is_signed=matter.is_signed(found.panel),
    )
