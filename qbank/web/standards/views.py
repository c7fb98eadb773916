"""Every standard, and one standard in full."""

from __future__ import annotations

from flask import Blueprint, render_template

from qbank.domain.access import Permission
from qbank.domain.errors import NotFound
from qbank.domain.standards import Level
from qbank.storage.queries import standards
from qbank.web.gate import allowed
from qbank.web.standards import figures
from qbank.web.transaction import reading

bp = Blueprint("standards", __name__, url_prefix="/standards")


@bp.get("")
@allowed(Permission.SEE_STANDARD)
def index() -> str:
    """Every standard that is loaded, with the size of its plan."""
    plans = standards.plans(reading())
    return render_template("standards/index.html", plans=plans)


@bp.get("/<code>")
@allowed(Permission.SEE_STANDARD)
def standard(code: str) -> str:
    """One standard: methods with their numbers, KSBs, criteria, anomalies, decisions."""
    plan = standards.plan_of(reading(), code)
    if plan is None:
        raise NotFound("No standard has this address.", remedy="Choose one from the list of standards.")
    return render_template(
        "standards/standard.html", plan=plan, levels=tuple(Level), said=figures.said, source=figures.source
    )
