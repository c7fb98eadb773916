"""From the last question to a submitted grade: judge the criteria, check, submit; what was given; a correction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import RuleBroken
from qbank.domain.finishing import Sat, missing
from qbank.domain.grading import Grade, Graded, overall, rests_on_summaries, sources_of
from qbank.domain.lifecycle import Sitting
from qbank.domain.openings import openings
from qbank.domain.record_entries import Judgement
from qbank.services import grading, recording
from qbank.services.grading import NotFinished
from qbank.storage.models import AssessmentSession
from qbank.storage.queries import assessments
from qbank.storage.queries.assessments import Decision
from qbank.storage.queries.records import kept_entries
from qbank.storage.queries.sets import DrawnSet, set_of
from qbank.web.clock import now
from qbank.web.finishing import page
from qbank.web.finishing.fields import (
    CriterionFields,
    choices_of,
    entries_in,
    judged_in,
    of_criteria,
    of_questions,
    of_texts,
)
from qbank.web.gate import allowed, current_person
from qbank.web.judged_lines import HEADINGS, grouped
from qbank.web.session_lines import Row, row_of
from qbank.web.transaction import reading, transaction

bp = Blueprint("finishing", __name__, url_prefix="/sessions/<public_id>")


@dataclass(frozen=True, slots=True)
class Finishing:
    """A session on its way to a grade."""

    row: Row
    session: AssessmentSession
    drawn: DrawnSet
    sat: Sat
    given: Graded

    @property
    def known(self) -> dict[str, Any]:
        """What every page of the journey needs."""
        plan, line = self.row.plan, self.row.line
        return {
            "row": self.row,
            "line": line,
            "sat": self.sat,
            "given": self.given,
            "on_summaries": rests_on_summaries(plan, line.method),
            "may_be_graded": may_grade_on_summaries() or not rests_on_summaries(plan, line.method),
        }


def may_grade_on_summaries() -> bool:
    """Whether a grade may rest on our summaries of the criteria: in a demonstration only (decision 23)."""
    return bool(current_app.config["QBANK_DEMONSTRATION"])


@bp.get("/finish")
@allowed(Permission.GRADE_SESSIONS)
def finish(public_id: str) -> str | Response:
    """Every criterion with its fields, filled from the record, and how each question was asked."""
    found = _finishing(public_id)
    if assessments.is_submitted(reading(), found.session.id):
        return redirect(url_for(".result", public_id=public_id))
    opened = openings(
        found.sat.plan, found.row.line.method, {each.position: each.criteria for each in found.drawn.asked}
    )
    fields = of_criteria(found.sat, opened)
    return render_template(
        "finishing/finish.html",
        **found.known,
        groups=_groups(fields),
        unjudged=[each.criterion.code for each in fields if each.opening and each.holds is None],
        questions=of_questions(found.sat, {each.position: each.reference for each in found.drawn.met}),
        texts=of_texts(found.sat),
        batch=secrets.token_hex(16),
    )


@bp.post("/finish")
@allowed(Permission.GRADE_SESSIONS)
def save(public_id: str) -> Response:
    """Keep what was judged as entries of the record; the button says where to go on."""
    found, person, at = _finishing(public_id), current_person(), now()
    known = {kept.entry.entry: kept.entry for kept in kept_entries(reading(), found.session.id)}
    entries = entries_in(request.form, found.sat, known, at)

    def work(store: Session) -> recording.Written:
        return recording.write(store, store.get_one(AssessmentSession, found.session.id), entries, by=person, at=at)

    for because in transaction(work).refused.values():
        raise RuleBroken(because, remedy="Go back: what you typed is still there. Load the page again in another tab.")
    if request.form.get("then") == "check":
        return redirect(url_for(".check", public_id=public_id))
    flash("Saved. Nothing is submitted yet.")
    return redirect(url_for(".finish", public_id=public_id))


@bp.get("/finish/check")
@allowed(Permission.GRADE_SESSIONS)
def check(public_id: str) -> str | Response:
    """The grade that follows, in plain words; what is missing, each with a link to its place."""
    found = _finishing(public_id)
    if assessments.is_submitted(reading(), found.session.id):
        return redirect(url_for(".result", public_id=public_id))
    lacking = missing(found.sat, found.given, at=now())
    return render_template(
        "finishing/check.html",
        **found.known,
        lacking=page.links(lacking, public_id),
        explained=page.explained(found.row.plan, found.row.line.method, found.given, Sitting(found.row.line.kind)),
        groups=page.lines_of(found.sat),
    )


@bp.post("/finish/submit")
@allowed(Permission.GRADE_SESSIONS, fresh=True)
def submit(public_id: str) -> Response:
    """Submit the assessment; from now on it is fixed."""
    found, person, at = _finishing(public_id), current_person(), now()
    on_summaries = may_grade_on_summaries()

    def work(store: Session) -> None:
        session = store.get_one(AssessmentSession, found.session.id)
        grading.submit(store, session, by=person, at=at, on_summaries=on_summaries)

    try:
        transaction(work)
    except NotFinished:
        return redirect(url_for(".check", public_id=public_id))
    flash("The assessment is submitted, and its record is closed.")
    return redirect(url_for(".result", public_id=public_id))


@bp.get("/result")
@allowed(Permission.GRADE_SESSIONS)
def result(public_id: str) -> str | Response:
    """What was submitted, and what became of it."""
    store, row = reading(), row_of(reading(), public_id, current_person(), at=now())
    decisions = assessments.decisions_of(store, row.line.id)
    if not decisions:
        return redirect(url_for(".finish", public_id=public_id))
    standing = decisions[-1]
    judged = assessments.judgements_of(store, standing.id)
    return render_template(
        "finishing/result.html",
        row=row,
        line=row.line,
        decision=standing,
        earlier=decisions[:-1],
        groups=grouped(row.plan, row.line.method, judged),
        overall=_overall(store, row, standing),
    )


@bp.get("/correct")
@allowed(Permission.GRADE_SESSIONS)
def correct(public_id: str) -> str:
    """The criteria again, filled with what was submitted, for a correction."""
    found, standing = _corrected(public_id)
    judged = assessments.judgements_of(reading(), standing.id)
    said = {
        code: Judgement(code, holds=each.met is not False, sources=each.sources, text=each.words)
        for code, each in judged.items()
    }
    fields = [_filled(found, each, said.get(each.criterion.code)) for each in _unfilled(found)]
    return _correct_page(found, standing, fields)


@bp.post("/correct")
@allowed(Permission.GRADE_SESSIONS, fresh=True)
def correct_it(public_id: str) -> Response | tuple[str, int]:
    """Keep the correction as another, signed assessment."""
    found, standing = _corrected(public_id)
    person, at, on_summaries = current_person(), now(), may_grade_on_summaries()
    said = {each.code: judged_in(request.form, each) for each in found.sat.plan.criteria_of(found.row.line.method)}
    decisions = {code: one for code, one in said.items() if one is not None}
    because = request.form.get("because", "").replace("\0", "").strip()

    def work(store: Session) -> None:
        session = store.get_one(AssessmentSession, found.session.id)
        grading.correct(store, session, decisions, because=because, by=person, at=at, on_summaries=on_summaries)

    try:
        transaction(work)
    except RuleBroken as refusal:
        lacking = refusal.missing if isinstance(refusal, NotFinished) else ()
        faults = [{"text": each.sentence, "href": f"#{page.place_of(each)}"} for each in lacking]
        fields = [_filled(found, each, decisions.get(each.criterion.code)) for each in _unfilled(found)]
        return _correct_page(found, standing, fields, because=because, faults=faults or [_whole(refusal)]), 400
    flash("The correction is submitted. The assessment that it corrects stays beside it.")
    return redirect(url_for(".result", public_id=public_id))


def _finishing(public_id: str) -> Finishing:
    """The session of that address with its record.

    Raises:
        NotFound: not a session of this person's.
        RuleBroken: its set is not drawn yet, or was voided.
    """
    store = reading()
    row = row_of(store, public_id, current_person(), at=now())
    session = store.get_one(AssessmentSession, row.line.id)
    sat = grading.sat_of(store, session)
    drawn = set_of(store, session.id)
    assert drawn is not None  # noqa: S101 - narrows: the sitting has it
    return Finishing(row, session, drawn, sat, grading.graded_of(store, session, sat))


def _corrected(public_id: str) -> tuple[Finishing, Decision]:
    found = _finishing(public_id)
    standing = assessments.latest(reading(), found.session.id)
    if standing is None:
        raise RuleBroken("Nothing was submitted that could be corrected.", remedy="Finish the assessment first.")
    if standing.confirmed_at is not None:
        raise RuleBroken(
            "A confirmed assessment is not corrected.", remedy="What is confirmed changes by an appeal only."
        )
    return found, standing


def _unfilled(found: Finishing) -> list[CriterionFields]:
    asked = {each.position: each.criteria for each in found.drawn.asked}
    return of_criteria(found.sat, openings(found.sat.plan, found.row.line.method, asked))


def _filled(found: Finishing, each: CriterionFields, said: Judgement | None) -> CriterionFields:
    """The fields with what was submitted or typed, and not what the record holds."""
    sources = sources_of(said.sources) if said else ()
    return replace(
        each,
        holds=said.holds if said else None,
        sources=sources,
        text=said.text if said else "",
        choices=choices_of(found.sat, each.opening, sources),
        follows="",
        others=(),
    )


def _groups(fields: list[CriterionFields]) -> list[tuple[str, list[CriterionFields]]]:
    groups = [
        (heading, [each for each in fields if each.criterion.level is level]) for level, heading in HEADINGS.items()
    ]
    return [(heading, found) for heading, found in groups if found]


def _correct_page(
    found: Finishing,
    standing: Decision,
    fields: list[CriterionFields],
    because: str = "",
    faults: list[dict[str, str]] | None = None,
) -> str:
    return render_template(
        "finishing/correct.html",
        **found.known,
        decision=standing,
        groups=_groups(fields),
        because=because,
        faults=faults or [],
    )


def _whole(refusal: RuleBroken) -> dict[str, str]:
    return {"text": str(refusal), "href": "#because"}


def _overall(store: Session, row: Row, standing: Decision) -> Grade | None:
    """The grade of the whole assessment, once every method's is confirmed (R9)."""
    session = store.get_one(AssessmentSession, standing.session_id)
    return overall(row.plan, assessments.confirmed_grades(store, session.apprentice_id, row.line.plan_version_id))
