"""Home, and the way to it."""

from __future__ import annotations

from flask import Blueprint, render_template

from qbank.domain.access import Permission, Role
from qbank.storage.queries import sessions
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.home.work import WORK
from qbank.web.saying import local
from qbank.web.transaction import reading

bp = Blueprint("home", __name__)


@bp.get("/")
@allowed(Permission.SEE_OWN_HOME)
def index() -> str:
    """Home by role: today's sessions for an assessor; for every other role what stands for it, said plainly."""
    person, at = current_person(), now()
    with reading() as store:
        mine = sessions.sessions_of(store, person.identifier) if person.may(Permission.SEE_OWN_SESSIONS) else ()
    today = [session for session in mine if local(session.starts_at).date() == local(at).date()]
    work = [WORK[role] for role in Role if role in person.roles]
    return render_template("home/index.html", today=today, work=work, is_assessor=Role.ASSESSOR in person.roles)
