"""Gives a session its question set: drawn once for ever, the same for whoever asks again, shown only when durable.

`pull` works inside a write unit and takes the locks. `see_to` and `pull_once` are what a page and a command call: they
look first and work the set out without a lock, then keep it in a write unit that is repeated with a bound, where
everything is checked again; they return when the set is committed (L1, L3).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotFound
from qbank.domain.harvest import TooManyPulls
from qbank.domain.people import Actor
from qbank.services import audit, drawing
from qbank.services.seeds import SeedCipher
from qbank.services.windows import must_be_open
from qbank.storage import units
from qbank.storage.locks import lock_pulls, lock_sitting
from qbank.storage.models import AssessmentSession, Attempt, QuestionSet, SetView
from qbank.storage.queries import harvest, sessions
from qbank.storage.queries.harvest import DAYS_PULLS
from qbank.storage.queries.sets import DrawnSet, set_of


def pull_once(engine: sa.Engine, session_id: int, *, by: Actor, at: datetime, cipher: SeedCipher) -> DrawnSet:
    """The session's set, committed before this returns; `see_to` says what is refused."""
    see_to(engine, session_id, by=by, at=at, cipher=cipher)
    with units.read_unit(engine) as store:
        kept = set_of(store, session_id)
    assert kept is not None  # noqa: S101 - committed above, and never removed
    return kept


def see_to(
    engine: sa.Engine,
    session_id: int,
    *,
    by: Actor,
    at: datetime,
    cipher: SeedCipher,
    most_a_day: int | None = None,
) -> bool:
    """See to it that the session has its set, committed before this returns; False where one stood before.

    A pull beyond what a day allows is an entry of the audit trail, once a day for each session.

    Args:
        engine: the database.
        session_id: key of the session.
        by: who pulls.
        at: now.
        cipher: of the seeds.
        most_a_day: how many sets one person may pull within 24 hours; None for any number. What was pulled can be
            opened again however often.

    Raises:
        NotFound: no such session, or not this person's.
        RuleBroken: outside the release window, cancelled, no lawful set for this apprentice.
        TooManyPulls: the person has pulled as many as they may in a day.
        NotReady: the database stayed busy; nothing was drawn.
    """
    try:
        return _see_to(engine, session_id, by=by, at=at, cipher=cipher, most=most_a_day)
    except TooManyPulls as refused:
        units.in_write_unit(engine, partial(_tell_refused, session_id=session_id, most=refused.most, by=by, at=at))
        raise


def _see_to(
    engine: sa.Engine, session_id: int, *, by: Actor, at: datetime, cipher: SeedCipher, most: int | None
) -> bool:
    with units.read_unit(engine) as store:
        session = theirs(store, session_id, by)
        attempt = store.get_one(Attempt, session.attempt_id)  # held here, it is read once in the unit
        must_be_open(store, session, at)
        if sessions.standing_set(store, attempt.id) is not None:
            return False
        _must_not_harvest(store, by, at, most)
        ready = drawing.work_out(store, session, cipher, at=at)

    def keep(store: Session) -> None:
        if most is not None and by.identifier is not None:
            lock_pulls(store, by.identifier)
        lock_sitting(store, session.apprentice_id, session.method)
        _pull(store, theirs(store, session_id, by), by=by, at=at, cipher=cipher, ready=ready, most=most)

    units.in_write_unit(engine, keep)
    return True


def _must_not_harvest(store: Session, by: Actor, at: datetime, most: int | None) -> None:
    """Refuse the set after the last that a day allows: nobody conducts so many, and banks are small."""
    if most is None or by.identifier is None:
        return
    if harvest.pulled_since(store, by.identifier, at - timedelta(days=1)) >= most:
        raise TooManyPulls(most)


def _tell_refused(store: Session, *, session_id: int, most: int, by: Actor, at: datetime) -> None:
    """Record that the person wanted one more; pressing again on the same session adds nothing for a day."""
    reference = theirs(store, session_id, by).reference
    told = harvest.refused(store, since=at - timedelta(days=1), by=by.identifier)
    if reference not in {each.session for each in told}:
        facts = {"session": reference, "most": most}
        audit.record(store, act="pull refused: too many in a day", subject=DAYS_PULLS, by=by, at=at, facts=facts)


def pull(store: Session, session: AssessmentSession, *, by: Actor, at: datetime, cipher: SeedCipher) -> QuestionSet:
    """The session's set, kept now if none was drawn before. Show it only after the commit.

    Raises:
        NotFound: the session is another assessor's.
        RuleBroken: outside the release window, cancelled, or no lawful set for this apprentice.
    """
    lock_sitting(store, session.apprentice_id, session.method)
    store.refresh(session)
    return _pull(store, theirs(store, session.id, by), by=by, at=at, cipher=cipher)


def _pull(
    store: Session,
    session: AssessmentSession,
    *,
    by: Actor,
    at: datetime,
    cipher: SeedCipher,
    ready: drawing.WorkedOut | None = None,
    most: int | None = None,
) -> QuestionSet:
    """The session's set, in a unit that holds the lock and reads the session under it.

    `ready` was worked out before the lock. Everything is asked again, unless the audit trail says that nothing has
    happened since that this set heeds; how many sets the person pulled is asked whenever they ask for one more.
    """
    stands = ready is not None and drawing.unchanged_since(store, session, ready.end)
    if not stands:
        must_be_open(store, session, at)
        found = sessions.standing_set(store, session.attempt_id)
        if found is not None:
            return found
    _must_not_harvest(store, by, at, most)
    if ready is None or not stands:
        ready = drawing.work_out(store, session, cipher, ready, at=at)
    return drawing.keep(store, session, ready, by=by, at=at)


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
