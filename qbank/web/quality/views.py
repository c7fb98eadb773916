"""Moderation: what awaits it, one decision whole, and the acts: uphold or return, confirm, release, an exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from qbank.domain.access import Permission, Role
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.grading import Grade, overall
from qbank.domain.moderating import Outcome, Standing
from qbank.domain.standards import Plan
from qbank.services import delivering, grading, moderating, revealing
from qbank.services.kept_evidence import whole_evidence
from qbank.storage.models import AssessmentSession, Person, SeedReveal
from qbank.storage.queries import assessments, people, records, sessions, standards
from qbank.storage.queries.assessments import Decision
from qbank.storage.queries.overall_grades import last_signed
from qbank.storage.queries.sessions import SessionLine
from qbank.storage.queries.sets import DrawnSet, set_of
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.judged_lines import grouped
from qbank.web.quality import page
from qbank.web.seeds import cipher
from qbank.web.transaction import reading, transaction
from qbank.web.whole_numbers import whole

bp = Blueprint("quality", __name__, url_prefix="/quality")

MOST_CONFIRMED = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One session with its assessments and the set that they rest on."""

    line: SessionLine
    plan: Plan
    decisions: tuple[Decision, ...]
    drawn: DrawnSet

    @property
    def standing(self) -> Decision:
        """The assessment that stands."""
        return self.decisions[-1]


@bp.get("")
@allowed(Permission.SEE_MODERATION)
def index() -> str:
    """What awaits moderation, each assessor's sample, and what was confirmed."""
    store, at = reading(), now()
    plans = standards.plans(store)
    open_rows = page.rows_of(store, assessments.standing_decisions(store, confirmed=False), plans)
    done = assessments.standing_decisions(store, confirmed=True, most=MOST_CONFIRMED)
    return render_template(
        "quality/index.html",
        awaiting=[row for row in open_rows if row.decision.standing is Standing.AWAITS_MODERATION],
        others=[row for row in open_rows if row.decision.standing is not Standing.AWAITS_MODERATION],
        confirmed=page.rows_of(store, done, plans),
        samples=page.samples_of(store, people.with_role(store, Role.ASSESSOR), open_rows, plans, at=at),
        may_moderate=current_person().may(Permission.MODERATE),
    )


@bp.get("/<public_id>")
@allowed(Permission.SEE_MODERATION)
def decision(public_id: str) -> str:
    """One decision: the record, the questions that were asked, the evidence, the grade."""
    return _decision_page(_found(public_id))


@bp.post("/<public_id>/moderate")
@allowed(Permission.MODERATE, fresh=True)
def moderate(public_id: str) -> Response | tuple[str, int]:
    """Uphold the decision, or return it to its assessor with the reason."""
    found = _found(public_id)
    because, by, at = _words("because"), current_person(), now()
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        return _decision_page(found, fault="Choose whether you uphold it or return it.", because=because), 400
    try:
        _act(found, lambda store, session: moderating.moderate(store, session, outcome, because=because, by=by, at=at))
    except RuleBroken as refusal:
        return _decision_page(found, fault=str(refusal), because=because), 409
    flash(f"{found.line.reference} is {outcome}.")
    return redirect(url_for(".decision", public_id=public_id))


@bp.post("/<public_id>/confirm")
@allowed(Permission.MODERATE, fresh=True)
def confirm(public_id: str) -> Response:
    """Confirm the decision: from now on it is final."""
    found, by, at = _found(public_id), current_person(), now()
    _act(found, lambda store, session: moderating.confirm(store, session, by=by, at=at))
    flash(f"{found.line.reference} is confirmed.")
    return redirect(url_for(".decision", public_id=public_id))


@bp.post("/<public_id>/reveal")
@allowed(Permission.MODERATE, fresh=True)
def reveal(public_id: str) -> Response:
    """Reveal the seed of the set: from now on anybody can draw it again."""
    found, by, at, opener = _found(public_id), current_person(), now(), cipher()
    _act(found, lambda store, session: revealing.reveal(store, session, by=by, at=at, cipher=opener))
    flash(f"The seed of {found.line.reference} is revealed.")
    return redirect(url_for(".decision", public_id=public_id))


@bp.get("/<public_id>/evidence.json")
@allowed(Permission.SEE_MODERATION)
def evidence(public_id: str) -> Response:
    """All that the set followed from, to be drawn again anywhere; without the words of a question."""
    reference = _found(public_id).line.reference
    kept = whole_evidence(reading(), reference)
    if kept.seed is None:
        raise RuleBroken(
            f"The seed of {reference} is not revealed.", remedy="It is revealed after the result.", rule="L4"
        )
    text = json.dumps(kept.to_dict(with_stems=False), ensure_ascii=False) + "\n"
    name = {"Content-Disposition": f'attachment; filename="{reference}-evidence.json"'}
    return Response(text, mimetype="application/json", headers=name)


