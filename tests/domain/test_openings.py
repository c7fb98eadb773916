"""Decision 16: what a set does not open gets a prescribed probe: no draw decides who can reach a distinction."""

import pytest

from qbank.domain.openings import openings, prescribed_probes
from qbank.domain.record_entries import Source
from qbank.domain.standards import Level
from qbank.services.starter import starter_plan

PLAN = starter_plan("customer-service-specialist-3")
METHODS = [method.code for method in PLAN.methods]


@pytest.mark.parametrize("method", METHODS)
def test_R2_R3_every_pass_and_distinction_criterion_is_opened_or_has_a_prescribed_probe(method):
    wanted = [each.code for each in PLAN.criteria_of(method, Level.PASS, Level.DISTINCTION)]
    opened = wanted[::3]

    probes = prescribed_probes(PLAN, method, opened)

    assert sorted([*opened, *(each.criterion.code for each in probes)]) == sorted(wanted)


@pytest.mark.parametrize("method", METHODS)
def test_a_fail_indicator_is_never_probed(method):
    assert all(each.criterion.level is not Level.FAIL for each in prescribed_probes(PLAN, method, ()))


def test_a_set_that_opens_everything_needs_none():
    everything = [each.code for each in PLAN.criteria]

    assert prescribed_probes(PLAN, "interview", everything) == ()


def test_a_probe_is_about_the_ksbs_that_its_criterion_judges_in_the_plans_order():
    (probe,) = (each for each in prescribed_probes(PLAN, "interview", ()) if each.criterion.code == "WP2")

    linked = {link.ksb for link in PLAN.links_of("WP2")}
    assert [ksb.code for ksb in probe.ksbs] == [ksb.code for ksb in PLAN.ksbs if ksb.code in linked]
    assert probe.ksbs


@pytest.mark.parametrize("method", METHODS)
def test_a_probe_asks_for_knowledge_only_where_its_criterion_judges_knowledge(method):
    for probe in prescribed_probes(PLAN, method, ()):
        kinds = {ksb.kind.value for ksb in probe.ksbs}
        assert ("What do you know" in probe.words) == ("knowledge" in kinds)
        assert probe.words.endswith("?")


@pytest.mark.parametrize("method", METHODS)
def test_R2_R3_every_criterion_has_a_question_or_a_probe_and_fail_indicators_have_no_opening(method):
    wanted = [each.code for each in PLAN.criteria_of(method, Level.PASS, Level.DISTINCTION)]
    asked = {1: wanted[::2], 2: wanted[:3]}

    found = openings(PLAN, method, asked)

    assert [each.criterion.code for each in found] == wanted
    for each in found:
        assert each.positions == tuple(place for place in asked if each.criterion.code in asked[place])
        assert (each.probe is None) == bool(each.positions)


def test_W9_P2_what_lies_beside_the_questions_is_the_methods_own():
    beside = {method: {source for each in openings(PLAN, method, {}) for source in each.beside} for method in METHODS}

    assert beside == {
        "interview": {Source.REPORT, Source.ANNEX},
        "observation": {Source.OBSERVED},
        "discussion": {Source.PORTFOLIO},
    }


def test_W12_the_interview_starts_from_the_apprentices_own_project_and_its_annexes_and_no_other_method_does():
    by_method = {
        method.code: {source for each in openings(PLAN, method.code, {}) for source in each.beside}
        for method in PLAN.methods
    }

    assert "own submitted project and its annexes" in PLAN.method("interview").asks_about
    assert [code for code, sources in by_method.items() if sources & {Source.REPORT, Source.ANNEX}] == ["interview"]
    assert all(each.beside == (Source.REPORT, Source.ANNEX) for each in openings(PLAN, "interview", {}))


def test_what_is_known_is_not_observed():
    for each in openings(PLAN, "observation", {}):
        kinds = {PLAN.ksb(link.ksb).kind.value for link in PLAN.links_of(each.criterion.code)}
        assert (each.beside == ()) == (kinds == {"knowledge"})


def test_decision_22_the_readings_of_the_plans_anomalies_stand_by_the_criteria_and_ksbs_that_they_concern():
    by_code = {each.criterion.code: each for each in openings(PLAN, "interview", {})}

    assert "A1" in {anomaly.code for anomaly in by_code["WD2"].anomalies}, "K4 is judged through WD2"
    assert "A8" in {anomaly.code for anomaly in by_code["WP8"].anomalies}
