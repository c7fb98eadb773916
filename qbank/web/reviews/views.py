"""Reviews: the list, opening one, its page with panel and agenda, the acts of the chair, and the tasks that follow."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from qbank.charts import votes
from qbank.documents.minutes import minutes_of, pdf
from qbank.domain.access import Permission, Role
from qbank.domain.errors import NotFound, Refusal
from qbank.domain.reviewing import Scope
from qbank.services import convening, signing_off
from qbank.services.convening import Convened
from qbank.storage.queries import people, review_flags, review_lists, reviews, standards
from qbank.storage.queries.reviews import KeptReview, SignedOff
from qbank.web import review_lines
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.reviews.agenda import LABELS, Show, agenda_of, shortened, waits_for
from qbank.web.reviews.panel_forms import (
    AgendaForm,
    DeclareForm,
    EndForm,
    InviteForm,
    OpenForm,
    WithdrawForm,
)
from qbank.web.transaction import reading, transaction
from review.days import day_in_uk
from review.panel import lacks

bp = Blueprint("reviews", __name__, url_prefix="/reviews")

Answer = AnyResponse | tuple[str, int]


@bp.get("")
@allowed(Permission.SEE_REVIEW)
def index() -> str:
    """Every review, the open ones first."""
    person = current_person()
    follows = person.may(Permission.SEE_REVIEW_TASKS)
    return render_template("reviews/list.html", found=review_lists.reviews(reading()), person=person, follows=follows)


@bp.route("/open/<standard>/<method>", methods=["GET", "POST"])
@allowed(Permission.OPEN_REVIEWS)
def convene(standard: str, method: str) -> Answer:
    """Open a review with its agenda made."""
    line, form, by, at = review_lines.named(reading(), standard, method, at=now()), OpenForm(), current_person(), now()
    choices = [SelectChoice(str(each.id), each.name) for each in people.with_role(reading(), Role.PANEL_MEMBER)]
    form.chair.choices, form.members.choices = [SelectChoice("", "Choose"), *choices], choices
    refusal, status = None, 200
    if form.is_submitted():
        status = 400
        if form.validate():
            members = frozenset(int(each) for each in form.members.data or ())
            asked = Convened(
                standard, method, Scope(str(form.scope.data)), int(form.chair.data), members, form.quorum.data or 0
            )
            try:
                reference = transaction(lambda store: convening.open_review(store, asked, by=by, at=at))
            except Refusal as refused:
                status, refusal = 409, refused
            else:
                flash("The review is open. Each member declares their interests, then votes.")
                return redirect(url_for(".review", reference=reference))
    return render_template("reviews/open.html", line=line, form=form, refusal=refusal), status


@bp.get("/<reference>")
@allowed(Permission.SEE_REVIEW)
def review(reference: str) -> str:
    """Who reviews, what is on the agenda and how it stands, what is missing before the chair may sign."""
    found, person = named(reference), current_person()
    me, agenda = found.member(person.identifier), agenda_of(found, person.identifier, _shown())
    return render_template(
        "reviews/review.html",
        review=found,
        method=standards.as_loaded(reading(), found.plan_version_id).method(found.method),
        me=me,
        presides=person.identifier in {found.chair_id, found.opened_by_id},
        withdraws=person.may(Permission.OPEN_REVIEWS),
        is_chair=person.identifier == found.chair_id,
        bank_task=found.bank_task(person.identifier),
        bank_counts=found.bank_matter.counted(found.panel),
        bank_opens=person.may(Permission.WORK_ON_REVIEWS),
        missing=lacks(found.panel, (line.matter for line in found.agenda), bank_decided=found.bank is not None),
        agenda=agenda,
        flags=review_flags.flags_of(reading(), found),
        progress=(votes.finding(agenda.progress), Markup(votes.votes_chart(agenda.progress))),  # noqa: S704 - our own SVG
        first=next((line.reference for line in waits_for(found, person.identifier)), None),
        shows=[(show, label) for show, label in LABELS.items() if show is not Show.WAITING or me is not None],
        reads=reads(found),
    )


@bp.route("/<reference>/declare", methods=["GET", "POST"])
@allowed(Permission.WORK_ON_REVIEWS)
def declare(reference: str) -> Answer:
    """Declare interests."""
    found, form, by, at = named(reference), DeclareForm(), current_person(), now()
    form.references.choices = [
        SelectChoice(line.reference, f"{line.reference}: {shortened(line.stem)}" if reads(found) else line.reference)
        for line in found.agenda
    ]
    me = found.member(by.identifier)
    if me is not None and me.declared_at is not None:
        del form.words  # they are kept the first time
    return _acted(
        "declare",
        found,
        form,
        lambda store: convening.declare(
            store,
            found,
            form.references.data or (),
            words=str(form.words.data or "") if "words" in form else "",
            by=by,
            at=at,
        ),
        "Your interests are declared. You can vote now.",
    )


@bp.route("/<reference>/invite", methods=["GET", "POST"])
@allowed(Permission.WORK_ON_REVIEWS)
def invite(reference: str) -> Answer:
    """Invite another member."""
    found, form, by, at = named(reference), InviteForm(), current_person(), now()
    others = [each for each in people.with_role(reading(), Role.PANEL_MEMBER) if found.member(each.id) is None]
    form.person.choices = [SelectChoice("", "Choose"), *(SelectChoice(str(each.id), each.name) for each in others)]
    return _acted(
        "invite",
        found,
        form,
        lambda store: convening.invite(
            store, found, int(form.person.data), external=str(form.external.data or ""), by=by, at=at
        ),
        "The member is on the panel.",
    )


@bp.route("/<reference>/agenda", methods=["GET", "POST"])
@allowed(Permission.WORK_ON_REVIEWS)
def agenda(reference: str) -> Answer:
    """Put another question on the agenda."""
    found, form, by, at = named(reference), AgendaForm(), current_person(), now()
    return _acted(
        "agenda",
        found,
        form,
        lambda store: convening.put_on_agenda(store, found, str(form.reference.data).upper(), by=by, at=at),
        "The question is on the agenda.",
    )


@bp.route("/<reference>/withdraw", methods=["GET", "POST"])
@allowed(Permission.OPEN_REVIEWS)
def withdraw(reference: str) -> Answer:
    """End the review without a sign-off."""
    found, form, by, at = named(reference), WithdrawForm(), current_person(), now()
    return _acted(
        "withdraw",
        found,
        form,
        lambda store: convening.withdraw(store, found, reason=str(form.reason.data), by=by, at=at),
        "The review is withdrawn. Another may be opened.",
    )


@bp.post("/<reference>/sign-off")
@allowed(Permission.WORK_ON_REVIEWS, fresh=True)
def sign_off(reference: str) -> AnyResponse:
    """Sign the review off: its decisions hold from now on."""
    found, by, at = named(reference), current_person(), now()
    transaction(lambda store: signing_off.sign_off(store, found, by=by, at=at))
    flash("The review is signed off. Its certificate is frozen, and its decisions hold.")
    return redirect(url_for(".review", reference=reference))


@bp.get("/<reference>/certificate.json")
@allowed(Permission.SEE_REVIEW)
def certificate(reference: str) -> Response:
    """The certificate, byte for byte as it was frozen."""
    name = {"Content-Disposition": f'attachment; filename="{reference}.json"'}
    return Response(_signed(named(reference)).certificate, mimetype="application/json", headers=name)


@bp.get("/<reference>/minutes.pdf")
@allowed(Permission.SEE_REVIEW)
def minutes(reference: str) -> Response:
    """Minutes and certificate on paper, of the frozen certificate alone: the same bytes whenever it is asked for."""
    answer = Response(pdf(minutes_of(_signed(named(reference)).certificate)), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{reference}.pdf")
    return answer


@bp.get("/tasks")
@allowed(Permission.SEE_REVIEW_TASKS)
def tasks() -> str:
    """Every revision that a panel asked for; an author sees their own."""
    person = current_person()
    follows = person.may(Permission.WORK_ON_REVIEWS)
    found = [each for each in review_lists.tasks(reading()) if follows or each.author_id == person.identifier]
    return render_template("reviews/tasks.html", found=found, today=day_in_uk(now()), follows=follows)


@bp.route("/<reference>/tasks/<question>", methods=["GET", "POST"])
@allowed(Permission.OPEN_REVIEWS)
def end_task(reference: str, question: str) -> Answer:
    """Follow a revision no longer."""
    found, form, by, at = named(reference), EndForm(), current_person(), now()
    line = found.line(question)
    if line is None or line.decision is None or line.decision.author_id is None:
        raise NotFound("There is no such task.", remedy="Choose one from the list.")
    refusal, status = None, 400 if form.is_submitted() else 200
    if form.validate_on_submit():
        reason = str(form.reason.data)
        try:
            transaction(
                lambda store: signing_off.end_task(store, found.id, line.question_id, reason=reason, by=by, at=at)
            )
        except Refusal as refused:
            refusal, status = refused, 409
        else:
            flash("The task is no longer followed.")
            return redirect(url_for(".tasks"))
    return render_template("reviews/end_task.html", review=found, line=line, form=form, refusal=refusal), status


def named(reference: str) -> KeptReview:
    """The review of that reference.

    Raises:
        NotFound: there is none.
    """
    found = reviews.review(reading(), reference)
    if found is None:
        raise NotFound("No review has this address.", remedy="Choose one from the list of reviews.")
    return found


def reads(found: KeptReview) -> bool:
    """Whether whoever asks may read the questions: they are on the panel, or may read the bank and work on reviews."""
    person = current_person()
    if not person.may(Permission.WORK_ON_REVIEWS):
        return False
    return found.member(person.identifier) is not None or person.may(Permission.SEE_QUESTIONS)


def _signed(found: KeptReview) -> SignedOff:
    if found.signed is None:
        raise NotFound("This review is not signed off.", remedy="Its certificate is made when the chair signs.")
    return found.signed


def _shown() -> Show:
    """Which part of the agenda the address asks for; all of it where it asks for none that there is."""
    asked = request.args.get("show", "")
    return Show(asked) if asked in set(Show) else Show.ALL


def _acted(name: str, found: KeptReview, form: FlaskForm, act: Callable[[Session], object], done: str) -> Answer:
    """The page of one form, or what it did."""
    refusal, status = None, 200
    if form.is_submitted():
        status = 400
        if form.validate():
            try:
                transaction(act)
            except Refusal as refused:
                status, refusal = 409, refused
            else:
                flash(done)
                return redirect(url_for(".review", reference=found.reference))
    return render_template(f"reviews/{name}.html", review=found, form=form, refusal=refusal), status
