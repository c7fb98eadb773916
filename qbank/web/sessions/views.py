"""My sessions, one session, and the one press that pulls its question set."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.deadlines import Deadlines
from qbank.services import delivering
from qbank.storage.queries import voids
from qbank.storage.queries.preparation import preparation_of
from qbank.storage.queries.sessions import SessionLine
from qbank.web import paper, preparation_lines, saying
from qbank.web.clock import now
from qbank.web.configuration import pulls_a_day
from qbank.web.days import calendar_day, days_away
from qbank.web.gate import allowed, current_person
from qbank.web.moments import moment
from qbank.web.seeds import cipher
from qbank.web.session_lines import Row, grouped, key_of, row_of, rows_of
from qbank.web.transaction import engine, reading

bp = Blueprint("sessions", __name__, url_prefix="/sessions")

DRAWN = "It is the same for whoever opens it, whenever. Read it through, then print the pack if you want it on paper."


@bp.get("")
@allowed(Permission.SEE_OWN_SESSIONS)
def index() -> str:
    """Every session of the assessor: today, next, past."""
    rows = rows_of(reading(), current_person(), at=now())
    return render_template("sessions/index.html", groups=grouped(rows, at=now()), count=len(rows))


@bp.get("/<public_id>")
@allowed(Permission.SEE_OWN_SESSIONS)
def session(public_id: str) -> str:
    """One session: what is known of it, and what can be done now."""
    store = reading()
    row = row_of(store, public_id, current_person(), at=now())
    prepared = preparation_of(store, row.line)
    return render_template(
        "sessions/session.html",
        row=row,
        line=row.line,
        known=known_of(row, prepared.deadlines),
        before=preparation_lines.for_assessor(row, prepared, at=now()),
        **voids_of(row.line),
    )


@bp.post("/<public_id>/pull")
@allowed(Permission.PULL_QUESTION_SET)
def pull(public_id: str) -> Response:
    """Draw the session's set, once for ever, and show it. Asked again, show the set that stands."""
    person = current_person()
    key = key_of(reading(), public_id, person)
    if delivering.see_to(engine(), key, by=person, at=now(), cipher=cipher(), most_a_day=pulls_a_day()):
        flash(DRAWN)
    return redirect(url_for("assessing.question_set", public_id=public_id))


def voids_of(line: SessionLine) -> dict[str, object]:
    """What a session's page says of voids: those of its sets, and one that is asked for."""
    store = reading()
    return {
        "voided": voids.voids_of(store, line.attempt_id),
        "asked_void": voids.asked_of_session(store, line.attempt_id),
    }


def known_of(row: Row, days: Deadlines) -> list[tuple[str, str]]:
    """What the session's page says of it, a line each."""
    line, at = row.line, now()
    return [
        ("Apprentice", f"{line.apprentice}, {line.apprentice_reference}"),
        ("Employer", line.employer),
        ("Training provider", line.provider),
        ("When", moment(line.starts_at, at=at, capital=True) + f", for {saying.length(row.bands.allowed)}"),
        ("Lawful length", saying.between(row.bands.shortest, row.bands.longest)),
        ("Where", f"By video: {line.place}" if line.remote else line.place),
        *([("May watch", paper.WATCHER)] if row.method.employer_may_watch else []),
        ("Standard", f"{row.plan.title}, level {row.plan.level}, plan version {row.plan.version}"),
        ("Sitting", f"{line.kind}, attempt {line.attempt_number}"),
        *_deadlines(row, days),
        ("Question set opens", moment(row.window.opens_at, at=at, capital=True)),
        ("Question set closes", moment(row.window.closes_at, at=at, capital=True)),
    ]


def _deadlines(row: Row, days: Deadlines) -> list[tuple[str, str]]:
    """The days of the plan around the session, with how far away they are (rules G5, W1, W2, W5, O7, P2, R4 and R7)."""
    notice, submission = row.method.notice_days, row.method.submission_days
    dates = (
        ("Notice to the apprentice by", days.notice_by, f", {notice} days before"),
        ("Project finished by", days.project_by, ""),
        ("Submission due by", days.handed_in_by, f", {submission} days before"),
        ("Assessment ends on", days.ends_on, f", {row.plan.assessment_months} months after its start"),
        ("Should be done by", days.again_by, f", {row.plan.resit_months} months after the first sitting"),
    )
    words = Markup('{}{}<span class="screen-only">: {}</span>')  # how far it is soon means another day on paper
    return [
        (label, words.format(calendar_day(day), why, days_away(day, at=now())))
        for label, day, why in dates
        if day is not None
    ]
