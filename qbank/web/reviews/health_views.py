"""The health of a method's bank: what was worked out last, as pictures with their figures, and a button for anew."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.web import jobs, review_lines
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.rehearsals import health_kept
from qbank.web.reviews import health_job
from qbank.web.reviews.health_lines import health_of
from qbank.web.transaction import reading

bp = Blueprint("review_health", __name__, url_prefix="/review")


@bp.get("/<standard>/<method>/health")
@allowed(Permission.SEE_REVIEW)
def health(standard: str, method: str) -> str:
    """What is known of the bank: depth, exposure, predictability, re-sits, how long it lasts."""
    plan, named = review_lines.method_named(reading(), standard, method)
    return render_template(
        "reviews/health.html",
        plan=plan,
        method=named,
        **health_of(plan.standard, named.code, at=now()),
        to_be_called=_to_be_called(plan.standard, named.code),
        may_call=current_person().may(Permission.CALL_REVIEW),
        works=current_person().may(Permission.WORK_ON_REVIEWS),
    )


def _to_be_called(standard: str, method: str) -> tuple[str, ...]:
    """What is asked more often than its limit and was not called; the clocks are read only where there is something."""
    found = health_kept().of_method(standard, method)
    if found is None or not found.over:
        return ()
    return review_lines.to_be_called(review_lines.named(reading(), standard, method, at=now()), found)


@bp.post("/<standard>/<method>/health")
@allowed(Permission.WORK_ON_REVIEWS)
def work_out(standard: str, method: str) -> Response:
    """Have the figures worked out from today's bank and the sets of the year."""
    plan, named = review_lines.method_named(reading(), standard, method)
    reference = jobs.ask(
        health_job.NAME,
        title=f"Working out the health of the bank: {named.title}",
        by=current_person(),
        standard=plan.standard,
        method=named.code,
        back=url_for(".health", standard=standard, method=method),
    )
    return redirect(url_for("progress.standing", reference=reference))
