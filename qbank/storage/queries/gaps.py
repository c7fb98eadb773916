"""How deep the live bank is, and what is being written for it and is not asked yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import State
from qbank.domain.working_drafts import DraftText
from qbank.storage.models import (
    InService,
    Ksb,
    PlanVersion,
    Question,
    QuestionVersion,
    VersionKsb,
    VersionKsbConfirmation,
    WorkingDraft,
)
from qbank.storage.queries.rows import rows
from qbank.storage.queries.writing import questions_awaiting


@dataclass(frozen=True, slots=True)
class LiveDepth:
    """The live questions of a method.

    Args:
        questions: how many.
        seconds: of all of them together.
        carriers: how many carry each KSB, by code; a secondary one counts once it is confirmed.
    """

    questions: int = 0
    seconds: int = 0
    carriers: Mapping[str, int] = field(default_factory=dict)


def live_depths(store: Session, plan_version: PlanVersion) -> dict[str, LiveDepth]:
    """By method, what is live now."""
    live = (InService.state == State.LIVE, QuestionVersion.plan_version_id == plan_version.id)
    counted = (
        sa.select(Question.method, sa.func.count(), sa.func.sum(QuestionVersion.seconds))
        .join(InService, InService.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == InService.question_version_id)
        .where(*live)
        .group_by(Question.method)
    )
    carried = (
        sa.select(Question.method, Ksb.code, sa.func.count())
        .join(InService, InService.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == InService.question_version_id)
        .join(VersionKsb, VersionKsb.question_version_id == QuestionVersion.id)
        .join(Ksb, Ksb.id == VersionKsb.ksb_id)
        .outerjoin(
            VersionKsbConfirmation,
            sa.and_(
                VersionKsbConfirmation.question_version_id == VersionKsb.question_version_id,
                VersionKsbConfirmation.ksb_id == VersionKsb.ksb_id,
            ),
        )
        .where(*live, sa.or_(VersionKsb.is_primary, VersionKsbConfirmation.question_version_id.is_not(None)))
        .group_by(Question.method, Ksb.code)
    )
    carriers: dict[str, dict[str, int]] = defaultdict(dict)
    for method, code, count in rows(store, carried):
        carriers[method][code] = count
    return {method: LiveDepth(count, int(seconds), carriers[method]) for method, count, seconds in rows(store, counted)}


def ksbs_in_writing(store: Session, plan_version: PlanVersion) -> dict[str, list[frozenset[str]]]:
    """By method, the KSBs of each question that is a draft or awaits approval, and of which nothing is live."""
    asked_already = set(store.scalars(sa.select(InService.question_id)))
    drafts = sa.select(WorkingDraft).where(
        WorkingDraft.ended_at.is_(None),
        WorkingDraft.put_away_at.is_(None),
        WorkingDraft.plan_version_id == plan_version.id,
    )
    found: dict[str, list[frozenset[str]]] = defaultdict(list)
    drafted: set[int] = set()
    for draft in store.scalars(drafts):
        text = DraftText.from_kept(draft.words)
        if draft.question_id is not None:
            drafted.add(draft.question_id)
        if draft.question_id not in asked_already:
            found[text.method].append(frozenset({text.primary, *text.secondary}) - {""})
    waiting = questions_awaiting(store) - drafted - asked_already
    for method, codes in _codes_of(store, plan_version, waiting):
        found[method].append(codes)
    return found


def _codes_of(store: Session, plan_version: PlanVersion, questions: frozenset[int]) -> list[tuple[str, frozenset[str]]]:
    """(method, KSBs of the newest version) of each question."""
    newest = (
        sa.select(sa.func.max(QuestionVersion.id).label("id"))
        .where(QuestionVersion.question_id.in_(questions), QuestionVersion.plan_version_id == plan_version.id)
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    asked = (
        sa.select(Question.id, Question.method, Ksb.code)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(newest, newest.c.id == QuestionVersion.id)
        .join(VersionKsb, VersionKsb.question_version_id == QuestionVersion.id)
        .join(Ksb, Ksb.id == VersionKsb.ksb_id)
    )
    codes: dict[tuple[int, str], set[str]] = defaultdict(set)
    for question, method, code in rows(store, asked):
        codes[question, method].add(code)
    return [(method, frozenset(named)) for (_, method), named in codes.items()]
