"""Questions from a file: send it, see what each row is to the bank, choose, and read what came of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovRadioInput, GovSubmitInput
from werkzeug.wrappers import Response
from wtforms import RadioField, SubmitField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired

from qbank.domain.access import Permission
from qbank.domain.bank_rows import Kind
from qbank.domain.errors import NotFound, NotReady
from qbank.domain.faults import Fault, Faults
from qbank.domain.plain_text import visible
from qbank.domain.standards import Plan
from qbank.services.import_files import format_of, read_rows
from qbank.services.question_imports import Judged, Source, judge
from qbank.storage.queries import imports, standards
from qbank.web import jobs
from qbank.web.gate import allowed, current_person
from qbank.web.importing import import_job
from qbank.web.importing.choosing import MOST_BOXES, chosen_in, numbers_in, ranges_of
from qbank.web.importing.staged import Staged
from qbank.web.saying import counted
from qbank.web.transaction import reading
from qbank.web.uploads import staged_files

bp = Blueprint("importing", __name__, url_prefix="/questions")

MOST_SHOWN = 500
"""Rows of a kind that a page lists; the file has the others."""
MOST_NAME = 120


class FileForm(FlaskForm):  # type: ignore[misc]  # the library publishes no types
    """A file with questions."""

    standard = RadioField(
        "Standard", validators=[InputRequired("Select the standard")], choices=[], widget=GovRadioInput()
    )
    file = FileField(
        "File",
        description="XLSX, CSV, a ZIP of Markdown files, or JSON: up to 10 MB and 10,000 questions",
        validators=[FileRequired("Choose a file")],
        widget=GovFileInput(),
    )
    submit = SubmitField("Look at the rows", widget=GovSubmitInput())


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page of a file shows.

    Args:
        counts: rows by kind.
        plan: of the standard that the file is for.
        coming, wrong: the rows that may come in; those that may not.
    """

    plan: Plan
    staged: Staged
    counts: Counter[Kind]
    coming: Sequence[Judged]
    wrong: Sequence[Judged]

    @property
    def has_boxes(self) -> bool:
        """Whether each row that may come in has a box of its own."""
        return len(self.coming) <= MOST_BOXES


@bp.get("/import")
@allowed(Permission.WRITE_QUESTIONS)
def index() -> str:
    """The form for a file, files to begin with, and the person's earlier imports."""
    return _index_page(_form())


@bp.post("/import")
@allowed(Permission.WRITE_QUESTIONS)
def upload() -> Response | tuple[str, int]:
    """Look at a file: what is wrong with it as a whole, or the page that shows its rows. Nothing is written."""
    form, person = _form(), current_person()
    if not form.validate_on_submit():
        return _index_page(form), HTTPStatus.BAD_REQUEST
    name = visible(form.file.data.filename or "file")[-MOST_NAME:]
    plan = next(each for each in _plans() if each.standard == form.standard.data)
    with closing(form.file.data) as sent:
        data = sent.read()
    try:
        found = read_rows(data, name, plan, author=person.name)
    except Faults as faults:
        return _index_page(form, faults.faults, name), HTTPStatus.BAD_REQUEST
    source = Source(name, format_of(name), sha256(data).hexdigest())
    staged = Staged(source, plan.standard, found.rows, found.notes)
    token = staged_files().keep(person.identifier or 0, staged.as_bytes())
    return redirect(url_for(".preview", token=token))


@bp.get("/import/<token>")
@allowed(Permission.WRITE_QUESTIONS)
def preview(token: str) -> str:
    """What each row of the file is to the bank, and the choice of those that come in."""
    return _preview_page(token, _previewed(token))


