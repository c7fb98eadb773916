"""What a question of the starter bank claims, it names: every KSB it carries with one of that KSB's own criteria."""

from __future__ import annotations

from collections import defaultdict

import pytest

from qbank.services.starter import starter_plan, starter_questions

STANDARD = "customer-service-specialist-3"
WITHOUT_A_PASS_CRITERION = {"K4"}
"""Anomaly A1: what it asks is heard through the criteria of the KSBs beside it."""


@pytest.fixture(scope="module")
def criteria_of():
    found = defaultdict(set)
    for link in starter_plan(STANDARD).links:
        found[link.ksb].add(link.criterion)
    return found


@pytest.mark.parametrize("method", ["interview", "observation", "discussion"])
def test_every_ksb_that_a_question_carries_has_one_of_its_criteria_named(criteria_of, method):
    unnamed = [
        (question.reference, code)
        for question in starter_questions(STANDARD, method)
        for code in set(question.content.ksbs) - WITHOUT_A_PASS_CRITERION
        if not criteria_of[code] & set(question.content.criteria)
    ]

    assert unnamed == []


@pytest.mark.parametrize("method", ["interview", "observation", "discussion"])
def test_every_criterion_of_a_method_is_opened_by_several_questions(method):
    plan, questions = starter_plan(STANDARD), starter_questions(STANDARD, method)
    prefix = plan.method(method).criteria_prefix

    opened = {
        criterion.code: sum(criterion.code in question.content.criteria for question in questions)
        for criterion in plan.criteria
        if criterion.code.startswith(prefix) and criterion.level != "fail"
    }

    assert {code: count for code, count in opened.items() if count < 4} == {}
