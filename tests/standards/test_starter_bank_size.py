"""The starter bank is large enough to assess with: how many questions, and how many carry each KSB, and truthfully."""

from __future__ import annotations

from collections import Counter
from statistics import fmean

import pytest

from qbank.services.starter import starter_plan, starter_questions

STANDARD = "customer-service-specialist-3"
METHODS = ("interview", "observation", "discussion")
KNOWLEDGE_OF_THE_OBSERVATION = ("K11", "K13", "K14", "K15")


def codes_of(method):
    return [ksb.code for ksb in starter_plan(STANDARD).ksbs_of(method)]


def carriers(method):
    return Counter(code for question in starter_questions(STANDARD, method) for code in question.content.ksbs)


def primaries(method):
    return Counter(code for question in starter_questions(STANDARD, method) for code in question.content.primary)


@pytest.mark.parametrize(("method", "least"), [("interview", 200), ("observation", 60), ("discussion", 80)])
def test_w7_each_method_has_a_bank_of_sufficient_size(method, least):
    assert len(starter_questions(STANDARD, method)) >= least


@pytest.mark.parametrize(("method", "carried", "primary"), [("interview", 20, 10), ("discussion", 15, 6)])
def test_every_ksb_hangs_on_many_questions(method, carried, primary):
    assert min(carriers(method)[code] for code in codes_of(method)) >= carried
    assert min(primaries(method)[code] for code in codes_of(method)) >= primary


def test_every_ksb_of_the_observation_is_explored_by_enough_questions_for_eight_sets():
    carried = carriers("observation")

    assert min(carried[code] for code in KNOWLEDGE_OF_THE_OBSERVATION) >= 20
    assert min(carried[code] for code in codes_of("observation")) >= 8


@pytest.mark.parametrize(("method", "most"), [("interview", 3), ("observation", 5), ("discussion", 3)])
def test_no_question_claims_more_ksbs_than_an_answer_can_evidence(method, most):
    claimed = [len(question.content.ksbs) for question in starter_questions(STANDARD, method)]

    assert min(claimed) >= 1
    assert max(claimed) <= most


def test_an_interview_question_carries_about_two_ksbs():
    claimed = fmean(len(question.content.ksbs) for question in starter_questions(STANDARD, "interview"))

    assert claimed == pytest.approx(1.9, abs=0.1)


def test_o5_a_question_of_the_observation_takes_one_to_two_minutes():
    planned = [question.content.seconds for question in starter_questions(STANDARD, "observation")]

    assert min(planned) >= 60
    assert max(planned) <= 120


@pytest.mark.parametrize("method", METHODS)
def test_every_question_has_two_to_four_probes(method):
    assert {len(question.content.probes) for question in starter_questions(STANDARD, method)} <= {2, 3, 4}


def test_w12_every_question_of_the_interview_starts_from_the_project():
    strays = [
        question.reference
        for question in starter_questions(STANDARD, "interview")
        if not {"project", "projects", "project’s", "project's", "report", "recommendations", "recommendation"}
        & set(question.content.stem.lower().replace(",", " ").replace("?", " ").replace(".", " ").split())
    ]

    assert strays == []


def test_every_question_of_the_starter_bank_has_a_reference_of_its_own():
    references = [question.reference for question in starter_questions(STANDARD)]

    assert len(references) == len(set(references))
