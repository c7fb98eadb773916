"""The second person: remarks on a version's passages, decides on it, and by approving makes it live.

Nobody decides on a version in which they had a hand: held here by the domain's rule, and again by the database.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from qbank.domain.approving import Answer, Decision, Verdict, must_be_a_second_person, must_be_whole
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import State
from qbank.domain.people import Actor
from qbank.domain.questions import Content
from qbank.domain.working_drafts import PASSAGES, DraftText
from qbank.services import audit, authoring, moving, quarantining
from qbank.storage.models import (
    Approval,
    InService,
    Question,
    QuestionVersion,
    VersionComment,
    VersionCommentAnswer,
    VersionKsbConfirmation,
    WorkingDraft,
)
from qbank.storage.queries import standards, versions, writing

ACTS = {
    Verdict.APPROVED: "question approved",
    Verdict.CHANGES_REQUESTED: "changes requested",
    Verdict.REJECTED: "question rejected",
}


def remark(  # noqa: PLR0913 - a remark has these facts, each by keyword
    store: Session,
    question: Question,
    *,
    part: str,
    passage: str,
    words: str,
    suggestion: str | None,
    number: int,
    by: Actor,
    at: datetime,
) -> VersionComment:
    """Remark on a passage of the version that awaits approval, with other words for it where there are any.

    Args:
        store: in a unit that writes.
        question: a version of it awaits approval.
        part: one of `working_drafts.PASSAGES`.
        passage: words as they stand in that part; empty for the part as a whole.
        words: the remark; may be empty where a suggestion speaks for itself.
        suggestion: what to put in place of the passage; None for a remark only.
        number: of the version that was read: a remark lapses when another one stands there.
        by: an approver who had no hand in it.
        at: now.

    Raises:
        NotAllowed: the person had a hand in it, or is no approver.
        RuleBroken: another version awaits approval by now, or none; the passage is not there; a suggestion names no
            passage; nothing is said.
    """
    version = _awaiting(store, question, number)
    must_be_a_second_person(by, writing.hands_of(store, version))
    content = next(each.content for each in versions.versions_of(store, question) if each.id == version.id)
    if part not in PASSAGES:
        raise NotFound("A question has no such part.", remedy="Choose one from the list.")
    if passage and passage not in getattr(DraftText.of(content), part):
        raise RuleBroken("These words do not stand there.", remedy="Copy them from the question as they are.")
    if suggestion is not None and not passage:
        raise RuleBroken("A suggestion needs the words it replaces.", remedy="Copy them from the question.")
    if not words.strip() and suggestion is None:
        raise RuleBroken("The remark is empty.", remedy="Say what you would change, or suggest other words.")
    row = VersionComment(
        question_version_id=version.id,
        part=part,
        passage=passage,
        words=words.strip(),
        suggestion=suggestion,
        at=at,
        by_id=by.identifier,
    )
    store.add(row)
    store.flush()
    facts = {"version": version.number, "part": part, "suggestion": "no" if suggestion is None else "yes"}
    audit.record(store, act="question remarked on", subject=question.reference, by=by, at=at, facts=facts)
    return row


def decide(store: Session, question: Question, decision: Decision, *, number: int, by: Actor, at: datetime) -> None:
    """Decide on the version that awaits approval; approved, it is live and in the pool of the next fitted plan.

    Args:
        store: in a unit that writes.
        question: a version of it awaits approval.
        decision: with all that belongs to it.
        number: of the version that was read: a decision on it lapses when another one stands there.
        by: an approver who had no hand in it.
        at: now.

    Raises:
        NotAllowed: the person had a hand in it, or is no approver (L8).
        RuleBroken: another version awaits approval by now, or none; something is missing from the decision; the
            version in service is resting or quarantined; a leak of its stem is suspected.
    """
    version = _awaiting(store, question, number)
    must_be_a_second_person(by, writing.hands_of(store, version))
    content = next(each.content for each in versions.versions_of(store, question) if each.id == version.id)
    in_service = store.get(InService, question.id)
    must_be_whole(decision, primary=content.primary, ksbs=content.ksbs, is_first=in_service is None)
    approval = Approval(
        question_version_id=version.id,
        author_id=version.author_id,
        approver_id=by.identifier,
        decision=decision.verdict,
        change=decision.change,
        comment=decision.reason.strip(),
        at=at,
    )
    store.add(approval)
    store.flush()
    if decision.verdict is Verdict.APPROVED:
        _confirm(store, version, content, decision, approval)
        _go_live(store, version, in_service, by=by, at=at)
    else:
        away = State.DRAFT if decision.verdict is Verdict.CHANGES_REQUESTED else State.RETIRED
        moving.move(store, version, away, f"{decision.verdict} by an approver", by=by, at=at)
    if decision.verdict is not Verdict.CHANGES_REQUESTED:
        _end_draft(store, question, at)
    facts = {"version": number, "digest": version.digest, "change": str(decision.change or "none")}
    audit.record(store, act=ACTS[decision.verdict], subject=question.reference, by=by, at=at, facts=facts)


def answer(
    store: Session, draft: WorkingDraft, comment: VersionComment, given: Answer, *, by: Actor, at: datetime
) -> None:
    """Answer a remark from the draft: an accepted suggestion stands in the draft at once, in place of its passage.

    Whoever answers has a hand in the draft, whether or not a word of it changes: an answer decides what stands there.

    Raises:
        NotFound: the remark is on another question.
        RuleBroken: the draft has ended or its version awaits approval; the remark was answered before; it suggests
            nothing to accept; its passage does not stand in the draft just once any more.
    """
    draft = authoring.hold(store, draft, by=by)
    version = store.get_one(QuestionVersion, comment.question_version_id)
    if version.question_id != draft.question_id:
        raise NotFound("There is no such remark on this question.", remedy="Open the draft again.")
    if store.get(VersionCommentAnswer, comment.id) is not None:
        raise RuleBroken("This remark was answered before.", remedy="Open the draft again.")
    if given is Answer.ACCEPTED:
        _put(store, draft, comment, by=by, at=at)
    store.add(VersionCommentAnswer(version_comment_id=comment.id, answer=given, at=at, by_id=by.identifier))
    store.flush()
    reference = store.get_one(Question, version.question_id).reference
    facts = {"version": version.number, "answer": str(given)}
    audit.record(store, act="remark answered", subject=reference, by=by, at=at, facts=facts)


def _awaiting(store: Session, question: Question, number: int) -> QuestionVersion:
    """The version that awaits approval, if it is the one that was read."""
    version = moving.awaiting_version(store, question)
    if version.number != number:
        raise RuleBroken(
            f"Version {number} was changed, and version {version.number} awaits approval now.",
            remedy="Read what is new and decide again.",
        )
    return version


def _put(store: Session, draft: WorkingDraft, comment: VersionComment, *, by: Actor, at: datetime) -> None:
    if comment.suggestion is None:
        raise RuleBroken("This remark suggests no words.", remedy="Change the draft by hand.")
    text = DraftText.from_kept(draft.words)
    said: str = getattr(text, comment.part)
    if said.count(comment.passage) != 1:
        raise RuleBroken(
            "The words that the suggestion replaces do not stand there just once any more.",
            remedy="Change the draft by hand, then decline the suggestion.",
        )
    changed = text.with_words(comment.part, said.replace(comment.passage, comment.suggestion))
    authoring.save(store, draft, changed, revision=draft.revision, by=by, at=at)


def _confirm(
    store: Session, version: QuestionVersion, content: Content, decision: Decision, approval: Approval
) -> None:
    ksbs = standards.codes_of_ksbs(store, version.plan_version_id)
    for code in content.ksbs:
        if code in decision.confirmed:
            tag = {"question_version_id": version.id, "ksb_id": ksbs[code]}
            store.add(VersionKsbConfirmation(**tag, approval_id=approval.id, at=approval.at))
    store.flush()


def _go_live(
    store: Session, version: QuestionVersion, in_service: InService | None, *, by: Actor, at: datetime
) -> None:
    """The old version retires before the new one goes live: at most one is in service.

    One in quarantine is replaced where a panel has asked for the revision; else its review comes first. A stem whose
    leak came to be suspected while it awaited approval does not go live.
    """
    quarantining.must_not_be_told(store, version.question_id, version.stem)
    if in_service is not None:
        is_leaked = in_service.state == State.QUARANTINED and quarantining.is_to_be_replaced(store, in_service)
        if in_service.state != State.LIVE and not is_leaked:
            raise RuleBroken(f"The question is {in_service.state}.", remedy="That must be decided on first.")
        old = store.get_one(QuestionVersion, in_service.question_version_id)
        moving.move(store, old, State.RETIRED, f"replaced by version {version.number}", by=by, at=at)
    moving.move(store, version, State.LIVE, "approved by a second person", by=by, at=at)


def _end_draft(store: Session, question: Question, at: datetime) -> None:
    draft = writing.open_draft(store, question.id)
    if draft is not None:
        draft.ended_at = at
        store.flush()