@bp.post("/<public_id>/exception")
@allowed(Permission.MODERATE, fresh=True)
def exception(public_id: str) -> Response:
    """Record exceptional circumstances for a fail: a re-sit's grade is not capped then (R5)."""
    found, because, by, at = _found(public_id), _words("circumstances"), current_person(), now()
    _act(found, lambda store, session: grading.record_exception(store, session, because=because, by=by, at=at))
    flash("The exceptional circumstances are recorded: the grade of a re-sit or re-take is not capped.")
    return redirect(url_for(".decision", public_id=public_id))


@bp.post("/confirm")
@allowed(Permission.MODERATE, fresh=True)
def confirm_others() -> Response:
    """Confirm everything of an assessor that may be: after their sample was moderated."""
    assessor, by, at = _assessor(), current_person(), now()
    count = transaction(lambda store: moderating.confirm_others(store, assessor.id, by=by, at=at))
    flash(f"{count} of {assessor.name} are confirmed." if count != 1 else f"One of {assessor.name} is confirmed.")
    return redirect(url_for(".index"))


@bp.post("/release")
@allowed(Permission.MODERATE, fresh=True)
def release() -> Response:
    """Say that an assessor is new no longer."""
    assessor, by, at = _assessor(), current_person(), now()
    transaction(lambda store: moderating.release(store, store.get_one(Person, assessor.id), by=by, at=at))
    flash(f"{assessor.name} is released: the lot decides from now on which of their decisions are moderated.")
    return redirect(url_for(".index"))


def _found(public_id: str) -> Found:
    """The submitted session of that address.

    Raises:
        NotFound: no session has it, or nothing was submitted for it.
    """
    store = reading()
    line = sessions.session_by_public_id(store, public_id, None)
    decisions = () if line is None else tuple(assessments.decisions_of(store, line.id))
    drawn = set_of(store, line.id) if line and decisions else None
    if line is None or drawn is None:
        raise NotFound("No decision has this address.", remedy="Choose one from the list of moderation.")
    plan = standards.plan(store, line.plan_version_id)
    return Found(line, plan, decisions, drawn)


def _decision_page(found: Found, *, fault: str = "", because: str = "") -> str:
    """The page of a decision; whoever may moderate reads the questions, and that is an exposure."""
    store, person, at = reading(), current_person(), now()
    standing, may_moderate = found.standing, person.may(Permission.MODERATE)
    session = store.get_one(AssessmentSession, found.line.id)
    taken_part = person.identifier is None or assessments.took_part(store, standing.id, person.identifier)
    awaiting = moderating.sample_awaiting(store, standing.assessor_id)
    grades = assessments.confirmed_grades(store, session.apprentice_id, found.line.plan_version_id)
    shown = {
        "line": found.line,
        "plan": found.plan,
        "method": found.plan.method(found.line.method),
        "decision": standing,
        "decisions": found.decisions,
        "drawn": found.drawn,
        "groups": grouped(found.plan, found.line.method, assessments.judgements_of(store, standing.id)),
        "record": (record := records.record(store, session.id)),
        "put": page.put_in(found.drawn, record),
        "overall": overall(found.plan, grades),
        "signed": last_signed(store, session.apprentice_id),
        "moderators": {each.moderator_id: _name(store, each.moderator_id) for each in found.decisions},
        "may_moderate": may_moderate,
        "taken_part": taken_part,
        "may_confirm": standing.standing is Standing.UPHELD or (standing.standing is Standing.HELD and not awaiting),
        "may_except": standing.grade is Grade.FAIL and not assessments.has_exception(store, session.attempt_id),
        "is_excepted": assessments.has_exception(store, session.attempt_id),
        "revealed": store.get(SeedReveal, session.attempt_id),
        "fault": fault,
        "because": because,
    }
    if may_moderate:
        transaction(lambda store: delivering.note_view(store, found.drawn, how="read", by=person, at=at))
    return render_template("quality/decision.html", **shown)


def _act(found: Found, work: Callable[[Session, AssessmentSession], object]) -> None:
    transaction(lambda store: work(store, store.get_one(AssessmentSession, found.line.id)))


def _assessor() -> Person:
    """The assessor that the form names."""
    found = reading().get(Person, request.form.get("assessor", 0, type=whole))
    if found is None:
        raise BadRequest
    return found


def _name(store: Session, person_id: int | None) -> str:
    return "" if person_id is None else store.get_one(Person, person_id).name


def _words(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()
