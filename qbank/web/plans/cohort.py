"""The page on which the cohort factor of a method is switched on or off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.cohorts import CohortRule
from qbank.domain.errors import RuleBroken
from qbank.domain.standards import Method
from qbank.services import cohorts, plan_adoption
from qbank.storage.queries.cohorts import standing_choice
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.plans.cohort_form import ON, CohortForm
from qbank.web.plans.lines import cohort_said, named
from qbank.web.transaction import reading, transaction

bp = Blueprint("cohorts", __name__, url_prefix="/plans/<standard>/<method>/cohort")


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.ADOPT_DRAW_PLANS)
def choose(standard: str, method: str) -> Response | str | tuple[str, int]:
    """How it stands, and the form for another choice."""
    plan, found = named(reading(), standard, method)
    form, status, refusal = CohortForm(), 200, ""
    if not form.is_submitted():
        _fill(form, standard, found)
    else:
        is_whole = form.validate()
        is_whole = not form.lacks_figures() and is_whole
        status = 400
        if is_whole:
            try:
                _keep(standard, method, form.rule)
            except RuleBroken as refused:
                status, refusal = 409, str(refused)
            else:
                flash("Sets that are drawn from now on follow this. Those that were drawn before stay as they are.")
                return redirect(url_for("plans.method", standard=standard, method=method))
    said = cohort_said(reading(), standard, found)
    html = render_template("plans/cohort.html", plan=plan, method=found, form=form, refusal=refusal, said=said)
    return html if status == 200 else (html, status)  # noqa: PLR2004 - as said above


def _keep(standard: str, method: str, rule: CohortRule | None) -> None:
    by, at = current_person(), now()
    transaction(
        lambda store: cohorts.choose(
            store, plan_adoption.version_of(store, standard, method), method, rule, by=by, at=at
        )
    )


def _fill(form: CohortForm, standard: str, method: Method) -> None:
    """What stands, or the figures that the plan's data proposes."""
    version = plan_adoption.version_of(reading(), standard, method.code)
    standing = standing_choice(reading(), version.id, method.code)
    rule = standing.rule if standing else None
    form.standing.data = ON if rule else "off"
    proposed = "" if method.cohort_factor is None else f"{method.cohort_factor:g}"
    form.factor.data = rule.factor.rstrip("0") if rule else proposed
    form.months.data = rule.months if rule else method.cohort_months
