"""What awaits a second person: the queue, one version beside the one before, remarks, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.approving import Decision, Verdict
from qbank.domain.bank_list import PAGE
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import Change, State
from qbank.domain.standards import Plan
from qbank.domain.working_drafts import LABELS, MOST_CHARACTERS, PASSAGES
from qbank.services import approving
from qbank.storage.models import Question
from qbank.storage.queries import standards, versions, writing
from qbank.storage.queries.versions import VersionLine
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.question_faces import Face, compared
from qbank.web.transaction import reading, transaction
from qbank.web.whole_numbers import whole

bp = Blueprint("approval", __name__, url_prefix="/approvals")

SAID = {
    Verdict.APPROVED: "is approved and live. It is drawn from the next draw plan that is fitted.",
    Verdict.CHANGES_REQUESTED: "is back with its author, with your remarks.",
    Verdict.REJECTED: "is rejected.",
}

MOST = {"words": 2_000, "reason": 2_000, "passage": MOST_CHARACTERS, "instead": MOST_CHARACTERS}
"""Characters that each field takes: more is refused, never cut."""
OWN_WORDS = ("reason", "words", "instead")
"""What an approver typed that another version does not make meaningless."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as an approver reads it.

    Args:
        version: what awaits approval.
        before: the version in service, else the last one that was decided on; None for a first version.
        is_own: whether the reader had a hand in it.
    """

    question: Question
    plan: Plan
    version: VersionLine
    before: VersionLine | None
    is_own: bool


@bp.get("")
@allowed(Permission.APPROVE_QUESTIONS)
def index() -> str:
    """What awaits somebody else's approval, the longest waiting first, a page at a time."""
    store, person = reading(), current_person()
    found = writing.count_awaiting(store, not_by=person.identifier)
    pages = max(1, -(-found // PAGE))
    page = min(max(request.args.get("page", 1, type=whole), 1), pages)
    return render_template(
        "approval/index.html",
        rows=writing.queue(store, not_by=person.identifier, after=(page - 1) * PAGE, most=PAGE),
        found=found,
        own=writing.count_awaiting(store) - found,
        page=page,
        pages=pages,
        before=url_for(".index", page=page - 1) if page > 1 else "",
        after=url_for(".index", page=page + 1) if page < pages else "",
    )


@bp.get("/<reference>")
@allowed(Permission.APPROVE_QUESTIONS)
def version(reference: str) -> str | Response:
    """One version: as an assessor sees it, beside the one before, with remarks and the decision."""
    found = _read(reference)
    if found is None:
        return redirect(url_for("questions.question", reference=reference))
    return _page(found)


@bp.post("/<reference>/remarks")
@allowed(Permission.APPROVE_QUESTIONS)
def remark(reference: str) -> Response | tuple[str, int]:
    """Remark on a passage, with other words for it where there are any."""
    person, at, form = current_person(), now(), request.form
    said = {
        name: form.get(name, "").replace("\0", "").replace("\r\n", "\n") for name in ("passage", "words", "instead")
    }
    part, number = form.get("part", ""), _number_read()

    def work(store: Session) -> None:
        approving.remark(
            store,
            _question(store, reference),
            part=part,
            passage=said["passage"].strip(),
            words=said["words"],
            suggestion=said["instead"].strip() or None,
            number=number,
            by=person,
            at=at,
        )

    if not any(value.strip() for value in said.values()):
        return _again(reference, "Say what you would change, or suggest other words", "words"), HTTPStatus.BAD_REQUEST
    for name, text in said.items():
        if len(text) > MOST[name]:
            fault = f"What you write here must be {MOST[name]:,} characters or fewer"
            return _again(reference, fault, name), HTTPStatus.BAD_REQUEST
    return _done(reference, work, "Your remark is kept. The author reads it once you request changes.", "passage")


@bp.post("/<reference>/decision")
@allowed(Permission.APPROVE_QUESTIONS)
def decide(reference: str) -> Response | tuple[str, int]:
    """Approve, request changes or reject."""
    person, at, form = current_person(), now(), request.form
    if form.get("verdict") not in set(Verdict):
        return _again(reference, "Select what you decide", "verdict-1"), HTTPStatus.BAD_REQUEST
    verdict, kind = Verdict(form["verdict"]), form.get("change", "")
    decision = Decision(
        verdict,
        change=Change(kind) if verdict is Verdict.APPROVED and kind in set(Change) else None,
        confirmed=frozenset(form.getlist("confirmed")) if verdict is Verdict.APPROVED else frozenset(),
        reason=form.get("reason", "").replace("\0", "").replace("\r\n", "\n"),
    )
    if len(decision.reason) > MOST["reason"]:
        fault = f"The reason must be {MOST['reason']:,} characters or fewer"
        return _again(reference, fault, "reason"), HTTPStatus.BAD_REQUEST
    number = _number_read()

    def work(store: Session) -> None:
        approving.decide(store, _question(store, reference), decision, number=number, by=person, at=at)

    following = _following(reference) if form.get("then") == "next" else None
    to = url_for(".version", reference=following) if following else url_for(".index")
    return _done(reference, work, f"{reference} {SAID[verdict]}", "reason", to=to)


def _following(reference: str) -> str | None:
    """The question that has waited longest for this person's decision, besides this one."""
    waiting = writing.queue(reading(), not_by=current_person().identifier, most=2)
    return next((each.reference for each in waiting if each.reference != reference), None)


def _number_read() -> int:
    """The number of the version that was on the page; 0, which none has, where it is missing."""
    said = request.form.get("number", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0  # noqa: PLR2004 - digits


def _typed(number: int) -> MultiDict[str, str]:
    """What was typed, for the page again; choices made of another version are not made of this one."""
    if _number_read() == number:
        return request.form
    return MultiDict({name: request.form[name] for name in OWN_WORDS if name in request.form})


def _done(
    reference: str, work: Callable[[Session], None], said: str, field: str, *, to: str = ""
) -> Response | tuple[str, int]:
    """Do the act and say so; or the page again, with what stands against it and what was typed."""
    try:
        transaction(work)
    except RuleBroken as refusal:
        return _again(reference, str(refusal), field), HTTPStatus.CONFLICT
    flash(said)
    return redirect(to or url_for(".version", reference=reference))


def _again(reference: str, fault: str, field: str) -> str:
    found = _read(reference)
    if found is None:
        raise RuleBroken(f"No version of {reference} awaits approval.", remedy="Open the question again.")
    return _page(found, fault=fault, field=field)


def _question(store: Session, reference: str) -> Question:
    found = writing.question_by_reference(store, reference)
    if found is None:
        raise NotFound("No question has this reference.", remedy="Choose one from the queue.")
    return found


def _read(reference: str) -> Reading | None:
    """The version that awaits approval; None when none does."""
    store = reading()
    question = _question(store, reference)
    lines = versions.versions_of(store, question)
    if lines[0].state is not State.AWAITING_APPROVAL:
        return None
    row = writing.newest_version(store, question.id)
    if row is None:
        raise AssertionError("there is a line of it")
    in_service = [each for each in lines if each.state in {State.LIVE, State.RESTING, State.QUARANTINED}]
    return Reading(
        question=question,
        plan=standards.plan(store, row.plan_version_id),
        version=lines[0],
        before=next(iter([*in_service, *lines[1:]]), None),
        is_own=current_person().identifier in writing.hands_of(store, row),
    )


def _page(found: Reading, *, fault: str = "", field: str = "") -> str:
    content, is_first = found.version.content, found.before is None or found.before.state is not State.LIVE
    return render_template(
        "approval/version.html",
        found=found,
        reference=found.question.reference,
        line=found.version,
        plan=found.plan,
        method=found.plan.method(content.method),
        face=Face(found.question.reference, found.version.number, content),
        parts=compared(found.before.content if found.before else None, content),
        remarks=[
            each
            for each in versions.remarks_on(reading(), found.question.id)
            if each.number == found.version.number or not each.answer
        ],
        passages=[(part, LABELS[part]) for part in PASSAGES],
        verdicts=list(Verdict),
        is_first=is_first,
        following=_following(found.question.reference),
        typed=_typed(found.version.number),
        fault=fault,
        field=field,
    )
