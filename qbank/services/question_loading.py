"""Loads questions into the bank from values that were read from files: all or nothing, and repeatable.

Whoever loads answers for the approval of the questions and for their KSB tags; the load is a row that says who.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Session

from delivery.canonical import digest
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.domain.questions import BankQuestion
from qbank.domain.standards import Plan
from qbank.services import audit, pairing
from qbank.services.version_columns import columns_of
from qbank.storage.models import (
    InService,
    Load,
    Move,
    PlanVersion,
    Question,
    QuestionVersion,
    VersionCriterion,
    VersionKsb,
    VersionKsbConfirmation,
    WorkingDraft,
)
from qbank.storage.queries import standards, writing
from qbank.storage.queries.rows import rows

WITH_A_LOAD = "came with a load of files"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in questions; all zero but `unchanged` when it was run before."""

    new: int
    changed: int
    unchanged: int
    pairs: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a question stands in the bank.

    Args:
        newest: the number of its newest version.
        digest: of the version in service; of the newest where none is.
        is_written: whether that version was written on the pages and came with no load.
        is_on_its_way: whether a draft of its next version is open and not put away, or a version awaits approval.
        in_service_id, state: of the version in service, if any.
    """

    question_id: int
    standard_id: int
    newest: int
    digest: str
    is_written: bool
    is_on_its_way: bool
    in_service_id: int | None
    state: str | None
    moves: int


def load_questions(store: Session, plan: Plan, questions: Iterable[BankQuestion], *, by: Actor, at: datetime) -> Loaded:
    """Ensure that these questions, with this content and these enemies and clones, are live in the bank.

    A changed content becomes the next version and the old one retires. Check the questions first
    (`qbank.domain.bank_check`): this keeps what it is given.

    Raises:
        NotFound: the plan is not loaded, or a question names a KSB or criterion that it has not.
        RuleBroken: a changed question is not live: quarantined, resting or retired; or belongs to another standard; or
            its next version is on its way, or its live one was written, on the pages: a load overrules nobody's words.
    """
    wanted = sorted(questions, key=lambda question: question.reference)
    row = standards.plan_version(store, plan.standard, plan.version)
    if row is None:
        raise NotFound(f"The standard {plan.standard} is not loaded.", remedy="Load it first: qbank bank load.")
    kept = _kept(store)
    fresh = [each for each in wanted if _is_fresh(kept.get(each.reference), each, row.standard_id)]
    if fresh:
        _keep(store, row, fresh, kept, by=by, at=at)
    pairs = pairing.follow_files(store, wanted, by=by, at=at)
    changed = sum(each.reference in kept for each in fresh)
    return Loaded(len(fresh) - changed, changed, len(wanted) - len(fresh), pairs)


def _kept(store: Session) -> dict[str, _Kept]:
    """Every question of the bank by reference."""
    newest = (
        sa.select(QuestionVersion.question_id, sa.func.max(QuestionVersion.number).label("number"))
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    moves = (
        sa.select(Move.question_version_id, sa.func.count().label("number"))
        .group_by(Move.question_version_id)
        .subquery()
    )
    is_newest = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == newest.c.number)
    serving = orm.aliased(QuestionVersion)
    open_and_in_hand = (WorkingDraft.ended_at.is_(None), WorkingDraft.put_away_at.is_(None))
    is_open = sa.and_(WorkingDraft.question_id == Question.id, *open_and_in_hand)
    awaiting = writing.questions_awaiting(store)
    asked = (
        sa.select(Question, QuestionVersion, serving, InService, moves.c.number, WorkingDraft.id)
        .join(newest, newest.c.question_id == Question.id)
        .join(QuestionVersion, is_newest)
        .outerjoin(InService, InService.question_id == Question.id)
        .outerjoin(serving, serving.id == InService.question_version_id)
        .outerjoin(moves, moves.c.question_version_id == InService.question_version_id)
        .outerjoin(WorkingDraft, is_open)
    )
    return {
        question.reference: _Kept(
            question_id=question.id,
            standard_id=question.standard_id,
            newest=newer.number,
            digest=(served or newer).digest,
            is_written=(served or newer).load_id is None,
            is_on_its_way=draft is not None or question.id in awaiting,
            in_service_id=pointer.question_version_id if pointer else None,
            state=pointer.state if pointer else None,
            moves=moved or 0,
        )
        for question, newer, served, pointer, moved, draft in rows(store, asked)
    }


def _is_fresh(kept: _Kept | None, question: BankQuestion, standard_id: int) -> bool:
    if kept is None:
        return True
    if kept.standard_id != standard_id:
        raise RuleBroken(
            f"{question.reference} belongs to another standard.", remedy="Give this question another reference."
        )
    if kept.digest == question.content.digest and (kept.state is not None or not kept.is_on_its_way):
        return False
    if kept.is_on_its_way:
        raise RuleBroken(
            f"A version of {question.reference} is being written or awaits approval, and its file differs.",
            remedy="Have that version decided on first, or put the file back as it was.",
        )
    if kept.state == State.LIVE and kept.is_written:
        raise RuleBroken(
            f"The live version of {question.reference} was written on its pages, and its file differs.",
            remedy="Put the live words into the file, or draft the next version on the question's page.",
        )
    if kept.state != State.LIVE:
        raise RuleBroken(
            f"{question.reference} is {kept.state or State.RETIRED} and its file has changed.",
            remedy="Decide on the question first, or put the file back as it was.",
        )
    return True


def _keep(
    store: Session,
    row: PlanVersion,
    fresh: Sequence[BankQuestion],
    kept: Mapping[str, _Kept],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Floor by floor, each flushed: the triggers ask for identity before version, tags before moves."""
    load = Load(
        plan_version_id=row.id,
        question_count=len(fresh),
        digest=digest({each.reference: each.content.digest for each in fresh}),
        at=at,
        by_id=by.identifier,
    )
    store.add(load)
    store.flush()
    identities = _identities(store, row, fresh, kept, at=at)
    versions = {
        each.reference: _version(each, identities[each.reference], kept.get(each.reference), load, row.id)
        for each in fresh
    }
    store.add_all(versions.values())
    store.flush()
    _tag(store, row.id, fresh, versions, load)
    _go_live(store, fresh, versions, kept, by=by, at=at)
    retired = sum(kept[each.reference].in_service_id is not None for each in fresh if each.reference in kept)
    facts = {"questions": len(fresh), "retired": retired, "digest": load.digest, "plan": row.digest}
    audit.record(store, act="questions loaded", subject=f"load {load.id}", by=by, at=at, facts=facts)


