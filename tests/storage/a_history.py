"""A bank in which every table of the history holds a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qbank.domain.approving import Answer
from qbank.domain.lifecycle import Change as KindOfChange
from qbank.domain.lifecycle import Extension, Reason, Replaced, State
from qbank.domain.people import COMMAND_LINE
from qbank.domain.preparation import Adjusted, Checked, How, Outcome
from qbank.services import (
    audit,
    delivering,
    erasing,
    frozen_eligibility,
    keeping,
    offline,
    preparing,
    recording,
    seeding,
    starting,
)
from qbank.services.preparing import Change
from qbank.storage import units
from qbank.storage.models import (
    Anomaly,
    AnomalyConfirmation,
    Apprentice,
    Approval,
    AssessmentSession,
    Attempt,
    CohortChoice,
    Competence,
    Criterion,
    DrawPlanQuestion,
    FormerAssessor,
    InService,
    Ksb,
    KsbCriterion,
    KsbCriterionConfirmation,
    Move,
    ProjectSubject,
    Question,
    QuestionPair,
    QuestionPairRevocation,
    QuestionSet,
    QuestionVersion,
    RepeatException,
    SessionNote,
    SetExtension,
    SetQuestion,
    Submission,
    VersionAuthor,
    VersionComment,
    VersionCommentAnswer,
    VersionCriterion,
    VersionKsb,
    VersionKsbConfirmation,
    WorkingDraft,
    WorkingDraftAuthor,
)
from qbank.storage.queries.sets import set_of
from tests.domain.an_entry import an_entry
from tests.services import a_family
from tests.services.a_bank import (
    CIPHER,
    METHOD,
    NOW,
    a_plan,
    a_session,
    an_apprentice,
    fill,
    opened,
    the_person,
    the_plan_version,
)
from tests.services.a_void import void
from tests.storage.a_decision import decide
from tests.storage.a_restored_bank import import_and_restore
from tests.storage.a_review import call_and_go_on, review_once
from tests.storage.a_sign_in import sign_in_with_a_code


def fill_history(url: str) -> None:
    """A template: the small bank, a question written and approved by people, a set drawn, seen and voided."""
    fill(url)
    live(url)


def live(url: str) -> None:
    """What comes after the bank was loaded: a row of every table, by whoever that address connects as."""
    with opened(url) as engine, units.write_unit(engine) as store:
        confirm_the_plan(store)
        version = a_written_version(store, author="author", co_author="assessor")
        remark_and_draft(store, version)
        approve(store, version, approver="approver")
        move(store, version, State.LIVE)
        revoke_a_pair(store)
        rest_a_while(store)
        draw_and_see(store)
        draw_and_void(store)
        decide(store)
        approve_standard_sets(store)
        call_and_go_on(store)
        review_once(store)
        import_and_restore(store)
        sign_in_with_a_code(store)
        hold_and_erase(store)


def confirm_the_plan(store: Session) -> None:
    row, person = the_plan_version(store), the_person(store, "approver")
    wording = {a_plan().ksbs[0].code: "The published words.", a_plan().criteria[0].code: "The published words."}
    seeding.load_wording(store, row, wording, by=COMMAND_LINE, at=NOW)
    link = store.scalars(sa.select(KsbCriterion).limit(1)).one()
    anomaly = store.scalars(sa.select(Anomaly).limit(1)).one()
    store.add(KsbCriterionConfirmation(ksb_criterion_id=link.id, holds=True, at=NOW, by_id=person.id))
    store.add(AnomalyConfirmation(anomaly_id=anomaly.id, at=NOW, by_id=person.id))
    store.add(CohortChoice(plan_version_id=row.id, method=METHOD, at=NOW, by_id=person.id))
    store.flush()


def a_written_version(
    store: Session, *, author: str, co_author: str | None = None, reference: str = "Q-0900"
) -> QuestionVersion:
    """A new question's first version, by a person, awaiting approval."""
    row = the_plan_version(store)
    question = Question(reference=reference, standard_id=row.standard_id, method=METHOD, created_at=NOW)
    store.add(question)
    store.flush()
    version = QuestionVersion(
        question_id=question.id,
        number=1,
        plan_version_id=row.id,
        stem="What did you find?",
        probes=["What else?"],
        guidance="Listen for it.",
        pass_evidence="Names it.",  # noqa: S106 - a grade, not a password
        distinction_evidence="Weighs it.",
        demand=2,
        seconds=270,
        provenance={},
        digest="d" * 64,
        author_id=the_person(store, author).id,
        created_at=NOW,
    )
    store.add(version)
    store.flush()
    ksb = store.scalars(sa.select(Ksb.id).limit(1)).one()
    criterion = store.scalars(sa.select(Criterion.id).limit(1)).one()
    store.add(VersionKsb(question_version_id=version.id, ksb_id=ksb, is_primary=True, position=0))
    store.add(VersionCriterion(question_version_id=version.id, criterion_id=criterion, position=0))
    if co_author is not None:
        store.add(VersionAuthor(question_version_id=version.id, person_id=the_person(store, co_author).id))
    store.flush()
    move(store, version, State.DRAFT)
    move(store, version, State.AWAITING_APPROVAL)
    return version


