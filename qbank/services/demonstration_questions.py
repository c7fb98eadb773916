"""Questions of the example that are on their way: a draft just begun, one that awaits approval, one that came back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.approving import Decision, Verdict
from qbank.domain.people import Actor
from qbank.domain.standards import Plan
from qbank.domain.working_drafts import DraftText
from qbank.services import approving, authoring
from qbank.storage.models import PlanVersion, Question, WorkingDraft
from qbank.storage.queries import people as known
from qbank.storage.queries import writing

AUTHOR: Final = "author@example.org"
APPROVER: Final = "approver@example.org"
ADDED: Final = "An example from a small organisation counts as much as one from a large one."
UNCLEAR: Final = "Listen for how they knew."
CLEARER: Final = "Listen for what showed them that it was so."


def fill(store: Session, plan: Plan, row: PlanVersion, *, at: datetime) -> None:
    """Make what is missing: nothing, once anybody has begun a draft."""
    author, approver = known.by_email(store, AUTHOR), known.by_email(store, APPROVER)
    if author is None or approver is None or store.scalar(sa.select(WorkingDraft.id).limit(1)) is not None:
        return
    method = plan.methods[0]
    begun = authoring.begin(store, row, method.code, primary=plan.ksbs_of(method.code)[0].code, by=author.actor, at=at)
    text = DraftText.from_kept(begun.words).with_words("stem", "How did you")
    authoring.save(store, begun, text, revision=1, by=author.actor, at=at)
    asked = sa.select(Question).where(Question.standard_id == row.standard_id, Question.method == method.code)
    first, second = store.scalars(asked.order_by(Question.reference).limit(2)).all()
    because = "Assessors asked whether a small organisation is enough."
    _revise(store, first, ADDED, because=because, by=author.actor, at=at)
    _revise(store, second, UNCLEAR, because="Says what to listen for.", by=author.actor, at=at)
    _send_back(store, second, by=approver.actor, at=at)


def _revise(store: Session, question: Question, sentence: str, *, because: str, by: Actor, at: datetime) -> None:
    """The next version of a question, with one sentence more in its guidance, before the approvers."""
    draft = authoring.revise(store, question, by=by, at=at)
    text = DraftText.from_kept(draft.words)
    longer = text.with_words("guidance", f"{text.guidance} {sentence}")
    revision = authoring.save(store, draft, longer, revision=draft.revision, by=by, at=at)
    authoring.submit(store, draft, revision=revision, because=because, by=by, at=at)


def _send_back(store: Session, question: Question, *, by: Actor, at: datetime) -> None:
    version = writing.newest_version(store, question.id)
    if version is None:
        raise AssertionError("submitted in this unit")
    said = {"part": "guidance", "passage": UNCLEAR, "words": "Knew what?", "suggestion": CLEARER}
    approving.remark(store, question, **said, number=version.number, by=by, at=at)
    decision = Decision(Verdict.CHANGES_REQUESTED, reason="One sentence can be read in two ways; see my remark.")
    approving.decide(store, question, decision, number=version.number, by=by, at=at)
