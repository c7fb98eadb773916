"""What the list of questions tells of each question, as expressions: every view asks only for those that it needs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import orm

from qbank.domain.approving import Verdict
from qbank.domain.lifecycle import Change, State
from qbank.storage.models import (
    Approval,
    InService,
    Move,
    Person,
    Question,
    QuestionSet,
    QuestionVersion,
    Rest,
    ReviewDecision,
    ReviewQuestion,
    ReviewSignOff,
    SetQuestion,
)
from qbank.storage.queries import writing
from qbank.storage.queries.keeping import shown_version
from review.panel import Choice

shown = orm.aliased(QuestionVersion)
_other: Final = orm.aliased(QuestionVersion)
shown_key: Final = sa.func.coalesce(InService.question_version_id, shown_version())
last_set: Final = (
    sa.select(sa.func.max(SetQuestion.question_set_id))
    .where(SetQuestion.question_id == Question.id)
    .correlate(Question)
    .scalar_subquery()
)
was_asked: Final = sa.exists().where(SetQuestion.question_id == Question.id).correlate(Question)
times_asked: Final = (
    sa.select(sa.func.count()).where(SetQuestion.question_id == Question.id).correlate(Question).scalar_subquery()
)
last_drawn: Final = (
    sa.select(QuestionSet.drawn_at).where(QuestionSet.id == last_set).correlate(Question).scalar_subquery()
)
_last_state: Final = (
    sa.select(Move.to_state)
    .where(Move.question_version_id == shown_version())
    .order_by(Move.number.desc())
    .limit(1)
    .correlate(Question)
    .scalar_subquery()
)
"""Where the newest version stands, of a question that is not in service."""
stands: Final = sa.func.coalesce(InService.state, _last_state)
text_begins: Final = (
    sa.select(QuestionVersion.question_id, sa.func.max(QuestionVersion.number).label("number"))
    .join(Approval, Approval.question_version_id == QuestionVersion.id)
    .join(InService, InService.question_id == QuestionVersion.question_id)
    .where(Approval.decision == Verdict.APPROVED, Approval.change == Change.MATERIAL)
    .group_by(QuestionVersion.question_id)
    .subquery()
)
_of_version: Final = (
    sa.select(QuestionVersion.number).where(QuestionVersion.id == Move.question_version_id).correlate(Move)
)
_of_this_text: Final = sa.or_(text_begins.c.number.is_(None), _of_version.scalar_subquery() >= text_begins.c.number)
text: Final = (
    sa.select(sa.func.min(Move.at))
    .where(Move.question_id == Question.id, Move.to_state == State.LIVE, _of_this_text)
    .correlate(Question, text_begins)
    .scalar_subquery()
)
"""When a question's text went live, its editorial changes with it: as `review_clock` counts; one step in an index."""
text_live: Final = (
    sa.select(Move.question_id, sa.func.min(Move.at).label("at"))
    .outerjoin(text_begins, text_begins.c.question_id == Move.question_id)
    .where(Move.to_state == State.LIVE, _of_this_text)
    .group_by(Move.question_id)
    .subquery()
)
"""The same of every question at once: PostgreSQL takes half as long so, of all of them, and SQLite longer."""
_of_review: Final = sa.and_(
    ReviewQuestion.review_id == ReviewDecision.review_id, ReviewQuestion.question_id == ReviewDecision.question_id
)
_begins_of_decided: Final = (
    sa.select(sa.func.coalesce(sa.func.max(_other.number), 0))
    .join(Approval, Approval.question_version_id == _other.id)
    .where(
        _other.question_id == ReviewDecision.question_id,
        Approval.decision == Verdict.APPROVED,
        Approval.change == Change.MATERIAL,
    )
    .correlate(ReviewDecision)
    .scalar_subquery()
)
"""With which version the text in service begins; asked of the few questions that a panel decided on."""
panel_decided: Final = (
    sa.select(ReviewDecision.question_id, sa.func.max(ReviewSignOff.at).label("at"))
    .join(ReviewSignOff, ReviewSignOff.review_id == ReviewDecision.review_id)
    .join(ReviewQuestion, _of_review)
    .join(QuestionVersion, QuestionVersion.id == ReviewQuestion.question_version_id)
    .where(ReviewDecision.choice != Choice.RETIRE, QuestionVersion.number >= _begins_of_decided)
    .group_by(ReviewDecision.question_id)
    .subquery()
)
"""When a panel signed off its last decision that keeps each question's text in service, not one that it replaced."""


def _later(text: sa.ColumnElement[datetime]) -> sa.ColumnElement[datetime]:
    decided = panel_decided.c.at
    return sa.case((decided.is_(None), text), (decided > text, decided), else_=text)


approved: Final = _later(text)
"""From when the clock counts: the approval of the text, or the panel's decision where that is later."""
approved_of_all: Final = _later(text_live.c.at)
"""The same, from `text_live`."""
next_awaits: Final = sa.exists().where(Move.question_id == Question.id, writing.AWAITS).correlate(Question)
_last_move: Final = (
    sa.select(Move.id)
    .where(Move.question_version_id == InService.question_version_id)
    .order_by(Move.number.desc())
    .limit(1)
    .correlate(InService)
)
rests_until: Final = (
    sa.select(Rest.until)
    .where(InService.state == State.RESTING, Rest.move_id == _last_move.scalar_subquery())
    .correlate(InService)
    .scalar_subquery()
)
author: Final = sa.func.coalesce(Person.name, shown.author_name)
