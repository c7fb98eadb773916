"""Keeps the record of a sitting: every entry that the session's assessor sends, once for ever.

An entry that cannot be kept is answered with its reason and holds up no other; whoever sent it still has it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical, digest
from qbank.domain.errors import NotFound, NotReady, RuleBroken
from qbank.domain.grading import are_sources, not_received
from qbank.domain.people import Actor
from qbank.domain.record_entries import Entry, Evidence, Gap, Judgement, words_of
from qbank.domain.recording import Record
from qbank.services import audit, voided_sets
from qbank.services.windows import OutsideWindow, must_be_open, window
from qbank.storage.locks import lock_sitting
from qbank.storage.models import AssessmentSession, Attempt, RecordEntry, SetQuestion
from qbank.storage.queries import preparation, sessions, standards
from qbank.storage.queries.assessments import is_submitted
from qbank.storage.queries.records import as_entry

SALT_BYTES: Final = 16
MOST_AT_ONCE: Final = 500
"""Entries of one batch: an hour offline, written fast, is a few batches."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch.

    Args:
        kept: the entries that are kept now, in the order given, whether new or sent before.
        new: how many of them were not kept before.
        refused: why each other one is not kept, by its identity.
    """

    kept: tuple[str, ...] = ()
    new: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)


def write(
    store: Session,
    session: AssessmentSession,
    entries: Sequence[Entry],
    *,
    by: Actor,
    at: datetime,
    ordinal: int | None = None,
) -> Written:
    """Keep the entries of a session that are not kept yet.

    Those that were written over a set that was voided since are kept nowhere: they speak of other questions.

    Args:
        store: in a unit that writes.
        session: whose record it is.
        entries: in the order in which they were written: one that follows another comes after it.
        by: the session's assessor.
        at: now.
        ordinal: of the set that was on the page where they were written; None where the sender does not know, which
            is enough as long as the first set stands.

    Raises:
        NotFound: the session is another person's.
        OutsideWindow: before the release of the question set.
        NotReady: the question set is not drawn yet.
        RuleBroken: the session is cancelled, or there are too many entries at once.
    """
    _must_be_theirs(session, by)
    lock_sitting(store, session.apprentice_id, session.method)  # a submission sees every entry, or none after it
    _must_be_open(store, session, at)
    if len(entries) > MOST_AT_ONCE:
        raise RuleBroken(f"At most {MOST_AT_ONCE} entries are taken at once.", remedy="Send them in parts.")
    _one_after_another(store, session)
    known = {row.entry: row for row in _rows(store, entries)}
    voided = voided_sets.of_batch(store, session, [each for each in entries if each.entry not in known], ordinal)
    lawful = _submitted if is_submitted(store, session.id) else _lawful(store, session, voided)
    kept, refused, new = [], {}, []
    for entry in entries:
        because = voided.get(entry.entry) or _refusal(session, entry, known)
        because = because or (None if entry.entry in known else lawful(entry))
        if because:
            refused[entry.entry] = because
            continue
        kept.append(entry.entry)
        if entry.entry not in known:
            known[entry.entry] = _row(session, entry, by=by, at=at)
            new.append(known[entry.entry])
    if new:
        store.add_all(new)
        store.flush()
        facts = {"entries": len(new), "digest": digest([[row.entry, row.commitment] for row in new])}
        audit.record(store, act="record entries kept", subject=session.reference, by=by, at=at, facts=facts)
    return Written(tuple(dict.fromkeys(kept)), len(new), refused)


def commitment_of(salt: str, words: str) -> str:
    """What stands for an entry's words after they are erased: SHA-256 of the salt's bytes and the words."""
    return hashlib.sha256(bytes.fromhex(salt) + words.encode()).hexdigest()


def must_be_showable(store: Session, session: AssessmentSession, record: Record, *, at: datetime) -> None:
    """Refuse the page of a live session outside of its set's window, unless the sitting began and is still going on.

    Raises:
        RuleBroken: the session is cancelled.
        OutsideWindow: too early, or too late.
    """
    try:
        must_be_open(store, session, at)
    except OutsideWindow as error:
        if at < error.window.opens_at or not record.is_running:
            raise


def _must_be_theirs(session: AssessmentSession, by: Actor) -> None:
    if by.identifier is None or session.assessor_id != by.identifier:
        raise NotFound("There is no such session among yours.", remedy="Choose one from the list of your sessions.")


def _must_be_open(store: Session, session: AssessmentSession, at: datetime) -> None:
    """From the release on: what was written in time may arrive late, so there is no end but the submission."""
    if session.cancelled_at is not None:
        raise RuleBroken(f"{session.reference} is cancelled.", remedy="Book the session again.")
    attempt = store.get_one(Attempt, session.attempt_id)
    open_then = window(standards.as_loaded(store, attempt.plan_version_id), session.starts_at)
    if at < open_then.opens_at:
        raise OutsideWindow(
            f"The record of {session.reference} opens with its question set.", open_then, remedy="Come back then."
        )


def _one_after_another(store: Session, session: AssessmentSession) -> None:
    """Let batches of a session wait for each other: whoever asks what is new since an entry misses none before it."""
    store.execute(sa.select(AssessmentSession.id).where(AssessmentSession.id == session.id).with_for_update())


def _rows(store: Session, entries: Iterable[Entry]) -> Iterable[RecordEntry]:
    """The kept rows that the batch speaks of: sent before, or followed by one that is sent now."""
    wanted = {entry.entry for entry in entries} | {entry.follows for entry in entries if entry.follows}
    return store.scalars(sa.select(RecordEntry).where(RecordEntry.entry.in_(wanted)))


def _refusal(session: AssessmentSession, entry: Entry, known: Mapping[str, RecordEntry]) -> str | None:
    """Why an entry does not fit what is kept; None where it does."""
    found = known.get(entry.entry)
    if found is not None:
        same = found.assessment_session_id == session.id and (found.words is None or as_entry(found) == entry)
        return None if same else "Another entry has this identity."
    if entry.follows is not None:
        followed = known.get(entry.follows)
        if followed is None or followed.assessment_session_id != session.id:
            return "What it follows is not kept here yet."
    return None


def _submitted(_entry: Entry) -> str:
    """Rule R10: what is graded is the record as it stood."""
    return "The assessment is submitted: its record takes no more entries."


class _Lawful:
    """Whether an entry speaks of a question, a criterion, a KSB and received pieces of its session."""

    def __init__(self, places: frozenset[int], criteria: frozenset[str], ksbs: frozenset[str], pieces: int = 0) -> None:
        self.places, self.criteria, self.ksbs, self.pieces = places, criteria, ksbs, pieces

    def __call__(self, entry: Entry) -> str | None:
        """Why not; None where it does."""
        if entry.position is not None and entry.position not in self.places:
            return "The question set has no question at this place."
        if isinstance(entry.said, Evidence | Judgement) and entry.said.criterion not in self.criteria:
            return "The method has no such criterion."
        if isinstance(entry.said, Judgement) and not are_sources(entry.said.sources):
            return "Evidence cannot come from there."
        if isinstance(entry.said, Judgement) and not_received(entry.said.sources, self.pieces):
            return f"Evidence cannot come from a piece that was not received: {self.pieces} are recorded."
        if isinstance(entry.said, Gap) and entry.said.ksb not in self.ksbs:
            return "The method has no such KSB."
        return None


def _lawful(store: Session, session: AssessmentSession, voided: Mapping[str, str]) -> _Lawful:
    drawn = sessions.standing_set(store, session.attempt_id)
    if drawn is None and voided:
        return _Lawful(frozenset(), frozenset(), frozenset())
    if drawn is None:
        raise NotReady(
            f"The question set of {session.reference} is not drawn yet.", remedy="Pull it on the session's page."
        )
    places = store.scalars(sa.select(SetQuestion.position).where(SetQuestion.question_set_id == drawn.id))
    plan = standards.as_loaded(store, store.get_one(Attempt, session.attempt_id).plan_version_id)
    return _Lawful(
        frozenset(places),
        frozenset(each.code for each in plan.criteria_of(session.method)),
        frozenset(each.code for each in plan.ksbs_of(session.method)),
        preparation.pieces_received(store, session.attempt_id),
    )


def _row(session: AssessmentSession, entry: Entry, *, by: Actor, at: datetime) -> RecordEntry:
    assert entry.said is not None, "only what is kept can have been erased"  # noqa: S101 - narrows
    assert by.identifier is not None  # noqa: S101 - narrows: the session's assessor
    words, salt = canonical(words_of(entry.said)).decode(), secrets.token_hex(SALT_BYTES)
    return RecordEntry(
        assessment_session_id=session.id,
        entry=entry.entry,
        kind=str(entry.kind),
        position=entry.position,
        follows=entry.follows,
        device=entry.device,
        at_device=entry.at_device.astimezone(UTC),
        at=at,
        by_id=by.identifier,
        words=words,
        salt=salt,
        commitment=commitment_of(salt, words),
    )
