"""The rows of a batch of simulated sittings: as services would have left them, but for what a simulation cannot have.

There is no seed, no commitment, no certificate that proves anything, no personal data and no entry of the audit trail
for each act; the rows say so (`services.simulated_seals`). Every key, check and trigger of the history holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy.orm import Session

from delivery.canonical import canonical
from qbank.domain.grading import PROBE, Grade
from qbank.domain.lifecycle import Extension, Replaced, Sitting
from qbank.domain.preparation import Interest
from qbank.domain.record_entries import Asked, How, Kind, Supplementary, words_of
from qbank.domain.simulated_draws import NOTHING
from qbank.services import simulated_seals as seals
from qbank.services.simulated_sittings import FIRST, Sittings
from qbank.storage import bulk
from qbank.storage.models import (
    Assessment,
    AssessmentSession,
    Attempt,
    Commitment,
    Confirmation,
    Declaration,
    DevelopmentGiven,
    EligibilitySnapshot,
    JudgementRow,
    QuestionSet,
    RecordEntry,
    Seed,
    SetExtension,
    SetQuestion,
)

Row = dict[str, Any]

BOOKED_BEFORE, PULLED_BEFORE = timedelta(days=21), timedelta(hours=2)
SUBMITTED_AFTER, CONFIRMED_AFTER = timedelta(hours=2), timedelta(days=1)
BETWEEN_QUESTIONS: Final = timedelta(minutes=5)
NO_SEED: Final = b"simulated: no seed"
SNAPSHOT: Final = canonical({"simulated": True}).decode()
SNAPSHOT_DIGEST: Final = seals.digest_of(SNAPSHOT)
DEVICE: Final = "simulated"
ENTRIES: Final = "51" * 6
"""How the identity of every simulated entry begins: chance would give one of these in 2^48."""
PLACE: Final = "Simulated"
WORDS: Final = {
    Kind.ASKED: [
        canonical(words_of(said)).decode()
        for said in (
            Asked(How.AS_WRITTEN),
            Asked(How.REPHRASED, wording="Simulated: in other words"),
            Asked(How.NOT_ASKED, because="Simulated: not asked"),
        )
    ],
    Kind.SUPPLEMENTARY: [canonical(words_of(Supplementary("Simulated: asked to clarify", ""))).decode()],
}


@dataclass
class People:
    """Whom the sittings belong to: keys in the database by the numbers of the simulation.

    Args:
        apprentices, assessors: by their numbers.
        confirms: who confirms every assessment.
        attempts: keys of the first attempts that were written, by (apprentice's number, method).
        written: sittings so far.
    """

    plan_version_id: int
    apprentices: Sequence[int]
    assessors: Sequence[int]
    confirms: int
    attempts: dict[tuple[int, str], int] = field(default_factory=dict)
    written: int = 0


@dataclass(frozen=True)
class _Sitting:
    """One sitting with the keys of its rows."""

    of: Sittings
    at: int
    number: int
    apprentice_id: int
    assessor_id: int
    attempt: int
    commitment: int
    session: int
    snapshot: int
    drawn: int
    assessment: int

    @property
    def method(self) -> str:
        return self.of.bank.code

    @property
    def reference(self) -> str:
        return f"{seals.MARK}AS-{self.number:06d}"

    @cached_property
    def starts(self) -> datetime:
        moment: datetime = self.of.starts[self.at].astype("datetime64[s]").item()
        return moment.replace(tzinfo=UTC)

    @cached_property
    def order(self) -> list[int]:
        """Positions in the pool as drawn at first."""
        return [each for each in self.of.order[self.at].tolist() if each != NOTHING]

    @property
    def substitute(self) -> int | None:
        found = int(self.of.substitute[self.at])
        return None if found == NOTHING else found

    @cached_property
    def held(self) -> list[int]:
        """What came into the set in the end, in order of its place in the table."""
        return self.order if self.substitute is None else [*self.order, self.substitute]

    def place(self, at: int) -> int:
        """The place in the table of the question that was asked at that place of the order, from 0."""
        return len(self.order) + 1 if at == self.of.replaced[self.at] else at + 1


def write(store: Session, found: Sequence[tuple[Sittings, int]], people: People, *, batch: str) -> str:
    """Write a batch of sittings; returns the seal over their sets."""
    sittings = _with_keys(store, found, people)
    _attempts(store, [each for each in sittings if each.of.attempt == FIRST], people)
    again = [each for each in sittings if each.of.attempt != FIRST]
    bulk.insert(store, DevelopmentGiven, [_development(each, people) for each in again])
    _attempts(store, again, people)
    bulk.insert(store, AssessmentSession, list(map(_session, sittings)))
    bulk.insert(store, Declaration, list(map(_declaration, sittings)))
    bulk.insert(store, EligibilitySnapshot, list(map(_snapshot, sittings)))
    sets = [_set(each, batch) for each in sittings]
    bulk.insert(store, QuestionSet, sets)
    first = [row for each in sittings for row in _questions(each, each.order, 1)]
    bulk.insert(store, SetQuestion, first)
    grown = [each for each in sittings if each.substitute is not None]
    bulk.insert(store, SetExtension, [_extension(each, batch) for each in grown])
    bulk.insert(
        store, SetQuestion, [row for each in grown for row in _questions(each, each.held[-1:], len(each.order) + 1)]
    )
    bulk.insert(store, RecordEntry, [row for each in sittings for row in _entries(each)])
    bulk.insert(store, Assessment, list(map(_assessment, sittings)))
    bulk.insert(store, JudgementRow, [row for each in sittings for row in _judgements(each)])
    bulk.insert(store, Confirmation, [_confirmation(each, people) for each in sittings])
    people.written += len(sittings)
    return seals.seal_of(row["certificate_digest"] for row in sets)


def _with_keys(store: Session, found: Sequence[tuple[Sittings, int]], people: People) -> list[_Sitting]:
    models = (Attempt, Commitment, AssessmentSession, EligibilitySnapshot, QuestionSet, Assessment)
    keys = zip(*(bulk.keys_for(store, model, len(found)) for model in models), strict=True)
    return [
        _Sitting(
            of,
            at,
            people.written + place,
            people.apprentices[of.apprentice[at]],
            people.assessors[of.assessor[at]],
            *each,
        )
        for place, ((of, at), each) in enumerate(zip(found, keys, strict=True), start=1)
    ]


def _attempts(store: Session, sittings: Sequence[_Sitting], people: People) -> None:
    rows, seeds, commitments = [], [], []
    for each in sittings:
        opened = each.starts - BOOKED_BEFORE
        if each.of.attempt == FIRST:
            people.attempts[int(each.of.apprentice[each.at]), each.method] = each.attempt
        rows.append(
            {
                "id": each.attempt,
                "reference": f"{seals.MARK}AT-{each.number:06d}",
                "apprentice_id": each.apprentice_id,
                "plan_version_id": people.plan_version_id,
                "method": each.method,
                "number": each.of.attempt,
                "kind": str(Sitting.FIRST if each.of.attempt == FIRST else Sitting.RE_SIT),
                "opened_at": opened,
            }
        )
        seeds.append({"attempt_id": each.attempt, "ciphertext": NO_SEED, "at": opened})
        commitments.append(
            {
                "id": each.commitment,
                "attempt_id": each.attempt,
                "number": 1,
                "draw_plan_id": each.of.bank.draw_plan_id,
                "commitment": seals.NOTHING_COMMITTED,
                "reason": "",
                "at": opened,
            }
        )
    for model, made in ((Attempt, rows), (Seed, seeds), (Commitment, commitments)):
        bulk.insert(store, model, made)


def _development(each: _Sitting, people: People) -> Row:
    given = each.starts - BOOKED_BEFORE
    before = people.attempts[int(each.of.apprentice[each.at]), each.method]
    return {"attempt_id": before, "given_on": given.date(), "at": given}


def _session(each: _Sitting) -> Row:
    hidden = hashlib.blake2b(each.reference.encode(), digest_size=12).hexdigest()
    return {
        "id": each.session,
        "reference": each.reference,
        "public_id": f"simulated-{hidden}",
        "attempt_id": each.attempt,
        "apprentice_id": each.apprentice_id,
        "method": each.method,
        "assessor_id": each.assessor_id,
        "starts_at": each.starts,
        "place": PLACE,
        "remote": False,
        "booked_at": each.starts - BOOKED_BEFORE,
    }


def _declaration(each: _Sitting) -> Row:
    at = each.starts - PULLED_BEFORE
    return {
        "assessment_session_id": each.session,
        "person_id": each.assessor_id,
        "interest": str(Interest.NONE),
        "at": at,
    }


def _snapshot(each: _Sitting) -> Row:
    return {
        "id": each.snapshot,
        "attempt_id": each.attempt,
        "ordinal": 1,
        "body": SNAPSHOT,
        "digest": SNAPSHOT_DIGEST,
        "at": each.starts - PULLED_BEFORE,
    }


def _references(each: _Sitting, positions: Sequence[int]) -> list[str]:
    return [each.of.bank.plan.pool.references[at] for at in positions]


def _set(each: _Sitting, batch: str) -> Row:
    certificate = seals.certificate_of(each.reference, _references(each, each.held), batch=batch)
    return {
        "id": each.drawn,
        "assessment_session_id": each.session,
        "attempt_id": each.attempt,
        "ordinal": 1,
        "apprentice_id": each.apprentice_id,
        "method": each.method,
        "commitment_id": each.commitment,
        "draw_plan_id": each.of.bank.draw_plan_id,
        "snapshot_id": each.snapshot,
        "question_count": len(each.order),
        "certificate": certificate,
        "certificate_digest": seals.digest_of(certificate),
        "drawn_at": each.starts - PULLED_BEFORE,
    }


def _questions(each: _Sitting, positions: Sequence[int], first: int) -> Iterator[Row]:
    for place, at in enumerate(positions, start=first):
        question, version = each.of.bank.pinned[at]
        yield {
            "question_set_id": each.drawn,
            "position": place,
            "question_version_id": version,
            "question_id": question,
            "apprentice_id": each.apprentice_id,
            "method": each.method,
        }


def _extension(each: _Sitting, batch: str) -> Row:
    certificate = seals.certificate_of(each.reference, _references(each, each.held[-1:]), batch=batch)
    return {
        "question_set_id": each.drawn,
        "number": 1,
        "kind": str(Extension.SUBSTITUTION),
        "replaced_position": int(each.of.replaced[each.at]) + 1,
        "first_position": len(each.order) + 1,
        "question_count": 1,
        "reason": str(next(iter(Replaced))),
        "certificate": certificate,
        "certificate_digest": seals.digest_of(certificate),
        "at": each.starts,
    }


def _entries(each: _Sitting) -> Iterator[Row]:
    how, extra = each.of.outcomes.how[each.at], each.of.outcomes.supplementary[each.at]
    for at in range(len(each.order)):
        asked = _entry(each, at, Kind.ASKED, WORDS[Kind.ASKED][how[at]])
        yield asked
        if extra[at]:
            yield _entry(each, at, Kind.SUPPLEMENTARY, WORDS[Kind.SUPPLEMENTARY][0])


def _entry(each: _Sitting, at: int, kind: Kind, words: str) -> Row:
    identity = f"{ENTRIES}{each.number:012x}{at:04x}{list(Kind).index(kind):04x}"  # ascending, so that keys are quick
    when = each.starts + at * BETWEEN_QUESTIONS
    return {
        "assessment_session_id": each.session,
        "entry": identity,
        "kind": str(kind),
        "position": each.place(at),
        "device": DEVICE,
        "at_device": when,
        "at": when,
        "by_id": each.assessor_id,
        "words": words,
        "salt": identity,
        "commitment": hashlib.sha256(bytes.fromhex(identity) + words.encode()).hexdigest(),
    }


def _assessment(each: _Sitting) -> Row:
    found, at = each.of.outcomes, each.at
    unfinished = bool(found.unfinished[at])
    derived = Grade.FAIL if found.failed[at] else Grade.DISTINCTION if found.distinguished[at] else Grade.PASS
    capped = each.of.attempt != FIRST and derived is Grade.DISTINCTION
    given = Grade.PASS if capped else derived
    return {
        "id": each.assessment,
        "assessment_session_id": each.session,
        "attempt_id": each.attempt,
        "number": 1,
        "question_set_id": each.drawn,
        "grade": None if unfinished else str(given),
        "derived_grade": None if unfinished else str(derived),
        "capped": capped and not unfinished,
        "incomplete": unfinished,
        "judgement_count": 0 if unfinished else len(each.of.bank.criteria),
        "record_digest": SNAPSHOT_DIGEST,
        "at": each.starts + SUBMITTED_AFTER,
        "by_id": each.assessor_id,
        "commitment": SNAPSHOT_DIGEST,
    }


def _judgements(each: _Sitting) -> Iterator[Row]:
    found = each.of.outcomes
    if found.unfinished[each.at]:
        return
    evidenced, met = found.evidenced_at[each.at].tolist(), found.met[each.at].tolist()
    for criterion, place, holds in zip(each.of.bank.criteria, evidenced, met, strict=True):
        yield {
            "assessment_id": each.assessment,
            "criterion": criterion.code,
            "met": holds,
            "sources": PROBE if place == NOTHING else f"question {place + 1}",
            "commitment": SNAPSHOT_DIGEST,
        }


def _confirmation(each: _Sitting, people: People) -> Row:
    return {
        "assessment_id": each.assessment,
        "assessment_session_id": each.session,
        "at": each.starts + CONFIRMED_AFTER,
        "by_id": people.confirms,
    }
