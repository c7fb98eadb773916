"""Drafts, and versions on their way to approval."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import State
from qbank.domain.working_drafts import DraftText
from qbank.storage.models import (
    Move,
    Person,
    Question,
    QuestionImportLine,
    QuestionVersion,
    VersionAuthor,
    WorkingDraft,
    WorkingDraftAuthor,
)
from qbank.storage.queries.rows import rows

_later: Final = orm.aliased(Move)
AWAITS: Final = sa.and_(
    Move.to_state == State.AWAITING_APPROVAL,
    ~sa.exists().where(_later.question_version_id == Move.question_version_id, _later.number > Move.number),
)
"""Of a move: its version still awaits approval. Only moves to approval are looked at, not the last of every version."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in a list.

    Args:
        reference: of its question; None while it has none.
        state: of the question's newest version; None while it has none.
        is_put_away: whether it is off the list, to be taken up again.
    """

    public_id: str
    reference: str | None
    text: DraftText
    saved_at: datetime
    state: State | None
    is_put_away: bool = False


@dataclass(frozen=True, slots=True)
class Awaiting:
    """One version that awaits approval.

    Args:
        since: when it was submitted.
        hands: keys of everybody who had a hand in it: none of them approves it.
    """

    reference: str
    method: str
    number: int
    version_id: int
    stem: str
    author: str
    since: datetime
    hands: frozenset[int]


def draft_by_public_id(store: Session, public_id: str) -> WorkingDraft | None:
    """The draft of that address, ended or not."""
    return store.scalar(sa.select(WorkingDraft).where(WorkingDraft.public_id == public_id))


def open_draft(store: Session, question_id: int) -> WorkingDraft | None:
    """The draft of a question's next version, if one was begun and has not ended."""
    asked = sa.select(WorkingDraft).where(WorkingDraft.question_id == question_id, WorkingDraft.ended_at.is_(None))
    return store.scalar(asked)


def authors_of_draft(store: Session, draft_id: int) -> set[int]:
    """Keys of everybody who wrote in a draft."""
    asked = sa.select(WorkingDraftAuthor.person_id).where(WorkingDraftAuthor.working_draft_id == draft_id)
    return set(store.scalars(asked))


def authors_of_drafts(store: Session, draft_ids: Collection[int]) -> Mapping[int, set[int]]:
    """As `authors_of_draft`, of each of many drafts by its key."""
    asked = sa.select(WorkingDraftAuthor.working_draft_id, WorkingDraftAuthor.person_id)
    found: dict[int, set[int]] = {draft: set() for draft in draft_ids}
    for draft, person in rows(store, asked.where(WorkingDraftAuthor.working_draft_id.in_(draft_ids))):
        found[draft].add(person)
    return found


def drafts_of(store: Session, person_id: int) -> list[DraftLine]:
    """The open drafts in which a person wrote, saved last first."""
    theirs = sa.select(WorkingDraftAuthor.working_draft_id).where(WorkingDraftAuthor.person_id == person_id)
    asked = (
        sa.select(WorkingDraft, Question.reference)
        .outerjoin(Question, Question.id == WorkingDraft.question_id)
        .where(WorkingDraft.id.in_(theirs), WorkingDraft.ended_at.is_(None))
        .order_by(WorkingDraft.saved_at.desc(), WorkingDraft.id.desc())
    )
    found = rows(store, asked)
    states = _newest_states(store, [draft.question_id for draft, _ in found if draft.question_id is not None])
    return [
        DraftLine(
            public_id=draft.public_id,
            reference=reference,
            text=DraftText.from_kept(draft.words),
            saved_at=draft.saved_at,
            state=None if draft.question_id is None else states.get(draft.question_id),
            is_put_away=draft.put_away_at is not None,
        )
        for draft, reference in found
    ]


