"""My sessions, one session, and the one press that pulls its question set."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.services import delivering
from qbank.web import saying
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.moments import moment
from qbank.web.seeds import cipher
from qbank.web.session_lines import Row, grouped, row_of, rows_of
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
    row = row_of(reading(), public_id, current_person(), at=now())
    return render_template("sessions/session.html", row=row, line=row.line, known=known_of(row))


@bp.post("/<public_id>/pull")
@allowed(Permission.PULL_QUESTION_SET)
def pull(public_id: str) -> Response:
    """Draw the session's set, once for ever, and show it. Asked again, show the set that stands."""
    person, at = current_person(), now()
    row = row_of(reading(), public_id, person, at=at)
    delivering.pull_once(engine(), row.line.id, by=person, at=at, cipher=cipher())
    if row.standing.awaits_a_pull:
        flash(DRAWN)
    return redirect(url_for("assessing.question_set", public_id=public_id))


def known_of(row: Row) -> list[tuple[str, str]]:
    """What the session's page says of it, a line each."""
    line, method, at = row.line, row.method, now()
    return [
        ("Apprentice", f"{line.apprentice}, {line.apprentice_reference}"),
        ("Employer", line.employer),
        ("Training provider", line.provider),
        ("When", moment(line.starts_at, at=at, capital=True) + f", for {method.minutes} minutes"),
        ("Lawful length", saying.between(method.shortest_seconds, method.longest_seconds)),
        ("Where", line.place),
        ("Standard", f"{row.plan.title}, level {row.plan.level}"),
        ("Sitting", f"{line.kind}, attempt {line.attempt_number}"),
        *_deadlines(row),
        ("Question set opens", moment(row.window.opens_at, at=at, capital=True)),
        ("Question set closes", moment(row.window.closes_at, at=at, capital=True)),
    ]


def _deadlines(row: Row) -> list[tuple[str, str]]:
    """What had to reach whom how long before, where the plan says so (rules O7, W2 and P2)."""
    days = {"Notice to the apprentice by": row.method.notice_days, "Submission due by": row.method.submission_days}
    return [
        (label, f"{saying.date(row.line.starts_at - timedelta(days=before))}, {before} days before")
        for label, before in days.items()
        if before is not None
    ]
