"""Holds every kept question set to the audit trail: what was committed to, frozen and drawn is what is kept (L4, L7).

The rows of a draw can be swapped together by whoever takes the triggers off, and then replay. The trail has told of
them before, in entries that cannot be changed without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import digest
from qbank.services import simulated_seals
from qbank.services.extending import ADDED
from qbank.services.replacing import REPLACED
from qbank.storage.models import (
    AssessmentSession,
    Attempt,
    AuditEntry,
    Commitment,
    DrawPlanRow,
    EligibilitySnapshot,
    QuestionSet,
    SetExtension,
    SetVoid,
)
from qbank.storage.queries import trail
from qbank.storage.queries.records import record
from qbank.storage.queries.rows import rows
from qbank.storage.queries.sets import grown_of, questions_of

OPENED: Final = "attempt opened"
DRAWN: Final = "question set drawn"
VOIDED: Final = "question set voided"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a kept set and its proof disagree about.

    Args:
        session: the reference of the session that it was drawn for.
        what: in a word or two, for a sentence.
        told: what the audit trail or the certificate says.
        kept: what the tables say.
    """

    session: str
    what: str
    told: str
    kept: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """A set with everything that it rests on; `standard` where it is one of approved standard sets."""

    row: QuestionSet
    session: str
    attempt: str
    commitment: str
    plan_digest: str
    standard: bool
    snapshot: EligibilitySnapshot


def differences(store: Session, question_set_id: int | None = None) -> Iterator[Difference]:
    """What is wrong with a set, or with any for None, the sets that the trail tells of and that are gone among it.

    Simulated sets are held to the seals of their batches; alone, one is no set that was drawn.

    The trail itself is not judged here: whether it follows is for `audit.first_broken`.
    """
    if question_set_id is not None and (session := simulated_seals.session_of(store, question_set_id)):
        yield Difference(session, "draw", "for a person", "simulated")
    for kept in _kept(store, question_set_id):
        yield from _with_the_certificate(store, kept)
        yield from _with_the_trail(store, kept)
    if question_set_id is None:
        yield from beside_the_sets(store)


def beside_the_sets(store: Session) -> Iterator[Difference]:
    """Sets that the trail tells of and that are gone, voids that it does not tell of, and batches out of their seal."""
    yield from _gone(store)
    yield from _voids(store)
    yield from (Difference(*each) for each in simulated_seals.unsealed(store))


def _kept(store: Session, question_set_id: int | None) -> Iterator[_Kept]:
    asked = (
        sa.select(
            QuestionSet,
            AssessmentSession.reference,
            Attempt.reference,
            Commitment.commitment,
            DrawPlanRow.digest,
            DrawPlanRow.fitted_plan_id.is_not(None),
            EligibilitySnapshot,
        )
        .join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
        .join(Attempt, Attempt.id == QuestionSet.attempt_id)
        .join(Commitment, Commitment.id == QuestionSet.commitment_id)
        .join(DrawPlanRow, DrawPlanRow.id == QuestionSet.draw_plan_id)
        .join(EligibilitySnapshot, EligibilitySnapshot.id == QuestionSet.snapshot_id)
        .order_by(QuestionSet.id)
    )
    if question_set_id is not None:
        asked = asked.where(QuestionSet.id == question_set_id)
    for found in rows(store, asked.where(~Attempt.reference.startswith(simulated_seals.MARK))):
        yield _Kept(*found)


def _with_the_certificate(store: Session, kept: _Kept) -> Iterator[Difference]:
    """The certificate's bytes and the rows that it certifies."""
    certificate: Mapping[str, Any] = json.loads(kept.row.certificate)
    pinned = [
        {"reference": each.reference, "version": each.version, "digest": each.digest}
        for each in questions_of(store, kept.row.id)
    ]
    pairs = {
        "certificate": (kept.row.certificate_digest, _digest(kept.row.certificate)),
        "commitment": (certificate.get("commitment"), kept.commitment),
        "draw plan": (certificate.get("sets" if kept.standard else "plan"), kept.plan_digest),
        "eligibility": (certificate.get("eligibility"), _digest(kept.snapshot.body)),
        "questions": (certificate.get("questions"), pinned),
    }
    yield from _unequal(kept, pairs)
    yield from _with_what_it_grew_by(store, kept)


def _with_what_it_grew_by(store: Session, kept: _Kept) -> Iterator[Difference]:
    """Each extension's certificate, its bytes, the rows that it certifies, and its entry in the trail."""
    extends, grown = kept.row.certificate_digest, grown_of(store, kept.row.id)
    met = (*questions_of(store, kept.row.id), *(question for each in grown for question in each.questions))
    for each in grown:
        certificate = each.certificate
        pinned = [{"reference": q.reference, "version": q.version, "digest": q.digest} for q in each.questions]
        said = certificate["questions"] if each.replaced is None else _came(certificate)
        told = _told_of(
            store, kept.session, REPLACED if each.replaced is not None else ADDED, certificate=each.certificate_digest
        )
        yield from _unequal(
            kept,
            {
                "extension's certificate": (each.certificate_digest, digest(certificate)),
                "extension's questions": (said, pinned),
                "extension's eligibility": (certificate.get("eligibility"), _digest(kept.snapshot.body)),
                "extension's commitment": (certificate.get("commitment"), kept.commitment),
                "extension's entry": ("one", "none" if told is None else "one"),
            },
        )
        if each.replaced is not None:
            gone = [
                question.reference for position in each.taken_out for question in met if question.position == position
            ]
            yield from _unequal(
                kept,
                {
                    "extended certificate": (certificate.get("extends"), extends),
                    "extension's places": (_went(certificate), gone),
                },
            )
            extends = each.certificate_digest


