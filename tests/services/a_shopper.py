"""Somebody who wants two sets for one attempt, or the next attempt's set early: a machine that tries everything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.orm import Session

from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import Interest
from qbank.services import attempts, audit, booking, delivering, preparing, recording
from qbank.storage import triggers, units
from qbank.storage.models import AssessmentSession, Attempt, Person, QuestionSet, SetQuestion, SetVoid
from qbank.storage.queries import sessions
from tests.databases import Shelf
from tests.domain.an_entry import an_entry
from tests.services import a_void
from tests.services.a_bank import (
    CIPHER,
    METHOD,
    NOW,
    a_plan,
    a_session,
    an_apprentice,
    fill,
    make_ready_again,
    opened,
    the_person,
)

Answer = TypeVar("Answer")
LASTS = timedelta(minutes=a_plan().method(METHOD).minutes)
HOURS = st.sampled_from([-1, 1, 0, -3, 2])
"""From now: passed, due, to come."""


@dataclass(slots=True)
class Due:
    """What the shopper was told of a session, to judge by.

    Args:
        attempt: key of its attempt.
        told_at: when its present time was arranged.
    """

    attempt: int
    starts_at: datetime
    told_at: datetime


def two_steps(store: Session, row: AssessmentSession, asks: str, agrees: str, *, at: datetime) -> None:
    """A void as the services give it: asked for by one, answered by another."""
    a_void.answer(store, a_void.ask(store, row, by=asks, at=at), row, by=agrees, at=at)


class DrawShopping(RuleBasedStateMachine):
    """L5: book, move, cancel, reassign, re-sit, void, write, wait and pull in any order; refusals are answers too.

    The judge is its own: a sitting was sat when a time that was arranged before it began went by, not cancelled, with
    the attempt's set drawn before its end.
    """

    shelf: ClassVar[Shelf]
    book: ClassVar[Callable[..., AssessmentSession]] = staticmethod(a_session)
    void: ClassVar[Callable[..., None]] = staticmethod(two_steps)

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        url = self.opened.enter_context(self.shelf.lent("bank", fill))
        self.engine = self.opened.enter_context(opened(url))
        self.now = NOW
        self.due: dict[int, Due] = {}
        self.all_sessions: list[int] = []
        self.seen: dict[int, set[tuple[str, ...]]] = {}
        self.voids: dict[int, int] = {}
        self.begun: set[int] = set()
        self.drawn_at: dict[int, datetime] = {}
        self.sat: set[int] = set()

    def teardown(self) -> None:
        self.opened.close()

    @initialize()
    def begin(self) -> None:
        self.book_a_sitting(Sitting.FIRST, 1)

    @rule(kind=st.sampled_from(Sitting), hours=HOURS)
    def book_a_sitting(self, kind: Sitting, hours: int) -> None:
        def work(store: Session) -> tuple[int, int]:
            row = type(self).book(store, kind=kind, starts_at=self.now + timedelta(hours=hours), at=self.now)
            return row.id, row.attempt_id

        made = self.tried(work)
        if made is not None:
            session, attempt = made
            self.due[session] = Due(attempt, self.now + timedelta(hours=hours), self.now)
            self.all_sessions.append(session)

    @precondition(lambda self: self.all_sessions)
    @rule(data=st.data(), hours=HOURS)
    def move_one(self, data: st.DataObject, hours: int) -> None:
        session, to = self.one(data), self.now + timedelta(hours=hours)

        def work(store: Session) -> bool:
            row = store.get_one(AssessmentSession, session)
            booking.move(store, row, to, because="shopping", by=COMMAND_LINE, at=self.now)
            return True

        if self.tried(work):
            self.due[session] = Due(self.due[session].attempt, to, self.now)

    @precondition(lambda self: self.all_sessions)
    @rule(data=st.data())
    def cancel_one(self, data: st.DataObject) -> None:
        session = self.one(data)

        def work(store: Session) -> bool:
            row = store.get_one(AssessmentSession, session)
            booking.cancel(store, row, because="shopping", by=COMMAND_LINE, at=self.now)
            return True

        if self.tried(work):
            del self.due[session]

    @precondition(lambda self: self.all_sessions)
    @rule(data=st.data(), assessor=st.sampled_from(["assessor", "other"]))
    def reassign_one(self, data: st.DataObject, assessor: str) -> None:
        session = self.one(data)

        def work(store: Session) -> None:
            row = store.get_one(AssessmentSession, session)
            person = the_person(store, assessor)
            booking.reassign(store, row, person, by=COMMAND_LINE, at=self.now)
            preparing.declare(store, row, Interest.NONE, by=person.actor, at=self.now)

        self.tried(work)

    @precondition(lambda self: self.all_sessions)
    @rule(data=st.data())
    def pull_one(self, data: st.DataObject) -> None:
        session = self.one(data)
        try:
            drawn = delivering.pull_once(self.engine, session, by=COMMAND_LINE, at=self.now, cipher=CIPHER)
        except RuleBroken:
            return
        attempt = self.due[session].attempt
        self.seen.setdefault(attempt, set()).add(tuple(question.reference for question in drawn.questions))
        if attempt not in self.drawn_at:
            self.drawn_at[attempt] = self.now
            assert self.attempts_before(attempt) <= self.sat, "A set for the next attempt before this one was sat."

    @precondition(lambda self: self.all_sessions)
    @rule(data=st.data(), asks=st.sampled_from(["manager", "deputy"]), agrees=st.sampled_from(["manager", "quality"]))
    def void_one(self, data: st.DataObject, asks: str, agrees: str) -> None:
        session = self.one(data)

        def work(store: Session) -> bool:
            type(self).void(store, store.get_one(AssessmentSession, session), asks, agrees, at=self.now)
            return True

        if self.tried(work) and session in self.due:
            attempt = self.due[session].attempt
            if asks != agrees and attempt not in self.begun | self.sat:
                self.voids[attempt] = self.voids.get(attempt, 0) + 1
            self.drawn_at.pop(attempt, None)

    @precondition(lambda self: self.all_sessions)
    @rule(data=st.data())
    def write_down(self, data: st.DataObject) -> None:
        session, note = self.one(data), an_entry("note", text="They said nothing.")

        def work(store: Session) -> bool:
            row = store.get_one(AssessmentSession, session)
            by = store.get_one(Person, row.assessor_id).actor
            drawn = sessions.standing_set(store, row.attempt_id)
            shown = None if drawn is None else drawn.ordinal
            try:
                return bool(recording.write(store, row, [note], by=by, at=self.now, ordinal=shown).kept)
            except NotReady:  # nothing is drawn yet that anything could be written about
                return False

        if self.tried(work):
            self.begun.add(self.due[session].attempt)

    @rule(hours=st.sampled_from([1, 4]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for due in self.due.values():
            drawn, ended = self.drawn_at.get(due.attempt), due.starts_at + LASTS
            if drawn is not None and due.told_at <= due.starts_at and drawn < ended <= self.now:
                self.sat.add(due.attempt)

    @invariant()
    def one_set_for_an_attempt_and_no_question_twice(self) -> None:
        with units.read_unit(self.engine) as store:
            per_attempt = store.execute(
                sa.select(QuestionSet.attempt_id, sa.func.count()).group_by(QuestionSet.attempt_id)
            ).all()
            asked = store.scalars(sa.select(SetQuestion.question_id)).all()
            assert audit.first_broken(store) is None
        allowed = {attempt: 1 + self.voids.get(attempt, 0) for attempt in self.seen}
        assert all(len(sets) <= allowed[attempt] for attempt, sets in self.seen.items()), "A set too many was seen."
        assert all(count <= allowed[attempt] for attempt, count in per_attempt), "A set too many was drawn."
        assert len(asked) == len(set(asked))

    def tried(self, work: Callable[[Session], Answer]) -> Answer | None:
        """What the work gives, or None where it is refused."""
        try:
            return units.in_write_unit(self.engine, work)
        except RuleBroken:
            return None

    def one(self, data: st.DataObject) -> int:
        """Some session, mostly the newest."""
        return data.draw(st.sampled_from(self.all_sessions[::-1]), label="session")

    def attempts_before(self, attempt: int) -> set[int]:
        """Keys of the apprentice's earlier attempts."""
        with units.read_unit(self.engine) as store:
            return set(store.scalars(sa.select(Attempt.id).where(Attempt.id < attempt)))


