"""Voids of question sets: what is asked for, what waits for a second person, and their answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import NotFound, Refusal
from qbank.domain.voiding import MOST_SETS, Answered
from qbank.services import voiding
from qbank.storage.models import AssessmentSession
from qbank.storage.queries import sessions, voids
from qbank.storage.queries.sessions import SessionLine
from qbank.storage.queries.voids import AskedSet, AskedVoid
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.saying import counted
from qbank.web.transaction import reading, transaction
from qbank.web.voiding.forms import AnswerForm, AskForm, WithdrawForm

bp = Blueprint("voiding", __name__, url_prefix="/voids")

SHOWN: Final = 20
"""Answered requests that are listed: the latest."""
FORESEEN: Final = 10
"""Sessions of a page for which it is worked out whether a set would be left; each takes a draw."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session whose set somebody wants voided.

    Args:
        hindrance: why it cannot be, a sentence; empty where it can.
        lacking: why no other set could be drawn then; empty where one could, or where that is not worked out.
    """

    line: SessionLine
    hindrance: str
    lacking: str


@bp.get("")
@allowed(Permission.VOID_SETS)
def index() -> str:
    """The requests that wait for an answer, and the latest that were answered."""
    store = reading()
    return render_template(
        "voiding/index.html",
        waiting=voids.waiting_voids(store),
        answered=voids.answered_voids(store, most=SHOWN),
        me=current_person().identifier,
    )


@bp.get("/ask")
@allowed(Permission.VOID_SETS)
def ask() -> str:
    """The sessions whose sets are to be voided, and why each other one of them cannot be."""
    typed = request.args.get("reference", "").replace("\0", "").strip().upper()
    found = _lines(request.args.getlist("session"))
    named = sessions.session_by_reference(reading(), typed) if typed else None
    unknown = typed if typed and named is None else ""
    every = [*found, *([] if named is None else [named])]
    return _ask_page(every, AskForm(), unknown=unknown)


@bp.post("/ask")
@allowed(Permission.VOID_SETS)
def put() -> Response | tuple[str, int]:
    """Ask for the void of the sets of those that are ticked."""
    form, by, at = AskForm(), current_person(), now()
    lines = _lines(request.form.getlist("session"))
    if not form.validate_on_submit() or not lines:
        refusal = "" if lines else "Choose at least one session."
        return _ask_page(_lines(request.form.getlist("listed")), form, lines, refusal), HTTPStatus.BAD_REQUEST

    def work(store: Session) -> int:
        chosen = [store.get_one(AssessmentSession, line.id) for line in lines]
        return voiding.ask(store, chosen, reason=str(form.reason.data), by=by, at=at).id

    try:
        number = transaction(work)
    except Refusal as refused:
        return _ask_page(lines, form, lines, str(refused)), HTTPStatus.CONFLICT
    flash(f"The void of {counted(len(lines), 'set')} is asked for. It happens once a second person agrees.")
    return redirect(url_for(".asked", number=number))


@bp.get("/<int:number>")
@allowed(Permission.VOID_SETS)
def asked(number: int) -> str:
    """One request: its sessions, what a void would do, and the form for an answer to whoever may give one."""
    return _request_page(_request(number))


@bp.post("/<int:number>")
@allowed(Permission.VOID_SETS, fresh=True)
def answer(number: int) -> Response | tuple[str, int]:
    """Agree to what is ticked, or refuse it."""
    found, form, by, at = _request(number), AnswerForm(), current_person(), now()
    chosen = [each.question_set_id for each in found.waiting if each.public_id in request.form.getlist("session")]
    if not form.validate_on_submit() or not chosen:
        refusal = "" if chosen else "Choose at least one session that waits for an answer."
        return _request_page(found, form, refusal), HTTPStatus.BAD_REQUEST
    said, reason = Answered(str(form.said.data)), str(form.reason.data)

    def work(store: Session) -> Sequence[str]:
        return voiding.answer(store, number, chosen, said=said, reason=reason, by=by, at=at)

    try:
        done = transaction(work)
    except Refusal as refused:
        return _request_page(found, form, str(refused)), HTTPStatus.CONFLICT
    names = ", ".join(done)
    flash(
        f"Voided: the sets of {names}. The next is drawn when it is pulled."
        if said is Answered.AGREED
        else f"Refused: the sets of {names} stand."
    )
    return redirect(url_for(".asked", number=number))


@bp.post("/<int:number>/withdraw")
@allowed(Permission.VOID_SETS)
def withdraw(number: int) -> Response | tuple[str, int]:
    """Take back what nobody has answered yet."""
    found, form, by, at = _request(number), WithdrawForm(), current_person(), now()
    if not form.validate_on_submit():
        return _request_page(found, form), HTTPStatus.BAD_REQUEST
    reason = str(form.reason.data)
    try:
        done = transaction(lambda store: voiding.withdraw(store, number, reason=reason, by=by, at=at))
    except Refusal as refused:
        return _request_page(_request(number), form, str(refused)), HTTPStatus.CONFLICT
    flash(f"Withdrawn: the sets of {', '.join(done)} stand.")
    return redirect(url_for(".asked", number=number))


def _request(number: int) -> AskedVoid:
    found = voids.asked_void(reading(), number) if number < 2**31 else None
    if found is None:
        raise NotFound("There is no such request.", remedy="Choose one from the list of voids.")
    return found


def _lines(public_ids: Iterable[str]) -> list[SessionLine]:
    store = reading()
    names = list(dict.fromkeys(each.replace("\0", "") for each in public_ids))[:MOST_SETS]
    found = [sessions.session_by_public_id(store, each, None) for each in names]
    return [each for each in found if each is not None]


def _ask_page(
    lines: Iterable[SessionLine],
    form: AskForm,
    ticked: Iterable[SessionLine] | None = None,
    refusal: str = "",
    *,
    unknown: str = "",
) -> str:
    every = _wanted(lines)
    possible = [each for each in every if not each.hindrance]
    return render_template(
        "voiding/ask.html",
        possible=possible,
        others=[each for each in every if each.hindrance],
        ticked={each.id for each in (ticked if ticked is not None else (one.line for one in possible))},
        form=form,
        refusal=refusal,
        unknown=unknown,
    )


def _wanted(lines: Iterable[SessionLine]) -> list[Wanted]:
    store, at = reading(), now()
    found: list[Wanted] = []
    for line in lines:
        session = store.get_one(AssessmentSession, line.id)
        stand = voiding.stand(store, session, at=at)
        because = stand.hindrance or ("Its void is asked for already, and waits for an answer." if stand.asked else "")
        lacking = "" if because or len(found) >= FORESEEN else voiding.lacking(store, session, at=at)
        found.append(Wanted(line, because, lacking))
    return found


def _request_page(found: AskedVoid, sent: AnswerForm | WithdrawForm | None = None, refusal: str = "") -> str:
    """Whoever asked can take it back, anybody else answers: each is shown the one form."""
    mine = found.by_id == current_person().identifier
    wanted = WithdrawForm if mine else AnswerForm
    return render_template(
        "voiding/request.html",
        asked=found,
        ticked=request.form.getlist("session") or [each.public_id for each in found.waiting],
        lacking=_lacking(found.waiting),
        meanwhile=_meanwhile(found.waiting),
        mine=mine,
        form=sent if isinstance(sent, wanted) else wanted(formdata=None),
        refusal=refusal,
    )


def _lacking(waiting: Iterable[AskedSet]) -> list[tuple[str, str]]:
    """Sessions that would stay without a set, with why."""
    store, at = reading(), now()
    first = list(waiting)[:FORESEEN]
    said = [
        (each.reference, voiding.lacking(store, store.get_one(AssessmentSession, each.session_id), at=at))
        for each in first
    ]
    return [(reference, words) for reference, words in said if words]


def _meanwhile(waiting: Iterable[AskedSet]) -> list[tuple[str, str]]:
    """Sessions whose set cannot be voided any more, with why: only a refusal is left."""
    store, at = reading(), now()
    said = [
        (each.reference, voiding.stand(store, store.get_one(AssessmentSession, each.session_id), at=at).hindrance)
        for each in waiting
    ]
    return [(reference, words) for reference, words in said if words]
