"""What a simulated set is in the rows: marked in every reference, in its certificate, and sealed with its batch.

Nothing was committed to, so the commitment is 64 zeros, and there is no seed. The certificate says "simulated" and what
the set holds. The audit trail has one entry for each batch, with a digest over the certificates of all its sets: a set
that is not in a sealed batch is neither drawn nor simulated, and `qbank db check` says so.

Source: `docs/decisions`, "A simulated history".
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from qbank.storage.models import AssessmentSession, Attempt, AuditEntry, Question, QuestionSet, SetQuestion
from qbank.storage.queries.rows import rows

MARK: Final = "SIM-"
"""How the reference of everything simulated begins: apprentices, attempts, sessions, batches."""
FORMAT: Final = "qbank simulated set 1"
SIMULATED: Final = "history simulated"
NOTHING_COMMITTED: Final = "0" * 64
SAID: Final = (
    "This set is simulated. It was drawn for nobody, from no committed seed, and its certificate proves nothing."
)


def is_simulated(certificate: Any) -> bool:
    """Whether a set's certificate says that the set is simulated."""
    return bool(certificate.get("format") == FORMAT)


def certificate_of(session: str, questions: Iterable[str], *, batch: str) -> str:
    """The certificate of a simulated set as it is kept."""
    told = {"format": FORMAT, "words": [SAID], "session": session, "batch": batch, "questions": list(questions)}
    return canonical(told).decode()


def digest_of(text: str) -> str:
    """SHA-256 of kept text."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of(certificate_digests: Iterable[str]) -> str:
    """The digest that seals a batch: over the digests of its certificates, in the order of the sets."""
    return digest_of("\n".join(certificate_digests))


def unsealed(store: Session) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with simulated sets: (session or batch, what, as told, as kept); nothing where all is in order."""
    told = {
        entry.subject: json.loads(entry.facts)
        for entry in store.scalars(sa.select(AuditEntry).where(AuditEntry.act == SIMULATED))
    }
    held = _questions(store)
    batches: dict[str, list[str]] = defaultdict(list)
    for key, session, certificate, digest in _sets(store):
        says = json.loads(certificate)
        batches[str(says.get("batch"))].append(digest)
        if digest != digest_of(certificate):
            yield session, "certificate", digest, digest_of(certificate)
        if (says.get("session"), says.get("questions")) != (session, held.get(key)):
            yield session, "questions", str(says.get("questions")), str(held.get(key))
    for batch in sorted({*told, *batches}):
        sealed = told.get(batch, {"seal": "none"})["seal"]
        if sealed != seal_of(batches[batch]):
            yield batch, "seal of the batch", sealed, seal_of(batches[batch])


def session_of(store: Session, question_set_id: int) -> str | None:
    """The reference of the session that a simulated set belongs to; None where the set is not simulated."""
    asked = (
        sa.select(AssessmentSession.reference)
        .join(QuestionSet, QuestionSet.assessment_session_id == AssessmentSession.id)
        .join(Attempt, Attempt.id == QuestionSet.attempt_id)
        .where(QuestionSet.id == question_set_id, Attempt.reference.startswith(MARK))
    )
    return store.scalar(asked)


def _sets(store: Session) -> Any:
    asked = (
        sa.select(QuestionSet.id, AssessmentSession.reference, QuestionSet.certificate, QuestionSet.certificate_digest)
        .join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
        .join(Attempt, Attempt.id == QuestionSet.attempt_id)
        .where(Attempt.reference.startswith(MARK))
        .order_by(QuestionSet.id)
    )
    return rows(store, asked)


def _questions(store: Session) -> dict[int, list[str]]:
    """What each simulated set holds, in order of position: what came into it last."""
    asked = (
        sa.select(SetQuestion.question_set_id, Question.reference)
        .join(Question, Question.id == SetQuestion.question_id)
        .join(QuestionSet, QuestionSet.id == SetQuestion.question_set_id)
        .join(Attempt, Attempt.id == QuestionSet.attempt_id)
        .where(Attempt.reference.startswith(MARK))
        .order_by(SetQuestion.question_set_id, SetQuestion.position)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for key, reference in rows(store, asked):
        found[key].append(reference)
    return found