class NaiveVoiding(DrawShopping):
    """The same where one person voids a set alone, and no rule of the database asks for another."""

    def __init__(self) -> None:
        super().__init__()
        with self.engine.begin() as connection:
            triggers.drop(connection)

    @staticmethod
    def void(store: Session, row: AssessmentSession, asks: str, agrees: str, *, at: datetime) -> None:
        drawn = sessions.standing_set(store, row.attempt_id)
        if drawn is None or asks != agrees:
            return
        one, other = a_void.decider(store, asks), a_void.decider(store, "quality")
        store.add(SetVoid(question_set_id=drawn.id, by_id=one.id, second_id=other.id, reason="shopping", at=at))
        store.flush()


class NaiveShopping(DrawShopping):
    """The same against a booking that gives a re-sit as soon as a set was drawn, whether it was sat or not.

    The way to it has no need of notes and voids, and is found sooner without them.
    """

    void_one = write_down = None

    @staticmethod
    def book(store: Session, *, kind: Sitting, starts_at: datetime, at: datetime) -> AssessmentSession:
        apprentice = an_apprentice(store, 1)
        last = sessions.last_attempt(store, apprentice.id, METHOD)
        if kind is Sitting.FIRST or last is None or sessions.standing_set(store, last.id) is None:
            return a_session(store, kind=kind, starts_at=starts_at, at=at)
        make_ready_again(store, apprentice, kind, at)
        facts = {"number": last.number + 1, "by": COMMAND_LINE, "at": at, "cipher": CIPHER}
        attempt = attempts.start(store, apprentice, METHOD, kind, **facts)
        row = AssessmentSession(
            reference=attempts.next_reference(store, AssessmentSession, "AS"),
            public_id=f"{attempt.reference:>022}",
            attempt_id=attempt.id,
            apprentice_id=apprentice.id,
            method=METHOD,
            assessor_id=the_person(store, "assessor").id,
            starts_at=starts_at,
            place="Room 1",
            booked_at=at,
        )
        store.add(row)
        store.flush()
        preparing.declare(store, row, Interest.NONE, by=the_person(store, "assessor").actor, at=at)
        return row


