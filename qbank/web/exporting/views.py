"""Questions out of the bank: which ones and as what is chosen on one page; the answer is the file, an audited act."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, render_template, request

from qbank.domain.access import Permission
from qbank.domain.bank_list import Wanted
from qbank.domain.errors import NotFound, NotReady
from qbank.domain.standards import Plan
from qbank.services.exporting import FORMATS, as_file, record
from qbank.storage.queries import bank_list, standards
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.transaction import reading, transaction

bp = Blueprint("exporting", __name__, url_prefix="/questions/export")

OFFERED = {
    "xlsx": (
        "Workbook (XLSX)",
        "A row for each question, by its version in service; can be changed and imported again",
    ),
    "csv": ("CSV", "The same as text, for any program"),
    "zip": ("Markdown files (ZIP)", "A file for each question, as qbank bank load reads them"),
    "json": ("JSON with the whole history", "Every version, who wrote and approved it, enemies and clones"),
}


@bp.get("")
@allowed(Permission.SEE_QUESTIONS)
def index() -> str:
    """Which questions, and as what."""
    return _page()


@bp.post("")
@allowed(Permission.SEE_QUESTIONS, fresh=True)
def take() -> Response | tuple[str, int]:
    """The file. `reference`, once for each, names some questions alone."""
    kind, (standard, _, method) = request.form.get("format", ""), request.form.get("method", "").partition("/")
    faults = {} if standard else {"method-1": "Select which questions"}
    if kind not in FORMATS:
        faults["format-1"] = "Select a format"
    if faults:
        return _page(faults), HTTPStatus.BAD_REQUEST
    person, at, among = current_person(), now(), frozenset(request.form.getlist("reference")) or None
    row = standards.plan_version(reading(), standard)
    if row is None:
        raise NotFound("There is no such standard.", remedy="Choose one from the list.")
    made = as_file(reading(), row, kind, method=method, among=among)
    transaction(lambda store: record(store, made, by=person, at=at))
    headers = {"Content-Disposition": f'attachment; filename="{made.file}"'}
    return Response(made.data, mimetype=FORMATS[kind], headers=headers)


def _choices(plan: Plan) -> list[tuple[str, str]]:
    """(what is sent, what is said) of all questions of a standard, and of each of its methods."""
    methods = [(f"{plan.standard}/{method.code}", method.title) for method in plan.methods]
    return [(f"{plan.standard}/", f"All of {plan.title}"), *methods]


def _of_the_view() -> list[str] | None:
    """The questions that a view of the list finds; None where the address is that of none that narrows it."""
    view = Wanted.of(request.args)
    return bank_list.references(reading(), view, at=now()) if view.filters else None


def _page(faults: dict[str, str] | None = None) -> str:
    plans = standards.plans(reading())
    if not plans:
        raise NotReady("No standard is loaded.", remedy="Ask whoever runs this installation to load one.")
    references = request.values.getlist("reference") or _of_the_view()
    if references == []:  # not None: an export of nothing would be one of everything
        return render_template("exporting/nothing.html", view=Wanted.of(request.args))
    return render_template(
        "exporting/index.html",
        choices=[choice for plan in plans for choice in _choices(plan)],
        offered=OFFERED,
        faults=faults or {},
        method=request.form.get("method", "") or (f"{plans[0].standard}/" if references else ""),
        kind=request.values.get("format", ""),
        references=references or (),
    )
