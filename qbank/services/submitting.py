"""Many drafts submitted at once: what `authoring.submit` does to one, by a few statements however many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.lifecycle import Change, State
from qbank.domain.people import Actor
from qbank.domain.questions import Content
from qbank.domain.references import reference_of
from qbank.services import audit, authoring, quarantining
from qbank.services.version_columns import columns_of
from qbank.storage import bulk, search
from qbank.storage.models import (
    Move,
    PlanVersion,
    Question,
    QuestionVersion,
    VersionAuthor,
    VersionCriterion,
    VersionKsb,
    WorkingDraft,
)
from qbank.storage.queries import standards, writing
from qbank.storage.queries.rows import rows

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that lacks nothing.

    Args:
        draft: begun or saved in this unit, with its submitter among those who had a hand in it.
        content: what it says, as its file would give it back; no version of its question says it.
    """

    draft: WorkingDraft
    content: Content


def submit_all(
    store: Session, row: PlanVersion, ready: Sequence[Ready], *, because: str, by: Actor, at: datetime
) -> None:
    """Cut a version from each draft and put it before the approvers, in the order given; all or none.

    Args:
        store: in a unit that writes.
        row: the plan version that they are written for.
        ready: what is submitted, no question twice.
        because: what changed and why; kept with each move.
        by: whoever submits.
        at: now.

    Raises:
        RuleBroken: one asks what is suspected to have leaked.
    """
    quarantining.none_must_be_told(store, [(each.draft.question_id, each.content.stem) for each in ready])
    before = _newest(store, [each.draft.question_id for each in ready if each.draft.question_id is not None])
    named = _identified(store, row, ready, at=at)
    versions = _cut(store, row, ready, [key for key, _ in named], before, at=at)
    _tag(store, row, ready, versions)
    _move(store, versions, before, because, by=by, at=at)
    facts = [
        {"version": version["number"], "digest": version["digest"], "method": each.content.method}
        for version, each in zip(versions, ready, strict=True)
    ]
    acts = zip((reference for _, reference in named), facts, strict=True)
    audit.record_all(store, act="question submitted", of=acts, by=by, at=at)


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest version of a question: its key and number, and its last move's number and state."""

    key: int
    number: int
    moves: int
    state: State


def _newest(store: Session, questions: Collection[int]) -> Mapping[int, _Newest]:
    """The newest version of each of these questions, by the question's key."""
    asked = (
        sa.select(
            QuestionVersion.question_id,
            QuestionVersion.id,
            QuestionVersion.number,
            Move.number.label("moves"),
            Move.to_state,
        )
        .join(Move, Move.question_version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id.in_(questions))
        .order_by(QuestionVersion.number, Move.number)
    )
    return {
        question: _Newest(key, number, moves, State(state))
        for question, key, number, moves, state in rows(store, asked)
    }


def _identified(store: Session, row: PlanVersion, ready: Sequence[Ready], *, at: datetime) -> Sequence[tuple[int, str]]:
    """The key and the reference of each draft's question; a draft of a new one is given it, with the next reference."""
    new = [each for each in ready if each.draft.question_id is None]
    taken = set(store.scalars(sa.select(Question.reference)))
    free = (name for number in count(authoring.last_number(store) + 1) if (name := reference_of(number)) not in taken)
    made = [
        Question(reference=name, standard_id=row.standard_id, method=each.content.method, created_at=at)
        for name, each in zip(islice(free, len(new)), new, strict=True)
    ]
    store.add_all(made)
    store.flush()
    for each, question in zip(new, made, strict=True):
        each.draft.question_id = question.id
    store.flush()
    keys = [each.draft.question_id for each in ready if each.draft.question_id is not None]
    references = dict(rows(store, sa.select(Question.id, Question.reference).where(Question.id.in_(keys))))
    return [(key, references[key]) for key in keys]


def _cut(
    store: Session,
    row: PlanVersion,
    ready: Sequence[Ready],
    questions: Sequence[int],
    before: Mapping[int, _Newest],
    *,
    at: datetime,
) -> Sequence[Row]:
    """Keep a version of each; as rows, each with its key."""
    keys = bulk.keys_for(store, QuestionVersion, len(ready))
    same = {"plan_version_id": row.id, "created_at": at, "change": Change.MATERIAL}
    versions = [
        columns_of(each.content)
        | same
        | {
            "id": key,
            "question_id": question,
            "number": before[question].number + 1 if question in before else 1,
            "author_id": each.draft.created_by_id,
        }
        for key, question, each in zip(keys, questions, ready, strict=True)
    ]
    bulk.insert(store, QuestionVersion, versions)
    search.follow_all(store, versions)
    return versions


def _tag(store: Session, row: PlanVersion, ready: Sequence[Ready], versions: Sequence[Row]) -> None:
    """Name the other authors of each version, its KSBs and its criteria."""
    ksbs, criteria = standards.codes_of_ksbs(store, row.id), standards.codes_of_criteria(store, row.id)
    hands = writing.authors_of_drafts(store, [each.draft.id for each in ready])
    authors: list[Row] = []
    tags: list[Row] = []
    evidence: list[Row] = []
    for each, version in zip(ready, versions, strict=True):
        part_of = {"question_version_id": version["id"]}
        others = hands[each.draft.id] - {each.draft.created_by_id}
        authors += [part_of | {"person_id": person} for person in sorted(others)]
        tags += [
            part_of | {"ksb_id": ksbs[code], "is_primary": code in each.content.primary, "position": position}
            for position, code in enumerate(each.content.ksbs)
        ]
        evidence += [
            part_of | {"criterion_id": criteria[code], "position": position}
            for position, code in enumerate(each.content.criteria)
        ]
    bulk.insert(store, VersionAuthor, authors)
    bulk.insert(store, VersionKsb, tags)
    bulk.insert(store, VersionCriterion, evidence)


def _move(
    store: Session, versions: Sequence[Row], before: Mapping[int, _Newest], because: str, *, by: Actor, at: datetime
) -> None:
    """What was taken back retires, then each version is written, then it awaits approval."""
    facts = {"at": at, "by_id": by.identifier}
    taken_back = [
        {"question_id": version["question_id"], "question_version_id": was.key, "number": was.moves + 1}
        | {"from_state": was.state, "to_state": State.RETIRED, "reason": f"replaced by version {version['number']}"}
        | facts
        for version in versions
        if (was := before.get(version["question_id"])) is not None and was.state is State.DRAFT
    ]
    bulk.insert(store, Move, taken_back)
    for number, from_state, to_state, reason in (
        (1, None, State.DRAFT, "written"),
        (2, State.DRAFT, State.AWAITING_APPROVAL, because),
    ):
        move = {"number": number, "from_state": from_state, "to_state": to_state, "reason": reason} | facts
        one_of_each = [
            {"question_id": version["question_id"], "question_version_id": version["id"]} | move for version in versions
        ]
        bulk.insert(store, Move, one_of_each)
