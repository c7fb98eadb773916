"""Takes questions out of service and brings them back: the draw honours each act from the next set on.

A rest with a day ends by itself on that day; a retirement ends only with a new version that a second person approves.
Resting and retiring need one person: nothing comes into a room by them that two people have not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.keeping import (
    LEADS_TO,
    Kept,
    hindrance,
    must_be_some,
    must_end_later,
    must_say_why,
)
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.services import audit, moving
from qbank.storage.models import InService, Question, QuestionVersion, Rest
from qbank.storage.queries import keeping as kept
from qbank.storage.queries import writing
from review.days import day_in_uk

ACTS: Final = {
    Kept.REST: "question rested",
    Kept.RETURN: "question brought back",
    Kept.RETIRE: "question retired",
}
CALENDAR: Final = Actor(identifier=None, name="calendar", roles=frozenset())
"""Who ends a rest whose day has come."""


def rest(
    store: Session, references: Iterable[str], *, until: date | None = None, because: str, by: Actor, at: datetime
) -> None:
    """Keep live questions out of every set that is drawn from now on, until a day or until somebody brings them back.

    Args:
        store: in a unit that writes; all of them rest, or none.
        references: of live questions.
        until: on that day they are live again; None for no day.
        because: the reason, which each question's history keeps.
        by: a bank manager, or whoever carries out what a panel decided.
        at: now.

    Raises:
        NotFound: there is no such question.
        RuleBroken: one is not live; there is no reason; the day is not to come.
    """
    must_end_later(until, day_in_uk(at))
    _do(store, Kept.REST, references, because, by=by, at=at, until=until)


def bring_back(store: Session, references: Iterable[str], *, because: str, by: Actor, at: datetime) -> None:
    """Make resting questions live again; arguments and refusals as of `rest`."""
    _do(store, Kept.RETURN, references, because, by=by, at=at)


def retire(store: Session, references: Iterable[str], *, because: str, by: Actor, at: datetime) -> None:
    """Take questions out of service for good; arguments and refusals as of `rest`.

    What was asked stays on record. Only a new version that a second person approves brings the question back.
    """
    _do(store, Kept.RETIRE, references, because, by=by, at=at)


def end_rests(store: Session, *, at: datetime) -> int:
    """Bring back every question whose rest ends today or has ended; returns how many."""
    due = kept.rests_due(store, day_in_uk(at))
    for reference, until in due:
        _do(store, Kept.RETURN, [reference], f"its rest ended on {until.isoformat()}", by=CALENDAR, at=at)
    return len(due)


def _do(
    store: Session,
    act: Kept,
    references: Iterable[str],
    because: str,
    *,
    by: Actor,
    at: datetime,
    until: date | None = None,
) -> None:
    reason, names = must_say_why(because), must_be_some(references)
    for reference in names:
        question, pointer = _in_service(store, reference)
        stands = hindrance(act, None if pointer is None else State(pointer.state))
        if stands or pointer is None:
            raise RuleBroken(f"{reference} {stands}.", remedy="Open it again to see how it stands.")
        version = store.get_one(QuestionVersion, pointer.question_version_id)
        moving.move(store, version, LEADS_TO[act], reason, by=by, at=at)
        facts: dict[str, Any] = {"version": version.number}
        if until is not None:
            _keep_day(store, version, until)
            facts["until"] = until.isoformat()
        audit.record(store, act=ACTS[act], subject=question.reference, by=by, at=at, facts=facts)


def _keep_day(store: Session, version: QuestionVersion, until: date) -> None:
    last = writing.last_move(store, version.id)
    if last is None:
        raise AssertionError("the version was moved just now")
    store.add(Rest(move_id=last.id, until=until))
    store.flush()


def _in_service(store: Session, reference: str) -> tuple[Question, InService | None]:
    question = writing.question_by_reference(store, reference)
    if question is None:
        raise NotFound(f"No question has the reference {reference[:20]}.", remedy="Choose one from the list.")
    asked = sa.select(InService).where(InService.question_id == question.id).execution_options(populate_existing=True)
    return question, store.scalar(asked)
