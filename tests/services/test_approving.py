"""Hands that are remembered, answers to remarks, loads beside what is written on the pages, and the queue."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.approving import Answer, Verdict
from qbank.domain.bank_list import Wanted
from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.lifecycle import Change
from qbank.domain.people import COMMAND_LINE
from qbank.domain.working_drafts import DraftText
from qbank.services import approving, authoring, seeding
from qbank.storage import units
from qbank.storage.models import Approval, Question, QuestionVersion, VersionComment, VersionCommentAnswer, WorkingDraft
from qbank.storage.queries import versions, writing
from qbank.storage.queries.bank_list import listed
from tests.services.a_bank import NOW, a_plan, questions, the_person
from tests.services.test_authoring import a_draft, a_text, actor, decided, submitted


def rejected(store) -> Question:
    """A question whose only version its author, with a co-author, wrote in vain."""
    draft = a_draft(store)
    authoring.save(store, draft, a_text(guidance="By two."), revision=2, by=actor(store, "other"), at=NOW)
    question = submitted(store, draft)
    decided(store, question, Verdict.REJECTED)
    return question


@pytest.mark.parametrize("who", ["author", "other"])
def test_L8_whoever_wrote_rejected_words_does_not_approve_them_when_another_submits_them_again(bank, who):
    with units.write_unit(bank) as store:
        question = rejected(store)
        draft = authoring.revise(store, question, by=actor(store, "assessor"), at=NOW)
        submitted(store, draft, by="assessor")

        with pytest.raises(NotAllowed, match="so you do not approve it"):
            decided(store, question, by=who)


def test_L8_the_database_too_refuses_an_approval_of_rejected_words_by_whoever_wrote_them(bank):
    def work(store):
        question = rejected(store)
        draft = authoring.revise(store, question, by=actor(store, "assessor"), at=NOW)
        version = authoring.submit(store, draft, revision=1, by=actor(store, "assessor"), at=NOW)
        names = {"author_id": version.author_id, "approver_id": the_person(store, "author").id}
        said = {"decision": "approved", "change": "material", "comment": "", "at": NOW}
        store.add(Approval(question_version_id=version.id, **names, **said))
        store.flush()

    with pytest.raises(IntegrityError, match="L8: a co-author may not approve"):
        units.in_write_unit(bank, work)


def test_the_next_draft_of_a_live_question_begins_from_the_live_words_after_a_rejection(bank):
    with units.write_unit(bank) as store:
        question, author = writing.question_by_reference(store, "Q-0010"), actor(store, "author")
        live = DraftText.of(versions.versions_of(store, question)[0].content)
        draft = authoring.revise(store, question, by=author, at=NOW)
        authoring.save(store, draft, replace(live, guidance="In vain.", seconds=300), revision=1, by=author, at=NOW)
        submitted(store, draft)
        decided(store, question, Verdict.REJECTED)

        anew = authoring.revise(store, question, by=actor(store, "other"), at=NOW)

        assert DraftText.from_kept(anew.words) == live


def test_a_remark_on_a_version_that_was_changed_meanwhile_lapses(bank):
    with units.write_unit(bank) as store:
        draft, author = a_draft(store), actor(store, "author")
        question = submitted(store, draft)
        authoring.take_back(store, question, by=author, at=NOW)
        authoring.save(store, draft, a_text(guidance="Better."), revision=2, by=author, at=NOW)
        submitted(store, draft)
        said = {"part": "stem", "passage": "", "words": "Hm.", "suggestion": None}

        with pytest.raises(RuleBroken, match="Version 1 was changed, and version 2 awaits"):
            approving.remark(store, question, **said, number=1, by=actor(store, "approver"), at=NOW)


def sent_back(store, draft: WorkingDraft) -> tuple[Question, VersionComment]:
    """The question of a draft whose approver remarked on it and asked for changes."""
    question = submitted(store, draft)
    said = {"part": "stem", "passage": "teach you", "words": "", "suggestion": "show you", "number": 1}
    comment = approving.remark(store, question, **said, by=actor(store, "approver"), at=NOW)
    decided(store, question, Verdict.CHANGES_REQUESTED)
    return question, comment


@pytest.mark.parametrize("given", list(Answer))
def test_a_remark_is_not_answered_while_the_draft_stands_still(bank, given):
    with units.write_unit(bank) as store:
        draft = a_draft(store)
        _, comment = sent_back(store, draft)
        submitted(store, draft)

        with pytest.raises(RuleBroken, match="awaits approval"):
            approving.answer(store, draft, comment, given, by=actor(store, "author"), at=NOW)

        assert store.scalar(sa.select(sa.func.count()).select_from(VersionCommentAnswer)) == 0


def test_L8_whoever_answers_a_remark_has_a_hand_in_the_draft_and_the_page_can_say_who(bank):
    with units.write_unit(bank) as store:
        draft = a_draft(store)
        question, comment = sent_back(store, draft)

        approving.answer(store, draft, comment, Answer.DECLINED, by=actor(store, "other"), at=NOW)
        submitted(store, draft)

        with pytest.raises(NotAllowed, match="so you do not approve it"):
            decided(store, question, by="other")
        assert [each.answered_by for each in versions.remarks_on(store, question.id)] == ["other"]


def loaded(store, **changes: object):
    """A load of Q-0010 and of another question, whose files differ from what the bank holds."""
    files = {each.reference: each for each in questions()}
    wanted = [replace(files[name], content=replace(files[name].content, **changes)) for name in ("Q-0009", "Q-0010")]
    return seeding.load_questions(store, a_plan(), wanted, by=COMMAND_LINE, at=NOW)


@pytest.mark.parametrize("stage", ["begun", "submitted", "approved"])
def test_a_load_of_files_overrules_no_words_from_the_pages_and_then_loads_nothing_at_all(bank, stage):
    because = "live version of Q-0010 was written" if stage == "approved" else "version of Q-0010 is being written"
    with units.write_unit(bank) as store:
        question, author = writing.question_by_reference(store, "Q-0010"), actor(store, "author")
        draft = authoring.revise(store, question, by=author, at=NOW)
        text = replace(DraftText.from_kept(draft.words), guidance="From the pages.", seconds=300)
        authoring.save(store, draft, text, revision=1, by=author, at=NOW)
        if stage != "begun":
            submitted(store, draft)
        if stage == "approved":
            decided(store, question, change=Change.EDITORIAL)

    with pytest.raises(RuleBroken, match=because):
        units.in_write_unit(bank, lambda store: loaded(store, guidance="From a file."))

    with units.read_unit(bank) as store:
        other = writing.question_by_reference(store, "Q-0009")
        assert len(versions.versions_of(store, other)) == 1


def test_a_load_of_unchanged_files_leaves_a_draft_alone(bank):
    with units.write_unit(bank) as store:
        question = writing.question_by_reference(store, "Q-0010")
        authoring.revise(store, question, by=actor(store, "author"), at=NOW)

        assert loaded(store).unchanged == 2


def test_a_draft_stands_still_while_any_version_awaits_and_not_only_the_newest(bank):
    with units.write_unit(bank) as store:
        draft = a_draft(store)
        question = submitted(store, draft)
        awaiting = writing.newest_version(store, question.id)
        parts = {each.key: getattr(awaiting, each.key) for each in sa.inspect(QuestionVersion).column_attrs}
        store.add(QuestionVersion(**(parts | {"id": None, "number": 2})))
        store.flush()

        with pytest.raises(RuleBroken, match="awaits approval"):
            authoring.save(store, draft, a_text(guidance="Late."), revision=2, by=actor(store, "author"), at=NOW)


def test_the_queue_asks_as_many_questions_of_the_database_for_two_versions_as_for_one(bank):
    asked = []
    sa.event.listen(bank, "before_cursor_execute", lambda *facts: asked.append(facts[2]))

    def queries(store) -> tuple[int, int]:
        asked.clear()
        return len(writing.queue(store)), len(asked)

    with units.write_unit(bank) as store:
        submitted(store, a_draft(store))
        one = queries(store)
        submitted(store, a_draft(store, stem="In your project, what came first?"))

        assert (one, queries(store)) == ((1, 3), (2, 3))
        assert writing.count_awaiting(store) == 2


def test_L8_the_queue_of_a_person_leaves_out_what_they_wrote_wrote_in_or_submitted(bank):
    with units.write_unit(bank) as store:
        author, approver = actor(store, "author"), actor(store, "approver")
        submitted(store, a_draft(store))
        written_in = a_draft(store, stem="In your project, what came first?")
        text = a_text(stem="In your project, what came last?")
        authoring.save(store, written_in, text, revision=2, by=approver, at=NOW)
        submitted(store, written_in)
        sent = a_draft(store, stem="In your project, what came next?")
        authoring.submit(store, sent, revision=2, by=approver, at=NOW)

        everything = writing.queue(store)
        for person in (author, approver):
            theirs = [each for each in everything if person.identifier not in each.hands]
            assert writing.queue(store, not_by=person.identifier) == theirs
            assert writing.count_awaiting(store, not_by=person.identifier) == len(theirs)
        assert [len(everything), len(writing.queue(store, not_by=approver.identifier))] == [3, 1]
        assert writing.queue(store, after=1, most=1) == everything[1:2]


def test_the_list_is_of_questions_and_not_of_versions(bank):
    with units.write_unit(bank) as store:
        draft, author = a_draft(store), actor(store, "author")
        question = submitted(store, draft)
        authoring.take_back(store, question, by=author, at=NOW)
        authoring.save(store, draft, a_text(guidance="Better."), revision=2, by=author, at=NOW)
        submitted(store, draft)

        found = listed(store, Wanted(down=True), at=NOW)

        assert found.of == found.found == 61
        assert [each.reference for each in found.lines][:3] == ["Q-0061", "Q-0060", "Q-0059"]
