"""Writing: a draft is begun and saved over, a version is cut from it when it is submitted, and may be taken back.

The words of a draft are nobody's but its authors' until they submit them: saving is no entry of the audit trail, each
submission is. Whoever saved a draft is an author of the version that comes of it, and so never approves it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.domain.questions import Content
from qbank.domain.references import is_reference, number_in, reference_of
from qbank.domain.submission import Lack, as_filed, lacks
from qbank.domain.working_drafts import DraftText
from qbank.services import audit, moving, quarantining
from qbank.services.version_columns import columns_of
from qbank.storage.models import (
    InService,
    PlanVersion,
    Question,
    QuestionVersion,
    VersionAuthor,
    VersionCriterion,
    VersionKsb,
    WorkingDraft,
    WorkingDraftAuthor,
)
from qbank.storage.queries import standards, versions, writing

PUBLIC_ID_BYTES: Final = 16
TAKEN_BACK: Final = "taken back by its author"
_HIGHEST: Final = 10**9


class Overtaken(RuleBroken):
    """Somebody saved the draft after this person read it; both texts are there to be compared."""


class Incomplete(RuleBroken):
    """The draft lacks something; `lacks` says what, each at its part."""

    def __init__(self, found: Sequence[Lack]) -> None:
        self.lacks = tuple(found)
        super().__init__(f"The draft is not complete: {found[0]}", remedy="Complete it and submit it again.")


def begin(store: Session, row: PlanVersion, method: str, *, primary: str = "", by: Actor, at: datetime) -> WorkingDraft:
    """A new draft of a question that does not exist yet.

    Args:
        store: in a unit that writes.
        row: the plan version it is written for.
        method: a code of that plan.
        primary: the code of the KSB it is written for, where one is known already.
        by: its first author.
        at: now.

    Raises:
        NotFound: the plan has no such method, or the method no such KSB.
    """
    plan = standards.as_loaded(store, row.id)
    plan.method(method)
    if primary and primary not in {ksb.code for ksb in plan.ksbs_of(method)}:
        raise NotFound(f"{primary} is no KSB of the {method}.", remedy="Choose one from the list.")
    last = writing.last_begun_by(store, named(by), row.id)
    text = DraftText(method, primary=primary, author=by.name)
    if last is not None and last.method == method:
        text = replace(text, demand=last.demand, seconds=last.seconds, author=last.author or by.name)
    return _begin(store, row.id, None, text, by=by, at=at)


def revise(store: Session, question: Question, *, by: Actor, at: datetime) -> WorkingDraft:
    """The draft of a question's next version: the open one, or a new one with the words of the version in service.

    That one stays drawable all the while. Where none is in service the latest words are gone on with, a rejected
    version's too: then everybody who had a hand in them has one in the draft, so that no author of rejected words
    approves them in another's name.
    """
    standing = writing.open_draft(store, question.id)
    if standing is not None:
        take_up(store, standing)
        return standing
    in_service = store.get(InService, question.id)
    row = (
        store.get_one(QuestionVersion, in_service.question_version_id)
        if in_service is not None
        else writing.newest_version(store, question.id)
    )
    if row is None:
        raise AssertionError("a question comes with its first version")
    begun = next(each.content for each in versions.versions_of(store, question) if each.id == row.id)
    draft = _begin(store, row.plan_version_id, question.id, DraftText.of(begun), by=by, at=at)
    if in_service is None:
        _name_all(store, draft, writing.hands_of(store, row))
    return draft


def save(store: Session, draft: WorkingDraft, text: DraftText, *, revision: int, by: Actor, at: datetime) -> int:
    """Keep the text in place of the one before; the same text again changes nothing.

    Args:
        store: in a unit that writes.
        draft: whose text it is.
        text: all of it.
        revision: of the text that this one was typed on.
        by: whoever typed: from now on an author of the draft.
        at: now.

    Returns:
        The revision that is kept now.

    Raises:
        Overtaken: another revision was kept meanwhile.
        RuleBroken: the draft has ended; its version awaits approval; another method for a question that has one.
    """
    kept = _locked(store, draft)
    _must_be_writable(store, kept)
    words = text.as_kept()
    if words == kept.words:
        return kept.revision
    if kept.revision != revision:
        raise Overtaken("Somebody else saved this draft after you opened it.", remedy="Compare the two texts.")
    if kept.question_id is not None and text.method != store.get_one(Question, kept.question_id).method:
        raise RuleBroken("A question stays with its method.", remedy="Write a new question for another method.")
    kept.words, kept.revision = words, kept.revision + 1
    kept.saved_at, kept.saved_by_id = at, named(by)
    store.flush()
    _name(store, kept, by)
    return kept.revision


def submit(
    store: Session, draft: WorkingDraft, *, revision: int, because: str = "", by: Actor, at: datetime
) -> QuestionVersion:
    """Cut a version from the draft and put it before the approvers.

    Args:
        store: in a unit that writes.
        draft: which; stands still until the version is decided on or taken back.
        revision: of the text that was checked: no other one is submitted.
        because: what changed and why; kept with the move.
        by: whoever submits: an author of it, by that.
        at: now.

    Raises:
        Incomplete: something is missing or does not fit the plan.
        Overtaken: the draft was saved again after it was checked.
        RuleBroken: it awaits approval already, has ended, says nothing that the live version does not say, or asks
            what is suspected to have leaked.
    """
    kept = _locked(store, draft)
    _must_be_writable(store, kept)
    if kept.revision != revision:
        raise Overtaken("Somebody else saved this draft after you checked it.", remedy="Check it again.")
    content = DraftText.from_kept(kept.words).content
    _must_say_something_new(store, kept, content)
    found = lacks(content, standards.plan(store, kept.plan_version_id))
    if found:
        raise Incomplete(found)
    content = as_filed(content)
    _name(store, kept, by)
    question = _question(store, kept, content, at=at)
    before = writing.newest_version(store, question.id)
    number = 1 if before is None else before.number + 1
    if before is not None and writing.state_of(store, before.id) is State.DRAFT:
        moving.move(store, before, State.RETIRED, f"replaced by version {number}", by=by, at=at)
    version = _cut(store, kept, question, number, content, at=at)
    moving.move(store, version, State.DRAFT, "written", by=by, at=at)
    moving.move(store, version, State.AWAITING_APPROVAL, because.strip() or "submitted", by=by, at=at)
    facts = {"version": number, "digest": version.digest, "method": content.method}
    audit.record(store, act="question submitted", subject=question.reference, by=by, at=at, facts=facts)
    return version


def hold(store: Session, draft: WorkingDraft, *, by: Actor) -> WorkingDraft:
    """The draft as it is kept now, held until the unit ends, with the person named among those who had a hand in it.

    Raises:
        RuleBroken: the draft has ended, or its version awaits approval.
    """
    kept = _locked(store, draft)
    _must_be_writable(store, kept)
    _name(store, kept, by)
    return kept


def take_back(store: Session, question: Question, *, by: Actor, at: datetime) -> None:
    """Take the version that awaits approval back, so that its draft can be changed: no approval of it counts any more.

    Raises:
        NotAllowed: the person had no hand in it.
        RuleBroken: none awaits approval.
    """
    version = moving.awaiting_version(store, question)
    if by.identifier not in writing.hands_of(store, version):
        raise NotAllowed("Only an author of a version takes it back.", remedy="Ask one of them.")
    moving.move(store, version, State.DRAFT, TAKEN_BACK, by=by, at=at)
    facts = {"version": version.number}
    audit.record(store, act="question taken back", subject=question.reference, by=by, at=at, facts=facts)


def put_back(store: Session, question: Question, *, by: Actor, at: datetime) -> None:
    """Undo the taking back: the version awaits approval again as it stood, while its draft says what it says.

    Raises:
        NotAllowed: the person had no hand in it.
        RuleBroken: no version was taken back, its draft was changed since, or a leak of its stem is suspected by now.
    """
    version, draft = writing.newest_version(store, question.id), writing.open_draft(store, question.id)
    if version is None or draft is None or writing.state_of(store, version.id) is not State.DRAFT:
        raise RuleBroken(f"No version of {question.reference} was taken back.", remedy="Submit its draft.")
    hands = writing.hands_of(store, version)
    if by.identifier not in hands:
        raise NotAllowed("Only an author of a version puts it back.", remedy="Ask one of them.")
    kept = _locked(store, draft)
    same = as_filed(DraftText.from_kept(kept.words).content).digest == version.digest
    if not same or writing.authors_of_draft(store, kept.id) - hands:
        raise RuleBroken("The draft was changed since it was taken back.", remedy="Check it and submit it anew.")
    quarantining.must_not_be_told(store, question.id, version.stem)
    take_up(store, kept)
    moving.move(store, version, State.AWAITING_APPROVAL, "put back as it was", by=by, at=at)
    facts = {"version": version.number}
    audit.record(store, act="question put back", subject=question.reference, by=by, at=at, facts=facts)


def put_away(store: Session, draft: WorkingDraft, *, by: Actor, at: datetime) -> None:
    """Take a draft off its authors' lists: nothing of it is lost, and it can be taken up again.

    Raises:
        NotAllowed: the person had no hand in it.
        RuleBroken: it has ended, or its version awaits approval.
    """
    kept = _locked(store, draft)
    if by.identifier not in writing.authors_of_draft(store, kept.id):
        raise NotAllowed("Only whoever wrote in a draft puts it away.", remedy="Ask one of them.")
    _must_be_writable(store, kept)
    kept.put_away_at = at
    store.flush()


def take_up(store: Session, draft: WorkingDraft) -> None:
    """Undo the putting away; a draft that is not put away stays as it is."""
    kept = _locked(store, draft)
    if kept.ended_at is None and kept.put_away_at is not None:
        kept.put_away_at = None
        store.flush()


def _begin(
    store: Session, plan_version_id: int, question_id: int | None, text: DraftText, *, by: Actor, at: datetime
) -> WorkingDraft:
    person = named(by)
    draft = WorkingDraft(
        public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES),
        plan_version_id=plan_version_id,
        question_id=question_id,
        words=text.as_kept(),
        revision=1,
        created_at=at,
        created_by_id=person,
        saved_at=at,
        saved_by_id=person,
    )
    store.add(draft)
    store.flush()
    _name(store, draft, by)
    return draft


def named(by: Actor) -> int:
    """The key of whoever writes.

    Raises:
        NotAllowed: nobody with a name does.
    """
    if by.identifier is None:
        raise NotAllowed("A question is written by a person with a name.", remedy="Sign in.", rule="L8")
    return by.identifier


def _name(store: Session, draft: WorkingDraft, by: Actor) -> None:
    """Remember that the person had a hand in the draft."""
    _name_all(store, draft, {named(by)})


def _name_all(store: Session, draft: WorkingDraft, people: Collection[int]) -> None:
    for person in sorted(set(people) - writing.authors_of_draft(store, draft.id)):
        store.add(WorkingDraftAuthor(working_draft_id=draft.id, person_id=person))
    store.flush()


def _locked(store: Session, draft: WorkingDraft) -> WorkingDraft:
    """The draft as it is kept now, held until the unit ends: two savers come one after the other."""
    return store.get_one(WorkingDraft, draft.id, with_for_update=True, populate_existing=True)


def _must_be_writable(store: Session, draft: WorkingDraft) -> None:
    if draft.ended_at is not None:
        raise RuleBroken("This draft has ended: its version was decided on.", remedy="Draft the next version.")
    if draft.put_away_at is not None:
        raise RuleBroken("This draft was put away.", remedy="Take it up again on its page.")
    if draft.question_id is not None and writing.questions_awaiting(store, among=draft.question_id):
        raise RuleBroken("This draft awaits approval.", remedy="Take it back first if you want to change it.")


def _must_say_something_new(store: Session, draft: WorkingDraft, content: Content) -> None:
    quarantining.must_not_be_told(store, draft.question_id, content.stem)
    if draft.question_id is None:
        return
    in_service = store.get(InService, draft.question_id)
    if in_service and store.get_one(QuestionVersion, in_service.question_version_id).digest == content.digest:
        raise RuleBroken("The draft says what the live version says.", remedy="Change it, or leave it as it is.")


def _question(store: Session, draft: WorkingDraft, content: Content, *, at: datetime) -> Question:
    """The draft's question; a new one gets the next reference."""
    if draft.question_id is not None:
        return store.get_one(Question, draft.question_id)
    number = next(each for each in count(last_number(store) + 1) if not _is_taken(store, each))
    standard_id = store.get_one(PlanVersion, draft.plan_version_id).standard_id
    made = Question(reference=reference_of(number), standard_id=standard_id, method=content.method, created_at=at)
    store.add(made)
    store.flush()
    draft.question_id = made.id
    store.flush()
    return made


