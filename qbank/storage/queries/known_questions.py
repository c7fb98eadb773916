"""What the bank knows already, for whoever brings questions: by reference, and by the digest of what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.working_drafts import DraftText
from qbank.storage.models import InService, Question, QuestionVersion, WorkingDraft, WorkingDraftAuthor
from qbank.storage.queries import writing
from qbank.storage.queries.rows import rows


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """An open draft: its key, the digest of what it says, and the keys of everybody who wrote in it.

    Nobody writes in one that was put away until it is taken up again.
    """

    key: int
    digest: str
    hands: frozenset[int]
    is_put_away: bool = False


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question of the bank.

    Args:
        is_of_standard: whether it belongs to the standard that was asked for.
        digests: the number of each of its versions, by the digest of what it says; the newest where two say the same.
        state: of the version in service; empty where none is.
        is_awaiting: whether a version of it awaits approval.
        draft: of its next version, if one is open.
    """

    key: int
    method: str
    is_of_standard: bool
    digests: Mapping[str, int]
    state: str
    is_awaiting: bool
    draft: OpenDraft | None

    def saying(self, digest: str) -> str:
        """What of it says this: "version 2", or "a draft"; empty where nothing does."""
        if digest in self.digests:
            return f"version {self.digests[digest]}"
        is_there = self.draft is not None and not self.draft.is_put_away and self.draft.digest == digest
        return "a draft" if is_there else ""


@dataclass(frozen=True)
class Known:
    """Everything the bank knows.

    Args:
        questions: by reference.
        new_drafts: digests of the open drafts of questions that have no reference yet, but for those put away.
    """

    questions: Mapping[str, KnownQuestion]
    new_drafts: frozenset[str]
    _by_digest: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for reference, question in self.questions.items():
            if question.is_of_standard:
                self._by_digest.update(dict.fromkeys(question.digests, reference))

    def saying(self, digest: str) -> str:
        """The reference of a question that says this, or "a draft"; empty where nothing does."""
        return self._by_digest.get(digest, "a draft" if digest in self.new_drafts else "")


def known(store: Session, standard_id: int) -> Known:
    """What the bank knows, questions of every standard; drafts and digests too."""
    digests: dict[int, dict[str, int]] = defaultdict(dict)
    versions = sa.select(QuestionVersion.question_id, QuestionVersion.digest, QuestionVersion.number)
    for question, digest, number in rows(store, versions.order_by(QuestionVersion.number)):
        digests[question][digest] = number
    drafts = _open_drafts(store)
    awaiting = writing.questions_awaiting(store)
    asked = sa.select(Question, InService.state).outerjoin(InService, InService.question_id == Question.id)
    return Known(
        questions={
            question.reference: KnownQuestion(
                key=question.id,
                method=question.method,
                is_of_standard=question.standard_id == standard_id,
                digests=digests[question.id],
                state=state or "",
                is_awaiting=question.id in awaiting,
                draft=next(iter(drafts.get(question.id, ())), None),
            )
            for question, state in rows(store, asked)
        },
        new_drafts=frozenset(each.digest for each in drafts.get(None, ()) if not each.is_put_away),
    )


def _open_drafts(store: Session) -> Mapping[int | None, list[OpenDraft]]:
    """The open drafts by the key of their question; under None those of questions that have none yet."""
    hands: dict[int, set[int]] = defaultdict(set)
    for draft, person in rows(store, sa.select(WorkingDraftAuthor.working_draft_id, WorkingDraftAuthor.person_id)):
        hands[draft].add(person)
    asked = sa.select(WorkingDraft.id, WorkingDraft.question_id, WorkingDraft.words, WorkingDraft.put_away_at)
    found: dict[int | None, list[OpenDraft]] = defaultdict(list)
    for key, question, words, put_away_at in rows(store, asked.where(WorkingDraft.ended_at.is_(None))):
        digest = DraftText.from_kept(words).content.digest
        found[question].append(OpenDraft(key, digest, frozenset(hands[key]), put_away_at is not None))
    return found
