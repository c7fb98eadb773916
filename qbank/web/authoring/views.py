"""Drafts: begun, saved by script or by press, compared when two authors met, checked, submitted and taken back."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.approving import Answer
from qbank.domain.errors import NotFound, NotReady, RuleBroken
from qbank.domain.working_drafts import LABELS, DraftText
from qbank.services import approving, authoring, pairing
from qbank.storage.models import Person, Question, VersionComment, WorkingDraft
from qbank.storage.queries import standards, writing
from qbank.web import saying
from qbank.web.authoring.fields import offer, pairs_in, revision_in, text_in, too_long
from qbank.web.authoring.page import DraftPage, others_of, page_of
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.question_faces import compared
from qbank.web.transaction import reading, transaction

MOST_BECAUSE = 2_000
ALIKE = "asks nearly the same, as seen when it was submitted"
ANSWERING = "answer:"
"""Begins what a button sends that answers a remark: so the form's words are saved first."""

bp = Blueprint("authoring", __name__, url_prefix="/questions")


@bp.get("/new")
@allowed(Permission.WRITE_QUESTIONS)
def new() -> str:
    """What a new question is for: a method, and where one is known already its KSB."""
    return _new_page()


@bp.post("/new")
@allowed(Permission.WRITE_QUESTIONS)
def begin() -> Response | tuple[str, int]:
    """Begin a draft for the method that was chosen."""
    primary = request.form.get("ksb", "")
    standard, _, method = request.form.get("method", "").partition("/")
    if not method:
        return _new_page(fault="Select what the question is for"), HTTPStatus.BAD_REQUEST
    public_id = transaction(lambda store: _begun(store, standard, method, primary=primary))
    return redirect(url_for(".draft", public_id=public_id, _anchor="stem"))


def _begun(store: Session, standard: str, method: str, *, primary: str = "") -> str:
    """The address of a draft that the person begins."""
    row = standards.plan_version(store, standard)
    if row is None:
        raise NotFound("There is no such standard.", remedy="Choose one from the list.")
    return authoring.begin(store, row, method, primary=primary, by=current_person(), at=now()).public_id


@bp.get("/drafts/<public_id>")
@allowed(Permission.WRITE_QUESTIONS)
def draft(public_id: str) -> str:
    """The draft's form, filled with what is kept; how an assessor will see it; what an approver remarked."""
    return _draft_page(page_of(reading(), public_id))


@bp.post("/drafts/<public_id>")
@allowed(Permission.WRITE_QUESTIONS)
def save(public_id: str) -> Response | tuple[str, int]:
    """Keep what was typed; for a script with what its page needs next, for a press with the page that was asked for."""
    found, revision = page_of(reading(), public_id), revision_in(request.form)
    text = text_in(request.form, found.plan, found.text.method)
    by_script = request.accept_mimetypes.best == "application/json"
    faults = too_long(text) if revision else {"stem": "The form came without its revision: open the draft again"}
    if faults:
        answer = jsonify(faults=list(faults.values())) if by_script else _draft_page(found, text, faults=faults)
        return answer, HTTPStatus.BAD_REQUEST  # type: ignore[return-value]  # either kind of answer
    try:
        kept = _keep(found, text, revision)
    except RuleBroken as refusal:
        answer = _why(refusal) if by_script else _not_kept(public_id, text, refusal)  # type: ignore[assignment]
        return answer, HTTPStatus.CONFLICT  # type: ignore[return-value]  # as above
    return _kept_by_script(found, text, kept) if by_script else _onward(found, request.form.get("then", ""))


@bp.post("/drafts/<public_id>/settle")
@allowed(Permission.WRITE_QUESTIONS)
def settle(public_id: str) -> Response | tuple[str, int]:
    """Keep what was chosen, part by part, of two texts that met."""
    found = page_of(reading(), public_id)
    mine = text_in(request.form, found.plan, found.text.method)
    differing = mine.differing(found.text)
    choices = {part: request.form.get(f"keep-{part}", "") for part in differing}
    if not all(choices.values()):
        return _conflict_page(public_id, mine, fault="Select which text to keep, for each part"), HTTPStatus.BAD_REQUEST
    merged = found.text.with_parts_of(mine, [part for part, choice in choices.items() if choice == "mine"])
    try:
        _keep(found, merged, revision_in(request.form))
    except RuleBroken as refusal:
        return _not_kept(public_id, mine, refusal), HTTPStatus.CONFLICT
    flash("Saved, with the parts that you chose.")
    return redirect(url_for(".draft", public_id=public_id))


@bp.get("/drafts/<public_id>/check")
@allowed(Permission.WRITE_QUESTIONS)
def check(public_id: str) -> str:
    """What will be submitted, or what is missing."""
    return _check_page(page_of(reading(), public_id))


