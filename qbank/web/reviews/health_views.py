"""The health of a method's bank: what was worked out last, as pictures with their figures, and a button for anew."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from qbank.charts.budget import finding
from qbank.domain.access import Permission
from qbank.services.plan_adoption import version_of
from qbank.storage.queries import budgets
from qbank.web import jobs, review_lines
from qbank.web.gate import allowed, current_person
from qbank.web.rehearsals import health_kept
from qbank.web.reviews import health_job
from qbank.web.transaction import reading
from review.budget import broken_since, still_broken

LOOKS_SHOWN: Final = 14

bp = Blueprint("review_health", __name__, url_prefix="/review")


@bp.get("/<standard>/<method>/health")
@allowed(Permission.SEE_REVIEW)
def health(standard: str, method: str) -> str:
    """What is known of the bank: depth, exposure, predictability, re-sits, how long it lasts."""
    plan, named = review_lines.method_named(reading(), standard, method)
    found = health_kept().of_method(standard, method)
    pictures = {name: (said, Markup(svg)) for name, (said, svg) in found.pictures.items()} if found else {}  # noqa: S704 - our own SVG
    return render_template(
        "reviews/health.html",
        plan=plan,
        method=named,
        health=found,
        pictures=pictures,
        **_budget(plan.standard, named.code),
        works=current_person().may(Permission.WORK_ON_REVIEWS),
    )


def _budget(standard: str, method: str) -> dict[str, object]:
    """The budget that the last panel signed, the looks at it, the latest first, and since when it is broken."""
    store = reading()
    standard_id = version_of(store, standard, method).standard_id
    checks = budgets.checks_of(store, standard_id, method)
    known = [each for each in checks if each.hits is not None]
    signed = budgets.signed_budget(store, standard_id, method)
    budget = None if signed is None else signed.budget
    return {
        "finding": finding(known) if known and known[-1].budget == budget else "",
        "signed": signed,
        "checks": checks[::-1][:LOOKS_SHOWN],
        "broken_since": broken_since(checks) if still_broken(checks, budget) else None,
    }


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
