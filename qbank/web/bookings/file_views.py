"""Bookings from a file: choose it, see what is wrong with it by row, or have all of it booked."""

from __future__ import annotations

import csv
import io
from typing import Final

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from qbank.domain.access import Permission
from qbank.domain.faults import Fault, Faults
from qbank.services.booking_files import COLUMNS, read_bookings
from qbank.web import jobs
from qbank.web.bookings import booking_job
from qbank.web.bookings.forms import FileForm
from qbank.web.gate import allowed, current_person
from qbank.web.typed_times import moment_typed

bp = Blueprint("booking_files", __name__, url_prefix="/bookings/file")

EXAMPLE: Final = (
    "customer-service-specialist-3",
    "interview",
    "first sitting",
    "AP-0001",
    "Apprentice’s name",
    "Employer",
    "Training provider",
    "assessor@example.org",
    "2027-01-31",
    "09:30",
    "Link in the invitation",
    "",
    "2026-12-01",
    "yes",
    "",
    "",
)


@bp.get("")
@allowed(Permission.BOOK_SESSIONS)
def index() -> str:
    """The form for a file, and what a file looks like."""
    return _page(FileForm())


@bp.get("/example.csv")
@allowed(Permission.BOOK_SESSIONS)
def example() -> Response:
    """A file to begin with: the columns and one row."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, EXAMPLE])
    headers = {"Content-Disposition": 'attachment; filename="bookings.csv"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


@bp.post("")
@allowed(Permission.BOOK_SESSIONS)
def book() -> AnyResponse | tuple[str, int]:
    """Have every session of the file booked, or say what is wrong with its rows."""
    form = FileForm()
    if not form.validate_on_submit():
        return _page(form), 400
    name, data = form.file.data.filename or "file", form.file.data.read()
    try:
        rows = read_bookings(data, name, moment_typed)
    except Faults as faults:
        return _page(form, faults.faults), 400
    reference = jobs.ask(
        booking_job.NAME,
        title=f"Booking the sessions of {name}",
        by=current_person(),
        file=name,
        count=str(len(rows)),
        back=url_for(".index"),
        _text=data.decode(),
    )
    return redirect(url_for("progress.standing", reference=reference))


def _page(form: FileForm, faults: tuple[Fault, ...] = ()) -> str:
    return render_template("bookings/file.html", form=form, faults=faults, columns=COLUMNS)