def remark_and_draft(store: Session, version: QuestionVersion) -> None:
    """A remark of the approver with the author's answer, and a draft of the version's question."""
    author, approver = the_person(store, "author").id, the_person(store, "approver").id
    remark = VersionComment(
        question_version_id=version.id, part="stem", passage="find", words="a test", at=NOW, by_id=approver
    )
    draft = a_working_draft(store, question_id=version.question_id)
    store.add(remark)
    store.flush()
    store.add(VersionCommentAnswer(version_comment_id=remark.id, answer=Answer.DECLINED, at=NOW, by_id=author))
    store.add(WorkingDraftAuthor(working_draft_id=draft.id, person_id=author))
    store.flush()


def a_working_draft(store: Session, *, question_id: int | None = None) -> WorkingDraft:
    author = the_person(store, "author").id
    draft = WorkingDraft(
        public_id="a-draft",
        plan_version_id=the_plan_version(store).id,
        question_id=question_id,
        words="{}",
        revision=1,
        created_at=NOW,
        created_by_id=author,
        saved_at=NOW,
        saved_by_id=author,
    )
    store.add(draft)
    store.flush()
    return draft


def move(store: Session, version: QuestionVersion, to: State, *, by: str | None = None) -> None:
    """The version's next move, from wherever the last one left it."""
    asked = sa.select(Move).where(Move.question_version_id == version.id).order_by(Move.number.desc()).limit(1)
    last = store.scalar(asked)
    row = Move(
        question_id=version.question_id,
        question_version_id=version.id,
        number=1 if last is None else last.number + 1,
        from_state=None if last is None else last.to_state,
        to_state=to,
        reason="a test",
        at=NOW,
        by_id=None if by is None else the_person(store, by).id,
    )
    store.add(row)
    store.flush()


def approve(store: Session, version: QuestionVersion, *, approver: str) -> Approval:
    row = Approval(
        question_version_id=version.id,
        author_id=version.author_id,
        approver_id=the_person(store, approver).id,
        decision="approved",
        comment="",
        at=NOW,
        change=KindOfChange.MATERIAL,
    )
    store.add(row)
    store.flush()
    ksb = store.scalars(sa.select(VersionKsb.ksb_id).where(VersionKsb.question_version_id == version.id)).one()
    store.add(VersionKsbConfirmation(question_version_id=version.id, ksb_id=ksb, approval_id=row.id, at=NOW))
    store.flush()
    return row


def revoke_a_pair(store: Session) -> None:
    pair = store.scalars(sa.select(QuestionPair).where(QuestionPair.kind == "clone")).one()
    store.add(QuestionPairRevocation(question_pair_id=pair.id, reason="a test", at=NOW))
    store.flush()


def rest_a_while(store: Session) -> None:
    """A question that rested, and is live again."""
    done = {"because": "a test", "by": COMMAND_LINE, "at": NOW}
    keeping.rest(store, ["Q-0050"], until=NOW.date() + timedelta(days=7), **done)
    keeping.bring_back(store, ["Q-0050"], **done)


def prepare(store: Session, session: AssessmentSession) -> None:
    """Whatever can be recorded before a session's set opens."""
    one, other = the_person(store, "assessor"), the_person(store, "approver")
    apprentice, attempt = store.get_one(Apprentice, session.apprentice_id), store.get_one(Attempt, session.attempt_id)
    for what, how in ((Checked.IDENTITY, How.DOCUMENT), (Checked.ROOM, How.SHOWN)):
        preparing.check(store, session, what, how=how, outcome=Outcome.SATISFIED, by=one.actor, at=NOW)
    change = Change(Adjusted.TIME, extra_minutes=15)
    preparing.adjust(store, session, change, because="a test", by=other.actor, at=NOW)
    starting.begin(store, apprentice, NOW.date(), by=COMMAND_LINE, at=NOW)
    starting.develop(store, attempt, NOW.date(), words="a test", by=COMMAND_LINE, at=NOW)
    kept = {"attempt_id": attempt.id, "at": NOW}
    store.add(ProjectSubject(**kept, agreed_on=NOW.date(), words="a test"))
    store.add(Submission(**kept, received_on=NOW.date(), word_count=2500, again_count=0))
    store.add(Competence(person_id=one.id, holds_until=NOW.date() + timedelta(days=365), at=NOW))
    store.flush()


