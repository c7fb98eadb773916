"""Works out the set of an attempt, and keeps it: two steps, so that the first can happen before a lock is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from delivery.eligibility import Eligibility
from delivery.errors import Infeasible
from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit, continuing, eligibility, frozen_eligibility
from qbank.services.laws import Given, law_of
from qbank.services.seeds import SeedCipher
from qbank.storage import draw_plans
from qbank.storage.locks import lock_audit
from qbank.storage.models import (
    AssessmentSession,
    Attempt,
    Commitment,
    EligibilitySnapshot,
    QuestionSet,
    Seed,
    SetQuestion,
)
from qbank.storage.queries import cohorts
from qbank.storage.units import Overtaken

OF_A_PERSON: Final = frozenset({"signed in", "password given, code awaited", "sign-in failed"})
"""Acts that no draw heeds."""
OF_ONE_SESSION: Final = frozenset(
    {
        "assessment submitted",
        "interest declared",
        "offline copy made",
        "question set drawn",
        "question set seen",
        "record entries kept",
        "sitting checked",
    }
)
"""Acts whose subject is a session, and that no draw for another apprentice heeds while the cohort factor is off."""
MOST_ENTRIES: Final = 200
"""After more than these a set is worked out anew."""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A set that nobody has seen and nothing keeps: it follows from the commitment and the eligibility alone."""

    attempt: Attempt
    committed: Commitment
    eligible: Eligibility
    given: Given
    pinned: Mapping[str, tuple[int, int]]
    """Keys of question and version by reference, as the draw plan means them."""
    end: audit.End
    """Where the audit trail ended when it was worked out."""
    continuation: int | None = None
    """The key of the continuation by which an overdue bank is drawn from; None where it is in time."""
    restored: int | None = None
    """The audit entry of the restore after which it is drawn again, with what was frozen before; None as a rule."""


def work_out(
    store: Session, session: AssessmentSession, cipher: SeedCipher, before: WorkedOut | None = None, *, at: datetime
) -> WorkedOut:
    """The set that the attempt's seed gives today; `before` itself where nothing has changed since.

    Raises:
        RuleBroken: no lawful set is left for this apprentice; says why, and the smallest change. Or the bank's review
            is overdue (W8).
    """
    end = audit.end(store)
    attempt = store.get_one(Attempt, session.attempt_id)
    by_grace = continuing.must_be_in_time(store, attempt, at=at)
    committed = latest_commitment(store, attempt.id)
    lost = frozen_eligibility.recalled(store, attempt.id, committed.commitment)
    grace, restored = None if by_grace is None else by_grace.id, None if lost is None else lost.entry
    if lost is None:
        eligible = eligibility.of_attempt(store, attempt, committed.draw_plan_id, at=at)
    else:
        eligible = frozen_eligibility.eligibility_in(lost)
    if before is not None and (before.committed.id, before.eligible.digest) == (committed.id, eligible.digest):
        return replace(before, end=end, continuation=grace, restored=restored)
    law = law_of(store, committed.draw_plan_id)
    seed = cipher.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
    try:
        given = law.give(seed=seed, eligibility=eligible, commitment=committed.commitment)
    except Infeasible as error:
        raise _no_lawful_set(session, eligible, error) from error
    pinned = draw_plans.pinned(store, committed.draw_plan_id)
    versions = {name: pinned[name] for name in given.references}
    return WorkedOut(attempt, committed, eligible, given, versions, end, grace, restored)


def keep(store: Session, session: AssessmentSession, found: WorkedOut, *, by: Actor, at: datetime) -> QuestionSet:
    """Keep the set with its frozen eligibility, its certificate and the versions it pins.

    Raises:
        Overtaken: an act that the draw heeds came into the audit trail before it: the unit runs again.
    """
    committed, attempt = found.committed, found.attempt
    snapshot = _snapshot(store, attempt, found.eligible, at=at)
    row = QuestionSet(
        assessment_session_id=session.id,
        attempt_id=attempt.id,
        ordinal=snapshot.ordinal,
        apprentice_id=session.apprentice_id,
        method=session.method,
        commitment_id=committed.id,
        draw_plan_id=committed.draw_plan_id,
        snapshot_id=snapshot.id,
        question_count=len(found.given.references),
        certificate=canonical(found.given.certificate).decode(),
        certificate_digest=found.given.digest,
        drawn_at=at,
        drawn_by_id=by.identifier,
    )
    exceptions = eligibility.exceptions_of(store, attempt)
    store.add(row)
    store.flush()
    pin(store, row, [found.pinned[reference] for reference in found.given.references], exceptions)
    facts: dict[str, object] = {
        "attempt": attempt.reference,
        "ordinal": row.ordinal,
        "commitment": committed.commitment,
        "eligibility": snapshot.digest,
        "certificate": row.certificate_digest,
    }
    facts |= {} if found.continuation is None else {"continuation": found.continuation}
    facts |= {} if found.restored is None else {"restored": found.restored}
    last = _must_come_next(store, found.end)
    audit.record(store, act="question set drawn", subject=session.reference, by=by, at=at, facts=facts, last=last)
    return row


