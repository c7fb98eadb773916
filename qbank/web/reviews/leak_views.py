"""A suspected leak: where a text may come from, a quarantine with what it does, and the sessions it touches."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.advice.likenesses import MOST_SHOWN, Likeness, Other, likenesses
from qbank.domain.errors import RuleBroken
from qbank.domain.keeping import MOST_AT_ONCE
from qbank.domain.leaks import marks_in, traces
from qbank.domain.lifecycle import IN_SERVICE, State
from qbank.domain.voiding import MOST_SETS
from qbank.services import foreseeing, quarantining, voiding
from qbank.storage.models import AssessmentSession, Question
from qbank.storage.queries import leaks, writing
from qbank.storage.queries.keeping import Standing, pairs_of, standings
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.reviews.leak_forms import QuarantineForm, TextForm
from qbank.web.saying import counted
from qbank.web.transaction import reading, transaction

MOST_TOUCHED: Final = 200
"""Questions whose sessions are listed at once: as many as were chosen, with their clones."""

bp = Blueprint("leaks", __name__, url_prefix="/review/leak")


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.KEEP_QUESTIONS)
def index() -> str | tuple[str, int]:
    """A text that turned up, and what it may come from. It is looked at and kept nowhere."""
    form, store = TextForm(), reading()
    standing = leaks.quarantined(store)
    if not form.is_submitted():
        return render_template("reviews/leak.html", form=form, searched=False, quarantined=standing)
    if not form.validate():
        return render_template("reviews/leak.html", form=form, searched=False, quarantined=standing), 400
    text = str(form.text.data)
    found = traces(text, leaks.versions_shown(store))
    references = [each.version.reference for each in found]
    return render_template(
        "reviews/leak.html",
        form=form,
        searched=True,
        quarantined=standing,
        traces=found,
        states={name: each.state for name, each in standings(store, references).items()},
        marked=leaks.copies_marked(store, marks_in(text)),
        copies=leaks.copies_holding(store, references) if references else [],
    )


@bp.get("/quarantine")
@allowed(Permission.KEEP_QUESTIONS)
def confirm() -> str:
    """What a quarantine would do, before it is done."""
    return _page(request.args.getlist("question"), QuarantineForm())


@bp.post("/quarantine")
@allowed(Permission.KEEP_QUESTIONS)
def do() -> Response | tuple[str, int]:
    """Quarantine them and their clones, and call their review."""
    form, by, at = QuarantineForm(), current_person(), now()
    wanted = _named(request.form.getlist("question"))
    named = [each.reference for each in _in_service(wanted)]
    if not named or not form.validate_on_submit():
        return _page(named, form), HTTPStatus.BAD_REQUEST
    if len(named) < len(wanted):
        left_out = counted(len(wanted) - len(named), "question")
        refusal = (
            f"{left_out} that you chose cannot be among them: not in service any more, or beyond the {MOST_AT_ONCE} at "
            "once. Nothing is done yet: quarantine those below, then the others."
        )
        return _page(named, form, refusal=refusal), HTTPStatus.CONFLICT
    if _stops_the_draw(_foreseen(named)) and not form.despite.data:
        refusal = "No set could be drawn after this. Tick below that the draw is to stop, or choose fewer."
        return _page(named, form, refusal=refusal), HTTPStatus.CONFLICT
    because = str(form.because.data)

    def work(store: Session) -> tuple[str, ...]:
        return quarantining.quarantine(store, named, because=because, by=by, at=at)

    try:
        done = transaction(work)
    except RuleBroken as refused:
        return _page(named, form, refusal=str(refused)), HTTPStatus.CONFLICT
    flash(
        f"{counted(len(done), 'question')} in quarantine: {', '.join(done)}. No set that is drawn from now on holds "
        f"{'it' if len(done) == 1 else 'them'}, until a review has decided."
    )
    return redirect(url_for(".sessions", question=done))


@bp.get("/sessions")
@allowed(Permission.KEEP_QUESTIONS)
def sessions() -> str:
    """The sessions whose set holds one of the questions: those that have not sat, and those that have."""
    references = _named(request.args.getlist("question"))[:MOST_TOUCHED] or leaks.quarantined(reading())
    waiting = leaks.sessions_waiting(reading(), references)
    sat, sat_count = leaks.sessions_sat(reading(), references)
    hindered = {each.public_id: _hindrance(each) for each in waiting}
    return render_template(
        "reviews/leak_sessions.html",
        references=references,
        waiting=waiting,
        hindered=hindered,
        voidable=[each.public_id for each in waiting if not hindered[each.public_id]][:MOST_SETS],
        sat=sat,
        earlier=sat_count - len(sat),
    )


def _hindrance(found: leaks.Holding) -> str:
    """Why nobody can ask for the void of that set, a sentence; empty where somebody can."""
    store = reading()
    stand = voiding.stand(store, store.get_one(AssessmentSession, found.session_id), at=now())
    return stand.hindrance or ("Its void is asked for." if stand.asked else "")


def _page(references: Iterable[str], form: QuarantineForm, *, refusal: str = "") -> str:
    chosen = _in_service(references)
    named = [each.reference for each in chosen]
    every = standings(reading(), quarantining.with_clones(reading(), named)) if named else {}
    foreseen = _foreseen(named)
    return render_template(
        "reviews/leak_quarantine.html",
        chosen=chosen,
        clones=[each for name, each in every.items() if name not in named],
        foreseen=foreseen,
        stops=_stops_the_draw(foreseen),
        near=[(each.reference, near) for each in chosen for near in _near(each)],
        form=form,
        refusal=refusal,
    )


def _named(references: Iterable[str]) -> list[str]:
    """Each once; a database is not asked for one with a NUL, which PostgreSQL refuses."""
    return [each for each in dict.fromkeys(references) if "\0" not in each]


def _in_service(references: Iterable[str]) -> list[Standing]:
    names = _named(references)[:MOST_AT_ONCE]
    return [each for each in standings(reading(), names).values() if each.state is not None]


def _foreseen(named: list[str]) -> tuple[foreseeing.Foreseen, ...]:
    if not named:
        return ()
    every = standings(reading(), quarantining.with_clones(reading(), named))
    gone = [each for each in every.values() if each.state is State.LIVE]
    return foreseeing.without(reading(), gone, State.QUARANTINED, at=now())


def _stops_the_draw(foreseen: Iterable[foreseeing.Foreseen]) -> bool:
    return any(each.after and not each.before for each in foreseen)


def _near(mine: Standing) -> list[Likeness]:
    """Questions that ask nearly the same and may still meet it: whoever knows one of them knows half of the other."""
    store = reading()
    known = {each.other for each in pairs_of(store, mine.question_id)}
    others = [
        Other(reference, stem, state)
        for _, reference, stem, state in writing.stems_beside(store, store.get_one(Question, mine.question_id))
        if state in IN_SERVICE and reference not in known
    ]
    return list(likenesses(mine.stem, others)[:MOST_SHOWN])
