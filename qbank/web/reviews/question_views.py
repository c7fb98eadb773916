"""One question of a review: its words, the member's vote, the discussion once they have voted, the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from qbank.domain.access import Permission, Role
from qbank.domain.errors import NotFound, Refusal
from qbank.domain.standards import Plan
from qbank.services import panel_deciding
from qbank.storage.models import InService, Question
from qbank.storage.queries import people, review_clock, reviews, standards, versions
from qbank.storage.queries.reviews import AgendaLine, KeptReview
from qbank.storage.queries.versions import VersionLine
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.question_faces import Face
from qbank.web.reviews.agenda import next_of, ready, waits_for
from qbank.web.reviews.evidence_lines import ItemSheet, item_sheet
from qbank.web.reviews.panel_forms import SAYS, RemarkForm, ResolveForm, VoteForm
from qbank.web.transaction import reading, transaction
from review.panel import Choice, undecidable

bp = Blueprint("review_questions", __name__, url_prefix="/reviews/<reference>/questions/<question>")

Answer = Response | tuple[str, int]


@dataclass(slots=True)
class _Forms:
    """The three forms of the page; one of them was sent and could not be kept, or none."""

    vote: VoteForm
    remark: RemarkForm
    resolve: ResolveForm
    refusal: Refusal | None = None
    sent: FlaskForm | None = None


@bp.get("")
@allowed(Permission.WORK_ON_REVIEWS)
def question(reference: str, question: str) -> str:
    """The question, and what this person may do with it now."""
    found, line = _named(reference, question)
    return _page(found, line, _forms(found, line))


@bp.post("/vote")
@allowed(Permission.WORK_ON_REVIEWS)
def vote(reference: str, question: str) -> Answer:
    """Vote, or vote again."""
    (found, line), by, at = _named(reference, question), current_person(), now()
    forms = _forms(found, line, vote=VoteForm(prefix="vote"))
    return _acted(
        found,
        line,
        forms,
        forms.vote,
        lambda store: panel_deciding.vote(
            store,
            found,
            question,
            Choice(str(forms.vote.choice.data)),
            reason=str(forms.vote.reason.data or ""),
            by=by,
            at=at,
        ),
        "Your vote is kept. You can vote again until it is decided.",
    )


@bp.post("/remark")
@allowed(Permission.WORK_ON_REVIEWS)
def remark(reference: str, question: str) -> Answer:
    """Say something to the panel."""
    (found, line), by, at = _named(reference, question), current_person(), now()
    forms = _forms(found, line, remark=RemarkForm(prefix="remark"))
    return _acted(
        found,
        line,
        forms,
        forms.remark,
        lambda store: panel_deciding.remark(store, found, question, words=str(forms.remark.words.data), by=by, at=at),
        "The panel can read it.",
    )


@bp.post("/decision")
@allowed(Permission.WORK_ON_REVIEWS)
def decide(reference: str, question: str) -> Answer:
    """Record the decision."""
    (found, line), by, at = _named(reference, question), current_person(), now()
    forms = _forms(found, line, resolve=ResolveForm(prefix="decision"))
    return _acted(
        found,
        line,
        forms,
        forms.resolve,
        lambda store: panel_deciding.decide(store, found, question, forms.resolve.resolution, by=by, at=at),
        "The decision is recorded. It holds once the review is signed off.",
    )


def _named(reference: str, question: str) -> tuple[KeptReview, AgendaLine]:
    """The review and its question, for those who may read it.

    Raises:
        NotFound: there is none, or the person is neither on the panel nor may read the bank's questions.
    """
    found, person = reviews.review(reading(), reference), current_person()
    line = None if found is None else found.line(question)
    reads = found is not None and (found.member(person.identifier) is not None or person.may(Permission.SEE_QUESTIONS))
    if found is None or line is None or not reads:
        raise NotFound("No question of a review of yours has this address.", remedy="Choose one from the agenda.")
    return found, line


def _forms(
    found: KeptReview,
    line: AgendaLine,
    *,
    vote: VoteForm | None = None,
    remark: RemarkForm | None = None,
    resolve: ResolveForm | None = None,
) -> _Forms:
    mine = next((each for each in line.votes if each.by_id == current_person().identifier), None)
    said = {} if mine is None else {"choice": mine.choice.value, "reason": mine.reason}
    forms = _Forms(
        vote or VoteForm(formdata=None, data=said, prefix="vote"),
        remark or RemarkForm(formdata=None, prefix="remark"),
        resolve or ResolveForm(formdata=None, prefix="decision"),
    )
    leading = line.matter.leading(found.panel)
    forms.resolve.choice.choices = [SelectChoice(each.value, SAYS[each]) for each in leading]
    authors = people.with_role(reading(), Role.AUTHOR)
    forms.resolve.author.choices = [
        SelectChoice("", "Choose"),
        *(SelectChoice(str(each.id), each.name) for each in authors),
    ]
    return forms


def _acted(
    found: KeptReview,
    line: AgendaLine,
    forms: _Forms,
    sent: FlaskForm,
    act: Callable[[Session], object],
    done: str,
) -> Answer:
    if not sent.validate_on_submit():
        forms.sent = sent
        return _page(found, line, forms), 400
    try:
        transaction(act)
    except Refusal as refusal:
        forms.refusal, forms.sent = refusal, sent
        return _page(found, line, forms), 409
    going = request.form.get("then") == "next"
    following = next_of(_left(found, sent), line.reference) if going else line
    if following is None:
        flash(f"{line.reference}: {done} No other question waits for you.")
        return redirect(url_for("reviews.review", reference=found.reference))
    flash(done if following is line else f"{line.reference}: {done} This question is next.")
    return redirect(url_for(".question", reference=found.reference, question=following.reference))


def _left(found: KeptReview, sent: FlaskForm) -> list[AgendaLine]:
    """What else waits for the person: decisions to be recorded, else votes."""
    person = current_person().identifier
    if isinstance(sent, ResolveForm):
        return [line for line in ready(found) if person in line.matter.recorders(found.panel)]
    return waits_for(found, person)


def _page(found: KeptReview, line: AgendaLine, forms: _Forms) -> str:
    store, person = reading(), current_person()
    row = store.get_one(Question, line.question_id)
    lines, plan = (
        versions.versions_of(store, row),
        standards.plan(store, found.plan_version_id),
    )
    content = next(each.content for each in lines if each.number == line.number)
    references = [each.reference for each in found.agenda]
    at = references.index(line.reference)
    key = person.identifier or 0
    is_open = found.is_open and line.decision is None
    me, has_voted = found.member(key), key in line.matter.votes
    serving = store.get(InService, line.question_id)
    return render_template(
        "reviews/question.html",
        review=found,
        line=line,
        matter=line.matter,
        plan=plan,
        face=Face(line.reference, line.number, content),
        use=versions.use_of(store, row),
        sheet=_sheet(found, line, row, lines, plan),
        calls=review_clock.calls_of(store, [line.question_id]),
        forms=forms,
        sent=forms.sent or forms.vote,
        kept_open=forms.sent,
        before=references[at - 1] if at else None,
        after=references[at + 1] if at + 1 < len(references) else None,
        me=me,
        is_barred=key in line.barred,
        has_voted=has_voted,
        is_amended=found.is_open and (serving is None or serving.question_version_id != line.version_id),
        votes_now=is_open and me is not None and me.declared_at is not None and key not in line.barred,
        sees=line.matter.sees_votes(key) or found.signed is not None,
        decides=is_open and has_voted and key in line.matter.recorders(found.panel) and me is not None,
        undecidable=undecidable(found.panel, line.matter),
        counts=line.matter.counted(found.panel),
    )


def _sheet(found: KeptReview, line: AgendaLine, row: Question, lines: list[VersionLine], plan: Plan) -> ItemSheet:
    """The evidence up to now, or to the sign-off; whoever may not read the bank reads what is on the agenda."""
    reads_all = current_person().may(Permission.SEE_QUESTIONS)
    return item_sheet(
        reading(),
        row,
        line.number,
        plan,
        at=found.signed.at if found.signed else now(),
        lines=lines,
        readable=None if reads_all else [each.reference for each in found.agenda],
    )
