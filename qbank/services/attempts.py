"""Starts an apprentice's attempt at a method: its seed, and the commitment that binds the seed to a draw plan."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.certificate import commitment
from qbank.domain.errors import NotReady
from qbank.domain.lifecycle import Sitting
from qbank.domain.people import Actor
from qbank.services import audit
from qbank.services.seeds import SeedCipher, new_seed
from qbank.storage import draw_plans
from qbank.storage.locks import lock_numbering
from qbank.storage.models import (
    Apprentice,
    AssessmentSession,
    Attempt,
    Commitment,
    DrawPlanRow,
    Seed,
)
from qbank.storage.queries import standards


def start(
    store: Session,
    apprentice: Apprentice,
    method: str,
    kind: Sitting,
    *,
    number: int,
    by: Actor,
    at: datetime,
    cipher: SeedCipher,
) -> Attempt:
    """A new attempt with its seed, committed to the draw plan that is adopted now.

    Raises:
        NotReady: no draw plan is adopted for the method.
    """
    plan = _adopted(store, apprentice, method)
    lock_numbering(store)
    attempt = Attempt(
        reference=next_reference(store, Attempt, "AT"),
        apprentice_id=apprentice.id,
        plan_version_id=apprentice.plan_version_id,
        method=method,
        number=number,
        kind=kind,
        opened_at=at,
    )
    store.add(attempt)
    store.flush()
    committed = _commit(store, attempt, plan, by=by, at=at, cipher=cipher)
    facts = {
        "apprentice": apprentice.reference,
        "method": method,
        "number": number,
        "kind": str(kind),
        "draw_plan": plan.digest,
        "commitment": committed.commitment,
    }
    audit.record(store, act="attempt opened", subject=attempt.reference, by=by, at=at, facts=facts)
    return attempt


def next_reference(store: Session, model: type[AssessmentSession | Attempt], prefix: str) -> str:
    """The next reference of its kind, "AS-00042"; the caller holds the lock on numbering."""
    return f"{prefix}-{(store.scalar(sa.select(sa.func.max(model.id))) or 0) + 1:05d}"


def _commit(
    store: Session, attempt: Attempt, plan: DrawPlanRow, *, by: Actor, at: datetime, cipher: SeedCipher
) -> Commitment:
    """The attempt's seed, sealed, and what is published of it."""
    seed = new_seed()
    store.add(Seed(attempt_id=attempt.id, ciphertext=cipher.sealed(seed, attempt=attempt.reference), at=at))
    store.flush()
    row = Commitment(
        attempt_id=attempt.id,
        number=1,
        draw_plan_id=plan.id,
        commitment=commitment(attempt=attempt.reference, plan_digest=plan.digest, seed=seed),
        at=at,
        by_id=by.identifier,
    )
    store.add(row)
    store.flush()
    return row


def _adopted(store: Session, apprentice: Apprentice, method: str) -> DrawPlanRow:
    standards.as_loaded(store, apprentice.plan_version_id).method(method)
    plan = draw_plans.adopted(store, apprentice.plan_version_id, method)
    if plan is None:
        raise NotReady(f"No draw plan is adopted for the {method}.", remedy="Load the bank with: qbank bank load.")
    return plan
