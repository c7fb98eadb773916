"""A question set with the text of the versions it pins."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import Extension, Replaced
from qbank.storage.models import (
    AssessmentSession,
    Attempt,
    Commitment,
    DrawPlanRow,
    EligibilitySnapshot,
    Ksb,
    Question,
    QuestionSet,
    QuestionVersion,
    SetExtension,
    SetQuestion,
    SetVoid,
    VersionKsb,
)
from qbank.storage.queries.criteria import criteria_of
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question of a set, as it is asked: the pinned version, never a later one.

    Args:
        position: its key in the set; those of extensions come after all that were drawn at first.
        place: where in the asking order it stands now, from 1.
    """

    position: int
    reference: str
    version: int
    stem: str
    probes: tuple[str, ...]
    guidance: str
    pass_evidence: str
    distinction_evidence: str
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    criteria: tuple[str, ...]
    demand: int
    seconds: int
    digest: str
    place: int

    @property
    def ksbs(self) -> tuple[str, ...]:
        """Every KSB it carries, primary ones first."""
        return self.primary + self.secondary

    @property
    def minutes(self) -> float:
        """The expected time as people say it."""
        return self.seconds / 60


@dataclass(frozen=True, slots=True)
class Grown:
    """What a set grew by after it was drawn.

    Args:
        number: from 1.
        replaced: position of the question that was taken out; None where questions were added for what was left open.
        questions: those that came: first for the replaced one.
        reason: why one was replaced; None otherwise.
        certificate: as plain data.
        exchanged: position of the question, not asked yet, for which the second came, where nothing could take the
            place of the replaced one alone.
    """

    number: int
    kind: Extension
    replaced: int | None
    questions: tuple[AskedQuestion, ...]
    reason: Replaced | None
    certificate: Mapping[str, Any]
    certificate_digest: str
    at: datetime
    by_id: int | None
    exchanged: int | None = None

    @property
    def taken_out(self) -> Mapping[int, AskedQuestion]:
        """What came for each question that left the set, by that one's position; empty where questions were added."""
        if self.replaced is None:
            return {}
        gone = [self.replaced, *([] if self.exchanged is None else [self.exchanged])]
        return dict(zip(gone, self.questions, strict=True))


@dataclass(frozen=True, slots=True)
class DrawnSet:
    """A question set: what was drawn, when, for which session, and the certificate that proves it.

    Args:
        certificate: as plain data; its digest is kept beside it and in the audit trail.
        questions: as drawn at first, in asking order.
        grown: what came later, in order.
    """

    id: int
    session_reference: str
    attempt: str
    method: str
    ordinal: int
    drawn_at: datetime
    drawn_by_id: int | None
    certificate: Mapping[str, Any]
    certificate_digest: str
    draw_plan_id: int
    plan_digest: str
    snapshot_digest: str
    commitment: str
    questions: Sequence[AskedQuestion]
    grown: tuple[Grown, ...] = ()

    @property
    def asked(self) -> tuple[AskedQuestion, ...]:
        """What is asked now, in asking order: substitutes in the place of what they replaced, additions at the end."""
        order = list(self.questions)
        for each in self.grown:
            if each.replaced is None:
                order.extend(each.questions)
            else:
                order = [each.taken_out.get(question.position, question) for question in order]
        return tuple(replace(each, place=place) for place, each in enumerate(order, start=1))

    @property
    def met(self) -> tuple[AskedQuestion, ...]:
        """Everything that this sitting has shown, replaced questions among it, by position."""
        return (*self.questions, *(question for each in self.grown for question in each.questions))

    @property
    def latest_certificate_digest(self) -> str:
        """Of the certificate that the next extension of the drawn set extends."""
        extended = [each.certificate_digest for each in self.grown if each.replaced is not None]
        return extended[-1] if extended else self.certificate_digest

    @property
    def seconds(self) -> int:
        """Planned time of the whole set, as it is asked now."""
        return sum(question.seconds for question in self.asked)

    def came_for(self, position: int) -> Grown | None:
        """What brought a question of that position into the set; None where it was drawn at first."""
        return next((each for each in self.grown if any(one.position == position for one in each.questions)), None)

    def left_by(self, position: int) -> Grown | None:
        """What took a question of that position out of the set; None where it is asked."""
        return next((each for each in self.grown if position in each.taken_out), None)

    def can_be_replaced(self, position: int, most: int | None) -> bool:
        """Whether a question is part of the drawn set, and fewer were replaced than may be."""
        came = self.came_for(position)
        made = sum(each.replaced is not None for each in self.grown)
        return (came is None or came.replaced is not None) and (most is None or made < most)

    @property
    def minutes(self) -> float:
        """Planned time of the whole set as people say it."""
        return self.seconds / 60


def set_of(store: Session, session_id: int) -> DrawnSet | None:
    """The set that stands for a session: drawn for its attempt and not voided."""
    voided = sa.select(SetVoid.question_set_id)
    return _first(store, AssessmentSession.id == session_id, QuestionSet.id.not_in(voided))


