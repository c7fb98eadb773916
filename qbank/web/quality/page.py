"""What the pages of moderation show: decisions with their sessions, each assessor's sample, one decision whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.moderating import Standing, months_before, needed
from qbank.domain.record_entries import Asked, Note, Supplementary
from qbank.domain.recording import Record
from qbank.domain.standards import Plan
from qbank.storage.models import Person
from qbank.storage.queries import assessments, sessions
from qbank.storage.queries.assessments import Decision
from qbank.storage.queries.sessions import SessionLine
from qbank.storage.queries.sets import AskedQuestion, DrawnSet

TONES = {Standing.AWAITS_MODERATION: "warm", Standing.RETURNED: "warm", Standing.CONFIRMED: "accent"}


@dataclass(frozen=True, slots=True)
class Row:
    """One decision in a list."""

    decision: Decision
    line: SessionLine
    method: str

    @property
    def grade(self) -> str:
        """The grade in a word."""
        return str(self.decision.grade or "incomplete")

    @property
    def tone(self) -> str:
        """Warm where a person has something to do."""
        return TONES.get(self.decision.standing, "quiet")


@dataclass(frozen=True, slots=True)
class Sample:
    """Where one assessor's sample stands in the rolling window.

    Args:
        assessed, sampled, needed: how many in the window, how many of them sampled, how many the plan asks.
        awaiting: how many await moderation.
        ready: how many may be confirmed as soon as none does.
    """

    assessor: Person
    is_released: bool
    assessed: int
    sampled: int
    needed: int
    awaiting: int
    ready: int


@dataclass(frozen=True, slots=True)
class Put:
    """How one question of the list was put, with what was written down of it."""

    number: int
    question: AskedQuestion
    how: str
    words: str
    notes: tuple[str, ...]
    supplementary: tuple[tuple[str, str], ...]


def rows_of(store: Session, decisions: Sequence[Decision], plans: Iterable[Plan]) -> list[Row]:
    """The decisions with their sessions, in the order given."""
    lines = sessions.lines_of(store, (each.session_id for each in decisions))
    titles = {(plan.standard, method.code): method.short_title for plan in plans for method in plan.methods}
    found = ((each, lines[each.session_id]) for each in decisions)
    return [Row(each, line, titles.get((line.standard, line.method), line.method)) for each, line in found]


def samples_of(
    store: Session, assessors: Sequence[Person], rows: Sequence[Row], plans: Sequence[Plan], *, at: datetime
) -> list[Sample]:
    """Each assessor's sample, by the numbers of the plan with the longest window."""
    if not plans:
        return []
    plan = max(plans, key=lambda each: each.moderation_window_months)
    after = months_before(at, plan.moderation_window_months)
    return [_sample(store, each, rows, plan, after) for each in assessors]


def put_in(drawn: DrawnSet, record: Record) -> list[Put]:
    """Each question of the list as it was put, in asking order."""
    return [_put(number, question, record) for number, question in enumerate(drawn.asked, start=1)]


def _sample(store: Session, assessor: Person, rows: Sequence[Row], plan: Plan, after: datetime) -> Sample:
    window = [each for _, each in assessments.window_of(store, assessor.id, after=after)]
    released = assessments.is_released(store, assessor.id)
    rate = plan.moderation_rate if released else plan.new_assessor_moderation_rate
    standings = [row.decision.standing for row in rows if row.decision.assessor_id == assessor.id]
    return Sample(
        assessor=assessor,
        is_released=released,
        assessed=len(window),
        sampled=sum(each.sampled for each in window),
        needed=needed(len(window), rate=rate, least=plan.moderation_least),
        awaiting=standings.count(Standing.AWAITS_MODERATION),
        ready=standings.count(Standing.UPHELD) + standings.count(Standing.HELD),
    )


def _put(number: int, question: AskedQuestion, record: Record) -> Put:
    part = record.part(question.position)
    asked = [entry.said for entry in part.asked if isinstance(entry.said, Asked)]
    last = asked[-1] if asked else None
    own = [entry.said for entry in part.supplementary if isinstance(entry.said, Supplementary)]
    return Put(
        number=number,
        question=question,
        how=str(last.how) if last else "not noted",
        words=(last.wording or last.because) if last else "",
        notes=tuple(entry.said.text for entry in part.notes if isinstance(entry.said, Note)),
        supplementary=tuple((said.text, said.answer) for said in own),
    )
