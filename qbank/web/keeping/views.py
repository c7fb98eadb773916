"""Acts on questions in service: chosen on a list or on a question's page, shown with what they do, then confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.keeping import MOST_AT_ONCE, Kept, hindrance
from qbank.domain.lifecycle import State
from qbank.services import foreseeing, keeping
from qbank.storage.queries.keeping import Standing, standings
from qbank.web.clock import now
from qbank.web.days import calendar_day
from qbank.web.gate import allowed, current_person
from qbank.web.keeping.forms import ActForm
from qbank.web.saying import counted
from qbank.web.transaction import reading, transaction

bp = Blueprint("keeping", __name__, url_prefix="/questions/acts")

DONE: Final = {
    Kept.REST: "rested. No set that is drawn from now on holds {them}.",
    Kept.RETURN: "live again, and drawn from the next set on.",
    Kept.RETIRE: "retired, and never drawn again.",
}


@bp.get("/<name>")
@allowed(Permission.KEEP_QUESTIONS)
def confirm(name: str) -> str:
    """What the act would do to the questions that were chosen, before it is done."""
    act = _act(name)
    fit, left_out = _chosen(act, request.args.getlist("question"))
    return _page(act, fit, left_out, _form(act, fit))


@bp.post("/<name>")
@allowed(Permission.KEEP_QUESTIONS)
def do(name: str) -> Response | tuple[str, int]:
    """Do it, for all of them or for none."""
    act, person, at = _act(name), current_person(), now()
    fit, left_out = _chosen(act, request.form.getlist("question"))
    form = _form(act, fit)
    if fit and left_out:
        said = "Something was changed since the page was shown, so that nothing was done. Look at what is left."
        return _page(act, fit, left_out, form, refusal=said), HTTPStatus.CONFLICT
    if not fit or not form.validate_on_submit():
        return _page(act, fit, left_out, form), HTTPStatus.BAD_REQUEST
    references, because = [each.reference for each in fit], form.because.data or ""
    until = form.until.data if act is Kept.REST else None

    def work(store: Session) -> None:
        if act is Kept.REST:
            keeping.rest(store, references, until=until, because=because, by=person, at=at)
        else:
            service = keeping.retire if act is Kept.RETIRE else keeping.bring_back
            service(store, references, because=because, by=person, at=at)

    try:
        transaction(work)
    except RuleBroken as refusal:
        again, left_out = _chosen(act, references)
        return _page(act, again, left_out, form, refusal=str(refusal)), HTTPStatus.CONFLICT
    one = len(references) == 1
    said = f"{references[0] if one else counted(len(references), 'question')} {'is' if one else 'are'} "
    ends = f" On {calendar_day(until)} {'it is' if one else 'they are'} live again." if until else ""
    flash(said + DONE[act].format(them="it" if one else "them") + ends)
    return redirect(url_for("questions.question", reference=references[0]) if one else url_for("questions.index"))


def _act(name: str) -> Kept:
    if name not in set(Kept):
        raise NotFound("There is no such act.", remedy="Choose one from the list of questions.")
    return Kept(name)


def _chosen(act: Kept, references: Iterable[str]) -> tuple[list[Standing], list[tuple[str, str]]]:
    """The questions that the act can be done to, and those that it cannot, each with the reason."""
    wanted = list(dict.fromkeys(each.replace("\0", "") for each in references))
    names, beyond = wanted[:MOST_AT_ONCE], wanted[MOST_AT_ONCE:]
    found = standings(reading(), names)
    if names and not found:
        raise NotFound("No question has this reference.", remedy="Choose one from the list of questions.")
    fit = [each for each in found.values() if not hindrance(act, each.state)]
    barred = [(each.reference, hindrance(act, each.state)) for each in found.values() if hindrance(act, each.state)]
    barred += [(name[:20], "is not in the bank") for name in names if name not in found]
    return fit, barred + [(name[:20], f"is more than the {MOST_AT_ONCE} at once") for name in beyond[:MOST_AT_ONCE]]


def _form(act: Kept, fit: list[Standing]) -> ActForm:
    said = fit[0].reference if len(fit) == 1 else counted(len(fit), "question")
    return ActForm().offer(act, said)


def _page(act: Kept, fit: list[Standing], left_out: list[tuple[str, str]], form: ActForm, *, refusal: str = "") -> str:
    as_if = State.RESTING if act is Kept.REST else State.RETIRED
    gone = [each for each in fit if each.state is State.LIVE and act is not Kept.RETURN]
    return render_template(
        "keeping/act.html",
        act=act,
        fit=fit,
        left_out=left_out,
        form=form,
        foreseen=foreseeing.without(reading(), gone, as_if, at=now()),
        refusal=refusal,
    )
