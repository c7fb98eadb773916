"""The list of questions: what a view of it shows, how many it finds, in a number of queries that no length changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.bank_list import PAGE, Review, Sort, Used, Wanted, latest_start, search_words
from qbank.domain.lifecycle import IN_SERVICE, State
from qbank.storage import search
from qbank.storage.models import (
    Criterion,
    InService,
    Ksb,
    Person,
    Question,
    QuestionVersion,
    VersionCriterion,
    VersionKsb,
)
from qbank.storage.queries import bank_columns as columns
from qbank.storage.queries import standards, writing
from qbank.storage.queries.keeping import shown_version
from qbank.storage.queries.review_clock import rhythm_of
from qbank.storage.queries.rows import rows
from review.clock import Rhythm
from review.days import UK, day_in_uk, months_after

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


_ORDERS: Final[Mapping[Sort, sa.ColumnElement[Any]]] = {
    Sort.METHOD: Question.method.expression,
    Sort.STATE: columns.stands,
    Sort.AUTHOR: sa.func.lower(columns.author),
    Sort.ASKED: columns.times_asked,
    Sort.USED: columns.last_set,
}


def _of_lines() -> sa.Select[Any]:
    """What is shown of the questions with these keys: made once, for it is long."""
    keys: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
    asked = (
        sa.select(
            Question.id,
            Question.reference,
            Question.method,
            columns.shown.id.label("version_id"),
            columns.shown.stem,
            columns.shown.plan_version_id,
            InService.question_id.label("serving"),
            columns.stands.label("state"),
            columns.author.label("author"),
            columns.times_asked.label("asked"),
            columns.last_drawn.label("last"),
            columns.approved.label("approved"),
            columns.next_awaits.label("awaits"),
            columns.rests_until.label("until"),
        )
        .outerjoin(InService, InService.question_id == Question.id)
        .join(columns.shown, columns.shown.id == columns.shown_key)
        .outerjoin(Person, Person.id == columns.shown.author_id)
    )
    return _with_clock(asked).where(Question.id.in_(keys))


def _with_clock(asked: sa.Select[Any], *, of_all: bool = False) -> sa.Select[Any]:
    """Joined with what the clock of the review counts from; see `bank_columns.text_live` for `of_all`."""
    text = columns.text_live if of_all else columns.text_begins
    return asked.outerjoin(text, text.c.question_id == Question.id).outerjoin(
        columns.panel_decided, columns.panel_decided.c.question_id == Question.id
    )


_LINES: Final = _of_lines()
_KSBS: Final = (
    sa.select(VersionKsb.question_version_id, Ksb.code)
    .join(Ksb, Ksb.id == VersionKsb.ksb_id)
    .where(VersionKsb.question_version_id.in_(sa.bindparam("versions", expanding=True)))
    .order_by(VersionKsb.is_primary.desc(), VersionKsb.position)
)


_LOADED: Final = QuestionVersion.author_id.is_(None)
"""Of a version: files brought it, and tell its author's name."""


def _names_in_files() -> sa.Select[str]:
    """Each author's name that files told, one step in an index for a name: there are far fewer names than versions."""
    first = sa.select(sa.func.min(QuestionVersion.author_name).label("name")).where(_LOADED)
    names = first.cte("names", recursive=True)
    following = sa.select(sa.func.min(QuestionVersion.author_name)).where(
        _LOADED, QuestionVersion.author_name > names.c.name
    )
    names = names.union_all(sa.select(following.correlate(names).scalar_subquery()).where(names.c.name.is_not(None)))
    return sa.select(names.c.name).where(names.c.name.is_not(None))


_NAMES: Final = _names_in_files()


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
    if wanted.filters:
        keys, found = _page_of(store, asked, wanted)
    else:
        page = asked.order_by(*_order(wanted, _placing(store, wanted))).limit(PAGE)
        keys, found = list(store.scalars(page.offset(_first(wanted.page, of)))), of
    return Listed(tuple(_lines(store, keys, rhythms)), found, of)


