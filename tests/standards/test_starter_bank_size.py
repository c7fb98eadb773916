"""The starter bank is large enough to draw from: how many questions, and how many carry each KSB."""

from __future__ import annotations

from collections import Counter

import pytest

from qbank.services.starter import starter_plan, starter_questions

STANDARD = "customer-service-specialist-3"


@pytest.mark.parametrize(("method", "least"), [("interview", 60), ("observation", 24), ("discussion", 24)])
def test_each_method_has_its_first_bank(method, least):
    assert len(starter_questions(STANDARD, method)) >= least


@pytest.mark.parametrize("method", ["interview", "observation", "discussion"])
def test_no_ksb_hangs_on_a_single_question(method):
    carried = Counter(code for question in starter_questions(STANDARD, method) for code in question.content.ksbs)

    assert min(carried[ksb.code] for ksb in starter_plan(STANDARD).ksbs_of(method)) >= 2


def test_every_question_of_the_starter_bank_has_a_reference_of_its_own():
    references = [question.reference for question in starter_questions(STANDARD)]

    assert len(references) == len(set(references))
