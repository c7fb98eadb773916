"""How far a job is that somebody asked for; when it is done, its answer; and a button that stops it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.jobs.queue import State
from qbank.web import jobs
from qbank.web.gate import allowed, current_person

bp = Blueprint("progress", __name__, url_prefix="/progress")


@bp.get("/<reference>")
@allowed(Permission.SEE_OWN_HOME)
def standing(reference: str) -> str | Response:
    """The job as it stands now. A script asks again every second; without one, a link does."""
    found = jobs.standing_for(reference, current_person())
    if found.state is State.DONE:
        return redirect(jobs.ADDRESSES[found.name](found))
    return render_template("progress/standing.html", found=found, state=found.state, reference=reference)


@bp.post("/<reference>")
@allowed(Permission.SEE_OWN_HOME)
def cancel(reference: str) -> Response:
    """Stop the job, and say how it stands now: it may have come to its end first."""
    jobs.cancel(reference, current_person())
    return redirect(url_for(".standing", reference=reference))
