"""Every session as a list, one session as booked, and the acts on it: book, change, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from delivery.errors import DeliveryRefusal
from qbank.domain.access import Permission, Role
from qbank.domain.errors import NotFound, Refusal
from qbank.services import booking, session_requests
from qbank.services.reasons import ReasonNeeded
from qbank.services.session_requests import Request
from qbank.storage.models import Apprentice, AssessmentSession, Employer, Person, PlanVersion, Provider
from qbank.storage.queries import people, preparation, sessions, standards
from qbank.web import preparation_lines, saying
from qbank.web.bookings.forms import BookingForm, CancelForm, ChangeForm, Choices, choice, moment_of, words_of
from qbank.web.clock import now
from qbank.web.days import calendar_day
from qbank.web.gate import allowed, current_person
from qbank.web.preparation_lines import competence_said
from qbank.web.seeds import cipher
from qbank.web.session_lines import Row, at_the_same_time, row
from qbank.web.sessions.views import known_of, voids_of
from qbank.web.transaction import reading, transaction
from qbank.web.whole_numbers import whole

bp = Blueprint("bookings", __name__, url_prefix="/bookings")

PAGE: Final = 50


@bp.get("")
@allowed(Permission.BOOK_SESSIONS)
def index() -> str:
    """Fifty sessions: those to come, soonest first, or those gone by, latest first."""
    past, after = request.args.get("show") == "past", max(0, request.args.get("after", 0, type=whole))
    after = min(after, 2**31 - 1)
    store, at = reading(), now()
    coming, gone = sessions.how_many(store, at)
    found = (sessions.gone_by if past else sessions.to_come)(store, at, most=PAGE, after=after)
    return render_template(
        "bookings/index.html",
        rows=_rows(store, found, at),
        booked=request.args.get("booked", 0, type=whole),
        past=past,
        coming=coming,
        gone=gone,
        newer=max(0, after - PAGE) if after else None,
        older=after + PAGE if after + PAGE < (gone if past else coming) else None,
    )


@bp.get("/new")
@allowed(Permission.BOOK_SESSIONS)
def new() -> str:
    """The form for a session."""
    return _new_page(BookingForm())


@bp.post("/new")
@allowed(Permission.BOOK_SESSIONS)
def book() -> Response | tuple[str, int]:
    """Book the session; what stands against it is said above the form, which keeps what was typed."""
    form = BookingForm()
    _offer(form)
    if form.validate_on_submit() and not _lacks_a_start(form):
        try:
            booked = _book(form.request)
        except ReasonNeeded as refusal:
            form.because.errors = [str(refusal)]
        except (Refusal, DeliveryRefusal) as refusal:
            return _new_page(form, refusal=str(refusal)), 409
        else:
            flash(f"{booked.reference} is booked, and its question set can be drawn.")
            return redirect(url_for(".session", public_id=booked.public_id))
    return _new_page(form), 400


@bp.get("/<public_id>")
@allowed(Permission.BOOK_SESSIONS)
def session(public_id: str) -> str:
    """One session as booked, with the reasons that were given."""
    found = row_at(public_id)
    prepared = preparation.preparation_of(reading(), found.line)
    return render_template(
        "bookings/session.html",
        row=found,
        line=found.line,
        known=[*known_of(found, prepared.deadlines), ("Assessor", found.line.assessor)],
        before=preparation_lines.for_manager(found, prepared, _started(found), at=now()),
        reasons=sessions.reasons_of(reading(), found.line.id),
        meets=at_the_same_time(reading(), found, at=now()),
        **voids_of(found.line),
    )


@bp.get("/<public_id>/change")
@allowed(Permission.BOOK_SESSIONS)
def change(public_id: str) -> str:
    """The form for another time, place or assessor, filled with what is booked."""
    line = row_at(public_id).line
    here = saying.local(line.starts_at)
    remote = "remote" if line.remote else ""
    form = ChangeForm(day=here.date(), clock=here.time(), place=line.place, remote=remote)
    form.assessor.choices = _assessors()
    form.assessor.data = _address(line.assessor_id)
    return _change_page(public_id, form)


@bp.post("/<public_id>/change")
@allowed(Permission.BOOK_SESSIONS)
def save(public_id: str) -> Response | tuple[str, int]:
    """Change what differs."""
    line, form = row_at(public_id).line, ChangeForm()
    form.assessor.choices = _assessors()
    if not form.validate_on_submit():
        return _change_page(public_id, form), 400
    try:
        starts_at = moment_of(form.day, form.clock)
        transaction(lambda store: _change(store, line.id, form, starts_at))
    except Refusal as refusal:
        return _change_page(public_id, form, refusal=str(refusal)), 409
    flash(f"{line.reference} is changed.")
    return redirect(url_for(".session", public_id=public_id))


@bp.get("/<public_id>/cancel")
@allowed(Permission.BOOK_SESSIONS)
def cancel(public_id: str) -> str:
    """The question before the end of a booking."""
    return _cancel_page(public_id, CancelForm())


@bp.post("/<public_id>/cancel")
@allowed(Permission.BOOK_SESSIONS)
def end(public_id: str) -> Response | tuple[str, int]:
    """Cancel the session."""
    line, form, by, at = row_at(public_id).line, CancelForm(), current_person(), now()
    if not form.validate_on_submit():
        return _cancel_page(public_id, form), 400
    because = words_of(form.because)
    transaction(
        lambda store: booking.cancel(store, store.get_one(AssessmentSession, line.id), because=because, by=by, at=at)
    )
    flash(f"{line.reference} is cancelled. Whoever books it again gets the same question set.")
    return redirect(url_for(".session", public_id=public_id))


def _lacks_a_start(form: BookingForm) -> bool:
    """Whether an apprentice is registered without the start of their assessment; says so beside the field."""
    reference = words_of(form.apprentice)
    known = reading().scalar(sa.select(Apprentice.id).where(Apprentice.reference == reference))
    if known is None and form.started.data is None:
        form.started.errors = ["Enter the day on which the assessment started"]
        return True
    return False


def _started(found: Row) -> str:
    """The day on which the assessment started, for the session; empty if it is not on record."""
    kept = reading().get_one(AssessmentSession, found.line.id)
    day = preparation.started_on(reading(), kept.apprentice_id, booked_at=kept.booked_at)
    return "" if day is None else calendar_day(day)


def _book(asked: Request) -> AssessmentSession:
    by, at, sealer = current_person(), now(), cipher()
    return transaction(lambda store: session_requests.book(store, asked, by=by, at=at, cipher=sealer))


def _change(store: Session, session_id: int, form: ChangeForm, starts_at: datetime) -> None:
    kept, by, at = store.get_one(AssessmentSession, session_id), current_person(), now()
    assessor = people.by_email(store, words_of(form.assessor))
    if assessor is not None and assessor.id != kept.assessor_id:
        booking.reassign(store, kept, assessor, by=by, at=at)
    place, remote = words_of(form.place), bool(form.remote.data)
    if place != kept.place or remote != kept.remote:
        booking.relocate(store, kept, place, remote=remote, by=by, at=at)
    if starts_at != kept.starts_at:
        said = {"because": words_of(form.because), "not_kept": words_of(form.not_kept)}
        session_requests.move(store, kept, starts_at, **said, by=by, at=at)


def _rows(store: Session, lines: Sequence[sessions.SessionLine], at: datetime) -> list[Row]:
    plans = {key: standards.plan(store, key) for key in {each.plan_version_id for each in lines}}
    return [row(line, plans[line.plan_version_id], at=at) for line in lines]


def row_at(public_id: str) -> Row:
    """The session of that address.

    Raises:
        NotFound: there is none.
    """
    store = reading()
    line = sessions.session_by_public_id(store, public_id, None)
    if line is None:
        raise NotFound("No session has this address.", remedy="Choose one from the list of bookings.")
    return _rows(store, (line,), now())[0]


def _new_page(form: BookingForm, refusal: str = "") -> str:
    _offer(form)
    store = reading()
    return render_template(
        "bookings/new.html",
        form=form,
        refusal=refusal,
        employers=store.scalars(sa.select(Employer.name).order_by(Employer.name)).all(),
        providers=store.scalars(sa.select(Provider.name).order_by(Provider.name)).all(),
        versions=store.scalars(sa.select(PlanVersion.version).distinct().order_by(PlanVersion.version)).all(),
    )


def _offer(form: BookingForm) -> None:
    plans = standards.plans(reading())
    methods = [
        choice(f"{plan.standard}/{method.code}", f"{plan.title}: {method.title}")
        for plan in plans
        for method in plan.methods
    ]
    form.offer(methods, _assessors())


def _assessors() -> Choices:
    """Every assessor, with what is on record of their competence (I1)."""
    store = reading()
    return [
        choice(each.email, f"{each.name}, {competence_said(preparation.competent_until(store, each.id))}")
        for each in people.with_role(store, Role.ASSESSOR)
    ]


def _address(person_id: int) -> str:
    return reading().get_one(Person, person_id).email


def _change_page(public_id: str, form: FlaskForm, refusal: str = "") -> str:
    found = row_at(public_id)
    return render_template("bookings/change.html", row=found, line=found.line, form=form, refusal=refusal)


def _cancel_page(public_id: str, form: FlaskForm) -> str:
    found = row_at(public_id)
    return render_template("bookings/cancel.html", row=found, line=found.line, form=form)
