"""The question set of a session on screen, and the pack for paper. Whoever opens either has seen the questions."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request

from qbank.documents.packs import Variant, pdf
from qbank.domain.access import Permission
from qbank.domain.errors import NotFound
from qbank.services import delivering
from qbank.services.voided_sets import the_set
from qbank.services.windows import must_be_open
from qbank.storage.models import AssessmentSession
from qbank.storage.queries.sets import DrawnSet
from qbank.web import paper
from qbank.web.assessing.proof import of as proof_of
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.growth import came_later
from qbank.web.logs import new_reference
from qbank.web.session_lines import Row, row_of
from qbank.web.transaction import reading, transaction

bp = Blueprint("assessing", __name__, url_prefix="/sessions/<public_id>")


@bp.get("/set")
@allowed(Permission.PULL_QUESTION_SET)
def question_set(public_id: str) -> str:
    """The set in asking order, with all that the assessor needs while listening, and its proof."""
    row, drawn = _opened(public_id, how="read")
    return render_template(
        "assessing/question_set.html",
        row=row,
        line=row.line,
        drawn=drawn,
        plan=row.plan,
        ksb_count=len({code for asked in drawn.asked for code in asked.ksbs}),
        proof=proof_of(drawn),
        came_later=came_later,
    )


@bp.get("/pack")
@allowed(Permission.PULL_QUESTION_SET)
def pack(public_id: str) -> str:
    """The set on paper: a sheet for each question, each copy marked."""
    mark = new_reference()
    row, drawn = _opened(public_id, how="printed", copy_mark=mark)
    return render_template(
        "assessing/pack.html",
        row=row,
        line=row.line,
        drawn=drawn,
        known=paper.cover_of(row),
        copy_mark=mark,
        marking=paper.marking(mark, current_person(), now()),
        probes=paper.unopened(row, drawn),
    )


@bp.get("/pack.pdf")
@allowed(Permission.PULL_QUESTION_SET)
def pack_pdf(public_id: str) -> Response:
    """The set as a PDF for paper, each copy marked; `variant` says for whose eyes, else an approved adjustment does."""
    asked = _variant()
    mark, by, at = new_reference(), current_person(), now()
    row, drawn = _opened(public_id, how="printed", copy_mark=mark)
    variant = asked or Variant(row.line.pack_variant or Variant.STANDARD)
    organisation = current_app.config["QBANK_ORGANISATION"]
    made = pdf(paper.pack_of(row, drawn, mark=mark, by=by, at=at, organisation=organisation), variant)
    answer = Response(made, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{row.line.reference}-pack-{mark}.pdf")
    return answer


def _variant() -> Variant | None:
    asked = request.args.get("variant")
    try:
        return None if asked is None else Variant(asked)
    except ValueError:
        kinds = ", ".join(Variant)
        raise NotFound("There is no such variant of the pack.", remedy=f"Choose one of: {kinds}.") from None


def _opened(public_id: str, *, how: str, copy_mark: str | None = None) -> tuple[Row, DrawnSet]:
    """The session and its set, after the view of it is on record.

    Raises:
        NotFound: not a session of this person's.
        RuleBroken: the set may not be seen now, or was not pulled yet, or was voided.
    """
    person, at = current_person(), now()
    store = reading()
    row = row_of(store, public_id, person, at=at)
    must_be_open(store, store.get_one(AssessmentSession, row.line.id), at)
    drawn = the_set(store, row.line.id)
    transaction(lambda store: delivering.note_view(store, drawn, how=how, by=person, at=at, copy_mark=copy_mark))
    return row, drawn
