"""What the bank holds: a person's drafts, one question with its history, one version beside another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.bank_list import PAGE, Wanted
from qbank.domain.errors import NotFound
from qbank.domain.keeping import Kept, hindrance
from qbank.domain.lifecycle import IN_SERVICE, Change, State
from qbank.storage.models import Question
from qbank.storage.queries import review_clock, standards, versions, writing
from qbank.storage.queries.bank_list import listed
from qbank.storage.queries.keeping import pairs_of, rest_of
from qbank.web import looks
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.question_faces import Face, compared
from qbank.web.questions.list_page import drafts_with, surroundings
from qbank.web.saying import capitalised
from qbank.web.transaction import reading
from qbank.web.whole_numbers import whole
from review.days import day_in_uk

bp = Blueprint("questions", __name__, url_prefix="/questions")

TONES = {State.LIVE: "accent", State.AWAITING_APPROVAL: "warm", State.QUARANTINED: "warm", State.RESTING: "warm"}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a question's history."""

    at: datetime
    who: str
    what: str
    words: str


@bp.get("")
@allowed(Permission.SEE_QUESTIONS)
def index() -> str | Response:
    """The person's drafts, and the list of questions as its address asks for it; a reference leads to its question."""
    store, person, at = reading(), current_person(), now()
    view = Wanted.of(request.args)
    named = request.args.get("reference", view.words).replace("\0", "").strip().upper()[:64]
    if named and writing.question_by_reference(store, named) is not None:
        return redirect(url_for(".question", reference=named))
    looks.bank_is_read()
    writes = person.may(Permission.WRITE_QUESTIONS) and person.identifier is not None
    drafts = writing.drafts_of(store, person.identifier or 0) if writes else []
    return render_template(
        "questions/index.html",
        drafts=drafts_with(drafts, view.words),
        most_drafts=PAGE,
        writes=writes,
        approves=person.may(Permission.APPROVE_QUESTIONS),
        keeps=person.may(Permission.KEEP_QUESTIONS),
        waiting=writing.count_awaiting(store),
        wanted=request.args.get("reference", "").replace("\0", "")[:64],
        all_are_chosen=request.args.get("chosen") == "all",
        tones=TONES,
        **surroundings(store, view, listed(store, view, at=at), at=at),
    )


@bp.get("/<reference>")
@allowed(Permission.SEE_QUESTIONS)
def question(reference: str) -> str:
    """One question: its words, its versions, who approved what, where it was asked, and all that happened to it."""
    store, person = reading(), current_person()
    row, lines = _found(store, reference)
    looks.bank_is_read()
    newest = writing.newest_version(store, row.id)
    if newest is None:
        raise AssertionError("there is a line of it")
    plan = standards.plan(store, newest.plan_version_id)
    shown = next((each for each in lines if each.state in IN_SERVICE), lines[0])
    awaits = lines[0].state is State.AWAITING_APPROVAL
    is_own = person.identifier in writing.hands_of(store, newest)
    draft = writing.open_draft(store, row.id)
    decided = versions.decisions_on(store, row.id)
    return render_template(
        "questions/question.html",
        reference=row.reference,
        method=plan.method(row.method),
        plan=plan,
        shown=shown,
        face=Face(row.reference, shown.number, shown.content),
        lines=lines,
        decided=decided,
        changes={each.number: each.change for each in decided if each.change},
        use=versions.use_of(store, row),
        review=review_clock.clock_of(store, row.id, shown.number, review_clock.rhythm_of(plan)),
        calls=review_clock.calls_of(store, [row.id]),
        today=day_in_uk(now()),
        counts_from=max((each.number for each in decided if each.change == Change.MATERIAL), default=1),
        history=_history(store, row),
        tones=TONES,
        **_kept(store, row.id, shown.state),
        puts_back=lines[0].state is State.DRAFT
        and is_own
        and draft is not None
        and person.may(Permission.WRITE_QUESTIONS),
        writes=person.may(Permission.WRITE_QUESTIONS) and not awaits,
        is_begun=draft is not None,
        takes_back=awaits and is_own and person.may(Permission.WRITE_QUESTIONS),
        decides=awaits and not is_own and person.may(Permission.APPROVE_QUESTIONS),
    )


@bp.get("/<reference>/versions/<int:number>")
@allowed(Permission.SEE_QUESTIONS)
def version(reference: str, number: int) -> str:
    """One version, word by word beside the one before it or another that is asked for."""
    row, lines = _found(reading(), reference)
    by_number = {each.number: each for each in lines}
    if number not in by_number:
        raise NotFound(f"{row.reference} has no version {number}.", remedy="Choose one from its page.")
    other = by_number.get(request.args.get("beside", number - 1, type=whole))
    this = by_number[number]
    looks.bank_is_read()
    return render_template(
        "questions/version.html",
        reference=row.reference,
        line=this,
        other=other,
        parts=compared(other.content if other else None, this.content),
        numbers=[each.number for each in lines if each.number != number],
        tones=TONES,
    )


def _kept(store: Session, question_id: int, state: State) -> dict[str, Any]:
    """What the question is kept apart from, until when it rests, and what this person may do about either."""
    person = current_person()
    keeps = person.may(Permission.KEEP_QUESTIONS)
    return {
        "until": rest_of(store, question_id),
        "pairs": pairs_of(store, question_id),
        "acts": [act for act in Kept if keeps and not hindrance(act, state)],
        "keeps": keeps,
        "puts_apart": person.may(Permission.PAIR_QUESTIONS),
    }


def _found(store: Session, reference: str) -> tuple[Question, list[versions.VersionLine]]:
    row = writing.question_by_reference(store, reference)
    if row is None:
        raise NotFound("No question has this reference.", remedy="Choose one from the list of questions.")
    return row, versions.versions_of(store, row)


def _history(store: Session, row: Question) -> list[Happened]:
    """Everything that happened to the question, the latest first."""
    moved = [
        Happened(each.at, each.by, f"Version {each.number}: {each.to}", capitalised(each.reason))
        for each in versions.moves_of(store, row.id)
    ]
    decided = [
        Happened(each.at, each.approver, f"Version {each.number}: {each.verdict}", each.reason)
        for each in reversed(versions.decisions_on(store, row.id))
    ]
    remarked = [
        Happened(each.at, each.by, f"Version {each.number}: a remark", each.words or "Suggested other words")
        for each in versions.remarks_on(store, row.id)
    ]
    return sorted([*remarked, *decided, *moved], key=lambda each: each.at)[::-1]
