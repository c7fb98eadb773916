"""Drafts are saved over and never lost; a version is cut on submission; a second person decides, and it is live."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.access import Role
from qbank.domain.approving import Answer, Decision, Verdict
from qbank.domain.errors import NotAllowed, RuleBroken
from qbank.domain.lifecycle import Change, State
from qbank.domain.people import COMMAND_LINE, Actor
from qbank.domain.working_drafts import DraftText
from qbank.services import approving, audit, authoring, fitting
from qbank.storage import units
from qbank.storage.models import (
    DrawPlanQuestion,
    Question,
    QuestionVersion,
    VersionComment,
    WorkingDraft,
)
from qbank.storage.pools import pool_of
from qbank.storage.queries import versions, writing
from tests.services.a_bank import METHOD, NOW, fit_once, questions, the_person, the_plan_version

REASON = "Say what the distinction adds."
STEM = "In your logbook, what did the lamp on the north pier teach you?"


def a_text(**changes: object) -> DraftText:
    return replace(DraftText.of(replace(questions(7)[6].content, stem=STEM, seconds=300)), **changes)


def actor(store, who: str, *roles: Role) -> Actor:
    person = the_person(store, who).actor
    return replace(person, roles=person.roles | frozenset(roles))


def a_draft(store, *, by: str = "author", **changes: object) -> WorkingDraft:
    draft = authoring.begin(store, the_plan_version(store), METHOD, by=actor(store, by), at=NOW)
    authoring.save(store, draft, a_text(**changes), revision=1, by=actor(store, by), at=NOW)
    return draft


def submitted(store, draft: WorkingDraft, *, by: str = "author") -> Question:
    version = authoring.submit(store, draft, revision=draft.revision, by=actor(store, by), at=NOW)
    return store.get_one(Question, version.question_id)


def decided(store, question, verdict: Verdict = Verdict.APPROVED, *, by: str = "approver", **changes: object) -> None:
    latest = versions.versions_of(store, question)[0]
    change = Change.MATERIAL if verdict is Verdict.APPROVED else None
    said = {"change": change, "confirmed": frozenset(latest.content.ksbs), "reason": REASON} | changes
    by_whom = actor(store, by, Role.APPROVER)
    approving.decide(store, question, Decision(verdict, **said), number=latest.number, by=by_whom, at=NOW)


def states(store, question) -> list[str]:
    return [str(each.state) for each in versions.versions_of(store, question)]


def test_a_question_is_written_submitted_and_approved_and_is_in_the_pool(bank):
    with units.write_unit(bank) as store:
        for odd in ("Q-old-" + "9" * 20, "Q-ABCD"):  # of an older import: neither stops the numbers nor counts
            standard = the_plan_version(store).standard_id
            store.add(Question(reference=odd, standard_id=standard, method=METHOD, created_at=NOW))
        store.flush()
        before = set(pool_of(store, the_plan_version(store), METHOD).versions)
        draft = a_draft(store)
        question = submitted(store, draft)
        awaiting = set(pool_of(store, the_plan_version(store), METHOD).versions)

        decided(store, question)

        after = pool_of(store, the_plan_version(store), METHOD)
        assert awaiting == before
        assert set(after.versions) - before == {question.reference} == {"Q-0061"}
        assert draft.ended_at == NOW
        acts = [entry.act for entry in audit.entries(store)][-2:]
        assert acts == ["question submitted", "question approved"]


def test_a_version_is_cut_when_a_draft_is_submitted_and_not_when_it_is_saved(bank):
    with units.write_unit(bank) as store:
        count = sa.select(sa.func.count()).select_from(QuestionVersion)
        before = store.scalar(count)
        draft = a_draft(store)
        authoring.save(store, draft, a_text(guidance="Anew."), revision=2, by=actor(store, "author"), at=NOW)
        saved = store.scalar(count)
        submitted(store, draft)

        assert (saved - before, store.scalar(count) - before) == (0, 1)


def test_a_text_that_was_typed_on_an_older_revision_is_not_kept(bank):
    with units.write_unit(bank) as store:
        draft = a_draft(store)

        with pytest.raises(authoring.Overtaken, match="Somebody else saved"):
            authoring.save(store, draft, a_text(guidance="Late."), revision=1, by=actor(store, "other"), at=NOW)

        assert DraftText.from_kept(draft.words) == a_text()
        assert authoring.save(store, draft, a_text(), revision=1, by=actor(store, "author"), at=NOW) == 2


def test_an_incomplete_draft_is_not_submitted_and_says_what_it_lacks(bank):
    with units.write_unit(bank) as store:
        draft = a_draft(store, probes="", criteria=(), source="")

        with pytest.raises(authoring.Incomplete) as caught:
            submitted(store, draft)

        assert {each.part for each in caught.value.lacks} == {"probes", "criteria", "source"}


def test_L8_no_author_co_author_or_submitter_approves_and_nobody_without_the_role(bank):
    with units.write_unit(bank) as store:
        draft = a_draft(store)
        authoring.save(store, draft, a_text(guidance="By two."), revision=2, by=actor(store, "other"), at=NOW)
        question = submitted(store, draft, by="assessor")

        for who in ("author", "other", "assessor"):
            with pytest.raises(NotAllowed, match="so you do not approve it") as caught:
                decided(store, question, by=who)
            assert caught.value.rule == "L8"
        decision = Decision(Verdict.APPROVED, Change.MATERIAL)
        nobody = replace(actor(store, "approver"), roles=frozenset({Role.AUTHOR}))
        with pytest.raises(NotAllowed, match="Only an approver"):
            approving.decide(store, question, decision, number=1, by=nobody, at=NOW)
        decided(store, question)

        assert states(store, question) == ["live"]


def test_changes_are_requested_with_a_suggestion_that_is_accepted_in_one_press_and_approved_then(bank):
    with units.write_unit(bank) as store:
        draft = a_draft(store)
        question = submitted(store, draft)
        approver, author = actor(store, "approver"), actor(store, "author")
        said = {"part": "stem", "passage": "teach you", "words": "", "suggestion": "show you", "number": 1}
        comment = approving.remark(store, question, **said, by=approver, at=NOW)
        decided(store, question, Verdict.CHANGES_REQUESTED)

        approving.answer(store, draft, comment, Answer.ACCEPTED, by=author, at=NOW)
        submitted(store, draft)
        decided(store, question)

        newest, older = versions.versions_of(store, question)
        assert newest.content.stem == STEM.replace("teach you", "show you")
        assert (newest.number, newest.state, older.state) == (2, State.LIVE, State.RETIRED)
        assert [each.answer for each in versions.remarks_on(store, question.id)] == ["accepted"]


def test_a_suggestion_whose_words_are_gone_or_stand_twice_is_not_put_anywhere(bank):
    with units.write_unit(bank) as store:
        draft = a_draft(store)
        question = submitted(store, draft)
        said = {"part": "guidance", "passage": a_text().guidance[:6], "words": "", "suggestion": "Hear", "number": 1}
        comment = approving.remark(store, question, **said, by=actor(store, "approver"), at=NOW)
        decided(store, question, Verdict.CHANGES_REQUESTED)
        twice = a_text().guidance * 2
        authoring.save(store, draft, a_text(guidance=twice), revision=2, by=actor(store, "author"), at=NOW)

        with pytest.raises(RuleBroken, match="not stand there just once"):
            approving.answer(store, draft, comment, Answer.ACCEPTED, by=actor(store, "author"), at=NOW)

        assert DraftText.from_kept(draft.words).guidance == twice


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"passage": "no such words", "words": "Hm."}, "do not stand there"),
        ({"suggestion": "Other words"}, "needs the words it replaces"),
        ({}, "The remark is empty"),
    ],
)
def test_a_remark_points_at_words_that_stand_there(bank, said, because):
    with units.write_unit(bank) as store:
        question = submitted(store, a_draft(store))
        whole = {"part": "stem", "passage": "", "words": "", "suggestion": None, "number": 1} | said

        with pytest.raises(RuleBroken, match=because):
            approving.remark(store, question, **whole, by=actor(store, "approver"), at=NOW)

        assert store.scalar(sa.select(sa.func.count()).select_from(VersionComment)) == 0


def test_a_draft_stands_still_while_its_version_awaits_and_an_approval_of_what_was_taken_back_lapses(bank):
    with units.write_unit(bank) as store:
        draft, author = a_draft(store), actor(store, "author")
        question = submitted(store, draft)
        with pytest.raises(RuleBroken, match="awaits approval"):
            authoring.save(store, draft, a_text(guidance="Late."), revision=2, by=author, at=NOW)
        with pytest.raises(NotAllowed, match="Only an author"):
            authoring.take_back(store, question, by=actor(store, "approver"), at=NOW)

        authoring.take_back(store, question, by=author, at=NOW)
        with pytest.raises(RuleBroken, match="No version of Q-0061 awaits"):
            decided(store, question)
        authoring.save(store, draft, a_text(guidance="Better."), revision=2, by=author, at=NOW)
        submitted(store, draft)
        decision = Decision(Verdict.APPROVED, Change.MATERIAL, frozenset(a_text().content.ksbs))
        with pytest.raises(RuleBroken, match="Version 1 was changed, and version 2 awaits"):
            approving.decide(store, question, decision, number=1, by=actor(store, "approver"), at=NOW)

        assert states(store, question) == ["awaiting approval", "retired"]


def test_a_live_question_stays_drawable_while_its_next_version_is_on_its_way_and_retires_when_that_is_approved(bank):
    with units.write_unit(bank) as store:
        question = writing.question_by_reference(store, "Q-0010")
        author = actor(store, "author")
        draft = authoring.revise(store, question, by=author, at=NOW)
        assert authoring.revise(store, question, by=actor(store, "other"), at=NOW) is draft
        with pytest.raises(RuleBroken, match="what the live version says"):
            submitted(store, draft)
        text = replace(DraftText.from_kept(draft.words), guidance="Listen for a reason.", seconds=300)
        authoring.save(store, draft, text, revision=1, by=author, at=NOW + timedelta(minutes=1))
        submitted(store, draft)
        on_its_way = states(store, question)

        decided(store, question, change=Change.EDITORIAL)

        assert on_its_way == ["awaiting approval", "live"]
        assert states(store, question) == ["live", "retired"]
        assert versions.decisions_on(store, question.id)[0].change == "editorial"
        pinned = pool_of(store, the_plan_version(store), METHOD)
        assert {each.version for each in pinned.pool.candidates if each.reference == "Q-0010"} == {2}


def test_a_secondary_ksb_counts_once_the_approver_confirms_it(bank):
    with units.write_unit(bank) as store:
        primary, secondary = a_text().primary, a_text().secondary
        question = submitted(store, a_draft(store))
        with pytest.raises(RuleBroken, match=f"{primary} is what the question is written for"):
            decided(store, question, confirmed=frozenset(secondary))

        decided(store, question, confirmed=frozenset({primary}))

        pool = pool_of(store, the_plan_version(store), METHOD).pool
        assert {each.ksbs for each in pool.candidates if each.reference == question.reference} == {frozenset({primary})}
        assert versions.versions_of(store, question)[0].confirmed == {primary}


@pytest.mark.parametrize("verdict", [Verdict.CHANGES_REQUESTED, Verdict.REJECTED])
def test_the_author_is_told_why_a_version_does_not_go_live(bank, verdict):
    with units.write_unit(bank) as store:
        draft = a_draft(store)
        question = submitted(store, draft)
        with pytest.raises(RuleBroken, match="The author needs a reason"):
            decided(store, question, verdict, reason=" ")

        decided(store, question, verdict)

        assert versions.decisions_on(store, question.id)[0].reason == REASON
        assert (draft.ended_at is None) is (verdict is Verdict.CHANGES_REQUESTED)
        assert question.reference not in pool_of(store, the_plan_version(store), METHOD).versions


def test_an_approved_question_is_drawn_from_the_next_fitted_plan_and_not_from_the_one_in_use(bank):
    def held(store) -> set[str]:
        row = fitting.adopted(store, the_plan_version(store), METHOD)
        asked = sa.select(Question.reference).join(DrawPlanQuestion, DrawPlanQuestion.question_id == Question.id)
        return set(store.scalars(asked.where(DrawPlanQuestion.draw_plan_id == row.id)))

    with units.write_unit(bank) as store:
        reference = submitted(store, a_draft(store)).reference
        decided(store, writing.question_by_reference(store, reference))
        before, row = held(store), the_plan_version(store)
    fitting.adopt_for_today(bank, row, METHOD, by=COMMAND_LINE, at=NOW, fit=fit_once)
    with units.read_unit(bank) as store:
        after = held(store)

    assert after - before == {reference}


def test_a_material_change_begins_the_history_of_use_anew_and_an_editorial_one_does_not():
    use = versions.Use(sets=6, of=9, last=NOW, by_version={1: 3, 2: 2, 3: 1})

    assert (use.since(1), use.since(2)) == (6, 3)