class ShoppingDeciders(DrawShopping):
    """The same where one who decides on voids may be given the session too: whoever had it has no say in its set."""

    def __init__(self) -> None:
        super().__init__()
        self.hands: dict[int, set[int]] = {}
        self.judged: set[int] = set()

    @precondition(lambda self: self.all_sessions)
    @rule(data=st.data(), assessor=st.sampled_from(["assessor", "manager", "other"]))
    def reassign_one(self, data: st.DataObject, assessor: str) -> None:
        session = self.one(data)

        def work(store: Session) -> int:
            row, person = store.get_one(AssessmentSession, session), a_void.assessing(store, assessor)
            booking.reassign(store, row, person, by=COMMAND_LINE, at=self.now)
            preparing.declare(store, row, Interest.NONE, by=person.actor, at=self.now)
            return person.id

        if (key := self.tried(work)) is not None:
            self.hands.setdefault(self.due[session].attempt, set()).add(key)

    @invariant()
    def nobody_voids_the_set_of_a_sitting_that_was_theirs(self) -> None:
        asked = sa.select(SetVoid, QuestionSet.attempt_id).join(QuestionSet, QuestionSet.id == SetVoid.question_set_id)
        with units.read_unit(self.engine) as store:
            found = [
                (row.question_set_id, attempt, {row.by_id, row.second_id}) for row, attempt in store.execute(asked)
            ]
        for key, attempt, deciders in found:
            assert key in self.judged or not deciders & self.hands.get(attempt, set()), "It was theirs."
            self.judged.add(key)
