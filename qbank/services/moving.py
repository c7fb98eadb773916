"""The moves of a version that somebody wrote: one after the other, from where the last one left it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.storage.models import Move, Question, QuestionVersion
from qbank.storage.queries import writing


def move(store: Session, version: QuestionVersion, to: State, reason: str, *, by: Actor, at: datetime) -> None:
    """Note the version's next move; the act that it belongs to is the entry of the audit trail."""
    last = writing.last_move(store, version.id)
    row = Move(
        question_id=version.question_id,
        question_version_id=version.id,
        number=1 if last is None else last.number + 1,
        from_state=None if last is None else last.to_state,
        to_state=to,
        reason=reason,
        at=at,
        by_id=by.identifier,
    )
    store.add(row)
    store.flush()


def awaiting_version(store: Session, question: Question) -> QuestionVersion:
    """The version of a question that awaits approval.

    Raises:
        RuleBroken: none does.
    """
    newest = writing.newest_version(store, question.id)
    if newest is None or writing.state_of(store, newest.id) != State.AWAITING_APPROVAL:
        raise RuleBroken(f"No version of {question.reference} awaits approval.", remedy="Open the question again.")
    return newest
