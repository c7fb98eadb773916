"""The list of questions: what a view of it shows, how many it finds, in a number of queries that no length changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Session

from qbank.domain.approving import Verdict
from qbank.domain.bank_list import PAGE, Review, Sort, Used, Wanted, latest_start, search_words
from qbank.domain.lifecycle import IN_SERVICE, Change, State
from qbank.storage import search
from qbank.storage.models import (
    Approval,
    Criterion,
    InService,
    Ksb,
    Move,
    Person,
    PlanVersion,
    Question,
    QuestionSet,
    QuestionVersion,
    ReviewDecision,
    ReviewSignOff,
    SetQuestion,
    VersionCriterion,
    VersionKsb,
)
from qbank.storage.queries import standards, writing
from qbank.storage.queries.keeping import rests_of, shown_version
from qbank.storage.queries.review_clock import rhythm_of
from qbank.storage.queries.rows import rows
from review.clock import Rhythm
from review.days import UK, day_in_uk, months_after
from review.panel import Choice

MONTH: Final = 1
YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the list, by the version in service, else by its newest.

    Args:
        ksbs: codes, the primary first.
        state: where that version stands.
        awaits: whether another version of it awaits approval.
        until: the day on which its rest ends; None where it does not rest, or has no day.
        author: a name.
        asked: question sets that hold it.
        last: the day on which the last of them was drawn.
        due: the day on which its review is overdue; None where it is not in service.
    """

    reference: str
    method: str
    stem: str
    ksbs: tuple[str, ...]
    state: State
    awaits: bool
    until: date | None
    author: str
    asked: int
    last: date | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list, how many questions the view finds in all, and how many there are."""

    lines: tuple[Line, ...]
    found: int
    of: int


shown = orm.aliased(QuestionVersion)
_shown_key: Final = sa.func.coalesce(InService.question_version_id, shown_version())
_last_set: Final = (
    sa.select(sa.func.max(SetQuestion.question_set_id))
    .where(SetQuestion.question_id == Question.id)
    .correlate(Question)
    .scalar_subquery()
)
_asked: Final = (
    sa.select(sa.func.count()).where(SetQuestion.question_id == Question.id).correlate(Question).scalar_subquery()
)
_last_drawn: Final = (
    sa.select(QuestionSet.drawn_at).where(QuestionSet.id == _last_set).correlate(Question).scalar_subquery()
)
_state: Final = sa.func.coalesce(
    InService.state,
    sa.select(Move.to_state)
    .where(Move.question_version_id == shown.id)
    .order_by(Move.number.desc())
    .limit(1)
    .correlate(shown)
    .scalar_subquery(),
)
_begins: Final = (
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
_texts: Final = (
    sa.select(Move.question_id, sa.func.min(Move.at).label("approved"))
    .outerjoin(_begins, _begins.c.question_id == Move.question_id)
    .where(
        Move.to_state == State.LIVE,
        sa.or_(_begins.c.number.is_(None), _of_version.scalar_subquery() >= _begins.c.number),
    )
    .group_by(Move.question_id)
)
"""When each question's text went live, its editorial changes with it: as `review_clock` counts, for a list at once."""
_decided: Final = (
    sa.select(sa.func.max(ReviewSignOff.at))
    .join(ReviewDecision, ReviewDecision.review_id == ReviewSignOff.review_id)
    .where(ReviewDecision.question_id == Question.id, ReviewDecision.choice != Choice.RETIRE)
    .correlate(Question)
    .scalar_subquery()
)
"""When a panel signed off its last decision that keeps the question."""


