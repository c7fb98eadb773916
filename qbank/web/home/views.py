"""Home."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, render_template

from qbank.domain.access import Permission, Role
from qbank.domain.people import Actor
from qbank.services.gaps import gaps_of_standard
from qbank.storage.queries import harvest, standards, writing
from qbank.storage.queries.families import Family, awaiting_approval
from qbank.storage.queries.voids import AskedVoid, waiting_voids
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.home.panel import (
    Revisions,
    asked_too_often,
    broken_budgets,
    open_reviews,
    revisions,
    unwatched_budgets,
)
from qbank.web.home.work import WORK
from qbank.web.review_lines import BankLine, bank_lines
from qbank.web.session_lines import of_the_next_day, of_today, rows_of
from qbank.web.transaction import reading
from review.clock import Standing
from review.days import day_in_uk

bp = Blueprint("home", __name__)

SHOWN = 5
"""Drafts, KSBs to write for, and refused pulls."""
TOLD = timedelta(days=7)
"""For how long a refused pull is told of here; the audit trail tells of it for ever."""


@bp.get("/")
@allowed(Permission.SEE_OWN_HOME)
def index() -> str:
    """Home by role: today's sessions for an assessor, or the next day's; for every other role what stands for it."""
    person, at = current_person(), now()
    is_assessor = person.may(Permission.SEE_OWN_SESSIONS)
    mine = rows_of(reading(), person, at=at) if is_assessor else []
    work = [WORK[role] for role in Role if role in person.roles]
    today = of_today(mine, at=at)
    watches = person.may(Permission.SIGN_CONTINUATIONS)
    lines = _lines(at) if watches else []
    return render_template(
        "home/index.html",
        today=today,
        following=None if today else of_the_next_day(mine, at=at),
        work=work,
        is_assessor=is_assessor,
        families=_to_decide(person) if person.may(Permission.APPROVE_STANDARD_SETS) else [],
        open_reviews=open_reviews(reading(), person) if person.may(Permission.WORK_ON_REVIEWS) else [],
        revisions=_to_revise(person, at),
        voids=_to_answer(person) if person.may(Permission.VOID_SETS) else [],
        refused=_refused_pulls(person, at),
        budgets=broken_budgets(reading()) if watches else [],
        unwatched=unwatched_budgets(reading(), at=at) if watches else [],
        too_often=asked_too_often(lines) if person.may(Permission.CALL_REVIEW) else [],
        banks=[line for line in lines if line.standing not in {None, Standing.IN_ORDER} or line.awaiting],
        **_writing(person),
    )


def _to_answer(person: Actor) -> list[AskedVoid]:
    """Voids that somebody else asked for."""
    return [each for each in waiting_voids(reading()) if each.by_id != person.identifier]


def _refused_pulls(person: Actor, at: datetime) -> list[harvest.Refused]:
    """What assessors wanted beyond what a day allows, to those who may ask them why."""
    sees = person.may(Permission.SEE_AUDIT_TRAIL)
    return harvest.refused(reading(), since=at - TOLD)[:SHOWN] if sees else []


def _to_revise(person: Actor, at: datetime) -> Revisions:
    """Revisions that panels asked for."""
    sees = person.may(Permission.SEE_REVIEW_TASKS)
    return revisions(reading(), person, today=day_in_uk(at)) if sees else Revisions(0, 0, ())


def _lines(at: datetime) -> list[BankLine]:
    """Every bank on the clock of the annual review."""
    return [line for _, found in bank_lines(reading(), at=at) for line in found]


def _writing(person: Actor) -> dict[str, object]:
    """What stands for authors and approvers: drafts, what is most missing, what awaits a second person."""
    store = reading()
    waiting = writing.count_awaiting(store) if person.may(Permission.APPROVE_QUESTIONS) else 0
    if not person.may(Permission.WRITE_QUESTIONS):
        return {"waiting": waiting, "writes": False}
    drafts = [each for each in writing.drafts_of(store, person.identifier or 0) if not each.is_put_away]
    missing = [
        (plan, found.method, gap)
        for plan in standards.plans(store)
        for found in gaps_of_standard(store, plan)
        for gap in found.missing
    ]
    missing.sort(key=lambda each: -each[2].missing)
    return {
        "drafts": drafts[:SHOWN],
        "all_drafts": len(drafts),
        "missing": missing[:SHOWN],
        "waiting": waiting,
        "writes": True,
    }


def _to_decide(person: Actor) -> list[Family]:
    """Standard sets that this person may decide about."""
    return [each for each in awaiting_approval(reading()) if person.identifier not in each.makers]
