"""One question with everything that is known of it: its versions, who approved what, where it was asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import State
from qbank.domain.questions import Content, Provenance
from qbank.storage.models import (
    Apprentice,
    Approval,
    Ksb,
    Move,
    Person,
    PlanVersion,
    Question,
    QuestionSet,
    QuestionVersion,
    SetQuestion,
    VersionComment,
    VersionCommentAnswer,
    VersionKsb,
    VersionKsbConfirmation,
)
from qbank.storage.queries.criteria import criteria_of
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a question.

    Args:
        author: a name; of a load of files, whom the provenance names.
        state: where it stands, since `at`.
        confirmed: codes of the KSBs that an approver or a load confirmed.
    """

    id: int
    number: int
    content: Content
    author: str
    created_at: datetime
    state: State
    at: datetime
    confirmed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """What an approver decided of a version."""

    number: int
    verdict: str
    change: str | None
    approver: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of a version; `by` is empty for the command line."""

    number: int
    to: State
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """What an approver remarked on a passage of a version.

    Args:
        number: of the version.
        passage: the words it is about; empty when it is about the whole part.
        suggestion: what to put in their place; None when it is a remark only.
        answer: "accepted", "declined", or empty while nobody answered.
        answered_by: a name; empty while nobody answered.
    """

    id: int
    number: int
    part: str
    passage: str
    words: str
    suggestion: str | None
    by: str
    at: datetime
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class Use:
    """How often a question was asked.

    Args:
        sets: question sets that hold it, of any version.
        of: question sets of its standard and method since it could be drawn.
        last: when it was drawn last; None when it never was.
        by_version: question sets by number of the version.
    """

    sets: int
    of: int
    last: datetime | None
    by_version: Mapping[int, int]

    def since(self, number: int) -> int:
        """Question sets that hold that version or a later one."""
        return sum(count for version, count in self.by_version.items() if version >= number)


def versions_of(store: Session, question: Question) -> list[VersionLine]:
    """Every version of a question, the newest first."""
    asked = (
        sa.select(QuestionVersion, Person.name)
        .outerjoin(Person, Person.id == QuestionVersion.author_id)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc())
    )
    found = rows(store, asked)
    keys = [version.id for version, _ in found]
    ksbs, criteria, moves = ksbs_of(store, keys), criteria_of(store, keys), _last_moves(store, question.id)
    return [
        VersionLine(
            id=version.id,
            number=version.number,
            content=content_of(question, version, ksbs[version.id], criteria[version.id]),
            author=author or str(version.provenance.get("author", "")),
            created_at=version.created_at,
            state=moves[version.id][0],
            at=moves[version.id][1],
            confirmed=frozenset(code for code, _, is_confirmed in ksbs[version.id] if is_confirmed),
        )
        for version, author in found
    ]


def decisions_on(store: Session, question_id: int) -> list[Decided]:
    """What approvers decided of a question's versions, the latest first."""
    asked = (
        sa.select(QuestionVersion.number, Approval, Person.name)
        .join(Approval, Approval.question_version_id == QuestionVersion.id)
        .join(Person, Person.id == Approval.approver_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(Approval.at.desc(), Approval.id.desc())
    )
    return [
        Decided(number, row.decision, row.change, approver, row.comment, row.at)
        for number, row, approver in rows(store, asked)
    ]


def moves_of(store: Session, question_id: int) -> list[Moved]:
    """Every move of a question's versions, in order."""
    asked = (
        sa.select(QuestionVersion.number, Move, Person.name)
        .join(Move, Move.question_version_id == QuestionVersion.id)
        .outerjoin(Person, Person.id == Move.by_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(Move.at, Move.id)
    )
    return [Moved(number, State(row.to_state), by or "", row.reason, row.at) for number, row, by in rows(store, asked)]


def remarks_on(store: Session, question_id: int) -> list[Remark]:
    """What approvers remarked on a question's versions, in order."""
    answering = orm.aliased(Person)
    asked = (
        sa.select(QuestionVersion.number, VersionComment, Person.name, VersionCommentAnswer, answering.name)
        .join(VersionComment, VersionComment.question_version_id == QuestionVersion.id)
        .join(Person, Person.id == VersionComment.by_id)
        .outerjoin(VersionCommentAnswer, VersionCommentAnswer.version_comment_id == VersionComment.id)
        .outerjoin(answering, answering.id == VersionCommentAnswer.by_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(VersionComment.id)
    )
    return [
        Remark(
            id=row.id,
            number=number,
            part=row.part,
            passage=row.passage,
            words=row.words,
            suggestion=row.suggestion,
            by=by,
            at=row.at,
            answer="" if answer is None else answer.answer,
            answered_by=answered_by or "",
        )
        for number, row, by, answer, answered_by in rows(store, asked)
    ]


def use_of(store: Session, question: Question) -> Use:
    """In how many question sets a question was since it went live, and in how many it could have been."""
    live_at = (
        sa.select(sa.func.min(Move.at))
        .where(Move.question_id == question.id, Move.to_state == State.LIVE)
        .scalar_subquery()
    )
    by_version = (
        sa.select(QuestionVersion.number, sa.func.count(), sa.func.max(QuestionSet.drawn_at))
        .join(SetQuestion, SetQuestion.question_version_id == QuestionVersion.id)
        .join(QuestionSet, QuestionSet.id == SetQuestion.question_set_id)
        .where(SetQuestion.question_id == question.id, QuestionSet.drawn_at >= live_at)
        .group_by(QuestionVersion.number)
    )
    found = rows(store, by_version)
    others = (
        sa.select(sa.func.count())
        .select_from(QuestionSet)
        .join(Apprentice, Apprentice.id == QuestionSet.apprentice_id)
        .join(PlanVersion, PlanVersion.id == Apprentice.plan_version_id)
        .where(
            PlanVersion.standard_id == question.standard_id,
            QuestionSet.method == question.method,
            QuestionSet.drawn_at >= live_at,
        )
    )
    return Use(
        sets=sum(count for _, count, _ in found),
        of=store.scalar(others) or 0,
        last=max((last for *_, last in found), default=None),
        by_version={number: count for number, count, _ in found},
    )


def content_of(
    question: Question, version: QuestionVersion, ksbs: Sequence[tuple[str, bool, bool]], criteria: Sequence[str]
) -> Content:
    """What a version's row says, with its KSBs (as `ksbs_of`) and the codes of its criteria."""
    origin = version.provenance
    return Content(
        stem=version.stem,
        probes=tuple(version.probes),
        guidance=version.guidance,
        pass_evidence=version.pass_evidence,
        distinction_evidence=version.distinction_evidence,
        method=question.method,
        primary=tuple(code for code, is_primary, _ in ksbs if is_primary),
        secondary=tuple(code for code, is_primary, _ in ksbs if not is_primary),
        criteria=tuple(criteria),
        demand=version.demand,
        seconds=version.seconds,
        provenance=Provenance(
            str(origin.get("author", "")), str(origin.get("source", "")), bool(origin.get("employer_consulted"))
        ),
    )


def ksbs_of(store: Session, versions: Sequence[int]) -> Mapping[int, list[tuple[str, bool, bool]]]:
    """(code, whether it is primary, whether it is confirmed) of each version, in order."""
    confirmed = sa.and_(
        VersionKsbConfirmation.question_version_id == VersionKsb.question_version_id,
        VersionKsbConfirmation.ksb_id == VersionKsb.ksb_id,
    )
    asked = (
        sa.select(
            VersionKsb.question_version_id,
            Ksb.code,
            VersionKsb.is_primary,
            VersionKsbConfirmation.question_version_id.is_not(None),
        )
        .join(Ksb, Ksb.id == VersionKsb.ksb_id)
        .outerjoin(VersionKsbConfirmation, confirmed)
        .where(VersionKsb.question_version_id.in_(versions))
        .order_by(VersionKsb.question_version_id, VersionKsb.position)
    )
    found: dict[int, list[tuple[str, bool, bool]]] = defaultdict(list)
    for version, code, is_primary, is_confirmed in rows(store, asked):
        found[version].append((code, is_primary, bool(is_confirmed)))
    return found


def _last_moves(store: Session, question_id: int) -> Mapping[int, tuple[State, datetime]]:
    asked = (
        sa.select(Move.question_version_id, Move.to_state, Move.at)
        .where(Move.question_id == question_id)
        .order_by(Move.question_version_id, Move.number)
    )
    return {version: (State(state), at) for version, state, at in rows(store, asked)}
