"""The assessment plan as data holds what the plan says: its counts, its numbers, its codes."""

from __future__ import annotations

from collections import Counter

import pytest

from delivery.specification import Band
from qbank.domain.standards import Kind, Level

KSBS = {
    "interview": "K1 K3 K4 K6 K8 K16 K17 S1 S7 S11 S12 S15 S16 S17",
    "observation": "K11 K13 K14 K15 S3 S4 S5 S6 S9 S10 S13 S14 B3 B4 B6 B7 B9 B10 B11 B12",
    "discussion": "K2 K5 K7 K9 K10 K12 K18 S2 S8 B1 B2 B5 B8",
}
CRITERIA = {"observation": ("O", 3, 20, 2), "interview": ("W", 3, 16, 9), "discussion": ("D", 4, 12, 2)}


def test_there_are_47_ksbs_numbered_in_the_order_of_appendix_a(plan):
    expected = [f"K{n}" for n in range(1, 19)] + [f"S{n}" for n in range(1, 18)] + [f"B{n}" for n in range(1, 13)]

    assert [ksb.code for ksb in plan.ksbs] == expected


@pytest.mark.parametrize(("method", "codes"), KSBS.items())
def test_each_ksb_belongs_to_its_method(plan, method, codes):
    assert {ksb.code for ksb in plan.ksbs_of(method)} == set(codes.split())


@pytest.mark.parametrize(
    ("method", "knowledge", "skills", "behaviours"),
    [("interview", 7, 7, 0), ("observation", 4, 8, 8), ("discussion", 7, 2, 4)],
)
def test_each_method_has_its_share_of_kinds(plan, method, knowledge, skills, behaviours):
    kinds = Counter(ksb.kind for ksb in plan.ksbs_of(method))

    assert kinds == Counter({Kind.KNOWLEDGE: knowledge, Kind.SKILL: skills, Kind.BEHAVIOUR: behaviours})


@pytest.mark.parametrize(("method", "counts"), CRITERIA.items())
def test_each_method_has_its_criteria_coded_by_method_and_level(plan, method, counts):
    letter, fail, passing, distinction = counts

    for level, mark, count in (
        (Level.FAIL, "F", fail),
        (Level.PASS, "P", passing),
        (Level.DISTINCTION, "D", distinction),
    ):
        codes = [criterion.code for criterion in plan.criteria_of(method, level)]
        assert codes == [f"{letter}{mark}{number}" for number in range(1, count + 1)]


def test_there_are_71_criteria_48_to_pass_13_for_distinction_10_to_fail(plan):
    assert Counter(criterion.level for criterion in plan.criteria) == {"pass": 48, "distinction": 13, "fail": 10}


def test_W6_the_interview_has_ten_questions(plan):
    assert plan.specification("interview").length == 10


def test_every_interview_set_covers_all_14_ksbs(plan):
    assert set(plan.specification("interview").required) == set(KSBS["interview"].split())


def test_P3_the_discussion_has_eight_questions_over_13_ksbs_as_our_own_template_sets(plan):
    specification = plan.specification("discussion")

    assert (specification.length, len(specification.required)) == (8, 13)
    assert specification.rules["length"] == specification.rules["coverage"] == "decision discussion-length"


def test_every_observation_set_questions_the_four_knowledge_ksbs_and_explores_the_rest(plan):
    specification = plan.specification("observation")

    assert set(specification.required) == {"K11", "K13", "K14", "K15"}
    assert set(specification.required) | set(specification.optional) == set(KSBS["observation"].split())
    assert specification.length is None


@pytest.mark.parametrize("method", KSBS)
def test_O1_W5_P1_a_sitting_of_60_minutes_takes_54_to_66(plan, method):
    chosen = plan.method(method)

    assert (chosen.shortest_seconds, chosen.longest_seconds) == (54 * 60, 66 * 60)


def test_O5_questioning_is_at_most_9_minutes_and_a_set_is_planned_at_6(plan):
    observation = plan.method("observation")

    assert observation.questioning_seconds == 9 * 60
    assert observation.planned_seconds[1] == 6 * 60


