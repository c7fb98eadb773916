"""Home."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template

from qbank.domain.access import Permission, Role
from qbank.domain.people import Actor
from qbank.storage.queries.families import Family, awaiting_approval
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.home.work import WORK
from qbank.web.review_lines import BankLine, bank_lines
from qbank.web.session_lines import of_the_next_day, of_today, rows_of
from qbank.web.transaction import reading
from review.clock import Standing

bp = Blueprint("home", __name__)


@bp.get("/")
@allowed(Permission.SEE_OWN_HOME)
def index() -> str:
    """Home by role: today's sessions for an assessor, or the next day's; for every other role what stands for it."""
    person, at = current_person(), now()
    is_assessor = person.may(Permission.SEE_OWN_SESSIONS)
    mine = rows_of(reading(), person, at=at) if is_assessor else []
    work = [WORK[role] for role in Role if role in person.roles]
    today = of_today(mine, at=at)
    return render_template(
        "home/index.html",
        today=today,
        following=None if today else of_the_next_day(mine, at=at),
        work=work,
        is_assessor=is_assessor,
        families=_to_decide(person) if person.may(Permission.APPROVE_STANDARD_SETS) else [],
        banks=_to_review(at) if person.may(Permission.SIGN_CONTINUATIONS) else [],
    )


def _to_review(at: datetime) -> list[BankLine]:
    """Banks of which something is overdue, due soon or called early."""
    lines = [line for _, found in bank_lines(reading(), at=at) for line in found]
    return [line for line in lines if line.standing not in {None, Standing.IN_ORDER} or line.awaiting]


def _to_decide(person: Actor) -> list[Family]:
    """Standard sets that this person may decide about."""
    return [each for each in awaiting_approval(reading()) if person.identifier not in each.makers]