def draw_and_see(store: Session) -> None:
    one, other = the_person(store, "assessor"), the_person(store, "approver")
    session = a_session(store, remote=True)
    prepare(store, session)
    store.add(SessionNote(assessment_session_id=session.id, kind=Reason.MOVED, words="a test", at=NOW, by_id=one.id))
    store.add(FormerAssessor(assessment_session_id=session.id, person_id=other.id, at=NOW))
    row = delivering.pull(store, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)
    drawn = set_of(store, session.id)
    assert drawn is not None
    delivering.note_view(store, drawn, how="opened", by=one.actor, at=NOW)
    extend(store, row)
    recording.write(
        store, session, [an_entry("began"), an_entry("note", position=1, text="a test")], by=one.actor, at=NOW
    )
    offline.keep(store, session, drawn, offline.planned(a_plan(), session.starts_at, mark="2"), by=one.actor, at=NOW)
    recall_a_snapshot(store, row)
    question = store.scalars(sa.select(Question.id).where(Question.reference == drawn.questions[0].reference)).one()
    store.add(
        RepeatException(
            apprentice_id=session.apprentice_id,
            method=METHOD,
            question_id=question,
            first_signer_id=one.id,
            second_signer_id=other.id,
            reason="a test",
            at=NOW,
        )
    )
    store.flush()


def hold_and_erase(store: Session) -> None:
    """Four were held, one still is; a fifth came, and their data was erased the same day."""
    for reference in ("AP-0001", "AP-0002", "AP-0003", "AP-0004"):
        erasing.hold(store, reference, because="a test", by=COMMAND_LINE, at=NOW)
    for reference in ("AP-0001", "AP-0002", "AP-0004"):
        erasing.let_go(store, reference, by=COMMAND_LINE, at=NOW)
    an_apprentice(store, 5)
    erasing.erase_due(store, ["AP-0005"], years=0, by=COMMAND_LINE, at=NOW)


def recall_a_snapshot(store: Session, row: QuestionSet) -> None:
    frozen = frozen_eligibility.frozen_in(store, 1, audit.length(store))
    assert frozen_eligibility.recall(store, [replace(frozen[-1], ordinal=row.ordinal + 1)], entry=1, at=NOW) == 1


def draw_and_void(store: Session) -> None:
    session = a_session(store, apprentice=4)
    delivering.pull(store, session, by=COMMAND_LINE, at=NOW, cipher=CIPHER)
    void(store, session)


def extend(store: Session, row: QuestionSet) -> None:
    """A row that says that the first question was replaced, and the question that came."""
    asked = sa.select(SetQuestion).where(SetQuestion.question_set_id == row.id).order_by(SetQuestion.position)
    pinned = store.scalars(asked).all()
    met = [each.question_id for each in pinned]
    other = store.scalars(
        sa.select(DrawPlanQuestion)
        .where(DrawPlanQuestion.draw_plan_id == row.draw_plan_id, DrawPlanQuestion.question_id.not_in(met))
        .limit(1)
    ).one()
    store.add(
        SetExtension(
            question_set_id=row.id,
            number=1,
            kind=Extension.SUBSTITUTION,
            replaced_position=1,
            first_position=len(pinned) + 1,
            question_count=1,
            reason=Replaced.UNSUITABLE,
            certificate="{}",
            certificate_digest="e" * 64,
            at=NOW,
        )
    )
    store.flush()
    store.add(
        SetQuestion(
            question_set_id=row.id,
            position=len(pinned) + 1,
            question_version_id=other.question_version_id,
            question_id=other.question_id,
            apprentice_id=row.apprentice_id,
            method=row.method,
        )
    )
    store.flush()


def approve_standard_sets(store: Session) -> None:
    key = a_family.a_family(store)
    a_family.submit(store, key)
    a_family.decide(store, key)


def in_service(store: Session, question_id: int) -> tuple[int, str] | None:
    """(version, state) of the pointer."""
    store.expire_all()
    row = store.get(InService, question_id)
    return None if row is None else (row.question_version_id, row.state)