@bp.post("/drafts/<public_id>/submit")
@allowed(Permission.WRITE_QUESTIONS)
def submit(public_id: str) -> Response | tuple[str, int]:
    """Cut a version and put it before the approvers."""
    found, person, at = page_of(reading(), public_id), current_person(), now()
    because, revision = request.form.get("because", "").replace("\0", ""), revision_in(request.form)
    because, pairs = because.replace("\r\n", "\n"), pairs_in(request.form)
    writes_on = request.form.get("then") == "next"
    if len(because) > MOST_BECAUSE:
        said = f"What you changed and why must be {MOST_BECAUSE:,} characters or fewer"
        return _check_page(found, refusal=said), HTTPStatus.BAD_REQUEST

    def work(store: Session) -> tuple[str, str]:
        kept = store.get_one(WorkingDraft, found.draft.id)
        version = authoring.submit(store, kept, revision=revision, because=because, by=person, at=at)
        question = store.get_one(Question, version.question_id)
        for other, kind in pairs.items():
            pairing.declare(store, kind, question, _question(store, other), because=ALIKE, by=person, at=at)
        return question.reference, _begun(store, found.plan.standard, found.text.method) if writes_on else ""

    try:
        reference, following = transaction(work)
    except (authoring.Incomplete, authoring.Overtaken, pairing.NoPair) as refusal:
        return _check_page(page_of(reading(), public_id), refusal=str(refusal)), HTTPStatus.CONFLICT
    flash(f"{reference} is submitted. Another person decides on it now.")
    if following:
        return redirect(url_for(".draft", public_id=following, _anchor="stem"))
    return redirect(url_for("questions.question", reference=reference))


@bp.post("/<reference>/revise")
@allowed(Permission.WRITE_QUESTIONS)
def revise(reference: str) -> Response:
    """Go on with the draft of the next version, or begin it."""
    person, at = current_person(), now()

    def work(store: Session) -> str:
        return authoring.revise(store, _question(store, reference), by=person, at=at).public_id

    return redirect(url_for(".draft", public_id=transaction(work)))


@bp.post("/<reference>/take-back")
@allowed(Permission.WRITE_QUESTIONS)
def take_back(reference: str) -> Response:
    """Take the version that awaits approval back, to change it."""
    person, at = current_person(), now()

    def work(store: Session) -> str:
        question = _question(store, reference)
        authoring.take_back(store, question, by=person, at=at)
        return authoring.revise(store, question, by=person, at=at).public_id

    public_id = transaction(work)
    flash(f"{reference} is yours again. Submit it anew when it is ready.")
    return redirect(url_for(".draft", public_id=public_id))


@bp.post("/<reference>/put-back")
@allowed(Permission.WRITE_QUESTIONS)
def put_back(reference: str) -> Response:
    """Undo the taking back: the version awaits approval again."""
    person, at = current_person(), now()
    transaction(lambda store: authoring.put_back(store, _question(store, reference), by=person, at=at))
    flash(f"{reference} awaits approval again, as it was.")
    return redirect(url_for("questions.question", reference=reference))


@bp.post("/drafts/<public_id>/take-up")
@allowed(Permission.WRITE_QUESTIONS)
def take_up(public_id: str) -> Response:
    """Undo the putting away."""
    found = page_of(reading(), public_id)
    transaction(lambda store: authoring.take_up(store, store.get_one(WorkingDraft, found.draft.id)))
    flash("The draft is yours again, as it was.")
    return redirect(url_for(".draft", public_id=public_id))


def _question(store: Session, reference: str) -> Question:
    found = writing.question_by_reference(store, reference)
    if found is None:
        raise NotFound("No question has this reference.", remedy="Choose one from the list of questions.")
    return found


def _keep(found: DraftPage, text: DraftText, revision: int) -> int:
    person, at = current_person(), now()

    def work(store: Session) -> int:
        kept = store.get_one(WorkingDraft, found.draft.id)
        return authoring.save(store, kept, text, revision=revision, by=person, at=at)

    return transaction(work)


def _why(refusal: RuleBroken) -> Response:
    """What a script is told that could not save."""
    return jsonify({"conflict" if isinstance(refusal, authoring.Overtaken) else "refused": str(refusal)})


def _not_kept(public_id: str, typed: DraftText, refusal: RuleBroken) -> str:
    """The page for what was typed and is not kept: both texts when two authors met, else the draft as it stands now."""
    if isinstance(refusal, authoring.Overtaken):
        return _conflict_page(public_id, typed)
    return _draft_page(page_of(reading(), public_id), typed, refusal=str(refusal))


