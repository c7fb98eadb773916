"""A suspected leak: questions leave the draw at once with their clones, until a review decides what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.keeping import must_be_some, must_say_why
from qbank.domain.leaks import as_told
from qbank.domain.lifecycle import IN_SERVICE, State
from qbank.domain.people import Actor
from qbank.domain.reviewing import CallKind
from qbank.services import audit, calling, moving
from qbank.services.pairing import CLONE, standing_pairs
from qbank.storage.models import InService, Move, Question, QuestionVersion, ReviewCall, ReviewDecision, ReviewSignOff
from qbank.storage.queries import writing
from qbank.storage.queries.rows import rows
from review.panel import Choice


def with_clones(store: Session, references: Iterable[str]) -> tuple[str, ...]:
    """These questions and every clone of one of them that is in service, in order: who saw one knows the other.

    Clones of clones are among them. References of no question are left out.
    """
    names = dict(rows(store, sa.select(Question.id, Question.reference)))
    keys = {reference: key for key, reference in names.items()}
    beside: dict[int, set[int]] = {}
    for kind, first, second in standing_pairs(store):
        if kind == CLONE:
            beside.setdefault(first, set()).add(second)
            beside.setdefault(second, set()).add(first)
    chosen = {keys[reference] for reference in references if reference in keys}
    waiting, found = list(chosen), set(chosen)
    while waiting:
        new = beside.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    serving = set(store.scalars(sa.select(InService.question_id).where(InService.question_id.in_(found))))
    return tuple(sorted(names[key] for key in found & (serving | chosen)))


def quarantine(store: Session, references: Iterable[str], *, because: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """Keep questions and their clones out of every set from now on, and call their review; returns their references.

    Those that are quarantined already stay so, and their review is called again with the new reason.

    Args:
        store: in a unit that writes; all of them, or none.
        references: of questions in service.
        because: why a leak is suspected; never the text itself (L10).
        by: a person.
        at: now.

    Raises:
        NotFound: there is no such question.
        RuleBroken: one is not in service, there is no reason, or nobody signs.
    """
    reason, named = must_say_why(because), must_be_some(references)
    for reference in named:
        if _serving(store, reference) is None:
            raise RuleBroken(f"{reference} is not in service.", remedy="It is drawn for nobody; leave it out.")
    every = with_clones(store, named)
    for reference in every:
        serving = _serving(store, reference)
        if serving is not None and serving.state != State.QUARANTINED:
            _move(store, serving, State.QUARANTINED, reason, "question quarantined", by=by, at=at)
    calling.call(store, every, kind=CallKind.LEAK, reason=reason, by=by, at=at)
    return every


def release(store: Session, reference: str, *, because: str, by: Actor, at: datetime) -> None:
    """Make a quarantined question live again: what a panel decided that keeps or rests it.

    Raises:
        NotFound: there is no such question.
        RuleBroken: it is not quarantined, or there is no reason.
    """
    serving = _serving(store, reference)
    if serving is None or serving.state != State.QUARANTINED:
        raise RuleBroken(f"{reference} is not quarantined.", remedy="Open it again to see how it stands.")
    _move(store, serving, State.LIVE, must_say_why(because), "question brought back", by=by, at=at)


def suspected_at(store: Session, serving: InService) -> datetime:
    """When the leak of a quarantined question was reported last; what was decided before did not know of it."""
    moved = writing.last_move(store, serving.question_version_id)
    if moved is None:
        raise AssertionError("a version in service has moved")
    called = store.scalar(
        sa.select(sa.func.max(ReviewCall.at)).where(
            ReviewCall.question_id == serving.question_id, ReviewCall.kind == CallKind.LEAK
        )
    )
    return moved.at if called is None else max(moved.at, called)


def is_to_be_replaced(store: Session, serving: InService) -> bool:
    """Whether a panel that knew of the leak has decided, and signed, that this text is to be revised."""
    revised = (
        sa.select(sa.func.max(ReviewDecision.at))
        .join(ReviewSignOff, ReviewSignOff.review_id == ReviewDecision.review_id)
        .where(ReviewDecision.question_id == serving.question_id, ReviewDecision.choice == Choice.REVISE)
    )
    decided_at = store.scalar(revised)
    return decided_at is not None and decided_at >= suspected_at(store, serving)


def must_not_be_told(store: Session, question_id: int | None, stem: str) -> None:
    """Refuse a stem that asks in the same words what is in quarantine, or was retired out of it.

    Args:
        store: a read is enough.
        question_id: of the question that it is written for; None for a new one.
        stem: of a version that is submitted, put back or about to go live; a leak may be suspected of it meanwhile.

    Raises:
        RuleBroken: names the version.
    """
    none_must_be_told(store, [(question_id, stem)])


def none_must_be_told(store: Session, stems: Sequence[tuple[int | None, str]]) -> None:
    """As `must_not_be_told`, of many stems, each with the key of its question, or with None for a new one."""
    asked = (
        sa.select(QuestionVersion.question_id, Question.reference, QuestionVersion.number, QuestionVersion.stem)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(_told()))
        .order_by(QuestionVersion.id)
    )
    told: dict[tuple[str, ...], tuple[int, str, int]] = {}
    for owner, reference, number, words in rows(store, asked):
        told.setdefault(as_told(words), (owner, reference, number))
    for question_id, stem in stems if told else ():
        if found := told.get(as_told(stem)):
            owner, reference, number = found
            whose = f"version {number}" if owner == question_id else reference
            raise RuleBroken(
                f"The stem is that of {whose}, whose leak is suspected.",
                remedy="Ask it in other words: whoever knows the old ones must not know these.",
            )


def _told() -> sa.CompoundSelect[int]:
    """Keys of versions in quarantine, and of those that were retired out of it."""
    kept = sa.select(InService.question_version_id).where(InService.state == State.QUARANTINED)
    gone = sa.select(Move.question_version_id)
    return kept.union(gone.where(Move.from_state == State.QUARANTINED, Move.to_state == State.RETIRED))


def _move(store: Session, serving: InService, to: State, reason: str, act: str, *, by: Actor, at: datetime) -> None:
    version = store.get_one(QuestionVersion, serving.question_version_id)
    moving.move(store, version, to, reason, by=by, at=at)
    reference = store.get_one(Question, serving.question_id).reference
    audit.record(store, act=act, subject=reference, by=by, at=at, facts={"version": version.number})


def _serving(store: Session, reference: str) -> InService | None:
    question = writing.question_by_reference(store, reference)
    if question is None:
        raise NotFound(f"No question has the reference {reference[:20]}.", remedy="Choose one from the list.")
    asked = sa.select(InService).where(InService.question_id == question.id, InService.state.in_(sorted(IN_SERVICE)))
    return store.scalar(asked.execution_options(populate_existing=True))
