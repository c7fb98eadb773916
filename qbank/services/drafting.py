"""Many drafts at once: from lines that somebody pasted, or from a file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed
from qbank.domain.people import Actor
from qbank.domain.working_drafts import DraftText
from qbank.services.authoring import PUBLIC_ID_BYTES
from qbank.storage.models import PlanVersion, WorkingDraft, WorkingDraftAuthor


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
    if by.identifier is None:
        raise NotAllowed("A question is written by a person with a name.", remedy="Sign in.", rule="L8")
    begun = [
        WorkingDraft(
            public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES),
            plan_version_id=row.id,
            question_id=question,
            words=text.as_kept(),
            revision=1,
            created_at=at,
            created_by_id=by.identifier,
            saved_at=at,
            saved_by_id=by.identifier,
        )
        for text, question in texts
    ]
    store.add_all(begun)
    store.flush()
    store.add_all(WorkingDraftAuthor(working_draft_id=draft.id, person_id=by.identifier) for draft in begun)
    store.flush()
    return begun
