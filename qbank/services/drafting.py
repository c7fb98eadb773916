"""Many drafts at once: from lines that somebody pasted, or from a file."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import RuleBroken
from qbank.domain.people import Actor
from qbank.domain.working_drafts import DraftText
from qbank.services import authoring
from qbank.storage import bulk
from qbank.storage.models import PlanVersion, WorkingDraft, WorkingDraftAuthor
from qbank.storage.queries import writing


def begin_all(
    store: Session, row: PlanVersion, texts: Sequence[tuple[DraftText, int | None]], *, by: Actor, at: datetime
) -> list[WorkingDraft]:
    """A new draft for each text; in the order of the texts.

    Args:
        store: in a unit that writes.
        row: the plan version that they are written for.
        texts: as checked against that plan; each with the key of its question, which is in service and has no open
            draft, or with None for a question that does not exist yet.
        by: the author of each.
        at: now.

    Raises:
        NotAllowed: nobody with a name begins them.
    """
    named = authoring.named(by)
    begun = [
        WorkingDraft(
            public_id=secrets.token_urlsafe(authoring.PUBLIC_ID_BYTES),
            plan_version_id=row.id,
            question_id=question,
            words=text.as_kept(),
            revision=1,
            created_at=at,
            created_by_id=named,
            saved_at=at,
            saved_by_id=named,
        )
        for text, question in texts
    ]
    store.add_all(begun)
    store.flush()
    hands = [{"working_draft_id": draft.id, "person_id": named} for draft in begun]
    bulk.insert(store, WorkingDraftAuthor, hands)
    return begun


def save_all(store: Session, texts: Mapping[int, DraftText], *, by: Actor, at: datetime) -> Mapping[int, WorkingDraft]:
    """Keep each text in place of the one that its draft has, whatever that says by now; the drafts by their keys.

    Args:
        store: in a unit that writes; the drafts are held until it ends.
        texts: by the key of a draft in which nobody else had a hand, each for the method that its question has.
        by: whoever had that hand.
        at: now.

    Raises:
        RuleBroken: a draft has ended or was put away, its version awaits approval, or somebody else wrote in it.
    """
    named = authoring.named(by)
    asked = sa.select(WorkingDraft).where(WorkingDraft.id.in_(texts)).with_for_update()
    drafts = store.scalars(asked.order_by(WorkingDraft.id).execution_options(populate_existing=True)).all()
    awaiting = writing.questions_awaiting(store, among=[each.question_id for each in drafts if each.question_id])
    hands = writing.authors_of_drafts(store, texts)
    for draft in drafts:
        is_free = draft.ended_at is None and draft.put_away_at is None and draft.question_id not in awaiting
        if not is_free or hands[draft.id] != {named}:
            raise RuleBroken("A draft was moved on, or written in, meanwhile.", remedy="Look at the file again.")
        words = texts[draft.id].as_kept()
        if words != draft.words:
            draft.words, draft.revision = words, draft.revision + 1
            draft.saved_at, draft.saved_by_id = at, named
    store.flush()
    return {draft.id: draft for draft in drafts}
