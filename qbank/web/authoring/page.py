"""What the pages of a draft show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from qbank.domain.advice import all_checks as advising
from qbank.domain.advice.likenesses import Other
from qbank.domain.advice.remarks import Remark as Advice
from qbank.domain.errors import NotFound
from qbank.domain.lifecycle import State
from qbank.domain.standards import Plan
from qbank.domain.submission import Lack, lacks
from qbank.domain.working_drafts import DraftText
from qbank.storage.models import Question, WorkingDraft
from qbank.storage.queries import standards, writing
from qbank.storage.queries.keeping import pairs_of
from qbank.storage.queries.versions import Decided, Remark, decisions_on, remarks_on
from qbank.web import saying
from qbank.web.question_faces import Face


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One draft with all that its pages ask for.

    Args:
        draft: the row.
        question: None before the first submission.
        plan: of its plan version.
        text: as it is kept.
        state: of the question's newest version; None while there is none.
        remarks: on the newest version, should an approver have asked for changes; the unanswered ones first.
        decided: the last decision on the question.
    """

    draft: WorkingDraft
    question: Question | None
    plan: Plan
    text: DraftText
    state: State | None
    remarks: tuple[Remark, ...]
    decided: Decided | None

    @property
    def name(self) -> str:
        """What the draft is called."""
        return self.question.reference if self.question else "New question"

    @property
    def is_open(self) -> bool:
        """Whether it may be changed."""
        in_hand = self.draft.ended_at is None and self.draft.put_away_at is None
        return in_hand and self.state is not State.AWAITING_APPROVAL

    def face(self, text: DraftText | None = None) -> Face:
        """The draft as an assessor will see it."""
        return Face(self.question.reference if self.question else "", 0, (text or self.text).content)

    def lacks(self, text: DraftText | None = None) -> tuple[Lack, ...]:
        """What keeps it from being submitted."""
        return lacks((text or self.text).content, self.plan)

    def advice(self, text: DraftText | None = None, others: Iterable[Other] = ()) -> tuple[Advice, ...]:
        """What a careful colleague would remark on its wording; never keeps it from being submitted."""
        return advising.advice(advising.Written.of((text or self.text).content, self.plan), others)


def page_of(store: Session, public_id: str) -> DraftPage:
    """The draft at that address.

    Raises:
        NotFound: there is none.
    """
    draft = writing.draft_by_public_id(store, public_id)
    if draft is None:
        raise NotFound("No draft has this address.", remedy="Choose one from your drafts.")
    question = None if draft.question_id is None else store.get_one(Question, draft.question_id)
    newest = None if question is None else writing.newest_version(store, question.id)
    remarks = [] if question is None else remarks_on(store, question.id)
    decisions = [] if question is None else decisions_on(store, question.id)
    return DraftPage(
        draft=draft,
        question=question,
        plan=standards.plan(store, draft.plan_version_id),
        text=DraftText.from_kept(draft.words),
        state=None if newest is None else writing.state_of(store, newest.id),
        remarks=tuple(each for each in remarks if newest is not None and each.number == newest.number),
        decided=decisions[0] if decisions else None,
    )


def others_of(store: Session, found: DraftPage) -> list[Other]:
    """What a draft may be too near to: other questions of its method, in any state, not kept apart yet, and drafts."""
    own = found.draft.question_id
    known = set() if own is None else {each.other for each in pairs_of(store, own)}
    questions = [
        Other(reference, stem, state)
        for key, reference, stem, state in writing.stems_of_method(store, found.text.method)
        if key != own and reference not in known
    ]
    return [*questions, *drafts_beside(store, found.text.method, but=found.draft.id)]


def drafts_beside(store: Session, method: str, *, but: int | None = None) -> list[Other]:
    """The drafts of new questions of a method, of whomever, that are being written; without the one of that key."""
    return [
        Other("", stem, f"a draft that {author} began on {saying.date(begun_at)}")
        for key, stem, author, begun_at in writing.stems_in_writing(store, method)
        if key != but
    ]
