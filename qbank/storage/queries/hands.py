"""Who had a hand in a question: nobody of them votes on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import State
from qbank.storage.models import (
    Approval,
    Load,
    Move,
    QuestionVersion,
    VersionAuthor,
    WorkingDraft,
    WorkingDraftAuthor,
)


def hands_in(store: Session, question_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
    """Keys of everybody who wrote, edited, submitted, loaded or decided on any version, by key of the question."""
    of_version = QuestionVersion.question_id.in_(question_ids)
    parts: tuple[Any, ...] = (
        sa.select(QuestionVersion.question_id, QuestionVersion.author_id).where(of_version),
        sa.select(QuestionVersion.question_id, VersionAuthor.person_id)
        .join(VersionAuthor, VersionAuthor.question_version_id == QuestionVersion.id)
        .where(of_version),
        sa.select(QuestionVersion.question_id, Approval.approver_id)
        .join(Approval, Approval.question_version_id == QuestionVersion.id)
        .where(of_version),
        sa.select(QuestionVersion.question_id, Load.by_id)
        .join(Load, Load.id == QuestionVersion.load_id)
        .where(of_version),
        sa.select(Move.question_id, Move.by_id).where(
            Move.question_id.in_(question_ids), Move.to_state == State.AWAITING_APPROVAL
        ),
        sa.select(WorkingDraft.question_id, WorkingDraftAuthor.person_id)
        .join(WorkingDraftAuthor, WorkingDraftAuthor.working_draft_id == WorkingDraft.id)
        .where(WorkingDraft.question_id.in_(question_ids)),
    )
    found: dict[int, set[int]] = {key: set() for key in question_ids}
    for asked in parts:
        for question, person in cast("list[tuple[int | None, int | None]]", store.execute(asked).all()):
            if person is not None and question is not None:
                found[question].add(person)
    return {key: frozenset(people) for key, people in found.items()}
