"""Many stems at once: pasted one a line, looked at with advice, then a draft for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.advice import all_checks as advising
from qbank.domain.advice.likenesses import Other, likenesses
from qbank.domain.advice.remarks import Remark
from qbank.domain.errors import NotReady
from qbank.domain.quick_lines import MOST_LINES, QuickLine, codes_in, read_lines, unknown_ksbs
from qbank.domain.standards import Plan
from qbank.services import drafting
from qbank.storage.queries import standards, writing
from qbank.web.authoring.page import drafts_beside
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.saying import counted
from qbank.web.transaction import reading, transaction

bp = Blueprint("quick", __name__, url_prefix="/questions/quick")


@dataclass(frozen=True, slots=True)
class Looked:
    """A line as its author looks at it.

    Args:
        advice: on its wording; near duplicates in the bank among it.
        like: an earlier line that asks nearly the same; 0 when none does.
    """

    line: QuickLine
    advice: tuple[Remark, ...]
    like: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed into the form.

    Args:
        choice: "standard/method".
        seen: stands for the text that was looked at; empty when none was yet.
    """

    choice: str = ""
    ksbs: str = ""
    typed: str = ""
    seen: str = ""

    @property
    def seal(self) -> str:
        """Stands for this text: another one has another."""
        return sha256(f"{self.choice}\n{self.ksbs}\n{self.typed}".encode()).hexdigest()[:16]


@bp.get("")
@allowed(Permission.WRITE_QUESTIONS)
def index() -> str:
    """The form for many stems."""
    return _page(Asked(choice=request.args.get("method", ""), ksbs=request.args.get("ksb", "")))


@bp.post("")
@allowed(Permission.WRITE_QUESTIONS)
def add() -> Response | str | tuple[str, int]:
    """Look at what the lines become; or, once they were looked at as they are, a draft for each."""
    asked = _typed()
    plan, method = _chosen(asked)
    faults = _faults(asked, plan, method)
    if faults or plan is None:
        return _page(asked, faults=faults), HTTPStatus.BAD_REQUEST
    lines = read_lines(asked.typed, plan, method, codes_in(asked.ksbs), author=current_person().name)
    wrong = {f"line-{each.number}": f"Line {each.number}: {fault}" for each in lines for fault in each.faults[:1]}
    if wrong:
        return _page(asked, lines=_looked(plan, lines), faults=wrong), HTTPStatus.BAD_REQUEST
    if request.form.get("then") != "make" or asked.seen != asked.seal:
        return _page(asked, lines=_looked(plan, lines), is_changed=request.form.get("then") == "make")
    return _made(plan, lines)


def _made(plan: Plan, lines: Sequence[QuickLine]) -> Response:
    person, at = current_person(), now()

    def work(store: Session) -> int:
        row = standards.plan_version(store, plan.standard)
        if row is None:
            raise AssertionError("its plan was read in this request")
        return len(drafting.begin_all(store, row, [(each.text, None) for each in lines], by=person, at=at))

    made = transaction(work)
    flash(f"{counted(made, 'draft is', 'drafts are')} yours. Complete and submit each when it is ready.")
    return redirect(url_for("questions.index"))


def _typed() -> Asked:
    words = {name: request.form.get(name, "").replace("\0", "") for name in ("method", "ksbs", "lines", "seen")}
    typed = words["lines"].replace("\r\n", "\n")
    return Asked(words["method"], words["ksbs"].strip(), typed, words["seen"])


def _chosen(asked: Asked) -> tuple[Plan | None, str]:
    """The plan and the method that were chosen; None while none was, or it is none of ours."""
    standard, _, method = asked.choice.partition("/")
    for plan in standards.plans(reading()):
        if plan.standard == standard and method in {each.code for each in plan.methods}:
            return plan, method
    return None, ""


def _faults(asked: Asked, plan: Plan | None, method: str) -> dict[str, str]:
    """A sentence for each field that cannot be used, by the id of the field."""
    found = {}
    if plan is None:
        found["method-1"] = "Select what the questions are for"
    elif sentence := unknown_ksbs(codes_in(asked.ksbs), plan, method):
        found["ksbs"] = sentence
    count = sum(bool(line.strip()) for line in asked.typed.split("\n"))
    if not count:
        found["lines"] = "Enter at least one line"
    elif count > MOST_LINES:
        found["lines"] = f"There are {count:,} lines. Enter {MOST_LINES} or fewer at once"
    return found


def _looked(plan: Plan, lines: Sequence[QuickLine]) -> list[Looked]:
    method = lines[0].text.method
    stems = writing.stems_of_method(reading(), method)
    others = [Other(reference, stem, state) for _, reference, stem, state in stems]
    others += drafts_beside(reading(), method)
    looked: list[Looked] = []
    before: list[Other] = []
    for each in lines:
        written = advising.Written.of(each.text.content, plan)
        alike = likenesses(each.text.stem, before)
        remarks = tuple(one for one in advising.advice(written, others) if one.code != "no-probe")
        looked.append(Looked(each, remarks, int(alike[0].other.reference) if alike else 0))
        before.append(Other(str(each.number), each.text.stem))
    return looked


def _page(
    asked: Asked, *, lines: Sequence[Looked] = (), faults: dict[str, str] | None = None, is_changed: bool = False
) -> str:
    plans = standards.plans(reading())
    if not plans:
        raise NotReady("No standard is loaded.", remedy="Ask whoever runs this installation to load one.")
    return render_template(
        "authoring/quick.html",
        asked=asked,
        plans=plans,
        looked=lines,
        faults=faults or {},
        is_changed=is_changed,
        most=MOST_LINES,
    )