def test_planned_minutes_of_the_ten_lie_between_46_and_54(plan):
    assert plan.specification("interview").seconds == Band(46 * 60, 54 * 60)


def test_no_ksb_is_in_more_than_four_of_the_ten(plan):
    assert plan.specification("interview").most_per_ksb == 4


@pytest.mark.parametrize(
    ("rule", "method", "name", "value"),
    [
        ("O7", "observation", "notice_days", 14),
        ("W1", "interview", "project_months", 2),
        ("W2", "interview", "submission_days", 14),
        ("W3", "interview", "report_words", 2500),
        ("W3", "interview", "report_words_tolerance_rate", 0.10),
        ("R7", "interview", "rework_months", 1),
        ("P2", "discussion", "submission_days", 14),
        ("P2", "discussion", "evidence_least", 10),
        ("P2", "discussion", "evidence_most", 15),
    ],
)
def test_a_method_holds_the_numbers_of_its_rules(plan, rule, method, name, value):
    chosen = plan.method(method)

    assert getattr(chosen, name) == value
    assert next(figure.rule for figure in chosen.figures if figure.name == name) == rule


@pytest.mark.parametrize(
    ("source", "name", "value"),
    [
        ("G5", "assessment_months", 3),
        ("R4", "resit_months", 12),
        ("R5", "resit_highest_grade", "pass"),
        ("Q1", "moderation_rate", 0.05),
        ("W8", "review_months", 12),
        ("decision review-clock", "review_opens_month", 10),
        ("decision need-to-know", "release_hours", 48),
        ("decision estimates", "estimable_from", 30),
        ("I3", "standardisation_events_yearly", 1),
        ("I1", "competence_years", 2),
        ("Scale", "starts_aged_19_and_over", 7000),
    ],
)
def test_the_plan_holds_the_numbers_of_its_rules_and_of_our_decisions(plan, source, name, value):
    assert getattr(plan, name) == value
    assert next(figure.source for figure in plan.figures if figure.name == name) == source


def test_every_number_that_the_program_reads_says_where_it_comes_from(plan):
    for figure in (*plan.figures, *(figure for method in plan.methods for figure in method.figures)):
        assert (figure.rule is None) != (figure.decision is None), figure.name
        if figure.decision is not None:
            assert plan.decision(figure.decision).answer


def test_every_link_is_proposed_until_a_person_confirms_it(plan):
    assert plan.links
    assert not any(link.confirmed for link in plan.links)


def test_every_ksb_and_every_criterion_that_counts_is_linked(plan):
    linked = {code for link in plan.links for code in (link.ksb, link.criterion)}

    assert {ksb.code for ksb in plan.ksbs} <= linked
    assert {criterion.code for criterion in plan.criteria if criterion.level is not Level.FAIL} <= linked


@pytest.mark.parametrize("code", ["K4", "B3", "B5", "K11"])
def test_the_known_anomalies_are_listed_with_a_reading_that_nobody_has_confirmed(plan, code):
    anomalies = plan.anomalies_about(code)

    assert anomalies
    assert all(anomaly.reading and not anomaly.confirmed for anomaly in anomalies)


def test_a_link_between_methods_is_always_an_anomaly(plan):
    for link in plan.links:
        if plan.ksb(link.ksb).method != plan.criterion(link.criterion).method:
            assert any({link.ksb, link.criterion} <= set(anomaly.about) for anomaly in plan.anomalies)


def test_the_plan_rests_on_summaries_until_all_wording_is_published(plan):
    codes = [ksb.code for ksb in plan.ksbs] + [criterion.code for criterion in plan.criteria]
    almost = plan.with_wording({code: f"The published {code}" for code in codes[1:]})
    whole = almost.with_wording({codes[0]: "The published first"})

    assert plan.rests_on_summaries
    assert almost.rests_on_summaries
    assert not whole.rests_on_summaries
    assert whole.ksb("K1").text == "The published first"
    assert plan.ksb("K1").text == plan.ksb("K1").statement


def test_the_plan_speaks_its_own_words(plan):
    assert plan.vocabulary["organisation_short"] == "EPAO"
    assert plan.vocabulary["question_bank"] == "test bank"
