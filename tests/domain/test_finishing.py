"""What must stand before an assessment can be submitted, each missing thing in a sentence with its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from qbank.domain.finishing import Sat, Where, missing
from qbank.domain.grading import graded
from qbank.domain.recording import record_of
from qbank.domain.sitting_times import bands_of
from qbank.domain.standards import Level
from tests.domain.an_entry import BEGIN, an_entry
from tests.services.a_bank import METHOD, a_plan

PLAN = a_plan()
NEEDED = 7
PASS = [each.code for each in PLAN.criteria_of(METHOD, Level.PASS)]
DISTINCTION = [each.code for each in PLAN.criteria_of(METHOD, Level.DISTINCTION)]
FAIL = [each.code for each in PLAN.criteria_of(METHOD, Level.FAIL)]
LATER = BEGIN + timedelta(hours=2)


def judged(code, *, holds=True, sources="question 1", text="", **other):
    return an_entry("judgement", criterion=code, holds=holds, sources=sources, text=text, **other)


def whole(*, without=()):
    """A record that lacks nothing, but for the parts that are left out: "ended", "asked 3", "LP1", …"""
    entries = {
        "began": an_entry("began"),
        "ended": an_entry("ended", minutes=45),
        **{f"asked {place}": an_entry("asked", position=place) for place in range(1, NEEDED + 1)},
        **{code: judged(code) for code in (*PASS, *DISTINCTION)},
    }
    return [entry for name, entry in entries.items() if name not in without]


def sat(entries, **other):
    given = {
        "plan": PLAN,
        "method": PLAN.method(METHOD),
        "record": record_of(entries),
        "bands": bands_of(PLAN.method(METHOD)),
        "asked": {place: place for place in range(1, NEEDED + 1)},
        "drawn": NEEDED,
        "starts_at": BEGIN,
    }
    return Sat(**given | other)


def wanting(entries, *, at=LATER, **other):
    one = sat(entries, **other)
    return [(each.where, each.of) for each in missing(one, graded(PLAN, METHOD, one.met), at=at)]


def test_a_whole_record_lacks_nothing():
    assert wanting(whole()) == []


@pytest.mark.parametrize("code", [*PASS, *DISTINCTION])
def test_R2_R3_every_pass_and_distinction_criterion_is_judged(code):
    assert wanting(whole(without=[code])) == [(Where.CRITERION, code)]


def test_a_criterion_that_is_met_says_where_its_evidence_came_from():
    entries = [*whole(without=["LP1"]), judged("LP1", sources="")]

    assert wanting(entries) == [(Where.CRITERION, "LP1")]


def test_a_pass_criterion_that_is_not_met_says_what_was_missing():
    entries = whole(without=["LP1"])

    assert wanting([*entries, judged("LP1", holds=False, text=" ")]) == [(Where.CRITERION, "LP1")]
    assert wanting([*entries, judged("LP1", holds=False, sources="", text="No log was named.")]) == []


def test_two_devices_that_judge_differently_must_be_settled():
    one, other = judged("LP1"), judged("LP1", holds=False, text="No.", device="tablet")
    entries = [*whole(without=["LP1"]), one, other]

    assert wanting(entries) == [(Where.CRITERION, "LP1")]
    assert wanting([*entries, judged("LP1", follows=one), judged("LP1", follows=other)]) == []


def test_a_fail_indicator_beside_pass_criteria_that_are_all_met_needs_a_reason():
    silent, spoken = judged(FAIL[0], sources=""), judged(FAIL[0], sources="", text="It was put right at once.")

    assert wanting([*whole(), silent]) == [(Where.CRITERION, FAIL[0])]
    assert wanting([*whole(), spoken]) == []
    assert [each.code for each in sat([*whole(), spoken]).seen] == [FAIL[0]]


def test_a_fail_indicator_beside_a_fail_needs_none_and_one_not_seen_is_nothing():
    failed = [*whole(without=["LP1"]), judged("LP1", holds=False, text="No log was named.")]

    assert wanting([*failed, judged(FAIL[0], sources="")]) == []
    assert wanting([*whole(), judged(FAIL[0], holds=False, sources="")]) == []


def test_each_question_says_how_it_was_asked_and_what_is_unlike_the_pack_is_explained():
    assert wanting(whole(without=["asked 3"]))[0] == (Where.QUESTION, "3")
    rephrased = an_entry("asked", position=3, how="rephrased")
    assert wanting([*whole(without=["asked 3"]), rephrased]) == [(Where.QUESTION, "3")]
    explained = an_entry("asked", position=3, how="rephrased", wording="What did you do then?", follows=rephrased)
    assert wanting([*whole(without=["asked 3"]), rephrased, explained]) == []


def test_two_devices_that_noted_a_question_differently_must_be_settled():
    other = an_entry("asked", position=3, how="rephrased", wording="What then?", device="tablet")

    assert wanting([*whole(), other]) == [(Where.QUESTION, "3")]


def test_W6_fewer_asked_than_the_specification_is_no_grade_but_an_incomplete_assessment_with_its_reason():
    six = [*whole(without=["asked 7", *PASS, *DISTINCTION])]
    left_out = an_entry("asked", position=7, how="not asked", because="A fire alarm.")

    assert sat([*six, left_out]).is_incomplete
    assert wanting([*six, left_out]) == [(Where.INCOMPLETE, "")]
    assert wanting([*six, left_out, an_entry("incomplete")]) == []
    assert not sat(whole()).is_incomplete


def test_W6_an_assessment_that_the_assessor_calls_incomplete_has_no_grade_whatever_was_asked():
    said = an_entry("incomplete")

    assert sat([*whole(), said]).is_incomplete
    assert not sat([*whole(), said, an_entry("incomplete", because="", follows=said)]).is_incomplete
    assert wanting([an_entry("began"), an_entry("ended", minutes=3), said]) == []


def test_W6_a_substitute_counts_in_the_place_of_what_it_replaced():
    asked = {1: 1, 2: 2, 8: 3, 4: 4, 5: 5, 6: 6, 7: 7}
    entries = [*whole(without=["asked 3"]), an_entry("asked", position=8)]

    assert wanting(entries, asked=asked) == []
    assert sat(whole(), asked=asked).is_incomplete, "What was replaced does not count."


@pytest.mark.parametrize("minutes", [35, 55])
def test_O1_W5_P1_a_length_outside_of_its_tolerance_needs_a_reason(minutes):
    entries = [*whole(without=["ended"]), an_entry("ended", minutes=minutes)]

    assert wanting(entries) == [(Where.LENGTH, "")]
    assert wanting([*entries, an_entry("reason")]) == []


def test_O5_more_questioning_than_its_share_needs_a_reason():
    bands = bands_of(PLAN.method(METHOD))

    entries = [*whole(), an_entry("questioning"), an_entry("questioning", on=False, minutes=10)]

    assert wanting(entries, bands=replace(bands, questioning=540)) == [(Where.QUESTIONING, "")]
    assert wanting([*entries, an_entry("reason", about="questioning")], bands=replace(bands, questioning=540)) == []


def test_a_session_that_is_running_or_to_come_is_not_finished():
    assert wanting(whole(without=["ended"])) == [(Where.SITTING, "")]
    assert wanting(whole(without=["began", "ended"]), at=BEGIN - timedelta(minutes=1)) == [(Where.SITTING, "")]
    assert wanting(whole(without=["began", "ended"])) == []
