"""Draw plans: every method with the plan in use, one method, one plan with its rehearsal, and the press that adopts."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from delivery.plan import DrawPlan
from qbank.charts.exposure import exposure_chart
from qbank.charts.knowledge import knowledge_chart
from qbank.domain.access import Permission
from qbank.services import plan_adoption
from qbank.services.plan_rehearsals import PlanRehearsal
from qbank.storage import draw_plans
from qbank.storage.queries import standards
from qbank.web import jobs, saying
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.plans import fitting_job, lines
from qbank.web.rehearsals import rehearsals
from qbank.web.transaction import reading, transaction

bp = Blueprint("plans", __name__, url_prefix="/plans")


@bp.get("")
@allowed(Permission.SEE_DRAW_PLANS)
def index() -> str:
    """Every method of every standard with the plan that its bookings follow."""
    store = reading()
    found = [(plan, [lines.line_of(store, plan, method) for method in plan.methods]) for plan in standards.plans(store)]
    return render_template("plans/index.html", found=found, changes_said=lines.changes_said)


@bp.get("/<standard>/<method>")
@allowed(Permission.SEE_DRAW_PLANS)
def method(standard: str, method: str) -> str:
    """One method: the plan in use, what has changed since, and every plan that was fitted."""
    line = lines.line_of(reading(), *lines.named(reading(), standard, method))
    return render_template(
        "plans/method.html",
        line=line,
        changes_said=lines.changes_said,
        changes=lines.change_lists(line.changes),
        nearby=lines.cohort_said(reading(), standard, line.method),
        may_adopt=current_person().may(Permission.ADOPT_DRAW_PLANS),
        may_see_sets=line.method.observes and current_person().may(Permission.SEE_STANDARD_SETS),
    )


@bp.post("/<standard>/<method>/fit")
@allowed(Permission.ADOPT_DRAW_PLANS)
def fit(standard: str, method: str) -> Response:
    """Have a plan fitted and rehearsed for the questions that are live now."""
    plan, named = lines.named(reading(), standard, method)
    reference = jobs.ask(
        fitting_job.NAME,
        title=f"Fitting and rehearsing: {named.title}",
        by=current_person(),
        standard=plan.standard,
        method=named.code,
        back=url_for(".method", standard=standard, method=method),
    )
    return redirect(url_for("progress.standing", reference=reference))


@bp.get("/<standard>/<method>/<digest>")
@allowed(Permission.SEE_DRAW_PLANS)
def plan(standard: str, method: str, digest: str) -> str:
    """One plan: its rehearsal beside the plan in use, exposure of each question, predictability."""
    store = reading()
    line = lines.line_of(store, *lines.named(store, standard, method))
    row = plan_adoption.row_of(store, standard, method, digest)
    own = draw_plans.plan(store, row.id)
    in_use = draw_plans.plan(store, line.in_use.id) if line.in_use else None
    is_in_use = in_use is not None and in_use.digest == digest
    changes = plan_adoption.changes_of(store, standard, method, row)
    return render_template(
        "plans/plan.html",
        line=line,
        known=next(each for each in line.fitted if each.digest == digest),
        own=own,
        is_in_use=is_in_use,
        changes=changes,
        changes_said=lines.changes_said(changes),
        compared=lines.compared(own, None if is_in_use else in_use),
        may_adopt=current_person().may(Permission.ADOPT_DRAW_PLANS),
        **_rehearsed(own, rehearsals().of_plan(digest), None if is_in_use else in_use),
    )


@bp.post("/<standard>/<method>/<digest>/adopt")
@allowed(Permission.ADOPT_DRAW_PLANS, fresh=True)
def adopt(standard: str, method: str, digest: str) -> Response:
    """Let bookings follow a rehearsed plan from now on."""
    person, at, rehearsal = current_person(), now(), rehearsals().of_plan(digest)
    transaction(
        lambda store: plan_adoption.adopt_rehearsed(store, standard, method, digest, rehearsal, by=person, at=at)
    )
    flash("Sessions that are booked from now on follow this plan. Those that were booked before keep theirs.")
    return redirect(url_for(".plan", standard=standard, method=method, digest=digest))


def _rehearsed(own: DrawPlan, rehearsal: PlanRehearsal | None, other: DrawPlan | None) -> dict[str, object]:
    """What the page shows of the rehearsal; only that there is none, where there is none."""
    if rehearsal is None:
        return {"rehearsal": None}
    floor = float(own.figures["exposure_floor"])
    return {
        "rehearsal": rehearsal,
        "sets": saying.counted(rehearsal.sets, "set"),
        "exposure": Markup(exposure_chart(list(rehearsal.exposure.values()), floor)),  # noqa: S704 - our own SVG
        "knowledge": Markup(knowledge_chart(rehearsal.known, rehearsal.length)),  # noqa: S704 - our own SVG
        "exposures": lines.exposure_rows(own, rehearsal, other.pool.references if other else ()),
        "coverage": lines.coverage_rows(own, rehearsal),
        "known_after": lines.knowledge_rows(rehearsal),
    }
