"""Extends a set in the room: a substitute for a question that cannot be asked, or questions for what was left open.

Both are drawn by the seed that was committed at booking, never chosen by hand, and both count as met. Like a pull, an
extension is worked out in a unit that reads and kept in one that writes, if the set is still as it was; asked for
again, what was done is given again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from delivery.eligibility import Eligibility
from delivery.errors import Infeasible
from delivery.gaps import Gaps
from delivery.residual import draw_residual
from delivery.residual_certificate import certify_residual
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.lifecycle import Extension, Reason, Replaced
from qbank.domain.people import Actor
from qbank.domain.sitting_times import bands_of
from qbank.services import audit, drawing
from qbank.services.delivering import theirs
from qbank.services.extension_basis import Basis, WorkedOut
from qbank.services.replacing import Replacement
from qbank.services.seeds import SeedCipher
from qbank.services.voided_sets import the_set
from qbank.services.windows import must_be_open
from qbank.storage import draw_plans, units
from qbank.storage.locks import lock_sitting
from qbank.storage.models import (
    AssessmentSession,
    Attempt,
    EligibilitySnapshot,
    QuestionSet,
    Seed,
    SessionNote,
    SetExtension,
)
from qbank.storage.queries import assessments, preparation, records, standards
from qbank.storage.queries.sets import DrawnSet, Grown, set_of

ADDED: Final = "questions drawn for what was left open"
_TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """KSBs that an observation left open, to be questioned.

    Args:
        ksbs: each of which is covered.
        seconds: wished for the questions; no more are used than the record shows to be left (O5).
        after: how many extensions the set had when this was asked for: asked twice, it is done once.
    """

    ksbs: tuple[str, ...]
    seconds: int
    after: int

    kind: ClassVar[Extension] = Extension.RESIDUAL
    act: ClassVar[str] = ADDED
    reason: ClassVar[Replaced | None] = None
    because: ClassVar[str] = ""
    replaced: ClassVar[int | None] = None

    def done(self, drawn: DrawnSet) -> Grown | None:
        """What came of it, where it is done."""
        return drawn.grown[self.after] if len(drawn.grown) > self.after else None

    def work_out(self, basis: Basis) -> WorkedOut:
        """The questions.

        Raises:
            RuleBroken: the method has no share of its time for questions, none of it is left, or no set covers these
                KSBs in the time.
        """
        if basis.questioning_left is None:
            raise RuleBroken(
                "Only an observation leaves KSBs to be questioned.", remedy="Ask supplementary questions.", rule="O6"
            )
        if basis.questioning_left <= 0:
            raise RuleBroken(
                "No time is left for questions.", remedy="Ask in your own words, and say why it took longer.", rule="O5"
            )
        drawn = basis.drawn
        number = sum(each.replaced is None for each in drawn.grown)
        asked = tuple(each.reference for each in drawn.met)
        gaps = Gaps(self.ksbs, min(self.seconds, basis.questioning_left), asked=asked, number=number)
        try:
            found = draw_residual(basis.plan, gaps, seed=basis.seed, eligibility=basis.eligibility)
            certificate = certify_residual(basis.plan, gaps, found, basis.eligibility, commitment=drawn.commitment)
        except Infeasible as error:
            raise RuleBroken(str(error), remedy="Ask about fewer of them, or in your own words.", rule="O5") from error
        return WorkedOut(found.references, certificate.to_dict(), certificate.digest)


def extend(
    engine: sa.Engine, session_id: int, asked: Replacement | LeftOpen, *, by: Actor, at: datetime, cipher: SeedCipher
) -> Grown:
    """What comes of it, committed before this returns.

    Raises:
        NotFound: no such session, or not this person's; or no such question.
        RuleBroken: nothing was pulled, the set is not open now, or the engine can give none; says why.
        NotReady: the database stayed busy, or somebody else extended the set at the same time; nothing was done.
    """
    for _ in range(_TIMES):
        with units.read_unit(engine) as store:
            basis = _basis(store, session_id, by=by, at=at, cipher=cipher)
            found = asked.done(basis.drawn)
            if found is not None:
                return found
            ready = asked.work_out(basis)
        if units.in_write_unit(engine, partial(_keep, session_id, asked, basis, ready, by=by, at=at)):
            break
    with units.read_unit(engine) as store:
        kept = set_of(store, session_id)
        found = None if kept is None else asked.done(kept)
    if found is None:
        raise NotReady("The set was extended by somebody else meanwhile.", remedy="Look at it and try again.")
    return found


def _basis(store: Session, session_id: int, *, by: Actor, at: datetime, cipher: SeedCipher) -> Basis:
    session = theirs(store, session_id, by)
    must_be_open(store, session, at)
    _must_not_be_submitted(store, session)
    drawn = the_set(store, session_id)
    attempt = store.get_one(Attempt, session.attempt_id)
    row = store.get_one(QuestionSet, drawn.id)
    frozen = store.get_one(EligibilitySnapshot, row.snapshot_id).body
    method = standards.as_loaded(store, attempt.plan_version_id).method(session.method)
    sat = records.record(store, session_id)
    share = bands_of(method, extra_minutes=preparation.extra_minutes(store, session)).questioning
    return Basis(
        drawn=drawn,
        plan=draw_plans.plan(store, drawn.draw_plan_id),
        seed=cipher.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference),
        eligibility=Eligibility.from_dict(json.loads(frozen)),
        method=method,
        put=sat.put_positions,
        questioning_left=None if share is None else share - round(sat.questioned(at).total_seconds()),
    )


def _keep(
    session_id: int,
    asked: Replacement | LeftOpen,
    basis: Basis,
    ready: WorkedOut,
    store: Session,
    *,
    by: Actor,
    at: datetime,
) -> bool:
    """Keep the extension; False where the set has grown, or what goes was asked, since it was worked out."""
    session = theirs(store, session_id, by)
    lock_sitting(store, session.apprentice_id, session.method)
    store.refresh(session)
    must_be_open(store, session, at)
    _must_not_be_submitted(store, session)
    drawn = set_of(store, session_id)
    if drawn is None or (drawn.id, len(drawn.grown)) != (basis.drawn.id, len(basis.drawn.grown)):
        return False
    if ready.exchanged is not None and ready.exchanged in records.record(store, session_id).put_positions:
        return False
    row = SetExtension(
        question_set_id=drawn.id,
        number=len(drawn.grown) + 1,
        kind=asked.kind,
        replaced_position=asked.replaced,
        exchanged_position=ready.exchanged,
        first_position=len(drawn.met) + 1,
        question_count=len(ready.references),
        reason=asked.reason,
        certificate=canonical(ready.certificate).decode(),
        certificate_digest=ready.digest,
        at=at,
        by_id=by.identifier,
    )
    store.add(row)
    store.flush()
    versions = map(draw_plans.pinned(store, drawn.draw_plan_id).__getitem__, ready.references)
    drawing.pin(store, store.get_one(QuestionSet, drawn.id), versions, {}, first=row.first_position)
    _tell(store, session, asked, row, by=by, at=at)
    return True


def _tell(
    store: Session,
    session: AssessmentSession,
    asked: Replacement | LeftOpen,
    row: SetExtension,
    *,
    by: Actor,
    at: datetime,
) -> None:
    if asked.because:
        note = SessionNote(assessment_session_id=session.id, kind=Reason.REPLACED, words=asked.because.strip(), at=at)
        note.by_id = by.identifier
        store.add(note)
        store.flush()
    facts: dict[str, Any] = {"number": row.number, "certificate": row.certificate_digest}
    if row.replaced_position is not None:
        facts |= {"position": row.replaced_position, "reason": str(row.reason)}
    if row.exchanged_position is not None:
        facts |= {"exchanged": row.exchanged_position}
    audit.record(store, act=asked.act, subject=session.reference, by=by, at=at, facts=facts)


def _must_not_be_submitted(store: Session, session: AssessmentSession) -> None:
    if assessments.is_submitted(store, session.id):
        raise RuleBroken(
            f"The assessment of {session.reference} is submitted: its set grows no more.",
            remedy="Nothing has to be done.",
            rule="R10",
        )