def _onward(found: DraftPage, then: str) -> Response | tuple[str, int]:
    """The page that was asked for with the press that saved."""
    public_id = found.draft.public_id
    if then == "check":
        return redirect(url_for(".check", public_id=public_id))
    if then.startswith(ANSWERING):
        return _answered(found, then)
    if then == "away":
        return _put_away(found)
    flash("Saved. Nobody but authors sees it before you submit it.")
    return redirect(url_for(".draft", public_id=public_id))


def _put_away(found: DraftPage) -> Response:
    """Take the draft, as it was saved just now, off its authors' lists."""
    person, at = current_person(), now()

    def work(store: Session) -> None:
        authoring.put_away(store, store.get_one(WorkingDraft, found.draft.id), by=person, at=at)

    transaction(work)
    flash("The draft is put away. Nothing of it is lost: take it up again below.")
    return redirect(url_for("questions.index"))


def _answered(found: DraftPage, then: str) -> Response | tuple[str, int]:
    """Put a suggestion into the draft that was saved just now, or decline it or a remark."""
    person, at, (_, said, number) = current_person(), now(), f"{then}::".split(":")[:3]
    given = Answer.ACCEPTED if said == Answer.ACCEPTED else Answer.DECLINED

    def work(store: Session) -> None:
        comment = store.get(VersionComment, int(number)) if number.isascii() and number.isdecimal() else None
        if comment is None:
            raise NotFound("There is no such remark.", remedy="Open the draft again.")
        approving.answer(store, store.get_one(WorkingDraft, found.draft.id), comment, given, by=person, at=at)

    public_id = found.draft.public_id
    try:
        transaction(work)
    except RuleBroken as refusal:
        return _draft_page(page_of(reading(), public_id), refusal=str(refusal)), HTTPStatus.CONFLICT
    flash("The suggestion stands in the draft." if given is Answer.ACCEPTED else "The remark is marked as answered.")
    return redirect(url_for(".draft", public_id=public_id))


def _kept_by_script(found: DraftPage, text: DraftText, revision: int) -> Response:
    """What the page of the script shows next; the advice also as data."""
    remarks = found.advice(text, others_of(reading(), found))
    parts = {"face": found.face(text), "plan": found.plan, "lacks": found.lacks(text), "advice": remarks}
    return jsonify(
        revision=revision,
        said=f"Saved {saying.clock_time(now())}",
        shown=render_template("authoring/_shown.html", **parts),
        advice=[each.to_dict() for each in remarks],
    )


def _new_page(fault: str = "") -> str:
    plans = standards.plans(reading())
    if not plans:
        raise NotReady("No standard is loaded.", remedy="Ask whoever runs this installation to load one.")
    wanted, ksb = request.values.get("method", ""), request.values.get("ksb", "")
    chosen = wanted if "/" in wanted or not wanted else f"{plans[0].standard}/{wanted}"
    return render_template("authoring/new.html", plans=plans, chosen=chosen, ksb=ksb, fault=fault)


def _draft_page(
    found: DraftPage, text: DraftText | None = None, *, faults: dict[str, str] | None = None, refusal: str = ""
) -> str:
    shown = text or found.text
    return render_template(
        "authoring/draft.html",
        page=found,
        draft=found.draft,
        plan=found.plan,
        text=shown,
        offer=offer(found.plan, shown.method),
        labels=LABELS,
        face=found.face(shown),
        lacks=found.lacks(shown),
        advice=found.advice(shown, others_of(reading(), found)),
        faults=faults or {},
        refusal=refusal,
        typed=[(LABELS[part], shown.said(part)) for part in shown.differing(found.text)] if refusal else [],
        accepting=f"{ANSWERING}{Answer.ACCEPTED}:",
        declining=f"{ANSWERING}{Answer.DECLINED}:",
    )


def _conflict_page(public_id: str, mine: DraftText, fault: str = "") -> str:
    found = page_of(reading(), public_id)
    parts = [(part, LABELS[part], mine.said(part), found.text.said(part)) for part in mine.differing(found.text)]
    return render_template(
        "authoring/conflict.html",
        page=found,
        draft=found.draft,
        mine=mine,
        parts=parts,
        choices=request.form,
        saved_by=reading().get_one(Person, found.draft.saved_by_id).name,
        fault=fault,
    )


def _check_page(found: DraftPage, refusal: str = "") -> str:
    return render_template(
        "authoring/check.html",
        page=found,
        draft=found.draft,
        plan=found.plan,
        face=found.face(),
        lacks=found.lacks(),
        advice=found.advice(others=others_of(reading(), found)),
        parts=compared(None, found.text.content),
        refusal=refusal,
        because=request.form.get("because", ""),
        pairs=pairs_in(request.form),
    )
