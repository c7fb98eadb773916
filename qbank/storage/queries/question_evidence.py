"""What is kept of a question's year: the sets of its method, its askings, what was decided on its evidence.

Each is a fixed number of queries, whatever was drawn and asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from qbank.domain.record_entries import Entry, How, Kind
from qbank.domain.recording import Part, record_of
from qbank.storage.models import (
    Apprentice,
    Assessment,
    AssessmentSession,
    JudgementRow,
    PlanVersion,
    Question,
    QuestionSet,
    RecordEntry,
    SetExtension,
    SetQuestion,
    SetVoid,
)
from qbank.storage.queries.records import as_entry
from qbank.storage.queries.rows import rows
from review.days import day_in_uk
from review.evidence import Asking, Drawn, Outcome

MOST_SITTINGS: Final = 1_000
"""The latest sittings from which outcomes are read: enough for an interval of three in a hundred, and a quick page."""
_QUESTION: Final = re.compile(r"question (\d+)(?:,|$)")


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, and before `until`; of a set that was drawn within, nothing from later counts either."""

    since: datetime
    until: datetime

    def holds(self, at: InstrumentedAttribute[datetime]) -> sa.ColumnElement[bool]:
        """Whether the time in that column is within."""
        return sa.and_(at >= self.since, at < self.until)


def sets_of_method(store: Session, question: Question, span: Span) -> list[Drawn]:
    """Every set of the question's standard and method that was drawn in the span, voided ones too, in no order."""
    asked = (
        sa.select(
            QuestionSet.drawn_at,
            Apprentice.employer_id,
            Apprentice.provider_id,
            AssessmentSession.assessor_id,
            SetQuestion.question_id.is_not(None),
        )
        .join(Apprentice, Apprentice.id == QuestionSet.apprentice_id)
        .join(PlanVersion, PlanVersion.id == Apprentice.plan_version_id)
        .join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
        .outerjoin(
            SetQuestion,
            sa.and_(SetQuestion.question_set_id == QuestionSet.id, SetQuestion.question_id == question.id),
        )
        .where(
            QuestionSet.method == question.method,
            span.holds(QuestionSet.drawn_at),
            PlanVersion.standard_id == question.standard_id,
        )
    )
    return [
        Drawn(day_in_uk(at), employer, provider, assessor, holds=bool(holds))
        for at, employer, provider, assessor, holds in rows(store, asked)
    ]


def askings_of(store: Session, question_id: int, span: Span) -> list[Asking]:
    """What the records say of each set that holds the question, was drawn in the span and was not voided."""
    replaced = sa.and_(
        SetExtension.question_set_id == SetQuestion.question_set_id,
        SetExtension.replaced_position == SetQuestion.position,
    )
    asked = (
        sa.select(QuestionSet.id, SetExtension.id.is_not(None), AssessmentSession.starts_at)
        .join(SetQuestion, SetQuestion.question_set_id == QuestionSet.id)
        .join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
        .outerjoin(SetExtension, replaced)
        .where(*_standing(question_id, span))
    )
    entries = _entries(store, question_id, span)
    return [
        _asking(entries.get(key, ()), replaced=bool(is_replaced), on=day_in_uk(starts_at))
        for key, is_replaced, starts_at in rows(store, asked)
    ]


def outcomes_beside(store: Session, question_id: int, span: Span, *, most: int = MOST_SITTINGS) -> list[Outcome]:
    """What was decided on the evidence of the question, and of those asked in the same sittings: of the latest ones.

    Fail indicators are left out: they have a row only where one was seen. A judgement that names several questions
    counts for each; one that names none counts for none.
    """
    sittings = _latest_assessments(store, question_id, span, most)
    orders = orders_of(store, [set_id for set_id, _ in sittings.values()])
    asked = sa.select(JudgementRow.assessment_id, JudgementRow.criterion, JudgementRow.met, JudgementRow.sources).where(
        JudgementRow.assessment_id.in_(sittings), JudgementRow.met.is_not(None)
    )
    found = []
    for key, criterion, met, sources in rows(store, asked):
        set_id, assessor = sittings[key]
        order = orders[set_id]
        places = {int(place) for place in _QUESTION.findall(sources)}
        found += [
            Outcome(order[place - 1], assessor, set_id, criterion, bool(met))
            for place in places
            if 0 < place <= len(order)
        ]
    return found


