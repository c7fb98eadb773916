"""Files to begin with: the columns as a workbook, with lists to choose from and a sheet of words, and as CSV."""

from __future__ import annotations

from flask import Blueprint, Response, request

from qbank.documents import workbooks
from qbank.domain.access import Permission
from qbank.domain.errors import NotFound
from qbank.domain.question_csv import written
from qbank.domain.question_tables import COLUMNS
from qbank.domain.standards import Plan
from qbank.storage.queries import standards
from qbank.web.gate import allowed
from qbank.web.transaction import reading

bp = Blueprint("import_templates", __name__, url_prefix="/questions/import")

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/template.xlsx")
@allowed(Permission.WRITE_QUESTIONS)
def workbook() -> Response:
    """The columns as a workbook."""
    plan = _plan()
    return _sent(workbooks.written([COLUMNS], plan, workbooks.explanations(plan)), WORKBOOK, "questions.xlsx")


@bp.get("/template.csv")
@allowed(Permission.WRITE_QUESTIONS)
def table() -> Response:
    """The columns as CSV."""
    return _sent(written([COLUMNS]), "text/csv", "questions.csv")


def _plan() -> Plan:
    plans = standards.plans(reading())
    wanted = request.args.get("standard", "") or (plans[0].standard if plans else "")
    found = next((plan for plan in plans if plan.standard == wanted), None)
    if found is None:
        raise NotFound("There is no such standard.", remedy="Choose one from the list.")
    return found


def _sent(data: bytes, kind: str, name: str) -> Response:
    return Response(data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
