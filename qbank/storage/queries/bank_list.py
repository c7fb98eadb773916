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
    Question,
    QuestionSet,
    QuestionVersion,
    Rest,
    ReviewDecision,
    ReviewQuestion,
    ReviewSignOff,
    SetQuestion,
    VersionCriterion,
    VersionKsb,
)
from qbank.storage.queries import standards, writing
from qbank.storage.queries.keeping import shown_version
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
_other: Final = orm.aliased(QuestionVersion)
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
_last_state: Final = (
    sa.select(Move.to_state)
    .where(Move.question_version_id == shown_version())
    .order_by(Move.number.desc())
    .limit(1)
    .correlate(Question)
    .scalar_subquery()
)
"""Where the newest version stands, of a question that is not in service."""
_state: Final = sa.func.coalesce(InService.state, _last_state)
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
_text: Final = (
    sa.select(sa.func.min(Move.at))
    .where(
        Move.question_id == Question.id,
        Move.to_state == State.LIVE,
        sa.or_(_begins.c.number.is_(None), _of_version.scalar_subquery() >= _begins.c.number),
    )
    .correlate(Question, _begins)
    .scalar_subquery()
)
"""When a question's text went live, its editorial changes with it: as `review_clock` counts; one step in an index."""
_of_review: Final = sa.and_(
    ReviewQuestion.review_id == ReviewDecision.review_id, ReviewQuestion.question_id == ReviewDecision.question_id
)
_text_begins: Final = (
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
_decided: Final = (
    sa.select(ReviewDecision.question_id, sa.func.max(ReviewSignOff.at).label("at"))
    .join(ReviewSignOff, ReviewSignOff.review_id == ReviewDecision.review_id)
    .join(ReviewQuestion, _of_review)
    .join(QuestionVersion, QuestionVersion.id == ReviewQuestion.question_version_id)
    .where(ReviewDecision.choice != Choice.RETIRE, QuestionVersion.number >= _text_begins)
    .group_by(ReviewDecision.question_id)
    .subquery()
)
"""When a panel signed off its last decision that keeps each question's text in service, not one that it replaced."""
_approved: Final = sa.case((_decided.c.at.is_(None), _text), (_decided.c.at > _text, _decided.c.at), else_=_text)
"""From when the clock counts: the approval of the text, or the panel's decision where that is later."""
_awaits: Final = sa.exists().where(Move.question_id == Question.id, writing.AWAITS).correlate(Question)
_last_move: Final = (
    sa.select(Move.id)
    .where(Move.question_version_id == InService.question_version_id)
    .order_by(Move.number.desc())
    .limit(1)
    .correlate(InService)
)
_until: Final = (
    sa.select(Rest.until)
    .where(InService.state == State.RESTING, Rest.move_id == _last_move.scalar_subquery())
    .correlate(InService)
    .scalar_subquery()
)
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
    asked = (
        sa.select(
            Question.id,
            Question.reference,
            Question.method,
            shown.id.label("version_id"),
            shown.stem,
            shown.plan_version_id,
            InService.question_id.label("serving"),
            _state.label("state"),
            _author.label("author"),
            _asked.label("asked"),
            _last_drawn.label("last"),
            _approved.label("approved"),
            _awaits.label("awaits"),
            _until.label("until"),
        )
        .outerjoin(InService, InService.question_id == Question.id)
        .join(shown, shown.id == _shown_key)
        .outerjoin(Person, Person.id == shown.author_id)
    )
    return _with_clock(asked).where(Question.id.in_(keys))


def _with_clock(asked: sa.Select[Any]) -> sa.Select[Any]:
    """Joined with what the clock of the review counts from."""
    return asked.outerjoin(_begins, _begins.c.question_id == Question.id).outerjoin(
        _decided, _decided.c.question_id == Question.id
    )


_LINES: Final = _of_lines()
_KSBS: Final = (
    sa.select(VersionKsb.question_version_id, Ksb.code)
    .join(Ksb, Ksb.id == VersionKsb.ksb_id)
    .where(VersionKsb.question_version_id.in_(sa.bindparam("versions", expanding=True)))
    .order_by(VersionKsb.is_primary.desc(), VersionKsb.position)
)


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
        every = store.connection().scalars(ordered).all()  # quicker than to count first, and then to find again
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
    return {key: rhythm_of(plan) for key, plan in standards.every_as_loaded(store).items()}


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
    several = wanted.review is not None and len(set(rhythms.values())) > 1
    if wanted.sort is Sort.AUTHOR or wanted.author or several:
        asked = asked.join(shown, shown.id == _shown_key)
    if wanted.sort is Sort.REVIEW or wanted.review:
        asked = _with_clock(asked)
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
    return sa.and_(InService.question_id.is_(None), _last_state == state)


def _used(used: Used, at: datetime) -> sa.ColumnElement[bool]:
    if used is Used.NEVER:
        return _last_set.is_(None)
    since = _midnight(months_after(day_in_uk(at), -(MONTH if used is Used.MONTH else YEAR)))
    return _last_drawn < since if used is Used.EARLIER else _last_drawn >= since


def _review(review: Review, rhythms: Mapping[int, Rhythm], today: date) -> sa.ColumnElement[bool]:
    """Of questions in service only; each plan version has its own rhythm."""
    found = []
    for rhythm in set(rhythms.values()):
        overdue = _midnight(latest_start(today, rhythm.months) + timedelta(days=1))
        soon = _midnight(latest_start(today, rhythm.opens_month) + timedelta(days=1))
        stands = {
            Review.OVERDUE: _approved < overdue,
            Review.SOON: sa.and_(_approved >= overdue, _approved < soon),
            Review.LATER: _approved >= soon,
        }[review]
        own = [key for key, each in rhythms.items() if each == rhythm]
        found.append(stands if len(own) == len(rhythms) else sa.and_(shown.plan_version_id.in_(own), stands))
    return sa.and_(InService.question_id.is_not(None), sa.or_(sa.false(), *found))


def _midnight(day: date) -> datetime:
    """When a day begins in the United Kingdom."""
    return datetime.combine(day, time(), tzinfo=UK)


def _holding(words: Sequence[str], engine: str) -> sa.ColumnElement[bool]:
    """The version in service, or the newest, holds the words; what holds them is found once."""
    held = search.holding(words, engine).cte("held").prefix_with("MATERIALIZED")
    keys = sa.select(*held.c)
    return sa.or_(InService.question_version_id.in_(keys), shown_version().in_(keys))


def _lines(store: Session, keys: Sequence[int], rhythms: Mapping[int, Rhythm]) -> Iterator[Line]:
    """What the list shows of these questions, in this order."""
    found = {row.id: row for row in store.execute(_LINES, {"keys": list(keys)})}
    ksbs = _ksbs(store, [row.version_id for row in found.values()])
    for key in keys:
        row = found[key]
        months = rhythms[row.plan_version_id].months
        yield Line(
            reference=row.reference,
            method=row.method,
            stem=row.stem,
            ksbs=tuple(ksbs[row.version_id]),
            state=State(row.state),
            awaits=row.awaits and row.state != State.AWAITING_APPROVAL,
            until=row.until,
            author=row.author or "",
            asked=row.asked,
            last=None if row.last is None else day_in_uk(row.last),
            due=months_after(day_in_uk(row.approved), months) if row.serving and row.approved else None,
        )


def _ksbs(store: Session, versions: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for version, code in store.execute(_KSBS, {"versions": versions}):
        found[version].append(code)
    return found
