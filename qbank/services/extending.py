"""Extends a set in the room: a substitute for a question that cannot be asked, or questions for what was left open.

Both are drawn by the seed that was committed at booking, never chosen by hand, and both count as met. Like a pull, an
extension is worked out in a unit that reads and kept in one that writes, if the set is still as it was; asked for
again, what was done is given again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery.canonical import canonical
from delivery.eligibility import Eligibility
from delivery.errors import Infeasible
from delivery.gaps import Gaps
from delivery.plan import DrawPlan
from delivery.residual import draw_residual
from delivery.residual_certificate import certify_residual
from delivery.substitution import law_of
from delivery.substitution_certificate import certify_substitute
from delivery.vacancy import Vacancy
from qbank.domain.errors import NotFound, NotReady, RuleBroken
from qbank.domain.lifecycle import Extension, Reason, Replaced
from qbank.domain.people import Actor
from qbank.domain.standards import Method
from qbank.services import audit, drawing
from qbank.services.delivering import theirs
from qbank.services.seeds import SeedCipher
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
from qbank.storage.queries import assessments, standards
from qbank.storage.queries.sets import DrawnSet, Grown, set_of

REPLACED: Final = "question replaced"
ADDED: Final = "questions drawn for what was left open"
_TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Basis:
    """What an extension follows from: the set as it stands, its law, its seed, and what was frozen."""

    drawn: DrawnSet
    plan: DrawPlan
    seed: bytes
    eligibility: Eligibility
    method: Method


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """An extension that nobody has seen and nothing keeps."""

    references: tuple[str, ...]
    certificate: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """A question that is to be replaced.

    Args:
        position: its key in the set.
        reason: why, in a word.
        because: and in a sentence, which is kept beside the session and not in the audit trail.
    """

    position: int
    reason: Replaced
    because: str

    kind: ClassVar[Extension] = Extension.SUBSTITUTION
    act: ClassVar[str] = REPLACED

    @property
    def replaced(self) -> int | None:
        """The position that the extension's row names."""
        return self.position

    def done(self, drawn: DrawnSet) -> Grown | None:
        """What came of it, where it is done."""
        return next((each for each in drawn.grown if each.replaced == self.position), None)

    def work_out(self, basis: Basis) -> WorkedOut:
        """The substitute.

        Raises:
            NotFound: no such question is asked in this session.
            RuleBroken: there is no reason, as many were replaced as may be, or no question can take the place.
        """
        if not self.because.strip():
            raise RuleBroken("A replacement needs a reason.", remedy="Say in a sentence why it cannot be asked.")
        drawn = basis.drawn
        order = [each for each in drawn.asked if not _added(drawn, each.position)]
        place = next((at for at, each in enumerate(order, start=1) if each.position == self.position), None)
        if place is None:
            raise NotFound("No such question of the set is asked.", remedy="Choose one from the list beside the set.")
        made = sum(each.replaced is not None for each in drawn.grown)
        _must_not_be_too_many(made, basis.method)
        names = [each.reference for each in order]
        vacancy = Vacancy(
            standing=(*names[: place - 1], *names[place:]),
            place=place,
            out=names[place - 1],
            met=tuple({each.reference for each in drawn.met} - set(names)),
            number=made,
        )
        try:
            law = law_of(basis.plan, vacancy, basis.eligibility)
        except Infeasible as error:
            raise RuleBroken(str(error), remedy="Go on with the others, and record this one as not asked.") from error
        found = law.drawn(basis.seed)
        certificate = certify_substitute(
            basis.plan,
            law,
            found,
            basis.eligibility,
            extends=drawn.latest_certificate_digest,
            commitment=drawn.commitment,
        )
        return WorkedOut((found.reference,), certificate.to_dict(), certificate.digest)


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """KSBs that an observation left open, to be questioned.

    Args:
        ksbs: each of which is covered.
        seconds: left for questions: no more than the method allows for all questioning, less what the sets take.
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
            RuleBroken: the method has no share of its time for questions, or no set covers these KSBs in the time.
        """
        if basis.method.questioning_seconds is None:
            raise RuleBroken(
                "Only an observation leaves KSBs to be questioned.", remedy="Ask supplementary questions.", rule="O6"
            )
        drawn = basis.drawn
        number = sum(each.replaced is None for each in drawn.grown)
        asked = tuple(each.reference for each in drawn.met)
        gaps = Gaps(self.ksbs, min(self.seconds, basis.method.questioning_seconds), asked=asked, number=number)
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

        def work(store: Session, basis: Basis = basis, ready: WorkedOut = ready) -> bool:
            return _keep(store, session_id, asked, basis, ready, by=by, at=at)

        if units.in_write_unit(engine, work):
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
    drawn = set_of(store, session_id)
    if drawn is None:
        raise RuleBroken(f"The set of {session.reference} is not drawn yet.", remedy="Pull it on the session's page.")
    attempt = store.get_one(Attempt, session.attempt_id)
    row = store.get_one(QuestionSet, drawn.id)
    frozen = store.get_one(EligibilitySnapshot, row.snapshot_id).body
    return Basis(
        drawn=drawn,
        plan=draw_plans.plan(store, drawn.draw_plan_id),
        seed=cipher.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference),
        eligibility=Eligibility.from_dict(json.loads(frozen)),
        method=standards.as_loaded(store, attempt.plan_version_id).method(session.method),
    )


def _keep(
    store: Session,
    session_id: int,
    asked: Replacement | LeftOpen,
    basis: Basis,
    ready: WorkedOut,
    *,
    by: Actor,
    at: datetime,
) -> bool:
    """Keep the extension; False where the set has grown since it was worked out."""
    session = theirs(store, session_id, by)
    lock_sitting(store, session.apprentice_id, session.method)
    store.refresh(session)
    must_be_open(store, session, at)
    _must_not_be_submitted(store, session)
    drawn = set_of(store, session_id)
    if drawn is None or (drawn.id, len(drawn.grown)) != (basis.drawn.id, len(basis.drawn.grown)):
        return False
    row = SetExtension(
        question_set_id=drawn.id,
        number=len(drawn.grown) + 1,
        kind=asked.kind,
        replaced_position=asked.replaced,
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
    drawing.pin(store, store.get_one(QuestionSet, drawn.id), ready.references, {}, first=row.first_position)
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
    audit.record(store, act=asked.act, subject=session.reference, by=by, at=at, facts=facts)


def _must_not_be_submitted(store: Session, session: AssessmentSession) -> None:
    if assessments.is_submitted(store, session.id):
        raise RuleBroken(
            f"The assessment of {session.reference} is submitted: its set grows no more.",
            remedy="Nothing has to be done.",
            rule="R10",
        )


def _added(drawn: DrawnSet, position: int) -> bool:
    """Whether a question came for what was left open: it is no part of the set that replacements keep lawful."""
    return any(each.replaced is None and any(q.position == position for q in each.questions) for each in drawn.grown)


def _must_not_be_too_many(made: int, method: Method) -> None:
    most = method.replacements_most
    if most is not None and made >= most:
        raise RuleBroken(
            f"{made} {'question was' if made == 1 else 'questions were'} replaced in this session, as many as may be.",
            remedy="Ask it as it is or in other words, or record it as not asked.",
            rule="decision replacement",
        )