def unchanged_since(store: Session, session: AssessmentSession, end: audit.End) -> bool:
    """Whether a set that was worked out when the audit trail ended there is the one that it gives now.

    Every act that a draw heeds leaves an entry. Of those that came since, the ones of other people's sessions are none
    of its business, unless sets of the method heed what others were drawn (the cohort factor).
    """
    came = audit.since(store, end, most=MOST_ENTRIES)
    if came is None or not came.acts <= OF_ONE_SESSION | OF_A_PERSON:
        return False
    subjects = {subject for act, subject in came.entries if act in OF_ONE_SESSION}
    if not subjects:
        return True
    attempt = store.get_one(Attempt, session.attempt_id)
    chosen = cohorts.standing_choice(store, attempt.plan_version_id, attempt.method)
    if chosen is not None and chosen.rule is not None:
        return False
    of_this_apprentice = sa.select(sa.func.count()).where(
        AssessmentSession.apprentice_id == session.apprentice_id, AssessmentSession.reference.in_(subjects)
    )
    return not store.scalar(of_this_apprentice)


def _must_come_next(store: Session, end: audit.End) -> audit.End:
    """Hold the end of the audit trail, and see that what the draw heeds stands behind its entry, if at all; that end.

    On PostgreSQL another unit may have quarantined a question since everything was asked: the trail would tell of a set
    that holds a question which was out of service. Sets drawn for others meanwhile are not looked at again.
    """
    lock_audit(store)
    came = audit.since(store, end, most=MOST_ENTRIES)
    if came is None or not came.acts <= OF_ONE_SESSION | OF_A_PERSON:
        raise Overtaken
    return came.end


def latest_commitment(store: Session, attempt_id: int) -> Commitment:
    """The commitment that an attempt's draw follows from."""
    asked = sa.select(Commitment).where(Commitment.attempt_id == attempt_id).order_by(Commitment.number.desc()).limit(1)
    return store.scalars(asked).one()


def _snapshot(store: Session, attempt: Attempt, eligible: Eligibility, *, at: datetime) -> EligibilitySnapshot:
    drawn = sa.select(sa.func.count()).select_from(QuestionSet).where(QuestionSet.attempt_id == attempt.id)
    snapshot = EligibilitySnapshot(
        attempt_id=attempt.id,
        ordinal=(store.scalar(drawn) or 0) + 1,
        body=canonical(eligible.to_dict()).decode(),
        digest=eligible.digest,
        at=at,
    )
    store.add(snapshot)
    store.flush()
    return snapshot


def pin(
    store: Session, row: QuestionSet, versions: Iterable[tuple[int, int]], exceptions: dict[int, int], *, first: int = 1
) -> None:
    """Pin these versions, each with the key of its question before it, at the set's positions from `first` on."""
    for position, (question, version) in enumerate(versions, start=first):
        store.add(
            SetQuestion(
                question_set_id=row.id,
                position=position,
                question_version_id=version,
                question_id=question,
                apprentice_id=row.apprentice_id,
                method=row.method,
                exception_id=exceptions.get(question),
            )
        )
    store.flush()


def _no_lawful_set(session: AssessmentSession, eligible: Eligibility, error: Infeasible) -> RuleBroken:
    return RuleBroken(
        f"No question set can be drawn for {session.reference}: {eligibility.in_words(eligible.excluded)}. {error}",
        remedy="Ask the bank manager to write the questions that are missing, or to have a repeat permitted.",
        rule="L2",
    )