def _standing(question_id: int, span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    voided = sa.exists().where(SetVoid.question_set_id == QuestionSet.id)
    return SetQuestion.question_id == question_id, span.holds(QuestionSet.drawn_at), ~voided


def _entries(store: Session, question_id: int, span: Span) -> Mapping[int, list[Entry]]:
    """Entries on how the question was put, and supplementary ones, by key of the set."""
    asked = (
        sa.select(QuestionSet.id, RecordEntry)
        .join(SetQuestion, SetQuestion.question_set_id == QuestionSet.id)
        .join(AssessmentSession, AssessmentSession.attempt_id == QuestionSet.attempt_id)
        .join(
            RecordEntry,
            sa.and_(
                RecordEntry.assessment_session_id == AssessmentSession.id,
                RecordEntry.position == SetQuestion.position,
                RecordEntry.kind.in_([Kind.ASKED, Kind.SUPPLEMENTARY]),
            ),
        )
        .where(*_standing(question_id, span), RecordEntry.at < span.until)
    )
    found: dict[int, list[Entry]] = defaultdict(list)
    for key, row in rows(store, asked):
        found[key].append(as_entry(row))
    return found


def _asking(entries: Sequence[Entry], *, replaced: bool, on: date) -> Asking:
    """What stands of the entries of one question, `on` the day of its sitting: a later one replaces what it names."""
    parts = record_of(entries).parts.values()
    part = next(iter(parts), Part())
    return Asking(
        put=None if part.how is None else part.was_put,
        rephrased=part.how is How.REPHRASED,
        replaced=replaced,
        supplementary=len(part.supplementary),
        on=on if part.was_put else None,
    )


def _latest_assessments(store: Session, question_id: int, span: Span, most: int) -> Mapping[int, tuple[int, int]]:
    """(key of the set, key of the assessor) by key of the assessment that stands, of the sets drawn last."""
    later = aliased(Assessment)
    is_latest = ~sa.exists().where(
        later.assessment_session_id == Assessment.assessment_session_id,
        later.number > Assessment.number,
        later.at < span.until,
    )
    asked = (
        sa.select(Assessment.id, QuestionSet.id, Assessment.by_id)
        .join(SetQuestion, SetQuestion.question_set_id == QuestionSet.id)
        .join(AssessmentSession, AssessmentSession.attempt_id == QuestionSet.attempt_id)
        .join(Assessment, Assessment.assessment_session_id == AssessmentSession.id)
        .where(
            *_standing(question_id, span),
            Assessment.question_set_id == QuestionSet.id,
            Assessment.at < span.until,
            is_latest,
        )
        .order_by(QuestionSet.drawn_at.desc(), QuestionSet.id.desc())
        .limit(most)
    )
    return {key: (set_id, assessor) for key, set_id, assessor in rows(store, asked)}


def orders_of(store: Session, set_ids: Sequence[int]) -> Mapping[int, list[int]]:
    """Keys of the questions of each set in the order in which they were asked at last, substitutes in their places."""
    at = sa.select(SetQuestion.question_set_id, SetQuestion.position, SetQuestion.question_id)
    places: dict[int, dict[int, int]] = defaultdict(dict)
    for key, position, question in rows(store, at.where(SetQuestion.question_set_id.in_(set_ids))):
        places[key][position] = question
    drawn = sa.select(QuestionSet.id, QuestionSet.question_count).where(QuestionSet.id.in_(set_ids))
    orders = {key: list(range(1, count + 1)) for key, count in rows(store, drawn)}
    grown = sa.select(SetExtension).where(SetExtension.question_set_id.in_(set_ids)).order_by(SetExtension.number)
    for row in store.scalars(grown):
        order = orders[row.question_set_id]
        came = range(row.first_position, row.first_position + row.question_count)
        if row.replaced_position is None:
            order += came
        else:
            gone = [row.replaced_position, row.exchanged_position]
            for left, position in zip(gone, came, strict=False):
                order[:] = [position if each == left else each for each in order]
    return {key: [places[key][position] for position in order] for key, order in orders.items()}
