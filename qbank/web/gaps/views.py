"""Where questions are missing: each method with the depth of its KSBs, and what is most worth writing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from qbank.charts.depth import depth_chart, finding
from qbank.domain.access import Permission
from qbank.services.gaps import MethodGaps, gaps_of_standard
from qbank.storage.queries import standards
from qbank.web import jobs
from qbank.web.gaps import worth_job
from qbank.web.gate import allowed, current_person
from qbank.web.plans import lines
from qbank.web.rehearsals import worth_kept
from qbank.web.transaction import reading

bp = Blueprint("gaps", __name__, url_prefix="/gaps")


@bp.get("")
@allowed(Permission.SEE_QUESTIONS)
def index() -> str:
    """Every method of every standard: its KSBs with what they have and need, what lacks most first."""
    store = reading()
    found = [(plan, gaps_of_standard(store, plan)) for plan in standards.plans(store)]
    return render_template(
        "gaps/index.html",
        found=found,
        pictures={(plan.standard, each.method.code): _picture(each) for plan, methods in found for each in methods},
        worth={
            (plan.standard, each.method.code): worth_kept().of_plan(each.plan)
            for plan, methods in found
            for each in methods
        },
        writes=current_person().may(Permission.WRITE_QUESTIONS),
    )


@bp.post("/<standard>/<method>")
@allowed(Permission.SEE_QUESTIONS)
def ask(standard: str, method: str) -> Response:
    """Have the engine find which question is most worth writing next."""
    plan, named = lines.named(reading(), standard, method)
    reference = jobs.ask(
        worth_job.NAME,
        title=f"Finding the question most worth writing: {named.title}",
        by=current_person(),
        standard=plan.standard,
        method=named.code,
        back=url_for(".index"),
    )
    return redirect(url_for("progress.standing", reference=reference))


def _picture(method: MethodGaps) -> tuple[str, Markup] | None:
    """What the depths come to in a sentence, and drawn; None where no set must cover a KSB."""
    required = [each for each in method.gaps if each.needed]
    if not required:
        return None
    return finding(required), Markup(depth_chart(required))  # noqa: S704 - our own SVG