def last_number(store: Session) -> int:
    """The highest number that a question's reference carries, whatever other names there are; 0 where none does.

    Numbers of ten digits or more are somebody's own names, and no beginning to count on from.
    """
    length = sa.func.length(Question.reference)
    asked = sa.select(Question.reference).where(Question.reference.like("Q-%"))
    asked = asked.order_by(length.desc(), Question.reference.desc()).execution_options(yield_per=20)
    with closing(store.scalars(asked)) as names:
        return next((number for each in names if is_reference(each) and (number := number_in(each)) < _HIGHEST), 0)


def _is_taken(store: Session, number: int) -> bool:
    return writing.question_by_reference(store, reference_of(number)) is not None


def _cut(
    store: Session, draft: WorkingDraft, question: Question, number: int, content: Content, *, at: datetime
) -> QuestionVersion:
    version = QuestionVersion(
        question_id=question.id,
        number=number,
        plan_version_id=draft.plan_version_id,
        author_id=draft.created_by_id,
        created_at=at,
        **columns_of(content),
    )
    store.add(version)
    store.flush()
    ksbs, criteria = (
        standards.codes_of_ksbs(store, draft.plan_version_id),
        standards.codes_of_criteria(store, draft.plan_version_id),
    )
    part_of = {"question_version_id": version.id}
    others = writing.authors_of_draft(store, draft.id) - {draft.created_by_id}
    store.add_all(VersionAuthor(**part_of, person_id=each) for each in sorted(others))
    for position, code in enumerate(content.ksbs):
        is_primary = code in content.primary
        store.add(VersionKsb(**part_of, ksb_id=ksbs[code], is_primary=is_primary, position=position))
    for position, code in enumerate(content.criteria):
        store.add(VersionCriterion(**part_of, criterion_id=criteria[code], position=position))
    store.flush()
    return version