def _counted(approved: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """From when the clock counts: the approval of the text, or the panel's decision where that is later."""
    return sa.case((sa.and_(_decided.is_not(None), _decided > approved), _decided), else_=approved)


_text: Final = _texts.subquery()
_approved: Final = _counted(_text.c.approved)
_author: Final = sa.func.coalesce(Person.name, shown.author_name)
_ORDERS: Final[Mapping[Sort, sa.ColumnElement[Any]]] = {
    Sort.METHOD: Question.method.expression,
    Sort.STATE: _state,
    Sort.AUTHOR: sa.func.lower(_author),
    Sort.ASKED: _asked,
    Sort.USED: _last_set,
    Sort.REVIEW: sa.case((InService.question_id.is_not(None), _approved)),
}


def _of_lines() -> sa.Select[Any]:
    """What is shown of the questions with these keys: made once, for it is long."""
    keys: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
    text = _texts.where(Move.question_id.in_(keys)).subquery()
    return (
        sa.select(
            Question, shown, InService.question_id, _state, _author, _asked, _last_drawn, _counted(text.c.approved)
        )
        .outerjoin(InService, InService.question_id == Question.id)
        .join(shown, shown.id == _shown_key)
        .outerjoin(Person, Person.id == shown.author_id)
        .outerjoin(text, text.c.question_id == Question.id)
        .where(Question.id.in_(keys))
    )


_LINES: Final = _of_lines()


def listed(store: Session, wanted: Wanted, *, at: datetime) -> Listed:
    """One page of the view.

    Args:
        store: in a unit.
        wanted: the view; a page beyond the last is the last.
        at: now.
    """
    rhythms = _rhythms(store)
    asked = _narrowed(store, wanted, rhythms, at=at)
    of = store.scalar(sa.select(sa.func.count()).select_from(Question)) or 0
    ordered = asked.order_by(*_order(wanted))
    if wanted.filters:
        every = list(store.scalars(ordered))  # quicker than to count them first, and then to find them again
        first = _first(wanted.page, len(every))
        return Listed(tuple(_lines(store, every[first : first + PAGE], rhythms)), len(every), of)
    keys = list(store.scalars(ordered.limit(PAGE).offset(_first(wanted.page, of))))
    return Listed(tuple(_lines(store, keys, rhythms)), of, of)


def _first(page: int, found: int) -> int:
    """The place of a page's first question; of the last page's where there is no such page."""
    return min(page - 1, max(found - 1, 0) // PAGE) * PAGE


def references(store: Session, wanted: Wanted, *, at: datetime) -> list[str]:
    """The reference of every question that the view finds, on whatever page, in its order."""
    keys = _narrowed(store, wanted, _rhythms(store), at=at).order_by(*_order(wanted))
    names = dict(rows(store, sa.select(Question.id, Question.reference)))
    return [names[key] for key in store.scalars(keys)]


def _rhythms(store: Session) -> dict[int, Rhythm]:
    found = {}
    for key in store.scalars(sa.select(PlanVersion.id)):
        found[key] = rhythm_of(standards.as_loaded(store, key))
    return found


def _order(wanted: Wanted) -> list[sa.ColumnElement[Any]]:
    by_reference: list[sa.ColumnElement[Any]] = [
        sa.func.length(Question.reference),
        Question.reference.expression,
    ]
    if wanted.sort is Sort.REFERENCE:
        return [each.desc() for each in by_reference] if wanted.down else by_reference
    column = _ORDERS[wanted.sort]
    return [(column.desc() if wanted.down else column.asc()).nulls_last(), *by_reference]


def _narrowed(store: Session, wanted: Wanted, rhythms: Mapping[int, Rhythm], *, at: datetime) -> sa.Select[int]:
    """Keys of the questions that the view finds; only what it asks for is joined."""
    asked = sa.select(Question.id).outerjoin(InService, InService.question_id == Question.id)
    if wanted.sort in {Sort.STATE, Sort.AUTHOR, Sort.REVIEW} or wanted.author or wanted.review:
        asked = asked.join(shown, shown.id == _shown_key)
    if wanted.sort is Sort.REVIEW or wanted.review:
        asked = asked.outerjoin(_text, _text.c.question_id == Question.id)
    if wanted.sort is Sort.AUTHOR or wanted.author:
        asked = asked.outerjoin(Person, Person.id == shown.author_id)
    return asked.where(*_conditions(store, wanted, rhythms, at=at))


def _conditions(
    store: Session, wanted: Wanted, rhythms: Mapping[int, Rhythm], *, at: datetime
) -> Iterator[sa.ColumnElement[bool]]:
    yield from _of_content(wanted)
    if wanted.author:
        yield _author.in_(_authors(store, wanted.author))
    if wanted.state is not None:
        yield _stands(store, wanted.state)
    if wanted.used is not None:
        yield _used(wanted.used, at)
    if wanted.review is not None:
        yield _review(wanted.review, rhythms, day_in_uk(at))
    words = search_words(wanted.words)
    if words:
        yield _holding(words, store.get_bind().dialect.name)


def _of_content(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.method:
        yield Question.method == wanted.method
    if wanted.ksb:
        carried = sa.select(VersionKsb.question_version_id).join(Ksb, Ksb.id == VersionKsb.ksb_id)
        yield _shown_key.in_(carried.where(Ksb.code == wanted.ksb))
    if wanted.criterion:
        opened = sa.select(VersionCriterion.question_version_id).join(
            Criterion, Criterion.id == VersionCriterion.criterion_id
        )
        yield _shown_key.in_(opened.where(Criterion.code == wanted.criterion))


def _authors(store: Session, wanted: str) -> list[str]:
    """The names that hold what is wanted, Émile for émi too: not every database knows the small letter of É."""
    names = sa.union(sa.select(Person.name), sa.select(QuestionVersion.author_name))
    return [name for name in store.scalars(names) if wanted.casefold() in name.casefold()]


def _stands(store: Session, state: State) -> sa.ColumnElement[bool]:
    if state is State.AWAITING_APPROVAL:
        return Question.id.in_(writing.questions_awaiting(store))
    if state in IN_SERVICE:
        return InService.state == state
    last = (
        sa.select(Move.to_state)
        .where(Move.question_version_id == _shown_key)
        .order_by(Move.number.desc())
        .limit(1)
        .correlate(Question, InService)
    )
    return sa.and_(InService.question_id.is_(None), last.scalar_subquery() == state)


def _used(used: Used, at: datetime) -> sa.ColumnElement[bool]:
    if used is Used.NEVER:
        return _last_set.is_(None)
    since = _midnight(months_after(day_in_uk(at), -(MONTH if used is Used.MONTH else YEAR)))
    return _last_drawn < since if used is Used.EARLIER else _last_drawn >= since


def _review(review: Review, rhythms: Mapping[int, Rhythm], today: date) -> sa.ColumnElement[bool]:
    """Of questions in service only; each plan version has its own rhythm."""
    found = []
    for key, rhythm in rhythms.items():
        overdue = _midnight(latest_start(today, rhythm.months) + timedelta(days=1))
        soon = _midnight(latest_start(today, rhythm.opens_month) + timedelta(days=1))
        stands = {
            Review.OVERDUE: _approved < overdue,
            Review.SOON: sa.and_(_approved >= overdue, _approved < soon),
            Review.LATER: _approved >= soon,
        }[review]
        found.append(sa.and_(shown.plan_version_id == key, InService.question_id.is_not(None), stands))
    return sa.or_(sa.false(), *found)


def _midnight(day: date) -> datetime:
    """When a day begins in the United Kingdom."""
    return datetime.combine(day, time(), tzinfo=UK)


def _holding(words: Sequence[str], engine: str) -> sa.ColumnElement[bool]:
    """The version in service, or the newest, holds the words."""
    newer, serving = orm.aliased(QuestionVersion), orm.aliased(InService)
    is_newest = ~sa.exists().where(
        newer.question_id == QuestionVersion.question_id, newer.number > QuestionVersion.number
    )
    is_serving = sa.exists().where(serving.question_version_id == QuestionVersion.id)
    asked = sa.select(QuestionVersion.question_id).where(
        QuestionVersion.id.in_(search.holding(words, engine)), sa.or_(is_newest, is_serving)
    )
    return Question.id.in_(asked)


def _lines(store: Session, keys: Sequence[int], rhythms: Mapping[int, Rhythm]) -> Iterator[Line]:
    """What the list shows of these questions, in this order."""
    found: dict[int, Any] = {row[0].id: row for row in store.execute(_LINES, {"keys": list(keys)})}
    ksbs = _ksbs(store, [row[1].id for row in found.values()])
    awaiting, until = writing.questions_awaiting(store, among=keys), rests_of(store, keys)
    for key in keys:
        question, version, serving, state, author, many, last, approved = found[key]
        months = rhythms[version.plan_version_id].months
        yield Line(
            reference=question.reference,
            method=question.method,
            stem=version.stem,
            ksbs=tuple(ksbs[version.id]),
            state=State(state),
            awaits=key in awaiting and state != State.AWAITING_APPROVAL,
            until=until.get(question.reference),
            author=author or "",
            asked=many,
            last=None if last is None else day_in_uk(last),
            due=months_after(day_in_uk(approved), months) if serving and approved else None,
        )


def _ksbs(store: Session, versions: Sequence[int]) -> Mapping[int, list[str]]:
    asked = (
        sa.select(VersionKsb.question_version_id, Ksb.code)
        .join(Ksb, Ksb.id == VersionKsb.ksb_id)
        .where(VersionKsb.question_version_id.in_(versions))
        .order_by(VersionKsb.is_primary.desc(), VersionKsb.position)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for version, code in rows(store, asked):
        found[version].append(code)
    return found