def disagreements(store: Session, question_set_id: int | None = None) -> Iterator[str]:
    """Sentences on what the record of a sitting says otherwise than the assessor said when a question was exchanged.

    A certificate of an exchange rests on the assessor's word of what was asked. A record that says otherwise makes no
    set another one, so it is no difference of `differences`: it is for whoever looks at the assessment.

    Args:
        store: in a unit.
        question_set_id: of one set; None for every set that was not voided.
    """
    asked = (
        sa.select(SetExtension)
        .where(SetExtension.exchanged_position.is_not(None))
        .where(SetExtension.question_set_id.not_in(sa.select(SetVoid.question_set_id)))
        .order_by(SetExtension.question_set_id, SetExtension.number)
    )
    if question_set_id is not None:
        asked = asked.where(SetExtension.question_set_id == question_set_id)
    for row in store.scalars(asked):
        yield from _disagreements(store, row)


def _disagreements(store: Session, row: SetExtension) -> Iterator[str]:
    session = store.get_one(AssessmentSession, store.get_one(QuestionSet, row.question_set_id).assessment_session_id)
    said, held = record(store, session.id), set(json.loads(row.certificate)["vacancy"]["asked"])
    grown = (question for each in grown_of(store, row.question_set_id) for question in each.questions)
    for question in (*questions_of(store, row.question_set_id), *grown):
        part = said.part(question.position)
        if question.reference in held and part.how is not None and not part.was_put:
            yield (
                f"{question.reference} was held to be asked when a question of {session.reference} was exchanged; "
                "the record calls it not asked."
            )
        if question.position == row.exchanged_position and part.was_put:
            yield (
                f"{question.reference} left the set of {session.reference} as one that was not asked; "
                "the record shows that it was."
            )


def _came(certificate: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What came by a substitution, first for the question that was replaced."""
    exchanged = certificate.get("exchanged")
    return [certificate["question"], *([] if exchanged is None else [exchanged["question"]])]


def _went(certificate: Mapping[str, Any]) -> list[str]:
    """The references of what left by a substitution, likewise."""
    exchanged = certificate.get("exchanged")
    return [certificate["vacancy"]["out"], *([] if exchanged is None else [exchanged["out"]])]


def _with_the_trail(store: Session, kept: _Kept) -> Iterator[Difference]:
    """The two entries: the commitment's, then the pull's."""
    told = _told_of(store, kept.session, DRAWN, attempt=kept.attempt, ordinal=kept.row.ordinal)
    if told is None:
        yield Difference(kept.session, "entry of the pull", "none", kept.row.certificate_digest)
        return
    facts = json.loads(told.facts)
    pairs = {
        "certificate": (facts.get("certificate"), kept.row.certificate_digest),
        "commitment": (facts.get("commitment"), kept.commitment),
        "eligibility": (facts.get("eligibility"), kept.snapshot.digest),
    }
    yield from _unequal(kept, pairs)
    opened = _told_of(store, kept.attempt, OPENED, commitment=kept.commitment)
    if opened is None or opened.seq > told.seq:
        found = "none before the pull" if opened is None else f"entry {opened.seq}, after the pull"
        yield Difference(kept.session, "entry of the commitment", found, kept.commitment)


def _told_of(store: Session, subject: str, act: str, **facts: object) -> AuditEntry | None:
    """The first entry of that act on the subject that states the facts."""
    for entry in trail.of_subject(store, subject, act):
        if facts.items() <= json.loads(entry.facts).items():
            return entry
    return None


def _gone(store: Session) -> Iterator[Difference]:
    """Sets that the trail tells of, with none kept."""
    kept = set(store.scalars(sa.select(QuestionSet.certificate_digest)))
    for entry in store.scalars(sa.select(AuditEntry).where(AuditEntry.act == DRAWN).order_by(AuditEntry.seq)):
        certificate = str(json.loads(entry.facts).get("certificate"))
        if certificate not in kept:
            yield Difference(entry.subject, "question set", certificate, "none")


def _voids(store: Session) -> Iterator[Difference]:
    """Voids that the trail tells nothing of: each makes room for another set."""
    asked = (
        sa.select(QuestionSet.certificate_digest, AssessmentSession.reference)
        .join(SetVoid, SetVoid.question_set_id == QuestionSet.id)
        .join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
    )
    found = rows(store, asked)
    entries = store.scalars(sa.select(AuditEntry.facts).where(AuditEntry.act == VOIDED))
    told = {json.loads(facts).get("certificate") for facts in entries}
    for certificate, session in found:
        if certificate not in told:
            yield Difference(session, "entry of the void", "none", certificate)


def _unequal(kept: _Kept, pairs: Mapping[str, tuple[object, object]]) -> Iterator[Difference]:
    for what, (told, found) in pairs.items():
        if told != found:
            yield Difference(kept.session, what, str(told), str(found))


def _digest(text: str) -> str:
    """Of canonical JSON as it is kept."""
    return hashlib.sha256(text.encode()).hexdigest()
