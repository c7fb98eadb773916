"""Reveals the seed of an attempt once its result is final: from then on anybody can draw its set again (L4).

Before, whoever knew it could name the set that a re-booked session would get. The database refuses it then, too.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.certificate import commitment
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.services.seeds import SeedCipher
from qbank.storage.models import AssessmentSession, Attempt, Commitment, Confirmation, DrawPlanRow, Seed, SeedReveal

REVEALED = "seed revealed"


def reveal(store: Session, session: AssessmentSession, *, by: Actor, at: datetime, cipher: SeedCipher) -> SeedReveal:
    """The seed of the session's attempt, kept in the open from now on; what was revealed before stays as it was.

    Raises:
        RuleBroken: the result is not confirmed yet.
        NotReady: this installation's key does not open the seed, or what it opens is not what was committed to.
    """
    found = store.get(SeedReveal, session.attempt_id)
    if found is not None:
        return found
    confirmed = store.scalar(sa.select(Confirmation.id).where(Confirmation.assessment_session_id == session.id))
    if confirmed is None:
        raise RuleBroken(
            f"The seed of {session.reference} is secret until its result is confirmed.",
            remedy="It is revealed after that.",
            rule="L4",
        )
    attempt = store.get_one(Attempt, session.attempt_id)
    seed = cipher.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
    committed = _must_be_what_was_committed_to(store, attempt, seed)
    row = SeedReveal(attempt_id=attempt.id, confirmation_id=confirmed, seed=seed, at=at, by_id=by.identifier)
    store.add(row)
    store.flush()
    facts = {"attempt": attempt.reference, "commitment": committed, "seed": seed.hex()}
    audit.record(store, act=REVEALED, subject=session.reference, by=by, at=at, facts=facts)
    return row


def _must_be_what_was_committed_to(store: Session, attempt: Attempt, seed: bytes) -> str:
    """The commitment, which the seed fits."""
    asked = (
        sa.select(Commitment.commitment, DrawPlanRow.digest)
        .join(DrawPlanRow, DrawPlanRow.id == Commitment.draw_plan_id)
        .where(Commitment.attempt_id == attempt.id)
        .order_by(Commitment.number.desc())
        .limit(1)
    )
    committed, plan_digest = store.execute(asked).one()
    if commitment(attempt=attempt.reference, plan_digest=plan_digest, seed=seed) != committed:
        raise NotReady(
            f"The seed that is kept for {attempt.reference} is not the one that was committed to.",
            remedy="Do not reveal it. Run: qbank audit verify.",
            rule="L4",
        )
    return str(committed)