def last_begun_by(store: Session, person_id: int, plan_version_id: int) -> DraftText | None:
    """What the person saved last of a new question that they began themselves on a page; None where there is none.

    A revision of somebody else's question and a row of a file have authors of their own.
    """
    imported = sa.exists().where(QuestionImportLine.working_draft_id == WorkingDraft.id)
    own = sa.exists().where(
        QuestionVersion.question_id == WorkingDraft.question_id,
        QuestionVersion.number == 1,
        QuestionVersion.author_id == person_id,
    )
    asked = (
        sa.select(WorkingDraft.words)
        .where(
            WorkingDraft.created_by_id == person_id,
            WorkingDraft.saved_by_id == person_id,
            WorkingDraft.plan_version_id == plan_version_id,
            sa.or_(WorkingDraft.question_id.is_(None), own),
            ~imported,
        )
        .order_by(WorkingDraft.saved_at.desc(), WorkingDraft.id.desc())
        .limit(1)
    )
    words = store.scalar(asked)
    return None if words is None else DraftText.from_kept(words)


def question_by_reference(store: Session, reference: str) -> Question | None:
    """The question of that reference; a database is not asked for one with a NUL, which PostgreSQL refuses."""
    return None if "\0" in reference else store.scalar(sa.select(Question).where(Question.reference == reference))


def newest_version(store: Session, question_id: int) -> QuestionVersion | None:
    """The version of a question with the highest number."""
    asked = (
        sa.select(QuestionVersion)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
        .limit(1)
    )
    return store.scalar(asked)


def last_move(store: Session, version_id: int) -> Move | None:
    """The move that brought a version to where it stands; None before the first."""
    asked = sa.select(Move).where(Move.question_version_id == version_id).order_by(Move.number.desc()).limit(1)
    return store.scalar(asked)


def state_of(store: Session, version_id: int) -> State | None:
    """Where a version stands; None before its first move."""
    move = last_move(store, version_id)
    return None if move is None else State(move.to_state)


def questions_awaiting(store: Session, *, among: int | Collection[int] | None = None) -> frozenset[int]:
    """Keys of the questions, all or those among the named, of which some version, newest or not, awaits approval."""
    asked = sa.select(Move.question_id).where(AWAITS)
    if among is not None:
        asked = asked.where(Move.question_id.in_([among] if isinstance(among, int) else list(among)))
    return frozenset(store.scalars(asked))


def count_awaiting(store: Session, *, not_by: int | None = None) -> int:
    """How many versions await approval; with a person, those in which that person had no hand."""
    asked = sa.select(sa.func.count()).select_from(Move).where(AWAITS)
    if not_by is not None:
        asked = asked.join(QuestionVersion, QuestionVersion.id == Move.question_version_id).where(~_has_hand_of(not_by))
    return store.scalar(asked) or 0


def hands_of(store: Session, version: QuestionVersion) -> frozenset[int]:
    """Keys of a version's author, its co-authors and everybody who ever submitted it."""
    return _hands(store, {version.id: version.author_id})[version.id]


def queue(store: Session, *, not_by: int | None = None, after: int = 0, most: int | None = None) -> list[Awaiting]:
    """Versions that await approval, the one that has waited longest first.

    Args:
        store: to read from.
        not_by: a person, if only those are wanted in which that person had no hand.
        after: so many are passed over.
        most: so many at most; all without it.
    """
    asked = (
        sa.select(Question, QuestionVersion, Person.name, Move.at)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Person, Person.id == QuestionVersion.author_id)
        .join(Move, Move.question_version_id == QuestionVersion.id)
        .where(AWAITS, sa.true() if not_by is None else ~_has_hand_of(not_by))
        .order_by(Move.at, QuestionVersion.id)
        .offset(after)
        .limit(most)
    )
    found = rows(store, asked)
    hands = _hands(store, {version.id: version.author_id for _, version, *_ in found})
    return [
        Awaiting(
            reference=question.reference,
            method=question.method,
            number=version.number,
            version_id=version.id,
            stem=version.stem,
            author=author,
            since=since,
            hands=hands[version.id],
        )
        for question, version, author, since in found
    ]