@bp.post("/import/<token>")
@allowed(Permission.WRITE_QUESTIONS)
def bring_in(token: str) -> Response | tuple[str, int]:
    """Have the rows that were chosen brought in."""
    seen = _previewed(token)
    submits = request.form.get("submits") == "yes"
    try:
        chosen = chosen_in(request.form, [each.row.number for each in seen.coming])
    except ValueError:
        said = {"without": "Rows to leave out must be numbers and ranges, like 14, 20-31"}
        return _preview_page(token, seen, said), HTTPStatus.BAD_REQUEST
    if not chosen:
        return _preview_page(token, seen, {"rows": "Select at least one row"}), HTTPStatus.BAD_REQUEST
    reference = jobs.ask(
        import_job.NAME,
        title=f"Importing {counted(len(chosen), 'question')}",
        by=current_person(),
        token=token,
        submits="yes" if submits else "no",
        back=url_for(".preview", token=token, **_choice_kept(seen, chosen, submits=submits)),
        _chosen=json.dumps(sorted(chosen)),
    )
    return redirect(url_for("progress.standing", reference=reference))


@bp.get("/imports/<public_id>")
@allowed(Permission.WRITE_QUESTIONS)
def report(public_id: str) -> str:
    """What came of an import: it stays."""
    found = imports.import_by_public_id(reading(), public_id)
    if found is None:
        raise NotFound("No import has this address.", remedy="Choose one from the page of imports.")
    lines = imports.lines_of(reading(), found)
    return render_template(
        "importing/report.html",
        report=found,
        by=imports.importer_of(reading(), found),
        drafted=[each for each in lines if each.draft][:MOST_SHOWN],
        others=[each for each in lines if not each.draft and each.kind != Kind.UNCHANGED][:MOST_SHOWN],
        most=MOST_SHOWN,
    )


def _plans() -> list[Plan]:
    plans = standards.plans(reading())
    if not plans:
        raise NotReady("No standard is loaded.", remedy="Ask whoever runs this installation to load one.")
    return plans


def _form() -> FileForm:
    form, plans = FileForm(), _plans()
    form.standard.choices = [SelectChoice(plan.standard, plan.title) for plan in plans]
    if len(plans) == 1:
        form.standard.data = plans[0].standard
    return form


def _previewed(token: str) -> Preview:
    person, store = current_person(), reading()
    staged = Staged.from_bytes(staged_files().data(person.identifier or 0, token))
    row = standards.plan_version(store, staged.standard)
    if row is None:
        raise NotFound("The standard is not loaded any more.", remedy="Send the file again.")
    judged = judge(store, row, staged.rows, by=person)
    return Preview(
        plan=standards.plan(store, row.id),
        staged=staged,
        counts=Counter(each.kind for each in judged),
        coming=[each for each in judged if each.may_come_in],
        wrong=[each for each in judged if each.kind is Kind.WRONG],
    )


def _index_page(form: FileForm, faults: Sequence[Fault] = (), file: str = "") -> str:
    person = current_person()
    return render_template(
        "importing/index.html",
        form=form,
        faults=faults,
        file=file,
        several=len(_plans()) > 1,
        earlier=imports.imports_of(reading(), person.identifier or 0),
    )


def _choice_kept(seen: Preview, chosen: frozenset[int], *, submits: bool) -> dict[str, Any]:
    """What the address of the page says of a choice, so that whoever comes back to it finds it."""
    rows = {"rows": ranges_of(chosen)} if seen.has_boxes else {"without": request.form.get("without", "")}
    return rows | {"submits": "yes" if submits else "no"}


def _ticked() -> set[str] | None:
    """The rows whose box is ticked; None for every one."""
    if request.method == "POST":
        return set(request.form.getlist("row"))
    try:
        return {str(number) for number in numbers_in(request.args["rows"])} if "rows" in request.args else None
    except ValueError:
        return None


def _preview_page(token: str, seen: Preview, faults: dict[str, str] | None = None) -> str:
    return render_template(
        "importing/preview.html",
        token=token,
        seen=seen,
        kinds=Kind,
        faults=faults or {},
        ticked=_ticked(),
        without=request.values.get("without", ""),
        submits=request.values.get("submits", ""),
        most=MOST_SHOWN,
    )
