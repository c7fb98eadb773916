"""A grade follows from the criteria by the plan's rules, for every combination; nothing else lifts or lowers it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qbank.domain import grading
from qbank.domain.grading import Grade, graded, may_sit_again, overall
from qbank.domain.lifecycle import Sitting
from qbank.domain.standards import Level
from qbank.services.starter import starter_plan
from tests.services.a_bank import a_plan

PLAN = starter_plan("customer-service-specialist-3")
METHODS = [method.code for method in PLAN.methods]
GRADES = [None, *Grade]
AGAIN = (Sitting.RE_SIT, Sitting.RE_TAKE)


def codes(method: str, *levels: Level) -> list[str]:
    return [each.code for each in PLAN.criteria_of(method, *levels)]


@some.composite
def a_method_and_what_is_met(draw: some.DrawFn) -> tuple[str, frozenset[str]]:
    """Any subset of a method's criteria, fail indicators among them; often all of a level."""
    method = draw(some.sampled_from(METHODS))
    met: set[str] = set()
    for level in Level:
        of_level = codes(method, level)
        met |= set(
            draw(some.sampled_from([of_level, of_level[1:], of_level[:-1]]) | some.sets(some.sampled_from(of_level)))
        )
    return method, frozenset(met)


@given(a_method_and_what_is_met())
def test_R2_R3_O9_W9_P4_a_method_is_graded_by_all_pass_and_all_distinction_criteria(case):
    method, met = case
    all_pass = set(codes(method, Level.PASS)) <= met
    all_distinction = set(codes(method, Level.DISTINCTION)) <= met

    found = graded(PLAN, method, met)

    expected = Grade.FAIL if not all_pass else Grade.DISTINCTION if all_distinction else Grade.PASS
    assert (found.derived, found.grade, found.capped) == (expected, expected, False)


@given(a_method_and_what_is_met())
def test_a_fail_indicator_is_never_scored(case):
    method, met = case
    indicators = set(codes(method, Level.FAIL))

    assert graded(PLAN, method, met | indicators) == graded(PLAN, method, met - indicators)


@given(a_method_and_what_is_met())
def test_what_stands_between_the_apprentice_and_the_next_grade_is_named(case):
    method, met = case

    found = graded(PLAN, method, met)

    lacking = [each.code for each in (*found.unmet_pass, *found.unmet_distinction)]
    assert sorted(lacking) == sorted(set(codes(method, Level.PASS, Level.DISTINCTION)) - met)


@given(a_method_and_what_is_met(), some.data())
def test_one_more_criterion_met_never_lowers_a_grade(case, data):
    method, met = case
    more = data.draw(some.sampled_from(codes(method)))

    assert graded(PLAN, method, met | {more}).grade.rank >= graded(PLAN, method, met).grade.rank


@given(a_method_and_what_is_met(), some.sampled_from(AGAIN))
def test_R5_a_resit_and_a_retake_are_given_at_most_a_pass(case, sitting):
    method, met = case

    found = graded(PLAN, method, met, sitting=sitting)

    assert found.derived == graded(PLAN, method, met).derived
    assert found.grade == (Grade.PASS if found.derived is Grade.DISTINCTION else found.derived)
    assert found.capped == (found.derived is Grade.DISTINCTION)


@given(a_method_and_what_is_met(), some.sampled_from(AGAIN))
def test_R5_with_the_recorded_exception_a_resit_is_graded_like_a_first_sitting(case, sitting):
    method, met = case

    assert graded(PLAN, method, met, sitting=sitting, excepted=True) == graded(PLAN, method, met)


def test_R5_the_highest_grades_are_data_of_the_plan():
    small = a_plan()
    everything = [each.code for each in small.criteria]

    assert graded(small, "dialogue", everything, sitting=Sitting.RE_SIT).grade is Grade.DISTINCTION
    fails_only = replace(small, retake_highest_grade="fail")
    assert graded(fails_only, "dialogue", everything, sitting=Sitting.RE_TAKE).grade is Grade.FAIL
    assert graded(fails_only, "dialogue", everything, sitting=Sitting.RE_SIT).grade is Grade.DISTINCTION


@pytest.mark.parametrize("grades", list(product(GRADES, repeat=3)))
def test_R4_only_a_method_without_a_pass_is_sat_again(grades):
    assert may_sit_again(grades) == (Grade.PASS not in grades and Grade.DISTINCTION not in grades)


@pytest.mark.parametrize("grades", list(product(GRADES, repeat=3)))
def test_R1_R2_R3_R9_the_overall_grade_of_every_combination(grades):
    found = overall(PLAN, dict(zip(METHODS, grades, strict=True)))

    if Grade.FAIL in grades:
        assert found is Grade.FAIL
    elif None in grades:
        assert found is None
    elif set(grades) == {Grade.DISTINCTION}:
        assert found is Grade.DISTINCTION
    else:
        assert found is Grade.PASS


def test_R9_a_method_that_nobody_graded_leaves_the_whole_without_a_grade():
    assert overall(PLAN, {METHODS[0]: Grade.PASS}) is None
    assert overall(PLAN, {}) is None


@pytest.mark.parametrize(("length", "drawn", "needed"), [(10, 10, 10), (10, 11, 10), (None, 4, 4)])
def test_W6_ten_means_ten_and_where_minutes_decide_all_that_was_drawn(length, drawn, needed):
    assert grading.questions_needed(length, drawn) == needed


def test_decision_23_a_method_rests_on_summaries_until_each_of_its_criteria_has_its_wording():
    words = dict.fromkeys(codes("interview"), "The published words.")

    assert grading.rests_on_summaries(PLAN, "interview")
    assert not grading.rests_on_summaries(PLAN.with_wording(words), "interview")
    assert grading.rests_on_summaries(PLAN.with_wording(words), "observation")
    del words["WF1"]
    assert grading.rests_on_summaries(PLAN.with_wording(words), "interview")


@pytest.mark.parametrize(
    ("text", "are"),
    [
        ("", True),
        ("question 3, report", True),
        ("supplementary question, prescribed probe, annex, observed, portfolio", True),
        ("portfolio piece 1, portfolio piece 15", True),
        ("portfolio piece 0", False),
        ("portfolio piece", False),
        ("annex 2", False),
        ("question", False),
        ("question 0", False),
        ("question 3; report", False),
        ("a friend", False),
    ],
)
def test_evidence_comes_from_questions_and_what_lies_beside_them(text, are):
    assert grading.are_sources(text) is are
    assert grading.sources_of(grading.sources_said(grading.sources_of(text))) == grading.sources_of(text)


def test_P2_a_piece_is_named_by_its_number_up_to_those_that_were_received_and_the_portfolio_as_a_whole_as_before():
    assert grading.pieces_of(2) == ("portfolio piece 1", "portfolio piece 2")
    assert grading.not_received("portfolio, portfolio piece 12, question 3", 12) == ()
    assert grading.not_received("portfolio piece 12, portfolio piece 13", 12) == ("portfolio piece 13",)
    assert grading.not_received("portfolio piece 1", 0) == ("portfolio piece 1",)
    assert len(grading.pieces_of(1_000_000)) == grading.MOST_PIECES
    assert grading.are_sources(grading.sources_said(grading.pieces_of(1_000_000)))
