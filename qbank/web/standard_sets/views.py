"""Standard sets: those of a method, one family side by side, a question exchanged, submitted, decided on, in use."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from delivery.standard_sets import price
from qbank.domain.access import Permission
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.standard_sets import Decided, Standing
from qbank.domain.standards import Method, Plan
from qbank.services import standard_sets
from qbank.services.plan_adoption import version_of
from qbank.services.standard_sets import Exchange
from qbank.storage import draw_plans
from qbank.storage.queries import standards
from qbank.storage.queries.families import Family, families
from qbank.web import jobs
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.standard_sets import assembling_job, lines
from qbank.web.standard_sets.forms import ANOTHER, AssembleForm, DecisionForm, ExchangeForm, number_in
from qbank.web.transaction import reading, transaction

bp = Blueprint("standard_sets", __name__, url_prefix="/standard-sets/<standard>/<method>")


@bp.get("")
@allowed(Permission.SEE_STANDARD_SETS)
def method(standard: str, method: str) -> str:
    """What bookings of the method follow, every family of standard sets, and how to have others assembled."""
    return _method_page(standard, method, AssembleForm(formdata=None))


@bp.post("/assemble")
@allowed(Permission.MAKE_STANDARD_SETS)
def assemble(standard: str, method: str) -> Response | tuple[str, int]:
    """Have sets assembled from the questions that are live now."""
    plan, named = _named(standard, method)
    form = AssembleForm()
    if not form.validate_on_submit():
        return _method_page(standard, method, form), 400
    reference = jobs.ask(
        assembling_job.NAME,
        title=f"Assembling standard sets: {named.title}",
        by=current_person(),
        standard=plan.standard,
        method=named.code,
        count="" if form.count.data is None else str(form.count.data),
        back=url_for(".method", standard=standard, method=method),
    )
    return redirect(url_for("progress.standing", reference=reference))


@bp.get("/<int:family_id>")
@allowed(Permission.SEE_STANDARD_SETS)
def family(standard: str, method: str, family_id: int) -> str:
    """One family: its sets side by side, how alike they are, where they stand and what can be done."""
    return _family_page(standard, method, family_id, _decision_form(standard, method, family_id))


@bp.get("/<int:family_id>/<int:number>/<reference>")
@allowed(Permission.MAKE_STANDARD_SETS)
def exchange(standard: str, method: str, family_id: int, number: int, reference: str) -> str:
    """The questions that may take the place of one."""
    found = _family(standard, method, family_id)
    form = ExchangeForm(formdata=None, seen=str(found.number))
    return _exchange_page(found, number, reference, form)


@bp.post("/<int:family_id>/<int:number>/<reference>")
@allowed(Permission.MAKE_STANDARD_SETS)
def put_another(standard: str, method: str, family_id: int, number: int, reference: str) -> Response | tuple[str, int]:
    """Exchange the question, where the set stays lawful."""
    found, form = _family(standard, method, family_id), ExchangeForm()
    _offer(form, lines.that_fit(reading(), found, number, reference) if _holds(found, number, reference) else [])
    if not form.validate_on_submit():
        return _exchange_page(found, number, reference, form), 400
    asked, seen, by, at = Exchange(number, reference, form.reference), number_in(form.seen), current_person(), now()
    try:
        transaction(lambda store: standard_sets.exchange(store, found, asked, seen=seen, by=by, at=at))
    except RuleBroken as refusal:
        return _exchange_page(found, number, reference, form, refusal=refusal), 409
    flash(f"Set {number} asks {asked.into} in the place of {asked.out} now.")
    return redirect(_address(found, f"set-{number}"))


@bp.post("/<int:family_id>/submit")
@allowed(Permission.MAKE_STANDARD_SETS)
def submit(standard: str, method: str, family_id: int) -> Response:
    """Have the sets approved as they are."""
    found, by, at = _family(standard, method, family_id), current_person(), now()
    seen = number_in(DecisionForm().seen)
    return _done(
        found,
        lambda store: standard_sets.submit(store, found, seen=seen, by=by, at=at),
        "The sets await approval. Somebody who has had no hand in them decides.",
    )


@bp.post("/<int:family_id>/decide")
@allowed(Permission.APPROVE_STANDARD_SETS, fresh=True)
def decide(standard: str, method: str, family_id: int) -> Response | tuple[str, int]:
    """Approve the sets as a whole, or send them back."""
    found, form, by, at = _family(standard, method, family_id), DecisionForm(), current_person(), now()
    if not form.validate_on_submit():
        return _family_page(standard, method, family_id, form), 400
    decided, seen, reason = Decided(str(form.decided.data)), number_in(form.seen), str(form.reason.data or "")
    return _done(
        found,
        lambda store: standard_sets.decide(store, found, decided, seen=seen, by=by, at=at, reason=reason),
        f"The sets are {decided}." + (" A bank manager can put them in use." if decided is Decided.APPROVED else ""),
    )


@bp.post("/<int:family_id>/adopt")
@allowed(Permission.MAKE_STANDARD_SETS, fresh=True)
def adopt(standard: str, method: str, family_id: int) -> Response:
    """Let bookings follow the approved sets from now on."""
    found, by, at = _family(standard, method, family_id), current_person(), now()
    return _done(
        found,
        lambda store: standard_sets.put_in_use(store, found, by=by, at=at),
        "Sessions that are booked from now on get one of these sets by lot. Those that were booked before keep theirs.",
    )


def _done(found: Family, act: Callable[[Session], None], words: str) -> Response:
    transaction(act)
    flash(words)
    return redirect(_address(found))


def _address(found: Family, anchor: str | None = None) -> str:
    return url_for(".family", standard=found.standard, method=found.method, family_id=found.id, _anchor=anchor)


def _named(standard: str, method: str) -> tuple[Plan, Method]:
    """The method, which is an observation: others are drawn from their whole bank (W7)."""
    plan = standards.plan_of(reading(), standard)
    found = next((each for each in plan.methods if each.code == method and each.observes), None) if plan else None
    if plan is None or found is None:
        raise NotFound("No method with standard sets has this address.", remedy="Choose an observation.")
    return plan, found


def _family(standard: str, method: str, family_id: int) -> Family:
    return standard_sets.family_of(reading(), standard, method, family_id)


def _method_page(standard: str, method: str, form: AssembleForm) -> str:
    (plan, named), store, person = _named(standard, method), reading(), current_person()
    version = version_of(store, standard, method)
    adopted = draw_plans.adopted(store, version.id, method)
    found = families(store, version.id, method)
    return render_template(
        "standard_sets/method.html",
        plan=plan,
        method=named,
        families=found,
        in_use=next((each for each in found if each.in_use), None),
        prices=lines.prices(draw_plans.plan(store, adopted.id) if adopted else None),
        form=form,
        may_make=person.may(Permission.MAKE_STANDARD_SETS),
        may_see_plans=person.may(Permission.SEE_DRAW_PLANS),
    )


def _decision_form(standard: str, method: str, family_id: int) -> DecisionForm:
    return DecisionForm(formdata=None, seen=str(_family(standard, method, family_id).number))


def _family_page(standard: str, method: str, family_id: int, form: DecisionForm) -> str:
    (plan, named), found, person = _named(standard, method), _family(standard, method, family_id), current_person()
    may_approve = person.may(Permission.APPROVE_STANDARD_SETS) and found.standing is Standing.SUBMITTED
    return render_template(
        "standard_sets/family.html",
        plan=plan,
        method=named,
        family=found,
        side=lines.side_of(reading(), found),
        standing=found.standing,
        price=price(len(found.sets)),
        form=form,
        may_make=person.may(Permission.MAKE_STANDARD_SETS),
        may_approve=may_approve and person.identifier not in found.makers,
        is_own=may_approve and person.identifier in found.makers,
        may_see_plans=person.may(Permission.SEE_DRAW_PLANS),
    )


def _holds(found: Family, number: int, reference: str) -> bool:
    return 1 <= number <= len(found.sets) and reference in found.sets[number - 1]


def _offer(form: ExchangeForm, fitting: list[lines.Fitting]) -> None:
    offered = [SelectChoice(each.reference, f"{each.reference}: {each.stem} ({each.says})") for each in fitting]
    form.into.choices = [*offered, SelectChoice(ANOTHER, "Another question, by its reference")]


def _exchange_page(
    found: Family, number: int, reference: str, form: ExchangeForm, refusal: RuleBroken | None = None
) -> str:
    (plan, named), store = _named(found.standard, found.method), reading()
    question = lines.question_of(store, found, number, reference)
    if question is None:
        raise NotFound("No such question is in that set.", remedy="Choose one on the page of the sets.")
    fitting = lines.that_fit(store, found, number, reference)
    _offer(form, fitting)
    return render_template(
        "standard_sets/exchange.html",
        plan=plan,
        method=named,
        family=found,
        number=number,
        question=question,
        fitting=fitting,
        form=form,
        refusal=refusal,
    )
