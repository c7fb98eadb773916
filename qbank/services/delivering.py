"""Gives a session its question set: drawn once for ever, the same for whoever asks again, shown only when durable.

`pull` works inside a write unit and takes the locks. `pull_once` is what a page or a command calls: it looks first and
works the set out without a lock, then keeps it in a write unit that is repeated with a bound, where everything is
checked again; it returns when the set is committed (L1, L3).
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound
from qbank.domain.people import Actor
from qbank.services import audit, drawing
from qbank.services.seeds import SeedCipher
from qbank.services.windows import must_be_open
from qbank.storage import units
from qbank.storage.locks import lock_sitting
from qbank.storage.models import AssessmentSession, QuestionSet, SetView
from qbank.storage.queries import sessions
from qbank.storage.queries.sets import DrawnSet, set_of


def pull_once(engine: sa.Engine, session_id: int, *, by: Actor, at: datetime, cipher: SeedCipher) -> DrawnSet:
    """The session's set, committed before this returns.

    Raises:
        NotFound: no such session, or not this person's.
        RuleBroken: outside the release window, cancelled, or no lawful set for this apprentice.
        NotReady: the database stayed busy; nothing was drawn.
    """
    with units.read_unit(engine) as store:
        session = theirs(store, session_id, by)
        must_be_open(store, session, at)
        found = set_of(store, session_id)
        if found is not None:
            return found
        ready = drawing.work_out(store, session, cipher, at=at)

    def work(store: Session) -> None:
        pull(store, theirs(store, session_id, by), by=by, at=at, cipher=cipher, ready=ready)

    units.in_write_unit(engine, work)
    with units.read_unit(engine) as store:
        kept = set_of(store, session_id)
    assert kept is not None  # noqa: S101 - committed above, and never removed
    return kept


def pull(
    store: Session,
    session: AssessmentSession,
    *,
    by: Actor,
    at: datetime,
    cipher: SeedCipher,
    ready: drawing.WorkedOut | None = None,
) -> QuestionSet:
    """The session's set, kept now if none was drawn before. Show it only after the commit.

    `ready` is a set worked out before the lock; it counts only if commitment and eligibility are still the same.

    Raises:
        NotFound: the session is another assessor's.
        RuleBroken: outside the release window, cancelled, or no lawful set for this apprentice.
    """
    lock_sitting(store, session.apprentice_id, session.method)
    store.refresh(session)
    theirs(store, session.id, by)
    must_be_open(store, session, at)
    found = sessions.standing_set(store, session.attempt_id)
    if found is not None:
        return found
    return drawing.keep(store, session, drawing.work_out(store, session, cipher, ready, at=at), by=by, at=at)


def note_view(
    store: Session, drawn: DrawnSet, *, how: str, by: Actor, at: datetime, copy_mark: str | None = None
) -> None:
    """Record that the person saw the set: how is "opened", "read", "printed" or "exported"; each is an exposure."""
    store.add(SetView(question_set_id=drawn.id, person_id=by.identifier, how=how, copy_mark=copy_mark, at=at))
    store.flush()
    facts = {"how": how, "certificate": drawn.certificate_digest} | ({"copy": copy_mark} if copy_mark else {})
    audit.record(store, act="question set seen", subject=drawn.session_reference, by=by, at=at, facts=facts)


def theirs(store: Session, session_id: int, by: Actor) -> AssessmentSession:
    """The session, if it is theirs: to another assessor it does not exist. The command line sees all."""
    session = store.get(AssessmentSession, session_id)
    if session is None or (by.identifier is not None and session.assessor_id != by.identifier):
        raise NotFound("There is no such session among yours.", remedy="Choose one from the list of your sessions.")
    return session
