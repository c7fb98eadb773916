"""Two questions that must not meet: declared after both were read, and let meet again with a reason."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.advice.likenesses import MOST_SHOWN, Likeness, Other, likenesses
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.keeping import PairKind
from qbank.services import foreseeing, pairing
from qbank.storage.models import Question
from qbank.storage.queries import writing
from qbank.storage.queries.keeping import Pair, Standing, pairs_of, standings
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.keeping.forms import ApartForm, OtherForm, PairForm
from qbank.web.transaction import reading, transaction

bp = Blueprint("pairing", __name__, url_prefix="/questions/<reference>/pairs")


@bp.get("")
@allowed(Permission.PAIR_QUESTIONS)
def pairs(reference: str) -> str:
    """What a question is kept apart from, what asks nearly the same, and both texts once another is named."""
    return _page(_standing(reference), request.args.get("other", ""), PairForm(kind=request.args.get("kind")))


@bp.post("")
@allowed(Permission.PAIR_QUESTIONS)
def declare(reference: str) -> Response | tuple[str, int]:
    """Keep the two apart from the next draw on."""
    mine, other = _standing(reference), request.form.get("other", "").replace("\0", "").strip().upper()[:64]
    form, person, at = PairForm(), current_person(), now()
    if not form.validate_on_submit():
        return _page(mine, other, form), HTTPStatus.BAD_REQUEST
    kind, because = PairKind(form.kind.data), form.because.data or ""

    def work(store: Session) -> None:
        pair = _question(store, mine.reference), _question(store, other)
        pairing.declare(store, kind, *pair, because=because, by=person, at=at)

    try:
        transaction(work)
    except RuleBroken as refusal:
        return _page(mine, other, form, refusal=str(refusal)), HTTPStatus.CONFLICT
    flash(f"{mine.reference} and {other} are {pairing.SAID[kind]}: no set that is drawn from now on holds both.")
    return redirect(url_for("questions.question", reference=mine.reference))


@bp.get("/<name>/<other>/end")
@allowed(Permission.KEEP_QUESTIONS)
def end(reference: str, name: str, other: str) -> str:
    """Both texts, before the two may meet again."""
    mine = _standing(reference)
    return _end_page(mine, _pair(mine, _kind(name), other), ApartForm())


@bp.post("/<name>/<other>/end")
@allowed(Permission.KEEP_QUESTIONS)
def let_meet(reference: str, name: str, other: str) -> Response | tuple[str, int]:
    """Let them meet again."""
    kind, form, person, at = _kind(name), ApartForm(), current_person(), now()
    mine = _standing(reference)
    pair = _pair(mine, kind, other)
    if not form.validate_on_submit():
        return _end_page(mine, pair, form), HTTPStatus.BAD_REQUEST
    because = form.because.data or ""

    def work(store: Session) -> None:
        both = _question(store, reference), _question(store, other)
        pairing.revoke(store, kind, *both, because=because, by=person, at=at)

    try:
        transaction(work)
    except RuleBroken as refusal:
        return _end_page(mine, pair, form, refusal=str(refusal)), HTTPStatus.CONFLICT
    flash(f"{reference} and {other} are no longer {pairing.SAID[kind]}.")
    return redirect(url_for("questions.question", reference=reference))


def _kind(name: str) -> PairKind:
    if name not in set(PairKind):
        raise NotFound("Questions are enemies or clones.", remedy="Open the question to see what it is kept from.")
    return PairKind(name)


def _page(mine: Standing, typed: str, form: PairForm, *, refusal: str = "") -> str:
    wanted = typed.replace("\0", "").strip().upper()[:64]
    other = standings(reading(), [wanted]).get(wanted)
    return render_template(
        "keeping/pairs.html",
        mine=mine,
        other=other,
        missing=wanted if wanted and other is None else "",
        form=form,
        finding=OtherForm(other=wanted),
        pairs=pairs_of(reading(), mine.question_id),
        keeps=current_person().may(Permission.KEEP_QUESTIONS),
        near=_near(mine),
        foreseen=_foreseen(mine, other) if other else None,
        refusal=refusal,
    )


def _foreseen(mine: Standing, other: Standing) -> foreseeing.Foreseen | None:
    """What it would do to the draw; None where the two never meet anyway."""
    if mine.method != other.method or mine.question_id == other.question_id:
        return None
    store = reading()
    pair = store.get_one(Question, mine.question_id), store.get_one(Question, other.question_id)
    return foreseeing.apart(store, *pair, mine.plan_version_id, at=now())


def _near(mine: Standing) -> list[Likeness]:
    """The questions that ask nearly the same and are not kept apart, nearest first."""
    known = {each.other for each in pairs_of(reading(), mine.question_id)}
    others = [
        Other(reference, stem, state)
        for key, reference, stem, state in writing.stems_of_method(reading(), mine.method)
        if key != mine.question_id and reference not in known
    ]
    return list(likenesses(mine.stem, others)[:MOST_SHOWN])


def _end_page(mine: Standing, pair: Pair, form: ApartForm, *, refusal: str = "") -> str:
    said = pairing.SAID[pair.kind]
    return render_template("keeping/end_pair.html", mine=mine, pair=pair, form=form, said=said, refusal=refusal)


def _pair(mine: Standing, kind: PairKind, other: str) -> Pair:
    found = [each for each in pairs_of(reading(), mine.question_id) if (each.kind, each.other) == (kind, other)]
    if not found:
        raise NotFound("The two are not kept apart like that.", remedy="Open the question to see what it is kept from.")
    return found[0]


def _standing(reference: str) -> Standing:
    found = standings(reading(), [reference]).get(reference)
    if found is None:
        raise NotFound("No question has this reference.", remedy="Choose one from the list of questions.")
    return found


def _question(store: Session, reference: str) -> Question:
    found = writing.question_by_reference(store, reference)
    if found is None:
        raise RuleBroken(f"No question has the reference {reference}.", remedy="Enter another reference.")
    return found