def _identities(
    store: Session, row: PlanVersion, fresh: Iterable[BankQuestion], kept: Mapping[str, _Kept], *, at: datetime
) -> dict[str, int]:
    new = [
        Question(reference=each.reference, standard_id=row.standard_id, method=each.content.method, created_at=at)
        for each in fresh
        if each.reference not in kept
    ]
    store.add_all(new)
    store.flush()
    return {reference: was.question_id for reference, was in kept.items()} | {each.reference: each.id for each in new}


def _version(
    question: BankQuestion, question_id: int, kept: _Kept | None, load: Load, plan_version_id: int
) -> QuestionVersion:
    return QuestionVersion(
        question_id=question_id,
        number=1 if kept is None else kept.newest + 1,
        plan_version_id=plan_version_id,
        load_id=load.id,
        created_at=load.at,
        **columns_of(question.content),
    )


def _tag(
    store: Session,
    plan_version_id: int,
    fresh: Iterable[BankQuestion],
    versions: Mapping[str, QuestionVersion],
    load: Load,
) -> None:
    ksbs, criteria = (
        standards.codes_of_ksbs(store, plan_version_id),
        standards.codes_of_criteria(store, plan_version_id),
    )
    for each in fresh:
        version_id, content = versions[each.reference].id, each.content
        for position, code in enumerate(content.ksbs):
            tag = {"question_version_id": version_id, "ksb_id": _known(ksbs, code, each.reference)}
            store.add(VersionKsb(**tag, is_primary=code in content.primary, position=position))
            store.add(VersionKsbConfirmation(**tag, load_id=load.id, at=load.at))
        for position, code in enumerate(content.criteria):
            criterion_id = _known(criteria, code, each.reference)
            store.add(VersionCriterion(question_version_id=version_id, criterion_id=criterion_id, position=position))
    store.flush()


def _known(codes: Mapping[str, int], code: str, reference: str) -> int:
    if code not in codes:
        raise NotFound(f"{reference} names {code}, which the plan has not.", remedy="Correct the code in its file.")
    return codes[code]


def _go_live(
    store: Session,
    fresh: Iterable[BankQuestion],
    versions: Mapping[str, QuestionVersion],
    kept: Mapping[str, _Kept],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The old version retires before the new one goes live: at most one is in service."""
    facts = {"at": at, "by_id": by.identifier}
    for each in fresh:
        version, was = versions[each.reference], kept.get(each.reference)
        same = {"question_id": version.question_id, **facts}
        store.add(Move(question_version_id=version.id, number=1, to_state=State.DRAFT, reason=WITH_A_LOAD, **same))
        if was is not None and was.in_service_id is not None:
            reason = f"replaced by version {version.number}"
            move = {"from_state": was.state, "to_state": State.RETIRED, "reason": reason}
            store.add(Move(question_version_id=was.in_service_id, number=was.moves + 1, **move, **same))
    store.flush()
    for version in versions.values():
        live = {"from_state": State.DRAFT, "to_state": State.LIVE, "reason": WITH_A_LOAD, **facts}
        store.add(Move(question_id=version.question_id, question_version_id=version.id, number=2, **live))
    store.flush()
