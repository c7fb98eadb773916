"""Two pages for the room, each a form and one press: another question for one, questions for what is left open."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from qbank.domain.access import Permission
from qbank.domain.errors import NotFound, Refusal, RuleBroken
from qbank.domain.lifecycle import Replaced
from qbank.domain.recording import record_of
from qbank.services import delivering, extending, recording
from qbank.services.extending import LeftOpen
from qbank.services.replacing import AskedUnknown, Replacement, may_be_exchanged
from qbank.services.voided_sets import the_set
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.records import kept_entries
from qbank.storage.queries.sets import AskedQuestion, DrawnSet, Grown
from qbank.web import saying
from qbank.web.clock import now
from qbank.web.extending.forms import ExchangeForm, GapsForm, ReplaceForm
from qbank.web.gate import allowed, current_person
from qbank.web.growth import what_came
from qbank.web.rendering import inline
from qbank.web.seeds import cipher
from qbank.web.session_lines import Row, row_of
from qbank.web.transaction import engine, reading, transaction

bp = Blueprint("extending", __name__, url_prefix="/sessions/<public_id>")

QUARTER = 15  # seconds: minutes are offered in quarters


@dataclass(frozen=True, slots=True)
class _Room:
    """A session whose set is drawn and may be seen now."""

    row: Row
    drawn: DrawnSet
    ticked: tuple[str, ...]
    seconds_left: int
    put: frozenset[int]


@bp.get("/replace/<int:position>")
@allowed(Permission.CONDUCT_SESSIONS)
def replace(public_id: str, position: int) -> str | Response:
    """The question that cannot be asked, and why; what is replaced already leads to what came."""
    room = _room(public_id)
    done = room.drawn.left_by(position)
    if done is not None:
        return _to(public_id, done.taken_out[position])
    return _replace_page(room, _question(room, position), ReplaceForm())


@bp.post("/replace/<int:position>")
@allowed(Permission.CONDUCT_SESSIONS)
def put_another(public_id: str, position: int) -> str | Response | tuple[str, int]:
    """Draw another in its place, once for ever; where none can take it alone, ask what was asked and draw two."""
    room = _room(public_id)
    telling = _exchange_form(room, position)
    form, page = (telling, _exchange_page) if telling.is_told else (ReplaceForm(), _replace_page)
    if not form.validate_on_submit():
        return page(room, _question(room, position), form), 400
    asked = tuple(telling.asked.data or ()) if telling.is_told else None
    wanted = Replacement(position, Replaced(str(form.reason.data)), str(form.because.data), asked)
    try:
        came = _extend(room, wanted)
    except NotFound:
        raise
    except AskedUnknown:
        return _exchange_page(room, _question(room, position), telling)
    except Refusal as refusal:
        return page(room, _question(room, position), form, refusal=refusal), 409
    flash(what_came(room.drawn, came))
    return _to(public_id, came.taken_out[position])


@bp.get("/gaps")
@allowed(Permission.CONDUCT_SESSIONS)
def gaps(public_id: str) -> str:
    """What was ticked as not evidenced, and how long there is for questions."""
    room = _room(public_id)
    form = _gaps_form(room)
    form.ksbs.data = list(room.ticked)
    form.minutes.data = Decimal(room.seconds_left) / 60 if room.seconds_left else None
    form.after.data = str(len(room.drawn.grown))
    return _gaps_page(room, form)


@bp.post("/gaps")
@allowed(Permission.CONDUCT_SESSIONS)
def question_gaps(public_id: str) -> Response | tuple[str, int]:
    """Draw questions for exactly those, in the time left; a second press of the same form gives the same ones."""
    room = _room(public_id)
    form = _gaps_form(room)
    if not form.validate_on_submit():
        return _gaps_page(room, form), 400
    grown, seen = len(room.drawn.grown), str(form.after.data)
    after = min(int(seen), grown) if seen in {str(number) for number in range(grown)} else grown
    asked = LeftOpen(tuple(form.ksbs.data or ()), int((form.minutes.data or 0) * 60), after)
    try:
        came = _extend(room, asked)
    except Refusal as refusal:
        return _gaps_page(room, form, refusal=refusal), 409
    count = saying.counted(len(came.questions), "question")
    flash(f"{count} drawn for what was left open; ask {'it' if len(came.questions) == 1 else 'them'} next.")
    return _to(public_id, came.questions[0])


def _extend(room: _Room, asked: Replacement | LeftOpen) -> Grown:
    """What comes of it, kept before it is shown, and noted as seen."""
    came = extending.extend(engine(), room.row.line.id, asked, by=current_person(), at=now(), cipher=cipher())
    _note_read(room)
    return came


def _note_read(room: _Room) -> None:
    """Note that the person saw words of the set: before the page that shows them is made."""
    by, at = current_person(), now()
    transaction(lambda store: delivering.note_view(store, room.drawn, how="read", by=by, at=at))


def _room(public_id: str) -> _Room:
    """The person's session, in the room.

    Raises:
        NotFound: not a session of this person's.
        RuleBroken: the set may not be seen now, is not drawn yet, or was voided.
    """
    store, at = reading(), now()
    row = row_of(store, public_id, current_person(), at=at)
    record = record_of(kept.entry for kept in kept_entries(store, row.line.id))
    recording.must_be_showable(store, store.get_one(AssessmentSession, row.line.id), record, at=at)
    drawn = the_set(store, row.line.id)
    allowed_seconds = row.bands.questioning or 0
    left = max(0, allowed_seconds - round(record.questioned(at).total_seconds()))
    return _Room(row, drawn, record.gaps, left // QUARTER * QUARTER, record.put_positions)


def _question(room: _Room, position: int) -> AskedQuestion:
    for each in room.drawn.asked:
        if each.position == position:
            return each
    raise NotFound("No such question of the set is asked.", remedy="Choose one on the page of the set.")


def _replace_page(room: _Room, question: AskedQuestion, form: ReplaceForm, refusal: Refusal | None = None) -> str:
    _note_read(room)
    most = room.row.method.replacements_most
    made = sum(each.replaced is not None for each in room.drawn.grown)
    return render_template(
        "extending/replace.html",
        row=room.row,
        line=room.row.line,
        question=question,
        place=question.place,
        form=form,
        refusal=refusal,
        left=None if most is None else max(0, most - made),
    )


def _exchange_form(room: _Room, position: int) -> ExchangeForm:
    form = ExchangeForm()
    may = may_be_exchanged(room.drawn, position, frozenset())
    form.asked.choices = [SelectChoice(each.position, f"Question {each.place}") for each in may]
    return form


def _exchange_page(room: _Room, question: AskedQuestion, form: ExchangeForm, refusal: Refusal | None = None) -> str:
    """What was asked already: what the record shows is said, and the others are to be ticked."""
    _note_read(room)
    may = may_be_exchanged(room.drawn, question.position, room.put)
    form.asked.choices = [SelectChoice(each.position, f"Question {each.place}") for each in may]
    known = [each for each in room.drawn.asked if each.position in room.put and each != question]
    return render_template(
        "extending/exchange.html",
        row=room.row,
        line=room.row.line,
        question=question,
        place=question.place,
        form=form,
        refusal=refusal,
        known=known,
        stems=[{"hint": {"html": inline(each.stem)}} for each in may],
    )


def _gaps_form(room: _Room) -> GapsForm:
    if room.row.method.questioning_seconds is None:
        raise RuleBroken("Only an observation leaves KSBs to be questioned.", remedy="Ask supplementary questions.")
    form = GapsForm()
    plan, method = room.row.plan, room.row.method
    form.ksbs.choices = [SelectChoice(each.code, f"{each.code}: {each.text}") for each in plan.ksbs_of(method.code)]
    return form


def _gaps_page(room: _Room, form: GapsForm, refusal: Refusal | None = None) -> str:
    allowed_time = saying.length(room.row.bands.questioning or 0)
    return render_template(
        "extending/gaps.html",
        row=room.row,
        line=room.row.line,
        form=form,
        refusal=refusal,
        allowed_time=allowed_time,
    )


def _to(public_id: str, question: AskedQuestion) -> Response:
    return redirect(url_for("live.index", public_id=public_id, q=question.position, _anchor="record"))
