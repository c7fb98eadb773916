"""Q1, Q2, R10: what is sampled, by whom it is moderated, and when it is confirmed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import Sitting
from qbank.domain.moderating import Outcome, Standing, drawn_by_lot, needed
from qbank.domain.record_entries import Judgement
from qbank.services import grading, moderating
from qbank.storage import units
from qbank.storage.models import AssessmentSession, AuditEntry, ModerationSample
from qbank.storage.queries import assessments
from tests.services.a_bank import ENDED, NOW, a_plan, an_apprentice, the_person
from tests.services.a_sitting import CRITERIA, a_drawn_session, assessed, latest


def acted(bank, key, act, *, who="approver", at=ENDED, **facts):
    def work(store):
        session, by = store.get_one(AssessmentSession, key), the_person(store, who).actor
        act(store, session, by=by, at=at, **facts)

    units.in_write_unit(bank, work)


def uphold(bank, key, **other):
    acted(
        bank,
        key,
        lambda store, session, **by: moderating.moderate(store, session, Outcome.UPHELD, because="", **by),
        **other,
    )


def give_back(bank, key, because="The source of LP2 is not plain.", **other):
    def act(store, session, **by):
        moderating.moderate(store, session, Outcome.RETURNED, because=because, **by)

    acted(bank, key, act, **other)


def confirm(bank, key, **other):
    acted(bank, key, moderating.confirm, **other)


def release(bank, who="assessor", *, by="approver"):
    def work(store):
        moderating.release(store, the_person(store, who), by=the_person(store, by).actor, at=NOW)

    units.in_write_unit(bank, work)


def many(bank, count, *, who="assessor"):
    """So many assessed sessions, one for each apprentice, in order."""
    keys = []
    for number in range(1, count + 1):
        with units.write_unit(bank) as store:
            an_apprentice(store, number)
        keys.append(assessed(bank, apprentice=number, who=who)[0])
    return keys


def test_Q1_a_new_assessor_is_moderated_by_the_plans_share_until_somebody_else_releases_them(bank):
    keys = many(bank, 6)

    whys = [latest(bank, key).whys for key in keys]
    assert sum(bool(each) for each in whys) >= needed(6, rate=0.5, least=2)
    assert {why for each in whys for why in each} == {"new assessor"}
    with pytest.raises(RuleBroken, match="Nobody releases themselves"):
        release(bank, by="assessor")
    with pytest.raises(RuleBroken, match="is not an assessor"):
        release(bank, "author")
    release(bank)
    with pytest.raises(RuleBroken, match="released already"):
        release(bank)


def test_Q1_after_the_release_the_share_of_each_assessor_is_sampled_by_lot(bank):
    release(bank)
    keys = many(bank, 10)

    plan = a_plan()
    sampled = [key for key in keys if latest(bank, key).whys]
    assert len(sampled) >= needed(10, rate=plan.moderation_rate, least=plan.moderation_least)
    assert {why for key in sampled for why in latest(bank, key).whys} == {"by lot"}
    assert len(sampled) < 10, "By the digests of this trail; a lot of ten out of ten would be one in ten thousand."


def test_Q1_the_lot_is_drawn_again_from_the_trail_alone(bank):
    release(bank)
    many(bank, 8)

    with units.read_unit(bank) as store:
        settled = store.scalars(sa.select(AuditEntry).where(AuditEntry.act == "moderation sample settled")).all()
        for entry in settled:
            facts = json.loads(entry.facts)
            submission = store.get_one(AuditEntry, facts["entry"])
            assert (submission.act, submission.subject) == ("assessment submitted", entry.subject)
            rows = store.scalars(
                sa.select(AssessmentSession.reference)
                .join(assessments.Assessment, assessments.Assessment.assessment_session_id == AssessmentSession.id)
                .join(ModerationSample, ModerationSample.assessment_id == assessments.Assessment.id)
                .where(ModerationSample.audit_seq == facts["entry"])
            ).all()
            assert sorted(rows) == sorted(facts["chosen"])
        window = [
            each for _, each in assessments.window_of(store, the_person(store, "assessor").id, after=NOW - timedelta(1))
        ]
        last = settled[-1]
    before = [
        assessments.Assessed(
            each.reference, sampled=each.sampled and each.reference not in json.loads(last.facts)["chosen"], open=True
        )
        for each in window
    ]
    again = drawn_by_lot(before, last.subject, rate=0.2, least=2, seed=submission.digest)
    assert list(again) == json.loads(last.facts)["chosen"]


def test_Q1_one_assessors_sample_is_not_another_ones(bank):
    release(bank)
    release(bank, "other")
    assessed(bank, apprentice=1)
    assessed(bank, apprentice=2, who="other")

    with units.read_unit(bank) as store:
        for who in ("assessor", "other"):
            window = assessments.window_of(store, the_person(store, who).id, after=NOW - timedelta(days=1))
            assert [each.sampled for _, each in window] == [True]


def test_Q1_what_is_older_than_the_window_counts_no_more(bank):
    assessed(bank)

    with units.read_unit(bank) as store:
        assessor = the_person(store, "assessor").id
        assert len(assessments.window_of(store, assessor, after=NOW)) == 1
        assert assessments.window_of(store, assessor, after=NOW + timedelta(minutes=50)) == []


def test_R10_from_awaiting_moderation_by_upheld_to_confirmed(bank):
    key, decision = assessed(bank)
    assert decision.standing is Standing.AWAITS_MODERATION
    with pytest.raises(RuleBroken, match="awaiting moderation"):
        confirm(bank, key)

    uphold(bank, key)
    assert latest(bank, key).standing is Standing.UPHELD
    confirm(bank, key)

    assert latest(bank, key).standing is Standing.CONFIRMED
    for again in (uphold, confirm):
        with pytest.raises(RuleBroken, match="already"):
            again(bank, key)


def test_R10_what_is_returned_is_corrected_and_moderated_again_before_it_is_confirmed(bank):
    key, _ = assessed(bank)
    with pytest.raises(RuleBroken, match="needs a reason"):
        give_back(bank, key, because=" ")
    give_back(bank, key)
    assert (latest(bank, key).standing, latest(bank, key).found) == (
        Standing.RETURNED,
        "The source of LP2 is not plain.",
    )
    with pytest.raises(RuleBroken, match="returned to the assessor"):
        confirm(bank, key)

    decisions = {code: Judgement(code, holds=True, sources="question 2") for code in CRITERIA}
    acted(
        bank,
        key,
        lambda store, session, **by: grading.correct(
            store, session, decisions, because="As returned.", on_summaries=True, **by
        ),
        who="assessor",
    )
    assert latest(bank, key).standing is Standing.AWAITS_MODERATION
    with pytest.raises(RuleBroken, match="awaiting moderation"):
        confirm(bank, key)
    uphold(bank, key)
    confirm(bank, key)

    assert latest(bank, key).standing is Standing.CONFIRMED


def test_R10_the_others_are_confirmed_together_after_the_sample_of_their_assessor(bank):
    release(bank)
    keys = many(bank, 9)
    sampled = [key for key in keys if latest(bank, key).whys]
    others = [key for key in keys if key not in sampled]
    assert others, "By the digests of this trail."
    with pytest.raises(RuleBroken, match="sample await moderation"):
        confirm(bank, others[0])

    for key in sampled:
        uphold(bank, key)

    def work(store):
        assessor, by = the_person(store, "assessor"), the_person(store, "approver").actor
        return moderating.confirm_others(store, assessor.id, by=by, at=ENDED)

    assert units.in_write_unit(bank, work) == 9
    assert {latest(bank, key).standing for key in keys} == {Standing.CONFIRMED}


@pytest.mark.parametrize("act", [uphold, confirm])
def test_Q2_nobody_moderates_or_confirms_what_they_delivered_or_assessed(bank, act):
    key, _ = assessed(bank)

    with pytest.raises(RuleBroken, match="delivered or assessed"):
        act(bank, key, who="assessor")


def test_what_nobody_submitted_is_not_there_to_moderate(bank):
    key = a_drawn_session(bank)

    for act in (uphold, confirm):
        with pytest.raises(NotFound):
            act(bank, key)


def test_R9_the_confirmed_grades_of_the_methods_are_those_of_the_latest_attempts(bank):
    first, _ = assessed(bank, met=())
    uphold(bank, first)
    confirm(bank, first)
    again, _ = assessed(bank, kind=Sitting.RE_SIT, at=ENDED)
    with units.read_unit(bank) as store:
        session = store.get_one(AssessmentSession, first)
        plan = 1
        assert assessments.confirmed_grades(store, session.apprentice_id, plan) == {"dialogue": "fail"}
    uphold(bank, again, at=ENDED + timedelta(days=1))
    confirm(bank, again, at=ENDED + timedelta(days=1))

    with units.read_unit(bank) as store:
        assert assessments.confirmed_grades(store, session.apprentice_id, plan) == {"dialogue": "distinction"}