def set_by_key(store: Session, question_set_id: int) -> DrawnSet | None:
    """A set by its key, voided or not, with the session that it was drawn for."""
    drawn_for = AssessmentSession.id == QuestionSet.assessment_session_id
    return _first(store, QuestionSet.id == question_set_id, drawn_for)


def _first(store: Session, *where: sa.ColumnElement[bool]) -> DrawnSet | None:
    asked = (
        sa.select(
            QuestionSet,
            AssessmentSession.reference,
            Attempt.reference,
            DrawPlanRow.digest,
            EligibilitySnapshot.digest,
            Commitment.commitment,
        )
        .join(AssessmentSession, AssessmentSession.attempt_id == QuestionSet.attempt_id)
        .join(Attempt, Attempt.id == QuestionSet.attempt_id)
        .join(DrawPlanRow, DrawPlanRow.id == QuestionSet.draw_plan_id)
        .join(EligibilitySnapshot, EligibilitySnapshot.id == QuestionSet.snapshot_id)
        .join(Commitment, Commitment.id == QuestionSet.commitment_id)
        .where(*where)
    )
    found = rows(store, asked)
    if not found:
        return None
    kept, reference, attempt, plan_digest, snapshot_digest, commitment = found[0]
    met = _met(store, kept.id)
    return DrawnSet(
        id=kept.id,
        session_reference=reference,
        attempt=attempt,
        method=kept.method,
        ordinal=kept.ordinal,
        drawn_at=kept.drawn_at,
        drawn_by_id=kept.drawn_by_id,
        certificate=json.loads(kept.certificate),
        certificate_digest=kept.certificate_digest,
        draw_plan_id=kept.draw_plan_id,
        plan_digest=plan_digest,
        snapshot_digest=snapshot_digest,
        commitment=commitment,
        questions=met[: kept.question_count],
        grown=_grown(store, kept.id, met),
    )


def questions_of(store: Session, question_set_id: int) -> tuple[AskedQuestion, ...]:
    """The questions of a set as they were drawn at first, in asking order."""
    count = store.get_one(QuestionSet, question_set_id).question_count
    return _met(store, question_set_id)[:count]


def grown_of(store: Session, question_set_id: int) -> tuple[Grown, ...]:
    """What a set grew by after it was drawn, in order."""
    return _grown(store, question_set_id, _met(store, question_set_id))


def _grown(store: Session, question_set_id: int, met: Sequence[AskedQuestion]) -> tuple[Grown, ...]:
    asked = sa.select(SetExtension).where(SetExtension.question_set_id == question_set_id).order_by(SetExtension.number)
    return tuple(
        Grown(
            number=row.number,
            kind=Extension(row.kind),
            replaced=row.replaced_position,
            questions=tuple(met[row.first_position - 1 : row.first_position - 1 + row.question_count]),
            reason=None if row.reason is None else Replaced(row.reason),
            certificate=json.loads(row.certificate),
            certificate_digest=row.certificate_digest,
            at=row.at,
            by_id=row.by_id,
            exchanged=row.exchanged_position,
        )
        for row in store.scalars(asked)
    )


def _met(store: Session, question_set_id: int) -> tuple[AskedQuestion, ...]:
    """Every question of a set, those of its extensions too, by position."""
    asked = (
        sa.select(SetQuestion.position, Question.reference, QuestionVersion)
        .join(Question, Question.id == SetQuestion.question_id)
        .join(QuestionVersion, QuestionVersion.id == SetQuestion.question_version_id)
        .where(SetQuestion.question_set_id == question_set_id)
        .order_by(SetQuestion.position)
    )
    found = rows(store, asked)
    versions = [version.id for *_, version in found]
    ksbs, criteria = _ksbs(store, versions), criteria_of(store, versions)
    return tuple(
        AskedQuestion(
            position=position,
            reference=reference,
            version=version.number,
            stem=version.stem,
            probes=tuple(version.probes),
            guidance=version.guidance,
            pass_evidence=version.pass_evidence,
            distinction_evidence=version.distinction_evidence,
            primary=tuple(code for code, primary in ksbs[version.id] if primary),
            secondary=tuple(code for code, primary in ksbs[version.id] if not primary),
            criteria=tuple(criteria[version.id]),
            demand=version.demand,
            seconds=version.seconds,
            digest=version.digest,
            place=position,
        )
        for position, reference, version in found
    )


def _ksbs(store: Session, versions: Sequence[int]) -> Mapping[int, list[tuple[str, bool]]]:
    asked = (
        sa.select(VersionKsb.question_version_id, Ksb.code, VersionKsb.is_primary)
        .join(Ksb, Ksb.id == VersionKsb.ksb_id)
        .where(VersionKsb.question_version_id.in_(versions))
        .order_by(VersionKsb.question_version_id, VersionKsb.position)
    )
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for version, code, primary in rows(store, asked):
        found[version].append((code, primary))
    return found
