"""The grade of the whole assessment: the methods' confirmed grades combined, and signed by one of their assessors."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.grading import Grade
from qbank.services import combining
from qbank.services.combining import Combination
from qbank.storage.models import Apprentice, AssessmentSession
from qbank.storage.queries.overall_grades import Part
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.session_lines import Row, row_of
from qbank.web.transaction import reading, transaction

bp = Blueprint("combining", __name__, url_prefix="/sessions/<public_id>/overall")


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One method as the page lists it."""

    title: str
    part: Part | None

    @property
    def state(self) -> tuple[str, str]:
        """The word of its tag, and the tag's tone."""
        if self.part is None:
            return "not assessed yet", "warm"
        if self.part.confirmation_id is None:
            return "not confirmed yet", "warm"
        return ("no grade", "warm") if self.part.grade is None else ("confirmed", "accent")


@bp.get("")
@allowed(Permission.GRADE_SESSIONS)
def index(public_id: str) -> str:
    """What the methods give together, and what is missing."""
    store, row, apprentice = reading(), *_of(public_id)
    found = combining.combination_of(store, apprentice)
    refusal = combining.why_not(store, apprentice, found, current_person())
    return render_template(
        "finishing/overall.html",
        row=row,
        line=row.line,
        found=found,
        lines=[MethodLine(found.plan.method(code).title, part) for code, part in found.parts.items()],
        explained=explained(found),
        refusal="" if refusal is None or found.is_signed else str(refusal),
    )


@bp.post("")
@allowed(Permission.GRADE_SESSIONS, fresh=True)
def sign(public_id: str) -> Response:
    """Sign the grade that follows."""
    _, apprentice = _of(public_id)
    by, at, key = current_person(), now(), apprentice.id
    transaction(lambda store: combining.sign(store, store.get_one(Apprentice, key), by=by, at=at))
    flash("The overall grade is signed.")
    return redirect(url_for(".index", public_id=public_id))


def explained(found: Combination) -> str:
    """Why the overall grade is what it is.

    Source: assessment plan, rules R1, R2 and R3.
    """
    if found.grade is None:
        return ""
    grades = {found.plan.method(code).short_title.lower(): part.grade for code, part in found.parts.items() if part}
    if found.grade is Grade.FAIL:
        failed = " and ".join(title for title, grade in grades.items() if grade is Grade.FAIL)
        return f"Failed: {failed}. A fail in any method is a fail overall (rule R1)."
    if found.grade is Grade.PASS:
        passed = " and ".join(title for title, grade in grades.items() if grade is Grade.PASS)
        return f"Every method is passed (rule R2), with a pass in: {passed}. A distinction needs one in each (rule R3)."
    return "Every method has a distinction (rule R3)."


def _of(public_id: str) -> tuple[Row, Apprentice]:
    """The person's own session of that address, and whose it is.

    Raises:
        NotFound: not a session of this person's.
    """
    store = reading()
    row = row_of(store, public_id, current_person(), at=now())
    session = store.get_one(AssessmentSession, row.line.id)
    return row, store.get_one(Apprentice, session.apprentice_id)
