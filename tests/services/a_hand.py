"""Six ways to have had a hand in a question, each as the rows of that way alone: no other says so of the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.approving import Verdict
from qbank.domain.lifecycle import State
from qbank.storage import units
from qbank.storage.models import (
    Approval,
    Load,
    Move,
    Question,
    QuestionVersion,
    VersionAuthor,
    WorkingDraft,
    WorkingDraftAuthor,
)
from tests.services.a_bank import NOW, the_person


def with_a_hand(bank: sa.Engine, who: str, reference: str, how: str = "co-author") -> None:
    """Have somebody had a hand of this kind in the question: in a new version that is no more than a row, or a draft.

    What else the version asks for is by "author", who sits on no panel of the tests.
    """

    def work(store: Session) -> None:
        HANDS[how](store, _question(store, reference), the_person(store, who).id)
        store.flush()

    units.in_write_unit(bank, work)


def _question(store: Session, reference: str) -> Question:
    return store.scalars(sa.select(Question).where(Question.reference == reference)).one()


def _version(store: Session, question: Question, *, author: int | None, load: int | None = None) -> QuestionVersion:
    """The question's next version, with the words of its first."""
    of_it = sa.select(QuestionVersion).where(QuestionVersion.question_id == question.id)
    known = store.scalars(of_it.order_by(QuestionVersion.number)).all()
    kept = {column.key for column in QuestionVersion.__table__.columns} - {"id"}
    values = {name: getattr(known[0], name) for name in kept} | {"number": len(known) + 1, "created_at": NOW}
    made = QuestionVersion(**values | {"author_id": author, "load_id": load})
    store.add(made)
    store.flush()
    return made


def _by_the_author(store: Session, question: Question) -> QuestionVersion:
    return _version(store, question, author=the_person(store, "author").id)


def _submitted(store: Session, version: QuestionVersion, by: int) -> None:
    known = {"question_id": version.question_id, "question_version_id": version.id, "reason": "a test", "at": NOW}
    drafted = Move(**known, number=1, to_state=State.DRAFT, by_id=version.author_id)
    sent = Move(**known, number=2, from_state=State.DRAFT, to_state=State.AWAITING_APPROVAL, by_id=by)
    for move in (drafted, sent):
        store.add(move)
        store.flush()


def _wrote(store: Session, question: Question, person: int) -> None:
    _version(store, question, author=person)


def _wrote_along(store: Session, question: Question, person: int) -> None:
    store.add(VersionAuthor(question_version_id=_by_the_author(store, question).id, person_id=person))


def _decided(store: Session, question: Question, person: int) -> None:
    """Who asked for changes edited the question too, and approved no text that is drawn."""
    version = _by_the_author(store, question)
    author = the_person(store, "author").id
    _submitted(store, version, author)
    facts = {"decision": Verdict.CHANGES_REQUESTED, "comment": "Shorter, please.", "at": NOW}
    store.add(Approval(question_version_id=version.id, author_id=author, approver_id=person, **facts))


def _loaded(store: Session, question: Question, person: int) -> None:
    first = store.scalars(sa.select(QuestionVersion).where(QuestionVersion.question_id == question.id).limit(1)).one()
    load = Load(plan_version_id=first.plan_version_id, question_count=1, digest="0" * 64, at=NOW, by_id=person)
    store.add(load)
    store.flush()
    _version(store, question, author=None, load=load.id)


def _sent_in(store: Session, question: Question, person: int) -> None:
    _submitted(store, _by_the_author(store, question), person)


def _drafts(store: Session, question: Question, person: int) -> None:
    author = the_person(store, "author").id
    first = store.scalars(sa.select(QuestionVersion).where(QuestionVersion.question_id == question.id).limit(1)).one()
    said = {"created_at": NOW, "created_by_id": author, "saved_at": NOW, "saved_by_id": author, "revision": 1}
    draft = WorkingDraft(
        public_id=f"draft-{question.id}",
        plan_version_id=first.plan_version_id,
        question_id=question.id,
        words="{}",
        **said,
    )
    store.add(draft)
    store.flush()
    store.add(WorkingDraftAuthor(working_draft_id=draft.id, person_id=person))


HANDS: Mapping[str, Callable[[Session, Question, int], None]] = {
    "author": _wrote,
    "co-author": _wrote_along,
    "approver": _decided,
    "loader": _loaded,
    "submitter": _sent_in,
    "drafter": _drafts,
}