def _has_hand_of(person_id: int) -> sa.ColumnElement[bool]:
    """Of a version: whether that person wrote it, wrote in it, or ever submitted it."""
    co_author = sa.exists().where(
        VersionAuthor.question_version_id == QuestionVersion.id, VersionAuthor.person_id == person_id
    )
    submitted = sa.exists().where(
        _later.question_version_id == QuestionVersion.id,
        _later.to_state == State.AWAITING_APPROVAL,
        _later.by_id == person_id,
    )
    return sa.or_(QuestionVersion.author_id.is_not_distinct_from(person_id), co_author, submitted)


def _hands(store: Session, authors: Mapping[int, int | None]) -> Mapping[int, frozenset[int]]:
    """Everybody who had a hand in each version, by its key, from its author."""
    co_authors = sa.select(VersionAuthor.question_version_id, VersionAuthor.person_id).where(
        VersionAuthor.question_version_id.in_(authors)
    )
    submitters = sa.select(Move.question_version_id, Move.by_id).where(
        Move.question_version_id.in_(authors), Move.to_state == State.AWAITING_APPROVAL
    )
    found = [*authors.items(), *rows(store, co_authors), *rows(store, submitters)]
    hands: dict[int, set[int]] = {version: set() for version in authors}
    for version, person in found:
        if person is not None:
            hands[version].add(person)
    return {version: frozenset(people) for version, people in hands.items()}


def _newest_states(store: Session, questions: list[int]) -> dict[int, State]:
    """Where the newest version of each question stands."""
    asked = (
        sa.select(Move.question_id, Move.to_state)
        .join(QuestionVersion, QuestionVersion.id == Move.question_version_id)
        .where(Move.question_id.in_(questions))
        .order_by(QuestionVersion.number, Move.number)
    )
    return {question: State(state) for question, state in rows(store, asked)}


def _newest_versions() -> tuple[sa.Subquery, sa.ColumnElement[bool]]:
    """The number of each question's newest version, and what joins a version to it."""
    newest = (
        sa.select(QuestionVersion.question_id, sa.func.max(QuestionVersion.number).label("number"))
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    return newest, sa.and_(
        newest.c.question_id == QuestionVersion.question_id, newest.c.number == QuestionVersion.number
    )


def stems_beside(store: Session, question: Question) -> list[tuple[int, str, str, State]]:
    """As `stems_of_method`, of the other questions of its standard and method."""
    asked = sa.select(Question.id).where(Question.standard_id == question.standard_id)
    own = set(store.scalars(asked.where(Question.method == question.method))) - {question.id}
    return [each for each in stems_of_method(store, question.method) if each[0] in own]


def stems_in_writing(store: Session, method: str) -> list[tuple[int, str, str, datetime]]:
    """(key, stem, name of whoever began it, when) of each open draft of a new question of a method, oldest first."""
    asked = (
        sa.select(WorkingDraft.id, WorkingDraft.words, Person.name, WorkingDraft.created_at)
        .join(Person, Person.id == WorkingDraft.created_by_id)
        .where(WorkingDraft.question_id.is_(None), WorkingDraft.ended_at.is_(None), WorkingDraft.put_away_at.is_(None))
        .order_by(WorkingDraft.id)
    )
    drafts = [(key, DraftText.from_kept(words), name, at) for key, words, name, at in rows(store, asked)]
    return [(key, text.stem, name, at) for key, text, name, at in drafts if text.method == method and text.stem.strip()]


def stems_of_method(store: Session, method: str) -> list[tuple[int, str, str, State]]:
    """(key, reference, stem, state) of every question of a method, by its newest version."""
    newest, is_newest = _newest_versions()
    asked = (
        sa.select(Question.id, Question.reference, QuestionVersion.stem)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(newest, is_newest)
        .where(Question.method == method)
        .order_by(Question.reference)
    )
    found = rows(store, asked)
    states = _newest_states(store, [key for key, *_ in found])
    return [(key, reference, stem, states[key]) for key, reference, stem in found]