def _page_of(store: Session, asked: sa.Select[int], wanted: Wanted) -> tuple[list[int], int]:
    """Keys of one page of what a filtered view finds, and how many it finds, both from finding it once.

    Only the page leaves the database. To count first and then find again takes longer, and so does fetching every key.
    """
    labelled = [column.label(f"by_{place}") for place, column in enumerate(_placing(store, wanted))]
    found = asked.add_columns(*labelled).cte("found").prefix_with("MATERIALIZED")
    count = sa.select(sa.func.count()).select_from(found).scalar_subquery()
    key, *by = found.c
    page = sa.select(key, count).order_by(*_order(wanted, by)).limit(PAGE)
    lines = rows(store, page.offset((wanted.page - 1) * PAGE))
    if not lines and wanted.page > 1 and (of := store.scalar(sa.select(count))):
        lines = rows(store, page.offset(_first(wanted.page, of)))
    return [key for key, _ in lines], lines[0][1] if lines else 0


def _first(page: int, found: int) -> int:
    """The place of a page's first question; of the last page's where there is no such page."""
    return min(page - 1, max(found - 1, 0) // PAGE) * PAGE


def references(store: Session, wanted: Wanted, *, at: datetime) -> list[str]:
    """The reference of every question that the view finds, on whatever page, in its order."""
    keys = _narrowed(store, wanted, _rhythms(store), at=at).order_by(*_order(wanted, _placing(store, wanted)))
    names = dict(rows(store, sa.select(Question.id, Question.reference)))
    return [names[key] for key in store.scalars(keys)]


def _rhythms(store: Session) -> dict[int, Rhythm]:
    return {key: rhythm_of(plan) for key, plan in standards.every_as_loaded(store).items()}


def _at_once(store: Session) -> bool:
    """Whether the database works something out sooner for all questions together than for each by itself."""
    return store.get_bind().dialect.name != "sqlite"


def _placing(store: Session, wanted: Wanted) -> list[sa.ColumnElement[Any]]:
    """What puts the view in order, the reference last: shorter ones first, so that Q-9 comes before Q-10."""
    by_reference = [sa.func.length(Question.reference), Question.reference.expression]
    if wanted.sort is Sort.REFERENCE:
        return by_reference
    if wanted.sort is Sort.REVIEW:
        since = columns.approved_of_all if _at_once(store) else columns.approved
        return [sa.case((InService.question_id.is_not(None), since)), *by_reference]
    return [_ORDERS[wanted.sort], *by_reference]


def _order(wanted: Wanted, placing: Sequence[sa.ColumnElement[Any]]) -> list[sa.ColumnElement[Any]]:
    *by, length, reference = placing
    if not by:
        return [each.desc() if wanted.down else each.asc() for each in (length, reference)]
    return [*((each.desc() if wanted.down else each.asc()).nulls_last() for each in by), length, reference]


def _narrowed(store: Session, wanted: Wanted, rhythms: Mapping[int, Rhythm], *, at: datetime) -> sa.Select[int]:
    """Keys of the questions that the view finds; only what it asks for is joined."""
    asked = sa.select(Question.id).outerjoin(InService, InService.question_id == Question.id)
    several = wanted.review is not None and len(set(rhythms.values())) > 1
    if wanted.sort is Sort.AUTHOR or several:
        asked = asked.join(columns.shown, columns.shown.id == columns.shown_key)
    if wanted.sort is Sort.REVIEW or wanted.review:
        asked = _with_clock(asked, of_all=_at_once(store))
    if wanted.sort is Sort.AUTHOR:
        asked = asked.outerjoin(Person, Person.id == columns.shown.author_id)
    return asked.where(*_conditions(store, wanted, rhythms, at=at))


def _conditions(
    store: Session, wanted: Wanted, rhythms: Mapping[int, Rhythm], *, at: datetime
) -> Iterator[sa.ColumnElement[bool]]:
    yield from _of_content(wanted)
    if wanted.author:
        yield _by_author(store, wanted.author)
    if wanted.state is not None:
        yield _stands(store, wanted.state)
    if wanted.used is not None:
        yield _used(wanted.used, at)
    if wanted.review is not None:
        yield _review(wanted.review, rhythms, day_in_uk(at), at_once=_at_once(store))
    words = search_words(wanted.words)
    if words:
        yield _holding(words, store.get_bind().dialect.name)


def _of_content(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.method:
        yield Question.method == wanted.method
    if wanted.ksb:
        carried = sa.select(VersionKsb.question_version_id).join(Ksb, Ksb.id == VersionKsb.ksb_id)
        yield columns.shown_key.in_(carried.where(Ksb.code == wanted.ksb))
    if wanted.criterion:
        opened = sa.select(VersionCriterion.question_version_id).join(
            Criterion, Criterion.id == VersionCriterion.criterion_id
        )
        yield columns.shown_key.in_(opened.where(Criterion.code == wanted.criterion))


def _by_author(store: Session, wanted: str) -> sa.ColumnElement[bool]:
    """The version shown is by somebody whose name holds what is wanted, Émile for émi too.

    Names are compared here: not every database knows the small letter of É.
    """
    wrote = sa.exists().where(QuestionVersion.author_id == Person.id)
    people = rows(store, sa.select(Person.id, Person.name).where(wrote))
    keys = [key for key, name in people if wanted.casefold() in name.casefold()]
    names = [name for name in store.scalars(_NAMES) if wanted.casefold() in name.casefold()]
    by_somebody = sa.select(QuestionVersion.id).where(QuestionVersion.author_id.in_(keys))
    loaded = sa.select(QuestionVersion.id).where(_LOADED, QuestionVersion.author_name.in_(names))
    return columns.shown_key.in_(sa.union_all(by_somebody, loaded))


def _stands(store: Session, state: State) -> sa.ColumnElement[bool]:
    if state is State.AWAITING_APPROVAL:
        return Question.id.in_(writing.questions_awaiting(store))
    return InService.state == state if state in IN_SERVICE else columns.stands == state


def _used(used: Used, at: datetime) -> sa.ColumnElement[bool]:
    if used is Used.NEVER:
        return ~columns.was_asked
    since = _midnight(months_after(day_in_uk(at), -(MONTH if used is Used.MONTH else YEAR)))
    return columns.last_drawn < since if used is Used.EARLIER else columns.last_drawn >= since


def _review(review: Review, rhythms: Mapping[int, Rhythm], today: date, *, at_once: bool) -> sa.ColumnElement[bool]:
    """Of questions in service only; each plan version has its own rhythm."""
    found = []
    for rhythm in set(rhythms.values()):
        overdue = _counts_from(latest_start(today, rhythm.months) + timedelta(days=1), at_once=at_once)
        soon = _counts_from(latest_start(today, rhythm.opens_month) + timedelta(days=1), at_once=at_once)
        stands = {Review.OVERDUE: ~overdue, Review.SOON: sa.and_(overdue, ~soon), Review.LATER: soon}[review]
        own = [key for key, each in rhythms.items() if each == rhythm]
        found.append(stands if len(own) == len(rhythms) else sa.and_(columns.shown.plan_version_id.in_(own), stands))
    return sa.and_(InService.question_id.is_not(None), sa.or_(sa.false(), *found))


def _counts_from(day: date, *, at_once: bool) -> sa.ColumnElement[bool]:
    """The clock counts from that day or a later one: from the text's, or else from a panel's decision.

    Each is held to the day by itself: the later of the two would be worked out from the text two or three times.
    """
    text, decided = columns.text_live.c.at if at_once else columns.text, columns.panel_decided.c.at
    return sa.or_(text >= _midnight(day), sa.and_(decided.is_not(None), decided >= _midnight(day)))


def _midnight(day: date) -> datetime:
    """When a day begins in the United Kingdom."""
    return datetime.combine(day, time(), tzinfo=UK)


def _holding(words: Sequence[str], engine: str) -> sa.ColumnElement[bool]:
    """The version in service, or the newest, holds the words; what holds them is found once.

    PostgreSQL finds the question with each version, and looks at no other. SQLite's index of words knows only the
    version: to ask each for its question takes longer than to look at all the questions.
    """
    found = search.holding(words, engine)
    if engine != "sqlite":
        found = found.add_columns(QuestionVersion.question_id)  # a second column
    held = found.cte("held").prefix_with("MATERIALIZED")
    version, *question = held.c
    keys = sa.select(version)
    holds = sa.or_(InService.question_version_id.in_(keys), shown_version().in_(keys))
    return sa.and_(*(Question.id.in_(sa.select(each)) for each in question), holds)


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
